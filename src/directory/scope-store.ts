import type { DirectoryConnectionId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

export interface ScopeSettings {
  readonly connectionId: DirectoryConnectionId;
  /** With everybody in them, directly or through other groups. */
  readonly includeGroups: readonly string[];
  readonly includeUsers: readonly string[];
  /** How often it was set; 0 when never: then everyone is in scope. */
  readonly version: number;
  readonly setAt: Instant | null;
  readonly setBy: string | null;
  /** Listed groups that no longer exist; who was in them last stays in scope. */
  readonly goneGroups: readonly string[];
  /** Listed groups that no complete run has seen: a run may be due, or the id is wrong. */
  readonly unknownGroups: readonly string[];
}

/** The settings of each present connection, or of one. */
export async function readScopes(
  q: Queryable,
  workspaceId: WorkspaceId,
  connectionId?: DirectoryConnectionId,
): Promise<readonly ScopeSettings[]> {
  const { rows } = await q.query<ScopeSettings>(
    `select connection.id as "connectionId",
       coalesce(scope.include_groups, '{}') as "includeGroups",
       coalesce(scope.include_users, '{}') as "includeUsers",
       coalesce(scope.version, 0) as version, scope.set_at as "setAt", scope.set_by as "setBy",
       array(
         select listed.group_id
         from unnest(scope.include_groups) as listed (group_id)
         join directory_group
           on directory_group.workspace_id = scope.workspace_id
           and directory_group.connection_id = scope.connection_id
           and directory_group.object_id = listed.group_id
         where directory_group.gone_at is not null
       ) as "goneGroups",
       array(
         select listed.group_id
         from unnest(scope.include_groups) as listed (group_id)
         where not exists (
           select 1
           from directory_group
           where directory_group.workspace_id = scope.workspace_id
             and directory_group.connection_id = scope.connection_id
             and directory_group.object_id = listed.group_id
         )
       ) as "unknownGroups"
     from directory_connection as connection
     left join directory_scope as scope
       on scope.workspace_id = connection.workspace_id and scope.connection_id = connection.id
     where connection.workspace_id = $1
       and connection.removed_at is null
       and ($2::uuid is null or connection.id = $2::uuid)
     order by connection.created_at, connection.id`,
    [workspaceId, connectionId ?? null],
  );
  return rows;
}

export interface ScopeChoice {
  readonly connectionId: DirectoryConnectionId;
  readonly includeGroups: readonly string[];
  readonly includeUsers: readonly string[];
}

export async function writeScope(
  tx: Queryable,
  workspaceId: WorkspaceId,
  choice: ScopeChoice,
  by: { at: Instant; actor: string },
): Promise<void> {
  await tx.query(
    `insert into directory_scope (workspace_id, connection_id, include_groups, include_users, version, set_at, set_by)
     values ($1, $2, $3, $4, 1, $5, $6)
     on conflict (workspace_id, connection_id) do update
     set include_groups = excluded.include_groups, include_users = excluded.include_users,
       version = directory_scope.version + 1, set_at = excluded.set_at, set_by = excluded.set_by`,
    [workspaceId, choice.connectionId, choice.includeGroups, choice.includeUsers, by.at, by.actor],
  );
}

/**
 * Works out anew who is in scope: listed users and members of listed groups, through groups in groups; everyone when
 * nothing is listed. Who was in scope once and is not any more has left it and is watched on. Deleted accounts keep the
 * standing that they had at their end. Returns how many changed.
 */
export async function applyScope(tx: Queryable, workspaceId: WorkspaceId, connectionId: DirectoryConnectionId): Promise<number> {
  const { count } = await tx.query(
    `with recursive chosen as (
       select coalesce(scope.include_groups, '{}') as groups, coalesce(scope.include_users, '{}') as users
       from directory_connection as connection
       left join directory_scope as scope
         on scope.workspace_id = connection.workspace_id and scope.connection_id = connection.id
       where connection.workspace_id = $1 and connection.id = $2
     ),
     -- union, not union all: groups may hold each other in a circle.
     scoped (object_id) as (
       select unnest(chosen.groups) from chosen
       union
       select member.member_id
       from scoped
       join directory_group_member as member
         on member.workspace_id = $1 and member.connection_id = $2 and member.group_id = scoped.object_id
     ),
     standing as (
       select account.object_id,
         (chosen.groups = '{}' and chosen.users = '{}')
           or account.object_id = any (chosen.users)
           or account.object_id in (select scoped.object_id from scoped) as in_scope
       from directory_account as account
       cross join chosen
       where account.workspace_id = $1
         and account.connection_id = $2
         and account.state in ('enabled', 'disabled', 'vanished')
     )
     update directory_account as account
     set in_scope = standing.in_scope,
       scope_state = case
         when standing.in_scope then 'in_scope'
         when account.scope_state = 'out_of_scope' then 'out_of_scope'
         else 'left_scope'
       end
     from standing
     where account.workspace_id = $1
       and account.connection_id = $2
       and account.object_id = standing.object_id
       and account.in_scope <> standing.in_scope`,
    [workspaceId, connectionId],
  );
  return count;
}
