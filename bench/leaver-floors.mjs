import { createHash, randomUUID } from 'node:crypto';
import { NOW } from './leaver-population.mjs';

/** Instants as the classification needs them. */
const END = `((period.end_date + 1)::timestamp at time zone period.time_zone)`;
const DEADLINE = `(${END} + interval '24 hours')`;

/** What both floors read: each employment period and each account that is nobody's, with what its two accounts show. */
const FACTS = `
  seen as (
    select stretch.object_id, (array_agg(stretch.state order by stretch.ordinal desc))[1] as state,
           max(coalesce(stretch.confirmed_until, '${NOW}'::timestamptz - interval '15 minutes')) filter (where stretch.state = 'enabled') as usable,
           min(stretch.observed_at) filter (where stretch.state <> 'enabled') as unusable, array_agg(stretch.record_id order by stretch.ordinal) as records
    from directory_observation as stretch where stretch.workspace_id = $1 group by stretch.object_id
  ),
  told as (
    select state.scim_user_id, (array_agg(state.active order by state.version desc))[1] as active,
           min(state.at) filter (where not state.active) as unusable, array_agg(state.record_id order by state.version) as records
    from scim_user_state as state where state.workspace_id = $1 group by state.scim_user_id
  ),
  directory as (
    select account.account_id, account.object_id::text as object_id, account.state, seen.usable, seen.unusable, seen.records,
           assignment.principal_id is not null as assigned, link.person_id, link.rule, link.record_id
    from directory_account as account
    join seen on seen.object_id = account.object_id
    left join directory_app_assignment as assignment on assignment.workspace_id = $1 and assignment.principal_id = account.object_id
    left join account_link as link on link.workspace_id = $1 and link.system = 'directory' and link.account_id = account.account_id and link.ended_at is null
    where account.workspace_id = $1
  ),
  scim as (
    select scim_user.id as account_id, scim_user.external_id, told.active, told.unusable, told.records, link.person_id, link.rule, link.record_id
    from scim_user
    join told on told.scim_user_id = scim_user.id
    left join account_link as link on link.workspace_id = $1 and link.system = 'scim' and link.account_id = scim_user.id and link.ended_at is null
    where scim_user.workspace_id = $1
  ),
  unit as (
    select 'employment_period' as kind, period.id, period.person_id, period.record_id as hr, ${END} as ends_at, ${DEADLINE} as deadline,
           directory.account_id as directory_id, directory.state, directory.usable, directory.unusable, directory.assigned, directory.rule as directory_rule,
           directory.records as directory_records, directory.record_id as directory_link,
           scim.account_id as scim_id, scim.active, scim.unusable as scim_unusable, scim.rule as scim_rule, scim.records as scim_records, scim.record_id as scim_link
    from employment_period as period
    join person on person.workspace_id = $1 and person.id = period.person_id
    left join directory on directory.person_id = period.person_id
    left join scim on scim.person_id = period.person_id
    where period.workspace_id = $1
    union all
    select 'account', directory.account_id, null, null, null, null, directory.account_id, directory.state, directory.usable, directory.unusable,
           directory.assigned, null, directory.records, null, scim.account_id, scim.active, scim.unusable, null, scim.records, null
    from directory
    full join (select * from scim where scim.person_id is null) as scim on scim.external_id = directory.object_id
    where directory.person_id is null and (directory.state = 'enabled' or scim.active)
  )`;

const VERDICT = `
  case when unit.kind = 'account' then 'UNMATCHED_ACCOUNT'
       when unit.ends_at is not null and unit.state = 'enabled' and unit.active and unit.deadline < '${NOW}' then 'TERMINATED_ACTIVE_BOTH'
       when unit.ends_at is not null and unit.state = 'enabled' and unit.deadline < '${NOW}' then 'TERMINATED_ACTIVE_DIR'
       when unit.ends_at is not null and unit.active and unit.deadline < '${NOW}' then 'TERMINATED_ACTIVE_SCIM'
       when unit.ends_at is not null and unit.unusable > unit.deadline and unit.usable > unit.deadline then 'DEPROVISIONED_LATE'
       when unit.ends_at is not null and unit.unusable > unit.deadline then 'TIMING_INDETERMINATE'
       when unit.ends_at is not null and (unit.state = 'enabled' or unit.active) then 'PENDING_WITHIN_SLA'
       when unit.ends_at is not null then 'DEPROVISIONED_IN_TIME'
       when unit.state = 'enabled' and unit.active and not unit.assigned then 'UNASSIGNED_ACTIVE_SCIM'
       when unit.state = 'enabled' and unit.active then 'CONSISTENT_ACTIVE' else 'IDLE_RECORD' end`;

const EFFECT = `
  case when decided.verdict like 'TERMINATED%' or decided.verdict in ('UNMATCHED_ACCOUNT', 'DEPROVISIONED_LATE', 'UNASSIGNED_ACTIVE_SCIM') then 'FAIL'
       when decided.verdict = 'TIMING_INDETERMINATE' then 'INSUF' when decided.verdict = 'PENDING_WITHIN_SLA' then 'PEND'
       when decided.verdict = 'DEPROVISIONED_IN_TIME' then 'PASS' else 'OK' end`;

const system = (
  name,
  columns,
) => `jsonb_build_object('system', '${name}', 'accountId', unit.${name}_id, 'standing', 'linked', 'matchRule', unit.${name}_rule,
  'state', ${columns.state}, 'grade', '${columns.grade}', 'timing', case when unit.ends_at is not null then jsonb_build_object('end', unit.ends_at,
  'deadline', unit.deadline, 'lastProvenUsable', ${columns.usable}, 'firstProvenUnusable', ${columns.unusable}, 'evaluatedAt', '${NOW}'::timestamptz) end,
  'evidence', to_jsonb(array_prepend(unit.${name}_link, unit.${name}_records)))`;

/** The least that PostgreSQL can do with it: one statement that reads the same tables, classifies, and writes as many findings of the same size. */
export async function classifyInSql(owner, workspaceId, table) {
  await owner.query(
    `with ${FACTS}
     insert into ${table} (workspace_id, id, unit_kind, unit_id, person_id, rule, verdict, effect, all_rules, vector, systems, end_earliest, end_latest,
       deadline_earliest, deadline_latest, sentence, evidence, own_records, digest, opened_at, changed_at, last_run_id)
     select $1, gen_random_uuid(), unit.kind, unit.id, unit.person_id, 'S16', decided.verdict, ${EFFECT},
            jsonb_build_array(jsonb_build_object('rule', 'S16', 'effect', ${EFFECT}, 'verdict', decided.verdict)),
            jsonb_build_object('classification', 'HUMAN', 'match', 'ONE', 'roster', 'LISTED', 'directory', unit.state, 'scim', unit.active,
              'assigned', unit.assigned, 'propagation', 'SETTLED', 'role', 'NONE', 'privileged', 'NO', 'employment', unit.ends_at is null),
            facts.systems, unit.ends_at, unit.ends_at, unit.deadline, unit.deadline,
            'The directory account is ' || unit.state || ' and the SCIM user of it was last seen as ' || unit.active || ', which comes to ' || decided.verdict || '.',
            array_prepend(unit.hr, array_cat(unit.directory_records, unit.scim_records)), '{}', sha256(convert_to(facts.systems::text, 'UTF8')),
            '${NOW}', '${NOW}', $1
     from unit
     cross join lateral (select ${VERDICT} as verdict) as decided
     cross join lateral (select jsonb_build_array(
       ${system('directory', { state: 'unit.state', grade: 'C', usable: 'unit.usable', unusable: 'unit.unusable' })},
       ${system('scim', { state: 'unit.active', grade: 'A', usable: 'unit.deadline', unusable: 'unit.scim_unusable' })}) as systems) as facts`,
    [workspaceId],
  );
}

/** What a program does that has everything in memory before it decides anything: the tables joined in maps, the findings written at the end by COPY. */
export async function classifyInMemory(owner, workspaceId, { table, copyLine }) {
  const facts = await loadFacts(owner, workspaceId);
  const rows = unitsOf(facts).map((unit) => findingOf(workspaceId, unit, systemsOf(unit, facts)));
  await owner.transaction((tx) =>
    tx.copyIn(
      `copy ${table} (workspace_id, id, unit_kind, unit_id, person_id, rule, verdict, effect, all_rules, vector, systems, end_earliest, end_latest,
         deadline_earliest, deadline_latest, sentence, evidence, own_records, digest, opened_at, changed_at, last_run_id) from stdin`,
      chunks(rows, copyLine),
    ),
  );
}

async function loadFacts(owner, workspaceId) {
  const load = async (key, text) => {
    const map = new Map();
    for (const row of (await owner.query(text, [workspaceId])).rows) map.set(row[key], [...(map.get(row[key]) ?? []), row]);
    return map;
  };
  return {
    stretches: await load(
      'object_id',
      'select object_id, ordinal, state, observed_at, confirmed_until, record_id from directory_observation where workspace_id = $1 order by ordinal',
    ),
    states: await load(
      'scim_user_id',
      'select scim_user_id, version, active, at, record_id from scim_user_state where workspace_id = $1 order by version',
    ),
    assigned: await load('principal_id', 'select principal_id from directory_app_assignment where workspace_id = $1'),
    links: await load(
      'person_id',
      'select person_id, system, account_id, rule, record_id from account_link where workspace_id = $1 and ended_at is null',
    ),
    accounts: await load('account_id', 'select account_id, object_id, state from directory_account where workspace_id = $1'),
    users: await load('id', 'select id, external_id, active from scim_user where workspace_id = $1'),
    periods: await load(
      'id',
      `select period.id, period.person_id, period.record_id, ${END} as ends_at, ${DEADLINE} as deadline from employment_period as period
       join person on person.workspace_id = $1 and person.id = period.person_id where period.workspace_id = $1`,
    ),
  };
}

function unitsOf({ links, accounts, periods }) {
  const linked = new Set([...links.values()].flat().map(({ account_id: id }) => id));
  const free = [...accounts.keys()].filter((id) => !linked.has(id));
  return [
    ...[...periods.values()].flat().map((period) => ({ ...period, kind: 'employment_period', links: links.get(period.person_id) ?? [] })),
    ...free.map((id) => ({
      id,
      kind: 'account',
      person_id: null,
      ends_at: null,
      deadline: null,
      links: [{ system: 'directory', account_id: id }],
    })),
  ];
}

function systemsOf(unit, { accounts, users, stretches, states, assigned }) {
  return unit.links.map((link) => {
    const account = (link.system === 'directory' ? accounts : users).get(link.account_id)?.[0];
    const known = (link.system === 'directory' ? stretches.get(account?.object_id) : states.get(link.account_id)) ?? [];
    return { ...link, state: known.at(-1)?.state ?? known.at(-1)?.active, isAssigned: assigned.has(account?.object_id), known };
  });
}

function findingOf(workspaceId, unit, systems) {
  const usable = systems.filter(({ state }) => state === 'enabled' || state === true).length;
  const effect = unit.ends_at !== null && usable === 0 ? 'PASS' : unit.ends_at === null && unit.kind !== 'account' ? 'OK' : 'FAIL';
  const text = JSON.stringify(systems);
  const verdict = ['S16', effect, effect, '[]', '{}', text, unit.ends_at, unit.ends_at, unit.deadline, unit.deadline];
  const rest = [`It has ${usable} usable accounts.`, [], [], createHash('sha256').update(text).digest(), NOW, NOW, workspaceId];
  return [workspaceId, randomUUID(), unit.kind, unit.id, unit.person_id, ...verdict, ...rest];
}

function* chunks(rows, copyLine) {
  for (let start = 0; start < rows.length; start += 1_000)
    yield rows
      .slice(start, start + 1_000)
      .map(copyLine)
      .join('');
}
