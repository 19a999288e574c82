import type { DirectoryConnectionId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Transaction } from '../platform/index.ts';
import type { HeldRole } from '../verdict/index.ts';

/** What is known of a connected tenant as far as MFA goes. What the last complete look did not collect is null: it is not as fresh as the accounts. */
export interface MfaTenantFacts {
  readonly connectionId: DirectoryConnectionId;
  readonly lastCompleteAt: Instant | null;
  /** How many looks of any kind were applied: what is known of the tenant changes with them alone. */
  readonly looks: number;
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
       (select count(*)::int from directory_run as run
        where run.workspace_id = connection.workspace_id and run.connection_id = connection.id and run.state = 'complete') as looks,
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
