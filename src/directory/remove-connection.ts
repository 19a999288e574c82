import type { DirectoryConnectionId, Instant, WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { lockConnection, markRemoved } from './connection-store.ts';
import { listCredentials, removeCredential } from './credential-store.ts';
import { forgetListed } from './listed-account-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { endRun } from './end-run.ts';
import { requireConnection } from './require-connection.ts';
import { unendedRuns } from './run-store.ts';

/**
 * Ends a connection: its secrets go, its runs end, and nobody looks any more, which coverage says from then on. Accounts, observations and
 * their evidence stay. Throws DomainError `not-found` when there is no such connection.
 */
export async function removeConnection(
  { database }: Pick<DirectoryDeps, 'database'>,
  workspaceId: WorkspaceId,
  id: DirectoryConnectionId,
  by: { readonly at: Instant; readonly actor: string },
): Promise<void> {
  await database.transaction(async (tx) => {
    const connection = requireConnection(await lockConnection(tx, workspaceId, id));
    for (const runId of await unendedRuns(tx, workspaceId, id)) {
      await endRun(tx, { workspaceId, connectionId: id, runId }, { code: 'connection-removed', detail: undefined, at: by.at });
    }
    const credentials = (await listCredentials(tx, workspaceId)).filter(({ connectionId }) => connectionId === id);
    for (const credential of credentials) await removeCredential(tx, workspaceId, credential.id, by);
    await forgetListed(tx, workspaceId, id);
    await markRemoved(tx, workspaceId, id, by);
    const { kind, cloud, tenantId } = connection;
    await append(tx, workspaceId, [
      {
        type: 'directory.connection.removed',
        at: by.at,
        actor: by.actor,
        subject: { kind: 'directory-connection', id },
        before: { kind, cloud, tenant_id: tenantId },
        detail: { credentials: credentials.map((credential) => credential.id) },
      },
    ]);
  });
}
