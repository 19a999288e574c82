import { DomainError, type Instant, newId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { constraintOf, type MicrosoftCloud } from '../platform/index.ts';
import { type Connection, findConnection, insertConnection } from './connection-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { secretContext } from './open-connection.ts';

export interface ConnectionRequest {
  readonly cloud: MicrosoftCloud;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scimAppId: string | null;
}

/** Adds a tenant to read; nothing is called yet. Throws DomainError `conflict` when the workspace reads it already. */
export async function addConnection(
  deps: DirectoryDeps,
  workspaceId: WorkspaceId,
  request: ConnectionRequest,
  by: { readonly at: Instant; readonly actor: string },
): Promise<Connection> {
  const id = newId<'directory-connection'>(by.at);
  const { cloud, tenantId, clientId, scimAppId } = request;
  const sealedSecret = deps.secretBox.seal(request.clientSecret, secretContext(workspaceId, id));
  return deps.database.transaction(async (tx) => {
    await insertConnection(tx, workspaceId, { id, cloud, tenantId, clientId, scimAppId, sealedSecret, ...by }).catch(toConflict);
    await append(tx, workspaceId, [
      {
        type: 'directory.connection.added',
        at: by.at,
        actor: by.actor,
        subject: { kind: 'directory-connection', id },
        after: { cloud, tenant_id: tenantId, client_id: clientId, scim_app_id: scimAppId },
      },
    ]);
    return requireConnection(await findConnection(tx, workspaceId, id));
  });
}

/** Throws DomainError `not-found` when there is none. */
export function requireConnection(connection: Connection | undefined): Connection {
  return connection ?? refuse('not-found', { detail: 'There is no such directory connection.' });
}

function toConflict(error: unknown): never {
  if (constraintOf(error) !== 'directory_connection_tenant') throw error;
  throw new DomainError('conflict', {
    detail: 'This workspace is connected to that tenant already.',
    next: 'Use the connection that is there.',
  });
}
