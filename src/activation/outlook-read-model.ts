import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { type Change, changes, type Preview, type RoleOutlook, type Tally } from './preview.ts';

/** The part of a preview that the accounts make. */
export type Outlook = Pick<Preview, 'accountsSha256' | 'counts' | 'nestedOnly' | 'notes' | 'reasons'>;

export interface OutlookAsked {
  readonly turnTo: 'off' | 'on';
  readonly at: Instant;
}

/**
 * Whom Entra would provision: enabled accounts that are assigned to the enterprise application themselves or are direct
 * members of an assigned group (entra-scim-client §4.1: nested groups do not count). Only of directories that have been
 * read completely and whose application is known. Groups within groups are followed all the way, each once: whoever is found
 * so and not otherwise is whom Entra leaves out. Common table expressions that end in `standing`; $1 is the workspace.
 */
export const scimTakesOver = `with recursive readable as (
    select directory_connection.id as connection_id from directory_connection
    where directory_connection.workspace_id = $1 and directory_connection.removed_at is null
      and directory_connection.last_complete_run_id is not null and directory_connection.assigned_app_id = directory_connection.scim_app_id
  ), assigned as (
    select assignment.connection_id, assignment.principal_id as object_id, assignment.app_role_value, 'assigned' as how
    from directory_app_assignment assignment
    where assignment.workspace_id = $1 and assignment.principal_type = 'User'
    union
    select assignment.connection_id, member.member_id, assignment.app_role_value, 'group-member'
    from directory_app_assignment assignment
    join directory_group on directory_group.workspace_id = assignment.workspace_id
      and directory_group.connection_id = assignment.connection_id
      and directory_group.object_id = assignment.principal_id and directory_group.gone_at is null
    join directory_group_member member on member.workspace_id = directory_group.workspace_id
      and member.connection_id = directory_group.connection_id and member.group_id = directory_group.object_id
    where assignment.workspace_id = $1 and assignment.principal_type = 'Group'
  ), assignee as (
    select assigned.connection_id, assigned.object_id, min(assigned.how) as how,
      coalesce(array_agg(distinct assigned.app_role_value order by assigned.app_role_value)
        filter (where assigned.app_role_value is not null), '{}') as app_roles
    from assigned group by assigned.connection_id, assigned.object_id
  ), within (connection_id, object_id) as (
    select distinct assignment.connection_id, assignment.principal_id from directory_app_assignment assignment
    where assignment.workspace_id = $1 and assignment.principal_type = 'Group'
    union
    select member.connection_id, member.member_id from within
    join directory_group on directory_group.workspace_id = $1 and directory_group.connection_id = within.connection_id
      and directory_group.object_id = within.object_id and directory_group.gone_at is null
    join directory_group_member member on member.workspace_id = $1 and member.connection_id = within.connection_id
      and member.group_id = within.object_id
  ), standing as (
    select account.connection_id, account.object_id, account.state, account.in_scope as is_synced,
      account.state = 'enabled' and assignee.object_id is not null as will_be_synced,
      case when assignee.object_id is null and within.object_id is not null then 'nested-group-only'
        when assignee.object_id is null then 'not-assigned'
        when account.state = 'disabled' then 'disabled' else assignee.how end as because,
      coalesce(assignee.app_roles, '{}') as app_roles
    from directory_account account
    join readable on readable.connection_id = account.connection_id
    left join assignee on assignee.connection_id = account.connection_id and assignee.object_id = account.object_id
    left join within on within.connection_id = account.connection_id and within.object_id = account.object_id
    where account.workspace_id = $1 and account.state in ('enabled', 'disabled')
  )`;

/** The externalIds of SCIM's active users, to be joined: asked of each account alone, a table without statistics is read as often. */
export const PROVISIONED = `select distinct scim_user.external_id from scim_user
  where scim_user.workspace_id = $1 and scim_user.active and scim_user.deleted_at is null and scim_user.external_id is not null`;

/** Whom the scope would sync instead of SCIM's active users (matched by externalId = object id). */
const scopeTakesOver = `with readable as (
    select directory_connection.id as connection_id from directory_connection
    where directory_connection.workspace_id = $1 and directory_connection.removed_at is null
      and directory_connection.last_complete_run_id is not null
  ), standing as (
    select account.connection_id, account.object_id, account.state,
      provisioned.external_id is not null as is_synced,
      account.in_scope as will_be_synced,
      case when account.in_scope then 'in-scope' else 'out-of-scope' end as because,
      '{}'::text[] as app_roles
    from directory_account account
    join readable on readable.connection_id = account.connection_id
    left join (${PROVISIONED}) as provisioned on provisioned.external_id = account.object_id::text
    where account.workspace_id = $1 and account.state in ('enabled', 'disabled')
  )`;

/**
 * Common table expressions that end in `outlook`: every account that is synced now or would be, with what becomes of it.
 * Parameters: $1 the workspace, $2 the present, whose day tells who has left. Matching people by employee id and address is
 * enough to point at an account; who a leaver's accounts are is for reconciliation to say.
 */
export function outlookOf(turnTo: 'off' | 'on'): string {
  return `${turnTo === 'on' ? scimTakesOver : scopeTakesOver}, changing as (
    select standing.*, case when not standing.is_synced then 'appears' when standing.will_be_synced then 'stays' else 'disappears' end as change
    from standing where standing.is_synced or standing.will_be_synced
  ), person_of as (
    select account.connection_id, account.object_id, person.id as person_id
    from directory_account account
    join person on person.workspace_id = account.workspace_id and person.employee_id = account.employee_id
    where account.workspace_id = $1
    union
    select account.connection_id, account.object_id, person.id
    from directory_account account
    cross join lateral unnest(account.address_keys) as address (key)
    join person on person.workspace_id = account.workspace_id and person.email_key = address.key
    where account.workspace_id = $1
  ), employment as (
    select person_of.connection_id, person_of.object_id,
      bool_or(period.ended_to is null and coalesce(period.last_day, period.end_date, 'infinity'::date)
        >= ($2::timestamptz at time zone workspace.time_zone)::date) as goes_on
    from person_of
    join workspace on workspace.workspace_id = $1
    join employment_period period on period.workspace_id = workspace.workspace_id and period.person_id = person_of.person_id
    group by person_of.connection_id, person_of.object_id
  ), outlook as (
    select changing.change, changing.connection_id, changing.object_id, changing.because, changing.app_roles,
      account.display_name, account.user_principal_name,
      array_remove(array[
        case when not employment.goes_on then 'left-employment' end,
        case when employment.goes_on is null and exists (select 1 from person where person.workspace_id = $1) then 'no-person' end,
        case when lower(account.user_type) = 'guest' then 'guest' end], null) as notes
    from changing
    join directory_account account on account.workspace_id = $1 and account.connection_id = changing.connection_id
      and account.object_id = changing.object_id
    left join employment on employment.connection_id = changing.connection_id and employment.object_id = changing.object_id
  )`;
}

/** Who would appear, disappear and stay if the switch were turned to that state, in numbers and as a hash over the accounts. */
export async function readOutlook(q: Queryable, workspaceId: WorkspaceId, { turnTo, at }: OutlookAsked): Promise<Outlook> {
  const { rows } = await q.query<Outlook & { readonly tallies: readonly (Tally & { readonly of: 'change' | 'note' | 'reason' })[] }>(
    `${outlookOf(turnTo)}, tally as (
       select 'change' as "of", outlook.change, outlook.change as what, count(*) as accounts from outlook group by outlook.change
       union all
       select 'reason', outlook.change, outlook.because, count(*) from outlook group by outlook.change, outlook.because
       union all
       select 'note', outlook.change, note.name, count(*)
       from outlook cross join lateral unnest(outlook.notes) as note (name) group by outlook.change, note.name
     )
     select
       (select encode(sha256(convert_to(coalesce(string_agg(line.text, E'\\n' order by line.text collate "C"), ''), 'UTF8')), 'hex')
        from outlook cross join lateral (
          select concat_ws(' ', outlook.change, outlook.connection_id || '/' || outlook.object_id, outlook.because,
            array_to_string(outlook.notes, ',')) as text
        ) as line) as "accountsSha256",
       (select count(*) from standing where standing.because = 'nested-group-only') as "nestedOnly",
       (select coalesce(jsonb_agg(to_jsonb(tally) order by tally.change, tally.what), '[]') from tally) as tallies`,
    [workspaceId, at],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('an aggregate has one row');
  const of = (wanted: 'change' | 'note' | 'reason') =>
    row.tallies.filter((tally) => tally.of === wanted).map(({ of: _of, ...tally }) => tally);
  const counted = new Map(of('change').map(({ change, accounts }) => [change, accounts]));
  const counts = Object.fromEntries(changes.map((change) => [change, counted.get(change) ?? 0])) as Record<Change, number>;
  return { accountsSha256: row.accountsSha256, nestedOnly: row.nestedOnly, counts, reasons: of('reason'), notes: of('note') };
}

/**
 * What the assignments' app roles would bring to those who would be synced, in the source that the workspace asks first: which
 * attribute Entra's mapping writes is not to be seen from here. Somebody with two app roles counts in both.
 */
export async function readRoleOutlook(q: Queryable, workspaceId: WorkspaceId): Promise<readonly RoleOutlook[]> {
  const { rows } = await q.query<RoleOutlook>(
    `${scimTakesOver}, held as (
       select distinct assigned.connection_id, assigned.object_id, assigned.app_role_value from assigned
     ), outlook as (
       select held.app_role_value as app_role, count(*) as people
       from standing
       join held on held.connection_id = standing.connection_id and held.object_id = standing.object_id
       where standing.will_be_synced
       group by held.app_role_value
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
