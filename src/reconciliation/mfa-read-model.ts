import type { DirectoryConnectionId, Instant, WorkspaceId } from '../kernel/index.ts';
import { expectManyRows, type Page, type Transaction } from '../platform/index.ts';
import type { HeldRole } from '../verdict/index.ts';

/** What is known of a connected tenant as far as MFA goes. What the last complete look did not collect is null: it is not as fresh as the accounts. */
export interface MfaTenantFacts {
  readonly connectionId: DirectoryConnectionId;
  readonly lastCompleteAt: Instant | null;
  readonly policies: readonly unknown[] | null;
  readonly securityDefaults: boolean | null;
  readonly hasPremium: boolean | null;
  readonly areRolesKnown: boolean;
}

/** Microsoft's ids of the plans that hold Conditional Access; governments' have other ids, and names that begin alike (microsoft-graph §5.1). */
const PREMIUM_PLANS = `'41781fb2-bc02-4b7c-bd55-b576c07bb09d', 'eec0eb4f-6444-4f95-aba0-50c24d67f998'`;

const isCollected = (source: string) => `exists (
  select from directory_access_look as look
  where look.workspace_id = connection.workspace_id and look.connection_id = connection.id and look.source = '${source}'
    and look.run_id = connection.last_complete_run_id and look.facts is not null
)`;

const present = (source: string) => `directory_access_fact as fact
  where fact.workspace_id = connection.workspace_id and fact.connection_id = connection.id and fact.source = '${source}'
    and fact.confirmed_until is null`;

export async function mfaTenantFacts(tx: Transaction, workspaceId: WorkspaceId): Promise<readonly MfaTenantFacts[]> {
  const { rows } = await tx.query<MfaTenantFacts>(
    `select connection.id as "connectionId", connection.last_complete_requested_at as "lastCompleteAt",
       case when ${isCollected('policies')} then (select coalesce(jsonb_agg(fact.body order by fact.key), '[]') from ${present('policies')}) end as policies,
       case when ${isCollected('security-defaults')} then (select bool_or((fact.body -> 'isEnabled')::bool) from ${present('security-defaults')})
         end as "securityDefaults",
       case when ${isCollected('licences')} then exists (
         select from ${present('licences')} and fact.body ->> 'capabilityStatus' in ('Enabled', 'Warning') and exists (
           select from jsonb_array_elements(fact.body -> 'servicePlans') as plan (body)
           where plan.body ->> 'provisioningStatus' = 'Success'
             and (plan.body ->> 'servicePlanId' in (${PREMIUM_PLANS}) or plan.body ->> 'servicePlanName' like 'AAD\\_PREMIUM%')
         )) end as "hasPremium",
       ${isCollected('role-assignments')} as "areRolesKnown"
     from directory_connection as connection
     where connection.workspace_id = $1 and connection.removed_at is null
     order by connection.id`,
    [workspaceId],
  );
  return rows;
}

/** Ids that the policies of one tenant name. */
export interface NamedIds {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly roles: readonly string[];
}

export interface NamedStanding {
  readonly dangling: readonly string[];
  readonly unreadGroups: readonly string[];
}

/** Which of the named users and groups are not there, and in which groups, or in groups in them, members could not be read. */
export async function namedStanding(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { connectionId, named }: { readonly connectionId: DirectoryConnectionId; readonly named: NamedIds },
): Promise<NamedStanding> {
  const { rows } = await tx.query<NamedStanding>(
    `with recursive within (root_id, group_id) as (
       select named.id, named.id from unnest($3::uuid[]) as named (id)
       union
       select within.root_id, member.member_id
       from within
       join directory_group_member as member
         on member.workspace_id = $1 and member.connection_id = $2 and member.group_id = within.group_id
       join directory_group as inner_group
         on inner_group.workspace_id = $1 and inner_group.connection_id = $2 and inner_group.object_id = member.member_id
     )
     select array(
         select named.id from unnest($3::uuid[]) as named (id)
         where not exists (
           select from directory_group as known
           where known.workspace_id = $1 and known.connection_id = $2 and known.object_id = named.id and known.gone_at is null)
         union
         select named.id from unnest($4::uuid[]) as named (id)
         where not exists (
           select from directory_account as known
           where known.workspace_id = $1 and known.connection_id = $2 and known.object_id = named.id and known.state <> 'hard_deleted')
         order by 1
       ) as dangling,
       array(
         select distinct within.root_id
         from within
         join directory_group as known
           on known.workspace_id = $1 and known.connection_id = $2 and known.object_id = within.group_id and not known.members_known
         order by 1
       ) as "unreadGroups"`,
    [workspaceId, connectionId, named.groups, named.users],
  );
  return rows[0] ?? { dangling: [], unreadGroups: [] };
}

/** Accounts of a tenant that are alike in all that its policies can tell apart. */
export interface MfaKind {
  /** Null unless a policy names the account itself. */
  readonly named: string | null;
  /** Null for an account that has vanished. */
  readonly isEnabled: boolean | null;
  readonly userType: string | null;
  readonly isExternal: boolean;
  /** Named groups that they are in. */
  readonly groups: readonly string[];
  /** Named roles that they hold. */
  readonly roles: readonly HeldRole[];
}

interface Asked {
  readonly connectionId: DirectoryConnectionId;
  readonly named: NamedIds;
  /** Whether SCIM decides who is synced, and not the scope. */
  readonly isScimOn: boolean;
}

/** Accounts that are there and synced, each with its kind. $1 to $6: workspace, connection, named users, groups and roles, whether SCIM decides. */
const synced = `
  with recursive role_held as (
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
  within (root_id, member_id) as (
    select member.group_id, member.member_id
    from directory_group_member as member
    where member.workspace_id = $1 and member.connection_id = $2
      and member.group_id in (select unnest($4::uuid[]) union select role_held.principal_id from role_held)
    union
    select within.root_id, member.member_id
    from within
    join directory_group_member as member
      on member.workspace_id = $1 and member.connection_id = $2 and member.group_id = within.member_id
  ),
  grouped as (
    select within.member_id, jsonb_agg(within.root_id order by within.root_id) as groups
    from within
    where within.root_id = any ($4::uuid[])
    group by within.member_id
  ),
  roles as (
    select held.member_id, jsonb_agg(distinct jsonb_build_object('id', held.role_id, 'isOverTenant', held.is_over_tenant,
      'isBuiltIn', held.is_built_in)) as roles
    from (
      select role_held.principal_id as member_id, role_held.role_id, role_held.is_over_tenant, role_held.is_built_in from role_held
      union all
      select within.member_id, role_held.role_id, role_held.is_over_tenant, role_held.is_built_in
      from role_held join within on within.root_id = role_held.principal_id
    ) as held
    group by held.member_id
  ),
  -- Joined, not looked up row by row: there may be as many as there are accounts.
  provisioned as (
    select distinct known.object_id
    from scim_object_id as known
    join scim_user on scim_user.workspace_id = known.workspace_id and scim_user.id = known.scim_user_id
    where $6 and known.workspace_id = $1 and known.object_id is not null and scim_user.active and scim_user.deleted_at is null
  ),
  synced as (
    select account.account_id, account.object_id, account.user_principal_name, account.display_name,
      case when account.object_id = any ($3::uuid[]) then account.object_id end as named,
      case account.state when 'enabled' then true when 'disabled' then false end as is_enabled,
      account.user_type, account.user_principal_name ilike '%#EXT#%' as is_external, grouped.groups, roles.roles
    from directory_account as account
    left join grouped on grouped.member_id = account.object_id
    left join roles on roles.member_id = account.object_id
    left join provisioned on provisioned.object_id = account.object_id
    where account.workspace_id = $1 and account.connection_id = $2 and account.state in ('enabled', 'disabled', 'vanished')
      and case when $6 then provisioned.object_id is not null else account.in_scope end
  )`;

function parametersOf(workspaceId: WorkspaceId, { connectionId, named, isScimOn }: Asked): readonly unknown[] {
  return [workspaceId, connectionId, named.users, named.groups, named.roles, isScimOn];
}

const kindOf = (row: string) => `jsonb_build_object('named', ${row}.named, 'isEnabled', ${row}.is_enabled, 'userType', ${row}.user_type,
  'isExternal', ${row}.is_external, 'groups', coalesce(${row}.groups, '[]'), 'roles', coalesce(${row}.roles, '[]'))`;

/** How many accounts of each kind there are; a tenant has few kinds, however many accounts, so that a kind is put together once. */
export async function tallyMfaKinds(
  tx: Transaction,
  workspaceId: WorkspaceId,
  asked: Asked,
): Promise<readonly { readonly kind: MfaKind; readonly count: number }[]> {
  await expectManyRows(tx);
  const { rows } = await tx.query<{ kind: MfaKind; count: number }>(
    `${synced}
     select ${kindOf('alike')} as kind, alike.count
     from (
       select synced.named, synced.is_enabled, synced.user_type, synced.is_external, synced.groups, synced.roles, count(*)::int as count
       from synced
       group by 1, 2, 3, 4, 5, 6
     ) as alike`,
    parametersOf(workspaceId, asked),
  );
  return rows;
}

export interface MfaAccountRow {
  readonly accountId: string;
  readonly objectId: string;
  readonly userPrincipalName: string;
  readonly displayName: string | null;
  readonly kind: MfaKind;
}

/** Accounts in the order of their object ids, behind one of them, of some kinds or all. */
export async function listMfaAccounts(
  tx: Transaction,
  workspaceId: WorkspaceId,
  asked: Asked & Page & { readonly kinds: readonly MfaKind[] | undefined; readonly accountIds: readonly string[] | undefined },
): Promise<readonly MfaAccountRow[]> {
  await expectManyRows(tx);
  const { rows } = await tx.query<MfaAccountRow>(
    `${synced}
     select synced.account_id as "accountId", synced.object_id as "objectId", synced.user_principal_name as "userPrincipalName",
       synced.display_name as "displayName", ${kindOf('synced')} as kind
     from synced
     where ($7::uuid is null or synced.object_id > $7::uuid)
       and ($8::jsonb is null or ${kindOf('synced')} in (select wanted.kind from jsonb_array_elements($8::jsonb) as wanted (kind)))
       and ($9::uuid[] is null or synced.account_id = any ($9::uuid[]))
     order by synced.object_id
     limit $10`,
    [
      ...parametersOf(workspaceId, asked),
      asked.after ?? null,
      asked.kinds === undefined ? null : JSON.stringify(asked.kinds),
      asked.accountIds ?? null,
      asked.limit,
    ],
  );
  return rows;
}

/** Active SCIM users whom no connected directory shows an account for. */
export async function countWithoutAccount(tx: Transaction, workspaceId: WorkspaceId): Promise<number> {
  await expectManyRows(tx);
  const { rows } = await tx.query<{ count: number }>(
    `select count(*)::int as count
     from scim_user
     where scim_user.workspace_id = $1 and scim_user.active and scim_user.deleted_at is null
       and not exists (
         select from scim_object_id as known
         join directory_account as account on account.workspace_id = $1 and account.object_id = known.object_id
           and account.state in ('enabled', 'disabled', 'vanished')
         join directory_connection as connection
           on connection.workspace_id = $1 and connection.id = account.connection_id and connection.removed_at is null
         where known.workspace_id = $1 and known.scim_user_id = scim_user.id
       )`,
    [workspaceId],
  );
  return rows[0]?.count ?? 0;
}

/** How the named groups and roles are called. */
export async function objectNames(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { connectionId, named }: { readonly connectionId: DirectoryConnectionId; readonly named: NamedIds },
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await tx.query<{ id: string; name: string }>(
    `select known.object_id::text as id, known.display_name as name
     from directory_group as known
     where known.workspace_id = $1 and known.connection_id = $2 and known.object_id = any ($3::uuid[]) and known.display_name is not null
     union all
     select fact.key, fact.body ->> 'displayName'
     from directory_access_fact as fact
     where fact.workspace_id = $1 and fact.connection_id = $2 and fact.source = 'role-definitions' and fact.confirmed_until is null
       and fact.key = any ($4::text[]) and fact.body ->> 'displayName' is not null`,
    [workspaceId, connectionId, named.groups, named.roles],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
