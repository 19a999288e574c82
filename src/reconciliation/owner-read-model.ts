import { caseFolded, type WorkspaceId } from '../kernel/index.ts';
import { instantText, type Queryable } from '../platform/index.ts';
import type { OwnerFacts } from './owner-facts.ts';

/** Owners' identities, and the accounts of them in their directories. */
const identities = `
  from owner
  join owner_person on owner_person.workspace_id = owner.workspace_id and owner_person.owner_id = owner.id and owner_person.ended_at is null
  join directory_connection as connection on connection.workspace_id = $1 and connection.tenant_id = owner_person.tenant_id
    and connection.removed_at is null and connection.last_complete_run_id is not null
  join directory_account as account on account.workspace_id = $1 and account.connection_id = connection.id
    and account.object_id = owner_person.object_id
  where owner.workspace_id = $1 and owner.ended_at is null`;

/**
 * Whose accounts are whose: an identity's own accounts count before those that are linked to the person of the roster; who the person
 * of the roster is, the naming says before any link does.
 */
const namedWithAccounts = `
  with named as (
    select owner.id as owner_id, owner_person.id as naming_id, owner_person.record_id, owner_person.tenant_id, owner_person.object_id,
      owner_person.person_id
    from owner
    join owner_person on owner_person.workspace_id = owner.workspace_id and owner_person.owner_id = owner.id
      and owner_person.ended_at is null
    where owner.workspace_id = $1 and owner.ended_at is null
  ), link as (
    select account_link.person_id, account_link.system, account_link.account_id
    from account_link
    where account_link.workspace_id = $1 and account_link.ended_at is null and account_link.standing = 'linked'
  ), own_directory as (
    select owner.id as owner_id, account.account_id ${identities}
  ), own_account as (
    select own_directory.owner_id, 'directory' as system, own_directory.account_id from own_directory
    union
    select named.owner_id, 'scim', found.id
    from named
    left join own_directory on own_directory.owner_id = named.owner_id
    left join unnest($2::uuid[], $3::text[]) as signs_in_as (account_id, name_key) on signs_in_as.account_id = own_directory.account_id
    cross join lateral scim_user_of($1, named.tenant_id, named.object_id, signs_in_as.name_key) as found
    where named.object_id is not null
  ), human as (
    select named.owner_id, named.person_id from named where named.person_id is not null
    union
    select named.owner_id, link.person_id
    from named
    join own_account on own_account.owner_id = named.owner_id
    join link on link.system = own_account.system and link.account_id = own_account.account_id
    where named.person_id is null
  ), account as (
    select own_account.owner_id, own_account.system, own_account.account_id from own_account
    union
    select human.owner_id, link.system, link.account_id
    from human
    join link on link.person_id = human.person_id
    where not exists (select from own_account where own_account.owner_id = human.owner_id and own_account.system = link.system)
  )`;

/** What is known of them, a row each for those of whom anything is. */
const knownOf = `
  scim as (
    select account.owner_id, jsonb_agg(jsonb_build_object('accountId', scim_user.id,
        'state', case when scim_user.deleted_at is not null then 'deleted' when scim_user.active then 'active' else 'inactive' end,
        'since', ${instantText('coalesce(state.at, scim_user.created_at)')}, 'recordId', state.record_id) order by scim_user.id) as users
    from account
    join scim_user on scim_user.workspace_id = $1 and scim_user.id = account.account_id
    left join lateral (
      select scim_user_state.at, scim_user_state.record_id from scim_user_state
      where scim_user_state.workspace_id = $1 and scim_user_state.scim_user_id = scim_user.id
      order by scim_user_state.version desc
      limit 1
    ) as state on true
    where account.system = 'scim'
    group by account.owner_id
  ), directory as (
    select account.owner_id, jsonb_agg(jsonb_build_object('accountId', seen.account_id, 'connectionId', seen.connection_id,
        'state', stretch.state, 'since', ${instantText('stretch.observed_at')}, 'recordId', stretch.record_id)
        order by seen.account_id) as accounts
    from account
    join directory_account as seen on seen.workspace_id = $1 and seen.account_id = account.account_id
    join directory_connection as connection on connection.workspace_id = $1 and connection.id = seen.connection_id
      and connection.removed_at is null and connection.last_complete_run_id is not null
    join directory_observation as stretch on stretch.workspace_id = $1 and stretch.connection_id = seen.connection_id
      and stretch.object_id = seen.object_id and stretch.confirmed_until is null
    where account.system = 'directory'
    group by account.owner_id
  ), employed as (
    select human.owner_id, jsonb_agg(jsonb_build_object('id', period.id, 'startDate', period.start_date, 'endDate', period.end_date,
        'lastDay', period.last_day, 'timeZone', period.time_zone, 'site', period.site, 'status', period.status, 'workerType', period.worker_type,
        'endedBetween', case when period.ended_to is not null then
          jsonb_build_object('earliest', ${instantText('period.ended_from')}, 'latest', ${instantText('period.ended_to')}) end,
        'droppedAt', case when person.listing = 'dropped' then ${instantText('person.unlisted_to')} end,
        'droppedRecordId', case when person.listing = 'dropped' then person.unlisted_record_id end, 'recordId', period.record_id)
        order by period.start_date) as periods
    from human
    join person on person.workspace_id = $1 and person.id = human.person_id
    join employment_period as period on period.workspace_id = $1 and period.person_id = human.person_id
    group by human.owner_id
  )`;

/** The persons named as present owners with their accounts and employment periods. */
export async function ownerFacts(q: Queryable, workspaceId: WorkspaceId): Promise<readonly OwnerFacts[]> {
  const { rows: own } = await q.query<{ id: string; name: string }>(
    `select account.account_id as id, account.user_principal_name as name ${identities}`,
    [workspaceId],
  );
  const { rows } = await q.query<OwnerFacts>(
    `${namedWithAccounts}, ${knownOf}
     select named.owner_id as "ownerId", named.naming_id as "namingId", named.record_id as "namingRecordId",
       coalesce(scim.users, '[]'::jsonb) as scim, coalesce(directory.accounts, '[]'::jsonb) as directory,
       coalesce(employed.periods, '[]'::jsonb) as periods
     from named
     left join scim on scim.owner_id = named.owner_id
     left join directory on directory.owner_id = named.owner_id
     left join employed on employed.owner_id = named.owner_id
     order by named.owner_id`,
    [workspaceId, own.map(({ id }) => id), own.map(({ name }) => caseFolded(name))],
  );
  return rows;
}
