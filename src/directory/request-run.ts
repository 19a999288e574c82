import { type DirectoryConnectionId, type DirectoryRunId, type Instant, newId, type WorkspaceId } from '../kernel/index.ts';
import { enqueue } from '../jobs/index.ts';
import type { Queryable } from '../platform/index.ts';
import { requireConnection } from './require-connection.ts';
import { findConnection } from './connection-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import type { RunKind } from './read-position.ts';
import { queuedRun, queueRun } from './run-store.ts';

/** The name under which runs wait in the queue. */
export const SYNC_TASK = 'directory.sync';

/** What is to be looked at, and who wants it. */
export interface RunRequest {
  readonly connectionId: DirectoryConnectionId;
  readonly kind: RunKind;
  readonly at: Instant;
  readonly actor: string;
}

/**
 * Queues a look at the tenant, in the transaction of its row. One that waits already is as good, and is woken. A delta look that
 * finds nowhere to go on becomes a full one. Throws DomainError `not-found` when there is no such connection.
 */
export async function requestRun(
  deps: Pick<DirectoryDeps, 'database'>,
  workspaceId: WorkspaceId,
  request: RunRequest,
): Promise<DirectoryRunId> {
  return deps.database.transaction(async (tx) => {
    requireConnection(await findConnection(tx, workspaceId, request.connectionId));
    return queueAndWake(tx, workspaceId, request);
  });
}

/** As `requestRun`, for a connection that is there. */
export async function queueAndWake(tx: Queryable, workspaceId: WorkspaceId, request: RunRequest): Promise<DirectoryRunId> {
  const key = { workspaceId, connectionId: request.connectionId, runId: newId<'directory-run'>(request.at) };
  const runId = await queueRun(tx, key, request);
  await wake(tx, workspaceId, runId);
  return runId;
}

/** Has the run that waits for this connection, if any, taken up now: another one has just ended. */
export async function wakeQueued(tx: Queryable, workspaceId: WorkspaceId, connectionId: DirectoryConnectionId): Promise<void> {
  const waiting = await queuedRun(tx, workspaceId, connectionId);
  if (waiting !== undefined) await wake(tx, workspaceId, waiting);
}

/** Has a run taken up, now or in so many milliseconds. */
export async function wake(tx: Queryable, workspaceId: WorkspaceId, runId: DirectoryRunId, delayMs = 0): Promise<void> {
  await enqueue(tx, { ...jobOf(workspaceId, runId), ...(delayMs > 0 && { delayMs }) });
}

/** Has a run taken up whose job may have been lost; one that still waits for its turn keeps it. */
export async function wakeIfLost(tx: Queryable, workspaceId: WorkspaceId, runId: DirectoryRunId): Promise<void> {
  await enqueue(tx, { ...jobOf(workspaceId, runId), keepsPlace: true });
}

function jobOf(workspaceId: WorkspaceId, runId: DirectoryRunId) {
  return { task: SYNC_TASK, payload: { workspaceId, runId }, jobKey: `${SYNC_TASK}:${runId}` };
}
