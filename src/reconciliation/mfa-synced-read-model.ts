import type { DirectoryConnectionId, WorkspaceId } from '../kernel/index.ts';
import { expectFewRows, expectManyRows, type Transaction } from '../platform/index.ts';
import { carriesObjectId } from './carries-object-id.ts';

interface Asked {
  readonly connectionId: DirectoryConnectionId;
  /** Whether SCIM decides who is synced, and not the scope. */
  readonly isScimOn: boolean;
}

export interface MfaAccountRow {
  readonly accountId: string;
  readonly objectId: string;
  readonly userPrincipalName: string;
  readonly displayName: string | null;
}

/** The object id by which SCIM knows a user, as a text: a cast of whatever externalId holds would cost more than the join. */
const knownAs = 'lower(scim_user.external_id)';
const isActive = 'scim_user.active and scim_user.deleted_at is null';

const provisioned = `
  select ${knownAs} as object_id
  from scim_user
  where scim_user.workspace_id = $1 and scim_user.external_id is not null and ${isActive}
  union
  select identity_link.object_id::text
  from identity_link
  join directory_connection as connection
    on connection.workspace_id = $1 and connection.id = $2 and connection.tenant_id = identity_link.tenant_id
  join scim_user on scim_user.workspace_id = $1 and scim_user.id = identity_link.scim_user_id
  where identity_link.workspace_id = $1 and ${isActive}`;

const syncedBy = (isScimOn: boolean) =>
  isScimOn ? `join (${provisioned}) as provisioned on provisioned.object_id = account.object_id::text` : '';
const inScope = (isScimOn: boolean) => (isScimOn ? '' : 'and account.in_scope');

/** The object ids of the accounts that are synced, in their order, sixteen bytes each. */
export async function syncedIds(tx: Transaction, workspaceId: WorkspaceId, { connectionId, isScimOn }: Asked): Promise<Buffer> {
  await expectManyRows(tx);
  const { rows } = await tx.query<{ ids: Buffer }>(
    `select string_agg(uuid_send(account.object_id), ''::bytea order by account.object_id) as ids
     from directory_account as account
     ${syncedBy(isScimOn)}
     where account.workspace_id = $1 and account.connection_id = $2 and account.state in ('enabled', 'disabled', 'vanished') ${inScope(isScimOn)}
     group by get_byte(uuid_send(account.object_id), 0)
     order by get_byte(uuid_send(account.object_id), 0)`,
    [workspaceId, connectionId],
  );
  return Buffer.concat(rows.map(({ ids }) => ids));
}

/** As SCIM knows a user by the object id, but looked up by what there are indexes for. */
const isProvisioned = `(
  exists (
    select from scim_user
    where scim_user.workspace_id = $1 and ${carriesObjectId('account.object_id::text')}
      and ${isActive}
  ) or exists (
    select from identity_link
    join directory_connection as connection on connection.workspace_id = $1 and connection.id = $2
    join scim_user on scim_user.workspace_id = $1 and scim_user.id = identity_link.scim_user_id
    where identity_link.workspace_id = $1 and identity_link.tenant_id = connection.tenant_id and identity_link.object_id = account.object_id
      and ${isActive}
  ))`;

/** Of some accounts those that are synced, in the order of their object ids, so many at most. */
export async function syncedAmong(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { connectionId, isScimOn, objectIds, limit }: Asked & { readonly objectIds: readonly string[]; readonly limit: number },
): Promise<readonly MfaAccountRow[]> {
  await expectFewRows(tx);
  const { rows } = await tx.query<MfaAccountRow>(
    `select account.account_id as "accountId", account.object_id as "objectId", account.user_principal_name as "userPrincipalName",
       account.display_name as "displayName"
     from directory_account as account
     where account.workspace_id = $1 and account.connection_id = $2 and account.object_id = any ($3::uuid[])
       and ${isScimOn ? isProvisioned : 'account.in_scope'}
     order by account.object_id
     limit $4`,
    [workspaceId, connectionId, objectIds, limit],
  );
  return rows;
}

/** The object ids of some accounts of a tenant, in their order. */
export async function objectIdsOf(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { connectionId, accountIds }: { readonly connectionId: DirectoryConnectionId; readonly accountIds: readonly string[] },
): Promise<readonly string[]> {
  const { rows } = await tx.query<{ objectId: string }>(
    `select account.object_id as "objectId"
     from directory_account as account
     where account.workspace_id = $1 and account.connection_id = $2 and account.account_id = any ($3::uuid[])
     order by account.object_id`,
    [workspaceId, connectionId, accountIds],
  );
  return rows.map(({ objectId }) => objectId);
}

/** Active SCIM users whom no connected directory shows an account for. */
export async function countWithoutAccount(tx: Transaction, workspaceId: WorkspaceId): Promise<number> {
  await expectManyRows(tx);
  const { rows } = await tx.query<{ count: number }>(
    `with shown as materialized (
       select account.object_id, connection.tenant_id
       from directory_account as account
       join directory_connection as connection
         on connection.workspace_id = $1 and connection.id = account.connection_id and connection.removed_at is null
       where account.workspace_id = $1 and account.state in ('enabled', 'disabled', 'vanished')
     )
     select count(*)::int as count
     from scim_user
     where scim_user.workspace_id = $1 and ${isActive}
       and not exists (select from shown where shown.object_id::text = ${knownAs})
       and not exists (
         select from identity_link
         join shown on shown.object_id = identity_link.object_id and shown.tenant_id = identity_link.tenant_id
         where identity_link.workspace_id = $1 and identity_link.scim_user_id = scim_user.id
       )`,
    [workspaceId],
  );
  return rows[0]?.count ?? 0;
}
