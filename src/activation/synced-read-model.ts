import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';

/** A stretch of time in which one authority decided who is synced; `to` is null for the present one. */
export interface AuthorityBand {
  readonly authority: 'scim' | 'scope';
  readonly from: Instant;
  readonly to: Instant | null;
  /** Who turned the switch; `system` for the beginning. */
  readonly changedBy: string;
}

/** Somebody who is synced. */
export interface SyncedPerson {
  readonly id: string;
  /** `scim-user`, or `directory-account`: whose id it is. */
  readonly kind: 'scim-user' | 'directory-account';
  readonly name: string;
  /** The name by which they sign in. */
  readonly userName: string;
}

/** Since the workspace began, in which the scope decides. */
export async function readAuthorityBands(q: Queryable, workspaceId: WorkspaceId): Promise<readonly AuthorityBand[]> {
  const { rows } = await q.query<AuthorityBand>(
    `select band.authority, band.since as "from", lead(band.since) over (order by band.since, band.id) as "to", band.changed_by as "changedBy"
     from (
       select 'scope' as authority, workspace.created_at as since, 'system' as changed_by, workspace.workspace_id as id
       from workspace where workspace.workspace_id = $1
       union all
       select authority_change.authority, authority_change.changed_at, authority_change.changed_by, authority_change.id
       from authority_change where authority_change.workspace_id = $1
     ) as band
     order by band.since, band.id`,
    [workspaceId],
  );
  return rows;
}

/** A page of those who are synced by an authority, in the order of their ids. */
export async function readSynced(
  q: Queryable,
  workspaceId: WorkspaceId,
  by: AuthorityBand['authority'],
  { after, limit }: Page,
): Promise<readonly SyncedPerson[]> {
  const { rows } = await q.query<SyncedPerson>(`${statements[by].page} limit $3`, [workspaceId, after ?? null, limit]);
  return rows;
}

/** How many are synced by an authority. */
export async function countSynced(q: Queryable, workspaceId: WorkspaceId, by: AuthorityBand['authority']): Promise<number> {
  const { rows } = await q.query<{ total: number }>(statements[by].total, [workspaceId]);
  return rows[0]?.total ?? 0;
}

const byScim = {
  page: `select scim_user.id, 'scim-user' as kind, coalesce(scim_user.display_name, scim_user.user_name) as name, scim_user.user_name as "userName"
    from scim_user
    where scim_user.workspace_id = $1 and scim_user.active and scim_user.deleted_at is null and ($2::uuid is null or scim_user.id > $2::uuid)
    order by scim_user.id`,
  total: `select count(*)::int as total from scim_user
    where scim_user.workspace_id = $1 and scim_user.active and scim_user.deleted_at is null`,
};

const SCOPED = `from directory_account account
    join directory_connection on directory_connection.workspace_id = account.workspace_id and directory_connection.id = account.connection_id
      and directory_connection.removed_at is null
    where account.workspace_id = $1 and account.in_scope and account.state = 'enabled'`;

const byScope = {
  page: `select account.account_id as id, 'directory-account' as kind, coalesce(account.display_name, account.user_principal_name) as name,
      account.user_principal_name as "userName"
    ${SCOPED} and ($2::uuid is null or account.account_id > $2::uuid)
    order by account.account_id`,
  total: `select count(*)::int as total ${SCOPED}`,
};

const statements = { scim: byScim, scope: byScope };
