import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { SignInIdentity } from '../workspace/index.ts';
import type { Difference, RoleOutlook } from './preview.ts';

export interface Outlook {
  readonly appears: readonly Difference[];
  readonly disappears: readonly Difference[];
  readonly stays: number;
}

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

/**
 * Whom Entra would provision: enabled accounts that are assigned to the enterprise application themselves or are direct
 * members of an assigned group (entra-scim-client §4.1: nested groups do not count). Only of directories that have been
 * read completely and whose application is known.
 */
const scimTakesOver = `with readable as (
    select directory_connection.id as connection_id from directory_connection
    where directory_connection.workspace_id = $1 and directory_connection.removed_at is null
      and directory_connection.last_complete_run_id is not null and directory_connection.scim_app_id is not null
  ), assigned as (
    select assignment.connection_id, assignment.principal_id as object_id, assignment.app_role_value
    from directory_app_assignment assignment
    where assignment.workspace_id = $1 and assignment.principal_type = 'User'
    union
    select assignment.connection_id, member.member_id, assignment.app_role_value
    from directory_app_assignment assignment
    join directory_group on directory_group.workspace_id = assignment.workspace_id
      and directory_group.connection_id = assignment.connection_id
      and directory_group.object_id = assignment.principal_id and directory_group.gone_at is null
    join directory_group_member member on member.workspace_id = directory_group.workspace_id
      and member.connection_id = directory_group.connection_id and member.group_id = directory_group.object_id
    where assignment.workspace_id = $1 and assignment.principal_type = 'Group'
  ), standing as (
    select account.connection_id, account.object_id, account.display_name, account.user_principal_name, account.account_enabled,
      account.in_scope as is_synced,
      account.state = 'enabled' and assignee.object_id is not null as will_be_synced
    from directory_account account
    left join (select distinct assigned.connection_id, assigned.object_id from assigned) assignee
      on assignee.connection_id = account.connection_id and assignee.object_id = account.object_id
    join readable on readable.connection_id = account.connection_id
    where account.workspace_id = $1 and account.state in ('enabled', 'disabled')
  )`;

/** Whom the scope would sync instead of SCIM's active users (matched by externalId = object id). */
const scopeTakesOver = `with readable as (
    select directory_connection.id as connection_id from directory_connection
    where directory_connection.workspace_id = $1 and directory_connection.removed_at is null
      and directory_connection.last_complete_run_id is not null
  ), standing as (
    select account.connection_id, account.object_id, account.display_name, account.user_principal_name, account.account_enabled,
      exists (
        select 1 from scim_user
        where scim_user.workspace_id = account.workspace_id and scim_user.external_id = account.object_id::text
          and scim_user.active and scim_user.deleted_at is null
      ) as is_synced,
      account.in_scope as will_be_synced
    from directory_account account
    join readable on readable.connection_id = account.connection_id
    where account.workspace_id = $1 and account.state in ('enabled', 'disabled')
  )`;

/** Who appears, who disappears (by name, then by id) and how many stay, if the switch were turned to that state. */
export async function readOutlook(q: Queryable, workspaceId: WorkspaceId, turnTo: 'off' | 'on'): Promise<Outlook> {
  const standing = turnTo === 'on' ? scimTakesOver : scopeTakesOver;
  const { rows } = await q.query<Difference & { readonly appears: boolean }>(
    `${standing}
     select standing.connection_id as "connectionId", standing.object_id as "objectId",
       coalesce(standing.display_name, standing.user_principal_name) as name,
       standing.user_principal_name as "userPrincipalName", standing.account_enabled as "accountEnabled",
       standing.will_be_synced as appears
     from standing
     where standing.is_synced <> standing.will_be_synced
     order by name, standing.user_principal_name, standing.connection_id, standing.object_id`,
    [workspaceId],
  );
  const stays = await q.query<{ stays: number }>(
    `${standing}
     select count(*) as stays from standing where standing.is_synced and standing.will_be_synced`,
    [workspaceId],
  );
  const side = (wanted: boolean) => rows.filter(({ appears }) => appears === wanted).map(({ appears: _side, ...account }) => account);
  return { appears: side(true), disappears: side(false), stays: stays.rows[0]?.stays ?? 0 };
}

/**
 * What the assignments' app roles would bring to those who would be synced, in the source that the workspace asks first: which
 * attribute Entra's mapping writes is not to be seen from here. Somebody with two app roles counts in both.
 */
export async function readRoleOutlook(q: Queryable, workspaceId: WorkspaceId): Promise<readonly RoleOutlook[]> {
  const { rows } = await q.query<RoleOutlook>(
    `${scimTakesOver}, outlook as (
       select assigned.app_role_value as app_role, count(*) as people
       from standing
       join assigned on assigned.connection_id = standing.connection_id and assigned.object_id = standing.object_id
       where standing.will_be_synced
       group by assigned.app_role_value
     )
     select outlook.app_role as "appRole", decided.role_id as "roleId", decided.because, outlook.people
     from outlook
     join workspace on workspace.workspace_id = $1
     cross join lateral decide_role(workspace.workspace_id, case when outlook.app_role is null then '[]'::jsonb
       else jsonb_build_array(jsonb_build_object('source', workspace.role_sources[1], 'value', outlook.app_role)) end) as decided
     order by outlook.app_role nulls last`,
    [workspaceId],
  );
  return rows;
}

export async function readConnectedDirectories(q: Queryable, workspaceId: WorkspaceId): Promise<readonly ConnectedDirectory[]> {
  const { rows } = await q.query<ConnectedDirectory>(
    `select directory_connection.id as "connectionId",
       directory_connection.last_complete_run_id is not null as "isRead",
       directory_connection.scim_app_id is not null as "knowsAssignments"
     from directory_connection
     where directory_connection.workspace_id = $1 and directory_connection.removed_at is null
     order by directory_connection.id`,
    [workspaceId],
  );
  return rows;
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
    [workspaceId, identity.tenantId, identity.objectId, identity.userPrincipalName],
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
     where directory_app_assignment.workspace_id = $1 and directory_app_assignment.app_role_value is not null
     order by value`,
    [workspaceId],
  );
  return rows.map(({ value }) => value);
}
