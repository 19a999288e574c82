import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { ConnectionFacts, PersonFacts, UnmatchedFacts } from './unit-facts.ts';

/** An instant within JSON, in the form that every room reads. */
export function instantText(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** The assignments of the provisioned application, a user's own and a group's to each of its members. */
const heldAssignments = `
      select assignment.connection_id, assignment.principal_id as object_id, assignment.app_role_value as role
      from directory_app_assignment as assignment
      where assignment.workspace_id = $1
      union
      select member.connection_id, member.member_id, assignment.app_role_value
      from directory_app_assignment as assignment
      join directory_group_member as member
        on member.workspace_id = assignment.workspace_id and member.connection_id = assignment.connection_id
        and member.group_id = assignment.principal_id
      where assignment.workspace_id = $1`;

/** What is known of every account: its stretches and assignment. Accounts of a connection without a complete run do not exist here (I8). */
const accountFacts = `
  assigned as (
    select held.connection_id, held.object_id, coalesce(jsonb_agg(distinct held.role) filter (where held.role <> ''), '[]'::jsonb) as roles
    from (${heldAssignments}) as held
    group by held.connection_id, held.object_id
  ),
  directory_timeline as (
    select stretch.connection_id, stretch.object_id,
           jsonb_agg(jsonb_build_object(
             'state', stretch.state, 'from', ${instantText('coalesce(exact.at, stretch.observed_at)')},
             'to', ${instantText('stretch.confirmed_until')},
             'isExact', exact.at is not null
               or (stretch.state = 'soft_deleted' and stretch.not_before is not distinct from stretch.observed_at),
             'recordId', stretch.record_id, 'exactRecordId', exact.record_id
           ) order by stretch.ordinal) as stretches
    from directory_observation as stretch
    left join directory_exact_end as exact
      on exact.workspace_id = stretch.workspace_id and exact.connection_id = stretch.connection_id
      and exact.object_id = stretch.object_id and exact.ordinal = stretch.ordinal
    where stretch.workspace_id = $1
    group by stretch.connection_id, stretch.object_id
  ),
  directory_fact as (
    select account.account_id, account.object_id::text as object_id, account.state, account.in_scope,
           jsonb_build_object('accountId', account.account_id, 'connectionId', account.connection_id,
                              'isAssigned', assigned.object_id is not null,
                              'roleValues', coalesce(assigned.roles, '[]'::jsonb), 'stretches', timeline.stretches) as fact
    from directory_account as account
    join directory_connection as connection
      on connection.workspace_id = account.workspace_id and connection.id = account.connection_id
    join directory_timeline as timeline on timeline.connection_id = account.connection_id and timeline.object_id = account.object_id
    left join assigned on assigned.connection_id = account.connection_id and assigned.object_id = account.object_id
    where account.workspace_id = $1 and connection.last_complete_run_id is not null
  ),
  scim_timeline as (
    select state.scim_user_id,
           jsonb_agg(jsonb_build_object('active', state.active, 'deleted', state.deleted, 'from', ${instantText('state.at')},
                                        'recordId', state.record_id) order by state.version) as stretches
    from scim_user_state as state
    where state.workspace_id = $1
    group by state.scim_user_id
  ),
  scim_role as (
    -- Many users claim the same: it is decided once for each thing that is claimed.
    select claim.role_claims, jsonb_build_object('because', decided.because, 'claimed', decided.value) as role
    from (select distinct scim_user.role_claims from scim_user where scim_user.workspace_id = $1) as claim
    cross join lateral decide_role($1, claim.role_claims) as decided
  ),
  scim_fact as (
    select scim_user.id as account_id, coalesce(known.object_id, signed_in.object_id, lower(scim_user.external_id)) as object_id,
           scim_user.active and scim_user.deleted_at is null as is_active,
           jsonb_build_object('accountId', scim_user.id, 'stretches', coalesce(timeline.stretches, '[]'::jsonb),
                              'role', scim_role.role) as fact
    from scim_user
    join scim_role on scim_role.role_claims = scim_user.role_claims
    left join scim_timeline as timeline on timeline.scim_user_id = scim_user.id
    -- Without an externalId that is an object id, the object id of whoever signed in as the user.
    left join (select distinct directory_fact.object_id from directory_fact) as known on known.object_id = lower(scim_user.external_id)
    left join (
      select identity_link.scim_user_id, min(identity_link.object_id::text) as object_id
      from identity_link
      where identity_link.workspace_id = $1
      group by identity_link.scim_user_id
    ) as signed_in on signed_in.scim_user_id = scim_user.id
    where scim_user.workspace_id = $1
  ),
  standing as (
    select link.person_id, link.system, link.account_id,
           jsonb_build_object('standing', link.standing, 'rule', link.rule, 'recordId', link.record_id) as link
    from account_link as link
    where link.workspace_id = $1 and link.ended_at is null and link.standing <> 'barred'
  )`;

/** The employment periods of every person. */
const employed = `
  employed as (
    select period.person_id,
           jsonb_agg(jsonb_build_object(
             'id', period.id, 'startDate', period.start_date, 'endDate', period.end_date, 'lastDay', period.last_day,
             'timeZone', period.time_zone, 'status', period.status, 'workerType', period.worker_type,
             'endedBetween', case when period.ended_to is not null then
               jsonb_build_object('earliest', ${instantText('period.ended_from')}, 'latest', ${instantText('period.ended_to')}) end,
             'recordId', period.record_id
           ) order by period.start_date) as periods
    from employment_period as period
    where period.workspace_id = $1
    group by period.person_id
  )`;

/** Every person of the roster with their employment periods and accounts. */
export async function personFacts(q: Queryable, workspaceId: WorkspaceId): Promise<readonly PersonFacts[]> {
  const { rows } = await q.query<PersonFacts>(
    `with ${accountFacts},
     ${employed},
     held_directory as (
       select standing.person_id,
              jsonb_agg(fact.fact || jsonb_build_object('link', standing.link) order by fact.account_id) as accounts
       from standing
       join directory_fact as fact on fact.account_id = standing.account_id
       where standing.system = 'directory'
       group by standing.person_id
     ),
     held_scim as (
       select standing.person_id,
              jsonb_agg(fact.fact || jsonb_build_object('link', standing.link) order by fact.account_id) as accounts
       from standing
       join scim_fact as fact on fact.account_id = standing.account_id
       where standing.system = 'scim'
       group by standing.person_id
     )
     select employed.person_id as "personId", person.listing = 'dropped' as "isDropped", employed.periods, coalesce(held_directory.accounts, '[]'::jsonb) as directory,
            coalesce(held_scim.accounts, '[]'::jsonb) as scim
     from employed
     join person on person.workspace_id = $1 and person.id = employed.person_id
     left join held_directory on held_directory.person_id = employed.person_id
     left join held_scim on held_scim.person_id = employed.person_id
     order by employed.person_id`,
    [workspaceId],
  );
  return rows;
}

/**
 * Accounts for which no person answers and that may still let somebody in: a directory account with the SCIM user that carries
 * its object id or through which it signed in, or a SCIM user alone. Accounts that are classed as nobody's own are among them in any
 * state. The connection's scope counts while the SCIM switch is off, and for nothing once it is on (I6).
 */
export async function unmatchedFacts(q: Queryable, workspaceId: WorkspaceId): Promise<readonly UnmatchedFacts[]> {
  const { rows } = await q.query<UnmatchedFacts>(
    `with ${accountFacts},
     free_directory as (
       select fact.*
       from directory_fact as fact
       where not exists (select from standing where standing.system = 'directory' and standing.account_id = fact.account_id)
     ),
     free_scim as (
       select fact.*
       from scim_fact as fact
       where not exists (select from standing where standing.system = 'scim' and standing.account_id = fact.account_id)
     ),
     ${employed},
     exclusion as (
       select classification.account_id,
              jsonb_build_object('recordIds', jsonb_build_array(classification.record_id, classification.approval_record_id),
                                 'ownerPeriods', coalesce(employed.periods, '[]'::jsonb)) as fact
       from account_classification as classification
       left join employed on employed.person_id = classification.owner_person_id
       where classification.workspace_id = $1 and classification.approved_at is not null and classification.ended_at is null
     ),
     switch as (
       select scim_switch.state = 'on' as is_on from scim_switch where scim_switch.workspace_id = $1
     )
     select case when directory.account_id is null then '[]'::jsonb
                 else jsonb_build_array(directory.fact || jsonb_build_object('link', null)) end as directory,
            case when scim.account_id is null then '[]'::jsonb
                 else jsonb_build_array(scim.fact || jsonb_build_object('link', null)) end as scim,
            exclusion.fact as exclusion
     from free_directory as directory
     full join free_scim as scim on scim.object_id = directory.object_id
     -- What is said of a directory account holds for its SCIM user; what is said of the user alone says nothing of the account.
     left join exclusion on exclusion.account_id = coalesce(directory.account_id, scim.account_id)
     where scim.is_active
        or exclusion.account_id is not null
        or (directory.state in ('enabled', 'vanished')
            and (directory.in_scope or scim.account_id is not null or coalesce((select switch.is_on from switch), false)))
     order by coalesce(directory.account_id, scim.account_id), scim.account_id`,
    [workspaceId],
  );
  return rows;
}

/** The directory connections of a workspace, removed ones included. */
export async function connectionFacts(q: Queryable, workspaceId: WorkspaceId): Promise<readonly ConnectionFacts[]> {
  const { rows } = await q.query<ConnectionFacts>(
    `select connection.id, connection.last_complete_requested_at as "lastCompleteAt", connection.removed_at as "removedAt",
            connection.scim_app_id is not null as "readsAssignments"
     from directory_connection as connection
     where connection.workspace_id = $1`,
    [workspaceId],
  );
  return rows;
}

export async function workspaceZone(q: Queryable, workspaceId: WorkspaceId): Promise<string> {
  const { rows } = await q.query<{ zone: string }>('select workspace.time_zone as zone from workspace where workspace.workspace_id = $1', [
    workspaceId,
  ]);
  return rows[0]?.zone ?? 'UTC';
}
