import { caseFolded, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { SignInIdentity } from '../workspace/index.ts';

/** What is known of a directory that is connected at present. */
export interface ConnectedDirectory {
  readonly connectionId: string;
  /** Whether a sync has ever finished: an incomplete look proves nothing (I8). */
  readonly isRead: boolean;
  /** Whether it is known which enterprise application provisions, so that its assignments were read. */
  readonly knowsAssignments: boolean;
}

/** A SCIM user, as far as it decides about entering. */
export interface ScimUserStanding {
  readonly id: string;
  readonly standing: 'active' | 'inactive' | 'deleted';
  /** By which attribute it was found; null where it was linked before, or is gone. */
  readonly linkedBy: 'externalId' | 'userName' | null;
}

export async function readConnectedDirectories(q: Queryable, workspaceId: WorkspaceId): Promise<readonly ConnectedDirectory[]> {
  const { rows } = await q.query<ConnectedDirectory>(
    `select directory_connection.id as "connectionId",
       directory_connection.last_complete_run_id is not null as "isRead",
       coalesce(directory_connection.assigned_app_id = directory_connection.scim_app_id, false) as "knowsAssignments"
     from directory_connection
     where directory_connection.workspace_id = $1 and directory_connection.removed_at is null
     order by directory_connection.id`,
    [workspaceId],
  );
  return rows;
}

/** Whether HR has named anybody: without, nobody can be told to have left, nor an account to be nobody's. */
export async function hasRoster(q: Queryable, workspaceId: WorkspaceId): Promise<boolean> {
  const { count } = await q.query('select 1 from person where person.workspace_id = $1 limit 1', [workspaceId]);
  return count > 0;
}

/** How many active SCIM users have no account in any directory that was read: no preview can name them from there. */
export async function countScimUsersWithoutAccount(q: Queryable, workspaceId: WorkspaceId): Promise<number> {
  const { rows } = await q.query<{ users: number }>(
    `select count(*) as users from scim_user
     where scim_user.workspace_id = $1 and scim_user.active and scim_user.deleted_at is null
       and not exists (
         select 1 from directory_account account
         where account.workspace_id = scim_user.workspace_id and account.object_id::text = scim_user.external_id
           and account.state in ('enabled', 'disabled')
       )`,
    [workspaceId],
  );
  return rows[0]?.users ?? 0;
}

/** How the SCIM user of an identity stands (`scim_user_of`, the one place that matches them); null when there never was one. */
export async function readScimStanding(q: Queryable, workspaceId: WorkspaceId, identity: SignInIdentity): Promise<ScimUserStanding | null> {
  const { rows } = await q.query<ScimUserStanding>(
    'select found.id, found.standing, found.linked_by as "linkedBy" from scim_user_of($1::uuid, $2::uuid, $3::uuid, $4::text) as found',
    [
      workspaceId,
      identity.tenantId,
      identity.objectId,
      identity.userPrincipalName === null ? null : caseFolded(identity.userPrincipalName),
    ],
  );
  return rows[0] ?? null;
}

/** The role of the catalogue that a SCIM user's claims name and that the directory may grant; null where none is granted: nobody has the least role by name. */
export async function readGrantedRole(q: Queryable, workspaceId: WorkspaceId, scimUserId: string): Promise<string | null> {
  const { rows } = await q.query<{ roleId: string | null }>(
    `select case when decided.because = 'granted' then decided.role_id end as "roleId"
     from scim_user cross join lateral decide_role(scim_user.workspace_id, scim_user.role_claims) as decided
     where scim_user.workspace_id = $1 and scim_user.id = $2`,
    [workspaceId, scimUserId],
  );
  return rows[0]?.roleId ?? null;
}

/** Whether a connected directory of the identity's tenant has the account enabled and in scope. */
export async function isInScope(q: Queryable, workspaceId: WorkspaceId, { objectId, tenantId }: SignInIdentity): Promise<boolean> {
  const { count } = await q.query(
    `select 1 from directory_account account
     join directory_connection on directory_connection.workspace_id = account.workspace_id and directory_connection.id = account.connection_id
       and directory_connection.removed_at is null and directory_connection.tenant_id = $2
     where account.workspace_id = $1 and account.object_id = $3 and account.in_scope and account.state = 'enabled'
     limit 1`,
    [workspaceId, tenantId, objectId],
  );
  return count > 0;
}

/** The values of the app roles that anybody is assigned in; undefined where no directory whose application is known was read. */
export async function readAppRoles(q: Queryable, workspaceId: WorkspaceId): Promise<readonly string[] | undefined> {
  const directories = await readConnectedDirectories(q, workspaceId);
  if (!directories.some(({ isRead, knowsAssignments }) => isRead && knowsAssignments)) return undefined;
  const { rows } = await q.query<{ value: string }>(
    `select distinct directory_app_assignment.app_role_value as value from directory_app_assignment
     join directory_connection
       on directory_connection.workspace_id = $1 and directory_connection.id = directory_app_assignment.connection_id
       and directory_connection.removed_at is null and directory_connection.assigned_app_id = directory_connection.scim_app_id
     where directory_app_assignment.workspace_id = $1 and directory_app_assignment.app_role_value is not null
     order by value`,
    [workspaceId],
  );
  return rows.map(({ value }) => value);
}
