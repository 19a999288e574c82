import type { DirectoryConnectionId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

export interface ScopeChoice {
  readonly connectionId: DirectoryConnectionId;
  /** With everybody in them, directly or through other groups. */
  readonly includeGroups: readonly string[];
  readonly includeUsers: readonly string[];
  /** Left out, whatever includes them; of groups as above. */
  readonly excludeGroups: readonly string[];
  readonly excludeUsers: readonly string[];
  /** Patterns of userPrincipalName in which `*` stands for anything, in any case. */
  readonly excludeNames: readonly string[];
}

export interface ScopeSettings extends ScopeChoice {
  /** How often it was set; 0 when never: then everyone is in scope. */
  readonly version: number;
  readonly setAt: Instant | null;
  readonly setBy: string | null;
  /** Groups named here that no longer exist; who was in them last stays in scope, or out of it. */
  readonly goneGroups: readonly string[];
  /** Groups named here that no complete run has seen: a run may be due, or the id is wrong. */
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
       coalesce(scope.exclude_groups, '{}') as "excludeGroups",
       coalesce(scope.exclude_users, '{}') as "excludeUsers",
       coalesce(scope.exclude_names, '{}') as "excludeNames",
       coalesce(scope.version, 0) as version, scope.set_at as "setAt", scope.set_by as "setBy",
       array(
         select listed.group_id
         from unnest(scope.include_groups || scope.exclude_groups) as listed (group_id)
         join directory_group
           on directory_group.workspace_id = scope.workspace_id
           and directory_group.connection_id = scope.connection_id
           and directory_group.object_id = listed.group_id
         where directory_group.gone_at is not null
       ) as "goneGroups",
       array(
         select listed.group_id
         from unnest(scope.include_groups || scope.exclude_groups) as listed (group_id)
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

export async function writeScope(
  tx: Queryable,
  workspaceId: WorkspaceId,
  choice: ScopeChoice,
  by: { at: Instant; actor: string },
): Promise<void> {
  await tx.query(
    `insert into directory_scope (workspace_id, connection_id, include_groups, include_users, version, set_at, set_by,
       exclude_groups, exclude_users, exclude_names)
     values ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9)
     on conflict (workspace_id, connection_id) do update
     set include_groups = excluded.include_groups, include_users = excluded.include_users, exclude_groups = excluded.exclude_groups,
       exclude_users = excluded.exclude_users, exclude_names = excluded.exclude_names,
       version = directory_scope.version + 1, set_at = excluded.set_at, set_by = excluded.set_by`,
    [
      workspaceId,
      choice.connectionId,
      choice.includeGroups,
      choice.includeUsers,
      by.at,
      by.actor,
      choice.excludeGroups,
      choice.excludeUsers,
      choice.excludeNames,
    ],
  );
}

/**
 * Works out anew who is in scope: listed users and members of listed groups, through groups in groups; everyone when
 * nothing is listed; less who is excluded, by id, by group or by name. Who was in scope once and is not any more has left it
 * and is watched on. Deleted accounts keep the standing that they had at their end. Whoever stays as they are is not joined with the accounts
 * again. Returns how many changed.
 */
export async function applyScope(tx: Queryable, workspaceId: WorkspaceId, connectionId: DirectoryConnectionId): Promise<number> {
  const { count } = await tx.query(
    `with recursive chosen as (
       select coalesce(scope.include_groups, '{}') as groups, coalesce(scope.include_users, '{}') as users,
         coalesce(scope.exclude_groups, '{}') as not_groups, coalesce(scope.exclude_users, '{}') as not_users,
         array(
           -- What LIKE takes for more than itself is itself here, and * is anything.
           select lower(replace(regexp_replace(excluded.name, '([\\\\%_])', '\\\\\\1', 'g'), '*', '%'))
           from unnest(scope.exclude_names) as excluded (name)
         ) as not_names
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
     shut_out (object_id) as (
       select unnest(chosen.not_groups) from chosen
       union
       select member.member_id
       from shut_out
       join directory_group_member as member
         on member.workspace_id = $1 and member.connection_id = $2 and member.group_id = shut_out.object_id
     ),
     standing as (
       select account.object_id, account.in_scope as was_in_scope,
         ((chosen.groups = '{}' and chosen.users = '{}')
           or account.object_id = any (chosen.users)
           or account.object_id in (select scoped.object_id from scoped))
         and account.object_id <> all (chosen.not_users)
         and account.object_id not in (select shut_out.object_id from shut_out)
         and not lower(account.user_principal_name) like any (chosen.not_names) as in_scope
       from directory_account as account
       cross join chosen
       where account.workspace_id = $1 and account.connection_id = $2
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
     where account.workspace_id = $1 and account.connection_id = $2
       and account.object_id = standing.object_id
       and standing.was_in_scope <> standing.in_scope`,
    [workspaceId, connectionId],
  );
  return count;
}
