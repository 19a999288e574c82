import type { System } from './report-population.ts';

/**
 * By whom HR has told, in the latest zone of the earth, to be gone when; null of whoever stays or has not begun. Nobody knows when somebody left
 * of whom it is asked still. To group by: a person with their periods; `$5` is the evaluation.
 */
export const leavesBy = `
  case when person.listing = 'dropped' then 'infinity'::timestamptz
       when bool_and(coalesce(period.last_day, period.end_date) is not null or period.ended_to is not null)
              filter (where ${hasBegun()})
         then max(coalesce((coalesce(period.last_day, period.end_date) + 1)::timestamp at time zone 'UTC' + interval '12 hours', period.ended_to))
              filter (where ${hasBegun()})
  end`;

/** Everywhere on earth. */
function hasBegun(): string {
  return `period.start_date::timestamp at time zone 'UTC' + interval '12 hours' <= $5::timestamptz`;
}

/** Which stretches of the account prove it unusable at the end or after it, and which show use that a run has seen: by their number, in order. */
const stretches: Readonly<Record<System, string>> = {
  directory: `
    select stretch.ordinal, stretch.state in ('disabled', 'soft_deleted', 'hard_deleted')
             and greatest(stretch.seen_from, coalesce(stretch.confirmed_until, account.confirmed_until)) >= claimed.leaves_by as is_off,
           stretch.state = 'enabled' and stretch.observed_at <= last_run.as_of as is_seen_on
    from directory_observation as stretch
    where stretch.workspace_id = $1 and stretch.connection_id = account.connection_id and stretch.object_id = account.object_id::uuid`,
  scim: `
    select state.version as ordinal,
           (state.deleted or not state.active)
             and coalesce(lead(state.at) over (order by state.version), $5::timestamptz) >= claimed.leaves_by as is_off,
           state.active and not state.deleted and state.at <= last_run.as_of as is_seen_on
    from scim_user_state as state
    where state.workspace_id = $1 and state.scim_user_id = account.account_id`,
};

/**
 * Accounts that stay whose they were although their identifiers speak of somebody else by now: what somebody had who leaves, until it has been
 * seen off after their end, and was not used again while it was theirs as far as a run has seen; or until a human decides (M0). From
 * `SYSTEM`, `SYSTEM_pair`, `roster`, `standing` and `last_run`; those that are contested are few, so that each is looked up.
 */
export function keptLinks(system: System): string {
  return `
${system}_claimed as materialized (
  select distinct standing.account_id, standing.person_id, standing.rule, roster.leaves_by
  from standing
  join roster on roster.person_id = standing.person_id and roster.leaves_by is not null
  join ${system}_pair as pair
    on pair.account_id = standing.account_id and pair.person_id <> standing.person_id and pair.rule = pair.first_rule and pair.rule <> 'M0'
  where standing.system = '${system}' and standing.standing = 'linked'
),
${system}_kept as materialized (
  select claimed.account_id, claimed.person_id, claimed.rule
  from ${system}_claimed as claimed
  join ${system} as account on account.account_id = claimed.account_id
  cross join last_run
  where not (
    select coalesce(max(known.ordinal) filter (where known.is_off), 0) > coalesce(max(known.ordinal) filter (where known.is_seen_on), 0)
    from (${stretches[system]}) as known
  )
)`;
}
