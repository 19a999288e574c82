import { type DirectoryConnectionId, type DirectoryRunId, type Instant, newId, type WorkspaceId } from '../kernel/index.ts';
import { enqueue } from '../jobs/index.ts';
import type { Queryable } from '../platform/index.ts';
import { requireConnection } from './add-connection.ts';
import { findConnection } from './connection-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { queuedRun, queueRun } from './run-store.ts';

/** The name under which runs wait in the queue. */
export const SYNC_TASK = 'directory.sync';

/**
 * Queues a full look at the tenant, in the transaction of its row. One that waits already is as good, and is woken.
 * Throws DomainError `not-found` when there is no such connection.
 */
export async function requestRun(
  deps: Pick<DirectoryDeps, 'database'>,
  workspaceId: WorkspaceId,
  connectionId: DirectoryConnectionId,
  by: { readonly at: Instant; readonly actor: string },
): Promise<DirectoryRunId> {
  return deps.database.transaction(async (tx) => {
    requireConnection(await findConnection(tx, workspaceId, connectionId));
    const runId = await queueRun(tx, { workspaceId, connectionId, runId: newId<'directory-run'>(by.at) }, by);
    await wake(tx, workspaceId, runId);
    return runId;
  });
}

/** Has the run that waits for this connection, if any, taken up now: another one has just ended. */
export async function wakeQueued(tx: Queryable, workspaceId: WorkspaceId, connectionId: DirectoryConnectionId): Promise<void> {
  const waiting = await queuedRun(tx, workspaceId, connectionId);
  if (waiting !== undefined) await wake(tx, workspaceId, waiting);
}

async function wake(tx: Queryable, workspaceId: WorkspaceId, runId: DirectoryRunId): Promise<void> {
  await enqueue(tx, { task: SYNC_TASK, payload: { workspaceId, runId }, jobKey: `${SYNC_TASK}:${runId}` });
}
