import type { DirectoryConnectionId, Instant, WorkspaceId } from '../kernel/index.ts';
import { expectFewRows, type Page, type Transaction } from '../platform/index.ts';
import type { AccountState } from './account-state.ts';
import { privilegedRoles } from './privileged-roles.ts';

/** For how long a role is held; `unknown` where the tenant's schedules are not collected. */
type Permanence = 'permanent' | 'until' | 'activated' | 'unknown';

/** That somebody holds a directory role or may activate one: directly, or by being in a group that does. */
export interface RoleAssignmentRow {
  readonly connectionId: DirectoryConnectionId;
  readonly assignmentId: string;
  readonly principalId: string;
  readonly principalType: string;
  readonly principalName: string | null;
  /** Of a user: a deleted one holds nothing until it is restored. */
  readonly accountState: AccountState | null;
  readonly role: { readonly id: string; readonly name: string | null; readonly builtIn: boolean | null; readonly privileged: boolean };
  readonly target: { readonly kind: 'tenant' | 'administrative-unit' | 'object'; readonly id: string | null };
  readonly method: { readonly kind: 'direct' | 'group'; readonly groupId: string | null; readonly groupName: string | null };
  /** Of `eligible`, the role is not held: Conditional Access does not count it, and activating it takes what the role asks for. */
  readonly standing: 'active' | 'eligible';
  readonly permanence: Permanence;
  readonly endsAt: string | null;
  readonly notBefore: Instant | null;
  readonly observedAt: Instant;
}

interface Row extends Omit<RoleAssignmentRow, 'role' | 'target' | 'method' | 'permanence'> {
  readonly roleId: string;
  readonly roleName: string | null;
  readonly roleIsBuiltIn: boolean | null;
  readonly scope: string;
  readonly groupId: string | null;
  readonly groupName: string | null;
  readonly assignmentType: string | null;
}

/** Behind what the page goes on: the connection, the holder, the assignment. Assignments have ids of Graph's own making. */
export const roleAssignmentPosition = /^[0-9a-f-]{36}\.[0-9a-f-]{36}\.[^.\s]{1,200}$/i;

export function positionOfRoleAssignment({ connectionId, principalId, assignmentId }: RoleAssignmentRow): string {
  return `${connectionId}.${principalId}.${assignmentId}`;
}

/** Of a role that a group holds, holders are the group and each account in it. */
const statement = `with recursive assigned as (
       select fact.connection_id, fact.key, fact.principal_id, fact.body, fact.not_before, fact.observed_at,
         case when fact.source = 'role-eligibilities' then 'eligible' else 'active' end as standing
       from directory_access_fact as fact
       join directory_connection as connection
         on connection.workspace_id = fact.workspace_id and connection.id = fact.connection_id and connection.removed_at is null
       where fact.workspace_id = $1 and fact.source in ('role-assignments', 'role-eligibilities') and fact.confirmed_until is null and fact.principal_id is not null
     ),
     -- union, not union all: groups may hold each other in a circle.
     reached (connection_id, group_id, member_id) as (
       select member.connection_id, member.group_id, member.member_id
       from directory_group_member as member
       where member.workspace_id = $1
         and (member.connection_id, member.group_id) in (select assigned.connection_id, assigned.principal_id from assigned)
       union
       select reached.connection_id, reached.group_id, member.member_id
       from reached
       join directory_group_member as member
         on member.workspace_id = $1 and member.connection_id = reached.connection_id and member.group_id = reached.member_id
     ),
     held as (
       select assigned.*, assigned.principal_id as holder_id, null::uuid as group_id from assigned
       union all
       select assigned.*, account.object_id, assigned.principal_id
       from assigned
       join reached on reached.connection_id = assigned.connection_id and reached.group_id = assigned.principal_id
       join directory_account as account
         on account.workspace_id = $1 and account.connection_id = reached.connection_id and account.object_id = reached.member_id
     )
     select held.connection_id as "connectionId", held.key as "assignmentId", held.holder_id as "principalId",
       case when account.object_id is not null then 'user' when held_group.object_id is not null then 'group'
         else coalesce(held.body ->> 'principalType', case when application.key is not null then 'servicePrincipal' else 'unknown' end)
       end as "principalType",
       coalesce(account.display_name, account.user_principal_name, held_group.display_name, application.body ->> 'displayName') as "principalName",
       account.state as "accountState",
       held.body ->> 'roleDefinitionId' as "roleId", role.body ->> 'displayName' as "roleName", (role.body -> 'isBuiltIn')::bool as "roleIsBuiltIn",
       coalesce(held.body ->> 'directoryScopeId', held.body ->> 'appScopeId', '') as scope,
       held.standing, held.group_id as "groupId", through.display_name as "groupName",
       case held.standing when 'eligible' then 'Assigned' else schedule.body ->> 'assignmentType' end as "assignmentType",
       case held.standing when 'eligible' then held.body else schedule.body end ->> 'endDateTime' as "endsAt",
       held.not_before as "notBefore", held.observed_at as "observedAt"
     from held
     left join directory_account as account
       on account.workspace_id = $1 and account.connection_id = held.connection_id and account.object_id = held.holder_id
     left join directory_group as held_group
       on held_group.workspace_id = $1 and held_group.connection_id = held.connection_id and held_group.object_id = held.holder_id
     left join directory_group as through
       on through.workspace_id = $1 and through.connection_id = held.connection_id and through.object_id = held.group_id
     left join directory_access_fact as application
       on application.workspace_id = $1 and application.connection_id = held.connection_id and application.source = 'service-principals'
       and application.key = held.holder_id::text and application.confirmed_until is null
     left join directory_access_fact as role
       on role.workspace_id = $1 and role.connection_id = held.connection_id and role.source = 'role-definitions'
       and role.key = lower(held.body ->> 'roleDefinitionId') and role.confirmed_until is null
     left join lateral (
       select fact.body
       from directory_access_fact as fact
       where fact.workspace_id = $1 and fact.connection_id = held.connection_id and fact.source = 'role-schedules' and fact.confirmed_until is null
         and fact.principal_id = held.principal_id
         and fact.body ->> 'roleDefinitionId' = held.body ->> 'roleDefinitionId'
         and fact.body ->> 'directoryScopeId' is not distinct from held.body ->> 'directoryScopeId'
       order by fact.key
       limit 1
     ) as schedule on true
     where ($2::uuid is null or held.holder_id = $2::uuid)
       and ($3::uuid is null or (held.connection_id, held.holder_id, held.key) > ($3::uuid, $4::uuid, $5::text))
     order by held.connection_id, held.holder_id, held.key
     limit $6`;

/**
 * Who holds which directory role or may activate it, by holder: a group that does, and everybody in it, through groups in groups too. Of one account, by its
 * object id, or of all.
 */
export async function listRoleAssignments(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { principalId, after, limit }: Page & { readonly principalId: string | undefined },
): Promise<readonly RoleAssignmentRow[]> {
  const [connection = null, holder = null, assignment = null] = after?.split('.') ?? [];
  await expectFewRows(tx);
  const { rows } = await tx.query<Row>(statement, [workspaceId, principalId ?? null, connection, holder, assignment, limit]);
  return rows.map(shown);
}

function shown(row: Row): RoleAssignmentRow {
  const { roleId, roleName, roleIsBuiltIn, scope, groupId, groupName, assignmentType, ...rest } = row;
  return {
    ...rest,
    role: { id: roleId, name: roleName, builtIn: roleIsBuiltIn, privileged: privilegedRoles.has(roleId.toLowerCase()) },
    target: targetOf(scope),
    method: { kind: groupId === null ? 'direct' : 'group', groupId, groupName },
    permanence: permanenceOf(assignmentType, row.endsAt),
  };
}

function targetOf(scope: string): RoleAssignmentRow['target'] {
  if (scope === '/') return { kind: 'tenant', id: null };
  const unit = /^\/administrativeUnits\/(.+)$/.exec(scope)?.[1];
  return unit === undefined ? { kind: 'object', id: scope.replace(/^\//, '') } : { kind: 'administrative-unit', id: unit };
}

function permanenceOf(assignmentType: string | null, endsAt: string | null): Permanence {
  if (assignmentType === 'Activated') return 'activated';
  if (assignmentType !== 'Assigned') return 'unknown';
  return endsAt === null ? 'permanent' : 'until';
}
