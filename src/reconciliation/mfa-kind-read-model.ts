import type { DirectoryConnectionId, WorkspaceId } from '../kernel/index.ts';
import { expectManyRows, type Transaction } from '../platform/index.ts';
import { type AccountKinds, ID_BYTES } from './account-kinds.ts';
import type { MfaKind, NamedIds } from './mfa-read-model.ts';

/** What the policies of one tenant name, and the tenant. */
export interface KindsAsked {
  readonly connectionId: DirectoryConnectionId;
  readonly named: NamedIds;
}

/** Bytes of an account in a part: the object id and its kind. */
const ACCOUNT_BYTES = ID_BYTES + 4;

/** What PostgreSQL may take to sort or hash a million accounts by their kinds, so that it need not write them to disk and back. */
const SORT_MEMORY = '128MB';

/** Fenced, so that each group's members are looked up by key: the planner would read those of all groups, which are many times more. */
const membersOf = (group: string) => `
  select member.member_id
  from directory_group_member as member
  where member.workspace_id = $1 and member.connection_id = $2 and member.group_id = ${group}
  offset 0`;

/**
 * Of which kind each account is. Groups are walked first and their members counted once: a recursion over members would look every account up as
 * if it were a group. Columns that kinds are told apart by are never null here, so that PostgreSQL can hash them. $1 to $5: workspace, connection,
 * named users, groups and roles.
 */
const statement = `
  with recursive role_held as materialized (
    select lower(fact.body ->> 'roleDefinitionId') as role_id, fact.principal_id,
      coalesce(fact.body ->> 'directoryScopeId', '') = '/' as is_over_tenant, (role.body -> 'isBuiltIn')::bool as is_built_in
    from directory_access_fact as fact
    left join directory_access_fact as role
      on role.workspace_id = $1 and role.connection_id = $2 and role.source = 'role-definitions' and role.confirmed_until is null
      and role.key = lower(fact.body ->> 'roleDefinitionId')
    where fact.workspace_id = $1 and fact.connection_id = $2 and fact.source = 'role-assignments' and fact.confirmed_until is null
      and lower(fact.body ->> 'roleDefinitionId') = any ($5::text[])
  ),
  -- union, not union all: groups may hold each other in a circle.
  within (root_id, group_id) as (
    select root.object_id, root.object_id
    from directory_group as root
    where root.workspace_id = $1 and root.connection_id = $2
      and (root.object_id = any ($4::uuid[]) or root.object_id in (select role_held.principal_id from role_held))
    union
    select within.root_id, inner_group.object_id
    from within
    cross join lateral (${membersOf('within.group_id')}) as member
    join directory_group as inner_group
      on inner_group.workspace_id = $1 and inner_group.connection_id = $2 and inner_group.object_id = member.member_id
  ),
  grouped as (
    select inside.member_id, array_agg(inside.root_id order by inside.root_id) as groups
    from (
      select distinct member.member_id, within.root_id
      from within
      cross join lateral (${membersOf('within.group_id')}) as member
      where within.root_id = any ($4::uuid[])
    ) as inside
    group by inside.member_id
  ),
  roles as (
    select held.member_id, jsonb_agg(distinct jsonb_build_object('id', held.role_id, 'isOverTenant', held.is_over_tenant,
      'isBuiltIn', held.is_built_in)) as roles
    from (
      select role_held.principal_id as member_id, role_held.role_id, role_held.is_over_tenant, role_held.is_built_in from role_held
      union all
      select member.member_id, role_held.role_id, role_held.is_over_tenant, role_held.is_built_in
      from role_held
      join within on within.root_id = role_held.principal_id
      cross join lateral (${membersOf('within.group_id')}) as member
    ) as held
    group by held.member_id
  ),
  judged as materialized (
    select account.object_id, account.state, account.object_id = any ($3::uuid[]) as is_named, coalesce(account.user_type, '') as user_type,
      account.user_principal_name ilike '%#EXT#%' as is_external, coalesce(grouped.groups, '{}') as groups, coalesce(roles.roles, '[]') as roles
    from directory_account as account
    left join grouped on grouped.member_id = account.object_id
    left join roles on roles.member_id = account.object_id
    where account.workspace_id = $1 and account.connection_id = $2 and account.state in ('enabled', 'disabled', 'vanished')
  ),
  kind as materialized (
    select alike.*, (row_number() over ())::int - 1 as place
    from (
      select judged.state, judged.user_type, judged.is_external, judged.groups, judged.roles,
        case when judged.is_named then judged.object_id else '00000000-0000-0000-0000-000000000000' end as named
      from judged
      group by 1, 2, 3, 4, 5, 6
    ) as alike
  )
  select kind.place, null::int as part, null::bytea as accounts, jsonb_build_object(
      'named', nullif(kind.named, '00000000-0000-0000-0000-000000000000'), 'userType', nullif(kind.user_type, ''), 'isExternal', kind.is_external,
      'isEnabled', case kind.state when 'enabled' then true when 'disabled' then false end, 'groups', kind.groups, 'roles', kind.roles) as kind
  from kind
  union all
  select null, get_byte(uuid_send(judged.object_id), 0) as part,
    string_agg(uuid_send(judged.object_id) || int4send(kind.place), ''::bytea order by judged.object_id), null
  from judged
  join kind
    on kind.state = judged.state and kind.user_type = judged.user_type and kind.is_external = judged.is_external and kind.groups = judged.groups
    and kind.roles = judged.roles
    and kind.named = case when judged.is_named then judged.object_id else '00000000-0000-0000-0000-000000000000' end
  group by part
  order by 1, 2`;

interface Row {
  readonly place: number | null;
  readonly kind: MfaKind | null;
  readonly accounts: Buffer | null;
}

/** Of which kind each account of a tenant is, as the last look showed it. Costs a walk over the tenant, so it is done once for each look. */
export async function readAccountKinds(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { connectionId, named }: KindsAsked,
): Promise<AccountKinds> {
  await expectManyRows(tx);
  await tx.query(`set local work_mem = '${SORT_MEMORY}'`);
  const { rows } = await tx.query<Row>(statement, [workspaceId, connectionId, named.users, named.groups, named.roles]);
  const accounts = Buffer.concat(rows.flatMap((row) => row.accounts ?? []));
  const count = accounts.length / ACCOUNT_BYTES;
  const ids = Buffer.allocUnsafeSlow(count * ID_BYTES);
  const kindOf = new Uint32Array(count);
  for (let n = 0; n < count; n += 1) {
    const at = n * ACCOUNT_BYTES;
    accounts.copy(ids, n * ID_BYTES, at, at + ID_BYTES);
    kindOf[n] = accounts.readUInt32BE(at + ID_BYTES);
  }
  return { kinds: rows.flatMap(({ kind }) => kind ?? []), ids, kindOf };
}
