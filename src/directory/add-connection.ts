import { DomainError, type Instant, newId, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { constraintOf, type MicrosoftCloud } from '../platform/index.ts';
import { type Connection, findConnection, insertConnection } from './connection-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { requireConnection } from './require-connection.ts';
import { isConfirmedCloud } from './probe-cloud.ts';
import { type CredentialRequest, putCredential } from './add-credential.ts';

export interface ConnectionRequest {
  readonly cloud: MicrosoftCloud;
  readonly tenantId: string;
  readonly clientId: string;
  readonly scimAppId: string | null;
  readonly credential: CredentialRequest;
}

/**
 * Adds a tenant to read, once it has said itself that it lives in that cloud, as far as it can be asked. Throws DomainError `conflict` when
 * the workspace reads it already, and `invalid-request` for another cloud and for a credential that cannot be one.
 */
export async function addConnection(
  deps: DirectoryDeps,
  workspaceId: WorkspaceId,
  request: ConnectionRequest,
  by: { readonly at: Instant; readonly actor: string },
): Promise<Connection> {
  const id = newId<'directory-connection'>(by.at);
  const { cloud, tenantId, clientId, scimAppId } = request;
  const isConfirmed = await isConfirmedCloud(deps, request);
  return deps.database.transaction(async (tx) => {
    const connection = { id, cloud, tenantId, clientId, scimAppId, cloudConfirmedAt: isConfirmed ? by.at : null };
    await insertConnection(tx, workspaceId, { ...connection, ...by }).catch(toConflict);
    await append(tx, workspaceId, [
      {
        type: 'directory.connection.added',
        at: by.at,
        actor: by.actor,
        subject: { kind: 'directory-connection', id },
        after: { cloud, tenant_id: tenantId, client_id: clientId, scim_app_id: scimAppId },
        detail: { cloud_confirmed: isConfirmed },
      },
    ]);
    await putCredential({ tx, secretBox: deps.secretBox }, workspaceId, id, { ...request.credential, ...by });
    return requireConnection(await findConnection(tx, workspaceId, id));
  });
}

function toConflict(error: unknown): never {
  if (constraintOf(error) !== 'directory_connection_tenant') throw error;
  throw new DomainError('conflict', {
    detail: 'This workspace is connected to that tenant already.',
    next: 'Use the connection that is there.',
  });
}
