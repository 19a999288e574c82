import { type DirectoryConnectionId, type Instant, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { requireConnection } from './require-connection.ts';
import { type Connection, findConnection, lockConnection } from './connection-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { type Schedule, writeSchedule } from './schedule-store.ts';

/**
 * Sets how often a tenant is looked at, and how often as a whole. Throws DomainError `invalid-request` when the whole would be looked
 * at more often than anything, and `not-found` when there is no such connection.
 */
export async function setSchedule(
  deps: Pick<DirectoryDeps, 'database'>,
  workspaceId: WorkspaceId,
  choice: Schedule & { readonly connectionId: DirectoryConnectionId },
  by: { readonly at: Instant; readonly actor: string },
): Promise<Connection> {
  const { connectionId, syncEveryMinutes, fullEveryMinutes } = choice;
  if (fullEveryMinutes < syncEveryMinutes) {
    refuse('invalid-request', { detail: '"fullEveryMinutes" may not be less than "syncEveryMinutes": a full look is a look.' });
  }
  return deps.database.transaction(async (tx) => {
    const before = requireConnection(await lockConnection(tx, workspaceId, connectionId));
    await writeSchedule(tx, workspaceId, connectionId, { syncEveryMinutes, fullEveryMinutes });
    await append(tx, workspaceId, [
      {
        type: 'directory.schedule.set',
        at: by.at,
        actor: by.actor,
        subject: { kind: 'directory-connection', id: connectionId },
        before: { sync_every_minutes: before.syncEveryMinutes, full_every_minutes: before.fullEveryMinutes },
        after: { sync_every_minutes: syncEveryMinutes, full_every_minutes: fullEveryMinutes },
      },
    ]);
    return requireConnection(await findConnection(tx, workspaceId, connectionId));
  });
}
