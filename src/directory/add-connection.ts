import { type Instant, newId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { constraintOf, type MicrosoftCloud } from '../platform/index.ts';
import { type Connection, type ConnectionKind, findConnection, insertConnection, listConnections } from './connection-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { requireConnection } from './require-connection.ts';
import { isConfirmedCloud } from './probe-cloud.ts';
import { type CredentialRequest, putCredential } from './add-credential.ts';

export interface ConnectionRequest {
  readonly kind: ConnectionKind;
  readonly subscriptionIds: readonly string[];
  readonly cloud: MicrosoftCloud;
  readonly tenantId: string;
  readonly clientId: string;
  readonly scimAppId: string | null;
  readonly credential: CredentialRequest;
}

/**
 * Adds a tenant to read, once it has said itself that it lives in that cloud, as far as it can be asked. Throws DomainError `conflict` when
 * the workspace reads it already, `mixed-connection-kinds` when it has connections of the other kind, and `invalid-request` for another cloud and
 * for a credential that cannot be one.
 */
export async function addConnection(
  deps: DirectoryDeps,
  workspaceId: WorkspaceId,
  request: ConnectionRequest,
  by: { readonly at: Instant; readonly actor: string },
): Promise<Connection> {
  const id = newId<'directory-connection'>(by.at);
  const { kind, subscriptionIds, cloud, tenantId, clientId, scimAppId } = request;
  const isConfirmed = await isConfirmedCloud(deps, request);
  const adding = deps.database.transaction(async (tx) => {
    const connection = { id, kind, subscriptionIds, cloud, tenantId, clientId, scimAppId, cloudConfirmedAt: isConfirmed ? by.at : null };
    await insertConnection(tx, workspaceId, { ...connection, ...by });
    const { fullEveryMinutes, syncEveryMinutes } = requireConnection(await findConnection(tx, workspaceId, id));
    await append(tx, workspaceId, [
      {
        type: 'directory.connection.added',
        at: by.at,
        actor: by.actor,
        subject: { kind: 'directory-connection', id },
        after: {
          kind,
          ...(kind === 'subscription' && { subscription_ids: subscriptionIds }),
          cloud,
          tenant_id: tenantId,
          client_id: clientId,
          scim_app_id: scimAppId,
          sync_every_minutes: syncEveryMinutes,
          full_every_minutes: fullEveryMinutes,
        },
        detail: { cloud_confirmed: isConfirmed },
      },
    ]);
    await putCredential({ tx, secretBox: deps.secretBox }, workspaceId, id, { ...request.credential, ...by });
    return requireConnection(await findConnection(tx, workspaceId, id));
  });
  return adding.catch((error: unknown) => refuseConflict(deps, workspaceId, { error, kind }));
}

/** Outside the transaction, which the database has ended. */
async function refuseConflict(
  { database }: DirectoryDeps,
  workspaceId: WorkspaceId,
  { error, kind }: { readonly error: unknown; readonly kind: ConnectionKind },
): Promise<never> {
  if (constraintOf(error) === 'directory_connection_tenant') {
    return refuse('conflict', {
      detail: 'This workspace is connected to that tenant already.',
      next: 'Use the connection that is there.',
    });
  }
  if (constraintOf(error) !== 'directory_connection_one_kind') throw error;
  const existing = (await listConnections(database, workspaceId)).filter((other) => other.kind !== kind);
  return refuse('mixed-connection-kinds', {
    detail:
      'A workspace connects whole tenants or Azure subscriptions, not both: what one kind says of a person would stand beside the other.',
    next: 'Remove the connections named in "existing" first, or use another workspace.',
    extra: { existing: existing.map((other) => ({ id: other.id, kind: other.kind, cloud: other.cloud, tenantId: other.tenantId })) },
  });
}
