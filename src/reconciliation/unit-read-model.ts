import type { WorkspaceId } from '../kernel/index.ts';
import { instantText, type Queryable } from '../platform/index.ts';
import type { FreeUnit } from './population-read-model.ts';
import type { OpenFinding } from './plan-findings.ts';
import type { ConnectionFacts, PersonFacts, ScimFacts, ScimRole, UnmatchedFacts } from './unit-facts.ts';

/**
 * What is known of a directory account, looked up by its key: its stretches, and its assignments to the provisioned application, its own and
 * those of its groups. Accounts of a connection without a complete run do not exist here (I8).
 */
const directorySources = `
  join directory_connection as connection
    on connection.workspace_id = account.workspace_id and connection.id = account.connection_id and connection.last_complete_run_id is not null
  cross join lateral (
    select json_agg(json_build_object(
             'state', stretch.state, 'from', ${instantText('coalesce(exact.at, stretch.observed_at)')},
             'seenFrom', ${instantText('stretch.seen_from')},
             'to', ${instantText('stretch.confirmed_until')},
             'isExact', exact.at is not null
               or (stretch.state = 'soft_deleted' and stretch.seen_from = stretch.observed_at),
             'recordId', stretch.record_id, 'exactRecordId', exact.record_id
           ) order by stretch.ordinal) as stretches
    from directory_observation as stretch
    left join lateral (
      -- Set apart, so that the keys reach into the view: it would else be worked out for every account.
      select told.at, told.record_id
      from directory_exact_end as told
      where stretch.state in ('disabled', 'hard_deleted')
        and told.workspace_id = stretch.workspace_id and told.connection_id = stretch.connection_id
        and told.object_id = stretch.object_id and told.ordinal = stretch.ordinal
      offset 0
    ) as exact on true
    where stretch.workspace_id = account.workspace_id and stretch.connection_id = account.connection_id
      and stretch.object_id = account.object_id
  ) as timeline
  cross join lateral (
    select count(*) > 0 as is_assigned, coalesce(array_agg(distinct held.role) filter (where held.role <> ''), '{}') as roles
    from (
      select assignment.app_role_value as role
      from directory_app_assignment as assignment
      where assignment.workspace_id = account.workspace_id and assignment.connection_id = account.connection_id
        and assignment.principal_id = account.object_id
      union all
      select assignment.app_role_value
      from directory_group_member as member
      join directory_app_assignment as assignment
        on assignment.workspace_id = member.workspace_id and assignment.connection_id = member.connection_id
        and assignment.principal_id = member.group_id
      where member.workspace_id = account.workspace_id and member.connection_id = account.connection_id
        and member.member_id = account.object_id
    ) as held
  ) as assigned`;

const directoryFact = (link: string) => `json_build_object(
  'accountId', account.account_id, 'connectionId', account.connection_id, 'isAssigned', assigned.is_assigned,
  'roleValues', to_json(assigned.roles), 'stretches', timeline.stretches, 'link', ${link})`;

const scimSources = `
  cross join lateral (
    select json_agg(json_build_object('active', state.active, 'deleted', state.deleted, 'from', ${instantText('state.at')},
                                      'recordId', state.record_id) order by state.version) as stretches
    from scim_user_state as state
    where state.workspace_id = scim_user.workspace_id and state.scim_user_id = scim_user.id
  ) as timeline`;

/** The claims instead of the role: many users claim the same, so it is decided once for each thing that is claimed. */
const scimFact = (link: string) => `json_build_object(
  'accountId', scim_user.id, 'stretches', coalesce(timeline.stretches, '[]'::json), 'claims', scim_user.role_claims::text, 'link', ${link})`;

const linkFact = `json_build_object('standing', link.standing, 'rule', link.rule, 'recordId', link.record_id)`;

/**
 * The person's links first, and then each account by its key. Both are fenced (`offset 0`), and no index of present links is used: without
 * statistics PostgreSQL takes either for nearly empty, and would walk all of a workspace's links, or accounts, for each person.
 */
const standingLinks = (system: 'directory' | 'scim') => `
  select link.account_id, ${linkFact} as link
  from account_link as link
  where link.workspace_id = $1 and link.person_id = person.id and link.system = '${system}' and link.standing <> 'barred'
    and coalesce(link.ended_at, 'infinity') = 'infinity'
  offset 0`;

/**
 * What the present row says, as far as a run needs to know it. Rows are looked up by whole indexes, and none that holds open rows alone: while
 * a run fills the table, PostgreSQL takes those for nearly empty and would read all of a workspace through one.
 */
const openFact = `json_build_object(
  'id', finding.id, 'unitKind', finding.unit_kind, 'unitId', finding.unit_id, 'rule', finding.rule, 'verdict', finding.verdict,
  'effect', finding.effect, 'effects', finding.effects, 'digest', encode(finding.digest, 'hex'),
  'contentHash', encode(finding.content_hash, 'hex'),
  -- The accounts that the present verdict holds to a privileged role.
  'privilegedBy', case when finding.vector ->> 'privileged' = 'YES'
                  then jsonb_path_query_array(finding.systems, '$[*] ? (@.standing == "linked").accountId') end)`;

const periodFact = `json_build_object(
  'id', period.id, 'startDate', period.start_date, 'endDate', period.end_date, 'lastDay', period.last_day,
  'timeZone', period.time_zone, 'site', period.site, 'status', period.status, 'workerType', period.worker_type,
  'endedBetween', case when period.ended_to is not null then
    json_build_object('earliest', ${instantText('period.ended_from')}, 'latest', ${instantText('period.ended_to')}) end,
  'recordId', period.record_id)`;

/** A person with the present verdicts on their employments, by the period's id. */
export type PersonUnits = PersonFacts & { readonly open: Readonly<Record<string, OpenFinding>> };

/** An account without a person, with its present verdict. */
export type FreeUnitFacts = UnmatchedFacts & { readonly open: OpenFinding | null };

/** A SCIM user whose claim of a role is still to be decided. */
type Claiming = Omit<ScimFacts, 'role'> & { readonly claims: string };
type Undecided<Facts> = Omit<Facts, 'scim'> & { readonly scim: readonly Claiming[] };

/** People with their employment periods and accounts, in the order of the ids; whoever has no employment period is left out. */
export async function personFacts(q: Queryable, workspaceId: WorkspaceId, personIds: readonly string[]): Promise<readonly PersonUnits[]> {
  const { rows } = await q.query<Undecided<PersonUnits>>(
    {
      text: `select person.id as "personId", person.listing = 'dropped' as "isDropped", employed.periods, judged.open,
            coalesce(directory.accounts, '[]'::json) as directory, coalesce(scim.accounts, '[]'::json) as scim
     from unnest($2::uuid[]) with ordinality as chosen (id, n)
     join person on person.workspace_id = $1 and person.id = chosen.id
     cross join lateral (
       select json_agg(${periodFact} order by period.start_date) as periods
       from employment_period as period
       where period.workspace_id = $1 and period.person_id = person.id
       having count(*) > 0
     ) as employed
     cross join lateral (
       select coalesce(json_object_agg(finding.unit_id, ${openFact}), '{}'::json) as open
       from finding
       where finding.workspace_id = $1 and finding.person_id = person.id and coalesce(finding.closed_at, 'infinity') = 'infinity'
     ) as judged
     cross join lateral (
       select json_agg(${directoryFact('held.link')} order by account.account_id) filter (where timeline.stretches is not null) as accounts
       from (${standingLinks('directory')}) as held
       cross join lateral (
         select account.workspace_id, account.account_id, account.connection_id, account.object_id
         from directory_account as account
         where account.workspace_id = $1 and account.account_id = held.account_id
         offset 0
       ) as account
       ${directorySources}
     ) as directory
     cross join lateral (
       select json_agg(${scimFact('held.link')} order by scim_user.id) as accounts
       from (${standingLinks('scim')}) as held
       cross join lateral (
         select scim_user.workspace_id, scim_user.id, scim_user.role_claims
         from scim_user
         where scim_user.workspace_id = $1 and scim_user.id = held.account_id
         offset 0
       ) as scim_user
       ${scimSources}
     ) as scim
     order by chosen.n`,
    },
    [workspaceId, personIds],
  );
  return withRoles(q, workspaceId, rows);
}

/** What is known of accounts for which no person answers, in the order given. */
export async function unmatchedFacts(
  q: Queryable,
  workspaceId: WorkspaceId,
  units: readonly FreeUnit[],
): Promise<readonly FreeUnitFacts[]> {
  const { rows } = await q.query<Undecided<FreeUnitFacts>>(
    {
      text: `select coalesce(directory.accounts, '[]'::json) as directory, coalesce(scim.accounts, '[]'::json) as scim,
            exclusion.fact as exclusion, case when finding.id is not null then ${openFact} end as open
     from rows from (jsonb_to_recordset($2::jsonb) as ("findingId" uuid, "directoryId" uuid, "scimIds" uuid[])) with ordinality
            as chosen ("findingId", "directoryId", "scimIds", n)
     left join finding on finding.workspace_id = $1 and finding.id = chosen."findingId"
     cross join lateral (
       select json_agg(${directoryFact('null')}) filter (where timeline.stretches is not null) as accounts
       from directory_account as account
       ${directorySources}
       where account.workspace_id = $1 and account.account_id = chosen."directoryId"
     ) as directory
     cross join lateral (
       select json_agg(${scimFact('null')} order by scim_user.id) as accounts
       from scim_user
       ${scimSources}
       where scim_user.workspace_id = $1 and scim_user.id = any (chosen."scimIds")
     ) as scim
     -- What is said of a directory account holds for its SCIM user; what is said of the user alone says nothing of the account.
     left join lateral (
       select json_build_object('recordIds', json_build_array(classification.record_id, classification.approval_record_id),
                                'ownerPeriods', coalesce(owner.periods, '[]'::json)) as fact
       from account_classification as classification
       cross join lateral (
         select json_agg(${periodFact} order by period.start_date) as periods
         from employment_period as period
         where period.workspace_id = $1 and period.person_id = classification.owner_person_id
       ) as owner
       where classification.workspace_id = $1 and classification.account_id = coalesce(chosen."directoryId", chosen."scimIds"[1])
         and classification.approved_at is not null and classification.ended_at is null
     ) as exclusion on true
     order by chosen.n`,
    },
    [workspaceId, JSON.stringify(units)],
  );
  return withRoles(q, workspaceId, rows);
}

async function withRoles<Facts extends { readonly scim: readonly Claiming[] }>(
  q: Queryable,
  workspaceId: WorkspaceId,
  rows: readonly Facts[],
) {
  const claims = new Set(rows.flatMap(({ scim }) => scim.map((user) => user.claims)));
  const roles = await decideRoles(q, workspaceId, [...claims]);
  return rows.map(({ scim, ...row }) => ({ ...row, scim: scim.map((user) => withRole(user, roles)) }));
}

function withRole({ claims, ...user }: Claiming, roles: ReadonlyMap<string, ScimRole>): ScimFacts {
  const role = roles.get(claims);
  if (role === undefined) throw new Error('no workspace decides what is claimed');
  return { ...user, role };
}

/** What each of the claims comes to by the catalogue. */
async function decideRoles(q: Queryable, workspaceId: WorkspaceId, claims: readonly string[]): Promise<ReadonlyMap<string, ScimRole>> {
  const { rows } = await q.query<{ claims: string; role: ScimRole }>(
    `select claim.claims, json_build_object('because', decided.because, 'claimed', decided.value) as role
     from unnest($2::text[]) as claim (claims)
     cross join lateral decide_role($1, claim.claims::jsonb) as decided`,
    [workspaceId, claims],
  );
  return new Map(rows.map((row) => [row.claims, row.role]));
}

/** The directory connections of a workspace, removed ones included. */
export async function connectionFacts(q: Queryable, workspaceId: WorkspaceId): Promise<readonly ConnectionFacts[]> {
  const { rows } = await q.query<ConnectionFacts>(
    `select connection.id, connection.last_complete_requested_at as "lastCompleteAt",
            connection.confirmed_until as "confirmedUntil", connection.removed_at as "removedAt",
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
