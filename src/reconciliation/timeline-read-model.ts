import type { Instant, LedgerRecordId, PersonId, WorkspaceId } from '../kernel/index.ts';
import { instantText, type Page, type Queryable } from '../platform/index.ts';
import type { System } from './report-population.ts';
import type { FactKind, FactSource } from './timeline-fact.ts';

/** A fact about a person as the database joins it. */
export interface FactRow {
  readonly key: string;
  readonly what: FactKind;
  readonly source: FactSource;
  /** It became true after `from` (null: nobody looked before) and no later than `at`. */
  readonly from: Instant | null;
  readonly at: Instant;
  readonly isExact: boolean;
  readonly recordedAt: Instant | null;
  readonly actor: string | null;
  readonly system: System | null;
  readonly accountId: string | null;
  readonly findingId: string | null;
  readonly employmentPeriodId: string | null;
  /** What the sentence speaks of. */
  readonly said: FactSaid;
  readonly recordId: LedgerRecordId | null;
  readonly leafIndex: number | null;
}

/** The leaf of a record, without what is disclosed beside it, or the columns of a row in the same shape. */
export interface FactSaid {
  readonly before?: Readonly<Record<string, unknown>> | null;
  readonly after?: Readonly<Record<string, unknown>> | null;
  readonly detail?: Readonly<Record<string, unknown>> | null;
}

const none = 'null::text as system, null::uuid as account_id, null::uuid as finding_id, null::uuid as period_id';
const leaf = `convert_from(record.leaf, 'UTF8')::jsonb`;

/** HR's word, as it was told. */
const hrFacts = `
  select '1.' || record.id as key, record.type as what, 'roster' as source, null::timestamptz as "from", record.recorded_at as at,
         true as is_exact, record.recorded_at, ${leaf} ->> 'actor' as actor, null::text as system, null::uuid as account_id,
         null::uuid as finding_id, subject.period_id, ${leaf} as said, record.id as record_id
  from (
    select person.id, null::uuid as period_id from person where person.workspace_id = $1 and person.id = $2
    union all
    select period.id, period.id from employment_period as period where period.workspace_id = $1 and period.person_id = $2
  ) as subject
  join ledger_record as record on record.workspace_id = $1 and record.subject_id = subject.id
  where record.type like 'hr.%'`;

/** What came of HR's word, by the verdicts of a table, and the record that it was told in last. */
const followingFacts = (verdicts: string, holds: string, told: string) => `
  select '7.' || finding.id || '.' || moment.what, moment.what, moment.source, moment.earliest, moment.latest, moment.earliest = moment.latest,
         null::timestamptz, null, null, null::uuid, finding.id, finding.unit_id, jsonb_build_object('detail', jsonb_build_object('policy', finding.policy_id)),
         case moment.what when 'employment.ended' then told.record_id else policy.record_id end
  from ${verdicts}
  join employment_period as period on period.workspace_id = finding.workspace_id and period.id = finding.unit_id
  cross join lateral (${told}) as told
  left join policy on policy.workspace_id = finding.workspace_id and policy.id = finding.policy_id
  cross join lateral (
    values ('employment.ended', 'roster', finding.end_earliest, finding.end_latest),
           ('access.due', 'policy', finding.deadline_earliest, finding.deadline_latest)
  ) as moment (what, source, earliest, latest)
  where finding.workspace_id = $1 and finding.person_id = $2 and ${holds} and moment.latest is not null`;

const followingNow = followingFacts('finding', 'finding.closed_at is null', 'select period.record_id');

/** By the verdicts of the run `$8`, on what had been told by `$6`. */
const followingThen = [
  { verdicts: 'finding', holds: 'finding.closed_at is null and finding.since_run <= $8::integer' },
  {
    // Of a person alone the findings are indexed, and each of them keeps its id.
    verdicts: `(
      select kept.* from finding as whose
      join finding_version as kept on kept.workspace_id = whose.workspace_id and kept.id = whose.id
      where whose.workspace_id = $1 and whose.person_id = $2
    ) as finding`,
    holds: 'finding.since_run <= $8::integer and finding.until_run > $8::integer',
  },
]
  .map(({ holds, verdicts }) =>
    followingFacts(
      verdicts,
      holds,
      `select record.id as record_id from ledger_record as record
       where record.workspace_id = $1 and record.subject_id = period.id and record.type like 'hr.%' and record.recorded_at <= $6::timestamptz
       order by record.recorded_at desc, record.id desc
       limit 1`,
    ),
  )
  .join(' union all ');

/** When what a look brought was written down: with its record, or, of a row from before it had one, when the look ended. */
const writtenDown = 'coalesce(record.recorded_at, look.finished_at)';
const lookOf = (row: string) => `left join directory_run as look on look.workspace_id = $1 and look.id = ${row}.run_id`;

/** What the directory showed of the person's accounts, what its audit log says of them, and how whom to look at was changed. */
const directoryFacts = `
  select '2.' || account.account_id || '.' || stretch.ordinal, coalesce(record.type, 'graph.account.' || stretch.state), 'directory',
         coalesce(exact.at, stretch.not_before), coalesce(exact.at, stretch.observed_at),
         exact.at is not null or stretch.not_before is not distinct from stretch.observed_at, record.recorded_at, 'system', 'directory',
         account.account_id, null, null,
         jsonb_build_object('after', jsonb_build_object('state', stretch.state), 'detail', jsonb_build_object('source', stretch.source, 'synced', account.is_synced)),
         stretch.record_id
  from account
  join directory_observation as stretch
    on stretch.workspace_id = $1 and stretch.connection_id = account.connection_id and stretch.object_id = account.object_id
  left join directory_exact_end as exact
    on exact.workspace_id = $1 and exact.connection_id = stretch.connection_id and exact.object_id = stretch.object_id
    and exact.ordinal = stretch.ordinal
    and ($6::timestamptz is null or exists (
      select from ledger_record as logged where logged.workspace_id = $1 and logged.id = exact.record_id and logged.recorded_at <= $6::timestamptz))
  left join ledger_record as record on record.workspace_id = $1 and record.id = stretch.record_id
  where account.system = 'directory' and coalesce(exact.at, stretch.observed_at) <= account.through
  union all
  select '3.' || account.account_id || '.' || event.id, 'graph.account.audited', 'audit-log', event.at, event.at, true, ${writtenDown},
         'system', 'directory', account.account_id, null, null, jsonb_build_object('after', jsonb_build_object('state', event.led_to), 'detail', jsonb_build_object('synced', account.is_synced)),
         event.record_id
  from account
  join directory_audit_event as event
    on event.workspace_id = $1 and event.connection_id = account.connection_id and event.object_id = account.object_id
  left join ledger_record as record on record.workspace_id = $1 and record.id = event.record_id
  ${lookOf('event')}
  where account.system = 'directory' and event.at <= account.through
  union all
  select '2.' || account.account_id || '.leaves.' || told.ordinal, 'graph.account.leave_told', 'directory', told.not_before, told.observed_at,
         false, ${writtenDown}, 'system', 'directory', account.account_id, null, null,
         jsonb_build_object('before', jsonb_build_object('leaves', ${instantText('before.leave_at')}),
           'after', jsonb_build_object('leaves', ${instantText('told.leave_at')})), told.record_id
  from account
  join directory_leave_date as told
    on told.workspace_id = $1 and told.connection_id = account.connection_id and told.object_id = account.object_id
  left join directory_leave_date as before
    on before.workspace_id = $1 and before.connection_id = told.connection_id and before.object_id = told.object_id
    and before.ordinal = told.ordinal - 1
  left join ledger_record as record on record.workspace_id = $1 and record.id = told.record_id
  ${lookOf('told')}
  where account.system = 'directory' and told.observed_at <= account.through
  union all
  select '3.' || record.id, record.type, 'scope', record.recorded_at, record.recorded_at, true, record.recorded_at, ${leaf} ->> 'actor',
         ${none}, ${leaf}, record.id
  from (select distinct account.connection_id from account where account.system = 'directory') as connection
  join ledger_record as record on record.workspace_id = $1 and record.subject_id = connection.connection_id
  where record.type = 'scope.changed'`;

/** Our own receipts: what provisioning said of the person's SCIM users. */
const scimFacts = `
  select '4.' || account.account_id || '.' || lpad(state.version::text, 12, '0'),
         case when state.deleted then 'scim.user.deleted'
              when state.is_first then 'scim.user.created'
              when state.active then 'scim.user.reactivated' else 'scim.user.deactivated' end,
         'scim', state.at, state.at, true, state.at, ${leaf} ->> 'actor', 'scim', account.account_id, null, null,
         jsonb_build_object('after', jsonb_build_object('active', state.active)), state.record_id
  from account
  cross join lateral (
    -- Within one user: a window over the join would go through the states of everybody's.
    select known.version, known.active, known.deleted, known.at, known.record_id, lag(known.version) over (order by known.version) is null as is_first
    from scim_user_state as known
    where known.workspace_id = $1 and known.scim_user_id = account.account_id
  ) as state
  left join ledger_record as record on record.workspace_id = $1 and record.id = state.record_id
  where account.system = 'scim' and state.at <= account.through
  union all
  select '5.' || record.id, record.type, 'scim', record.recorded_at, record.recorded_at, true, record.recorded_at, ${leaf} ->> 'actor',
         'scim', account.account_id, null, null, ${leaf}, record.id
  from account
  join ledger_record as record on record.workspace_id = $1 and record.subject_id = account.account_id
  where account.system = 'scim' and record.recorded_at <= account.through
    and record.type in ('scim.user.updated', 'scim.role.changed', 'scim.request.refused', 'access.ended', 'identity.linked')`;

/** Which account was held to be the person's, and for which accounts they answer. */
const matchFacts = `
  -- What ends comes before what begins at the same instant.
  select case moment.what when 'match.unlinked' then '6.0.' else '6.1.' end || link.id, moment.what, 'matching', moment.at, moment.at, true, moment.at,
         case when moment.what = 'match.unlinked' then null else link.linked_by end, link.system, link.account_id, null, null,
         jsonb_build_object('detail', jsonb_build_object('rule', link.rule, 'standing', link.standing, 'reason', link.reason,
           'taken', case when moment.what = 'match.unlinked' then link.ended_because end)), moment.record_id
  from account_link as link
  cross join lateral (
    values (case link.standing when 'linked' then 'match.linked' when 'ambiguous' then 'match.ambiguous' else 'match.barred' end,
            link.linked_at, link.record_id),
           ('match.unlinked', link.ended_at, link.end_record_id)
  ) as moment (what, at, record_id)
  where link.workspace_id = $1 and link.person_id = $2 and moment.at is not null
  union all
  select '6.2.' || request.id || '.' || moment.what, 'match.decision.' || moment.what, 'matching', moment.at, moment.at, true, moment.at, moment.actor,
         request.system, request.account_id, null, null,
         jsonb_build_object('detail', jsonb_build_object('action', request.action, 'reason', request.reason)), moment.record_id
  from account_link_request as request
  cross join lateral (
    values ('requested', request.requested_at, request.requested_by, request.record_id),
           ('approved', request.approved_at, request.approved_by, request.approval_record_id),
           ('withdrawn', request.ended_at, null, request.end_record_id)
  ) as moment (what, at, actor, record_id)
  where request.workspace_id = $1 and request.person_id = $2 and moment.at is not null
  union all
  select '6.2.' || classification.id || '.' || moment.what, 'account.classification.' || moment.what, 'matching', moment.at, moment.at, true,
         moment.at, moment.actor, classification.system, classification.account_id, null, null,
         jsonb_build_object('detail', jsonb_build_object('class', classification.class, 'reason', classification.reason)), moment.record_id
  from account_classification as classification
  cross join lateral (
    values ('requested', classification.requested_at, classification.requested_by, classification.record_id),
           ('approved', classification.approved_at, classification.approved_by, classification.approval_record_id),
           (classification.ended_because, classification.ended_at, null, classification.end_record_id)
  ) as moment (what, at, actor, record_id)
  where classification.workspace_id = $1 and classification.owner_person_id = $2 and moment.at is not null`;

/** Verdicts, and what was decided about them. */
const findingFacts = `
  select '8.' || record.id, record.type, 'findings', record.recorded_at, record.recorded_at, true, record.recorded_at, ${leaf} ->> 'actor',
         null, null, finding.id, case finding.unit_kind when 'employment_period' then finding.unit_id end, ${leaf}, record.id
  from finding
  join ledger_record as record on record.workspace_id = $1 and record.subject_id = finding.id
  where finding.workspace_id = $1 and finding.person_id = $2 and record.type like 'finding.%'
  union all
  select '9.' || disposition.id || '.' || moment.what, 'disposition.' || moment.what, 'dispositions', moment.at, moment.at, true, moment.at,
         moment.actor, null, null, finding.id, case finding.unit_kind when 'employment_period' then finding.unit_id end,
         jsonb_build_object('detail', jsonb_build_object('kind', disposition.kind, 'reason', disposition.reason, 'ticket', disposition.ticket)),
         moment.record_id
  from finding
  join disposition on disposition.workspace_id = $1 and disposition.finding_id = finding.id
  cross join lateral (
    values ('requested', disposition.requested_at, disposition.requested_by, disposition.record_id),
           ('approved', disposition.approved_at, disposition.approved_by, disposition.approval_record_id),
           (disposition.ended_because, disposition.ended_at, null, disposition.end_record_id)
  ) as moment (what, at, actor, record_id)
  where finding.workspace_id = $1 and finding.person_id = $2 and moment.at is not null`;

interface FactPage extends Page {
  readonly personId: PersonId;
  /** An instant that has passed, which run of the workspace was the last by then, 0 for none, and as of when one judged that was under way; left out: now. */
  readonly known?: { readonly at: Instant; readonly run: number; readonly underWay: Instant | null } | undefined;
}

/**
 * Every fact about a person, by when it is known to have been true; a position is its milliseconds and its key. Of an account that was
 * taken from them again, what was seen until then. Of a past instant, what had been recorded by then, of accounts that had been linked by then.
 */
export async function listFacts(
  q: Queryable,
  workspaceId: WorkspaceId,
  { after, known, limit, personId }: FactPage,
): Promise<readonly FactRow[]> {
  const [ms = null, ...key] = after?.split('.') ?? [];
  const { rows } = await q.query<FactRow>(
    `with linked as (
       select link.system, link.account_id,
              max(case when link.ended_at <= coalesce($6::timestamptz, 'infinity') and link.ended_at is distinct from $7::timestamptz then link.ended_at else 'infinity' end) as through
       from account_link as link
       where link.workspace_id = $1 and link.person_id = $2 and link.standing = 'linked' and link.linked_at <= coalesce($6::timestamptz, 'infinity')
         and link.linked_at is distinct from $7::timestamptz
       group by link.system, link.account_id
     ), account as (
       select linked.*, directory_account.connection_id, directory_account.object_id,
         -- As it is now: nobody keeps since when.
         case when $6::timestamptz is null then (directory_account.attributes -> 'onPremisesSyncEnabled')::bool end as is_synced
       from linked
       left join directory_account
         on linked.system = 'directory' and directory_account.workspace_id = $1 and directory_account.account_id = linked.account_id
     ), fact as (
       ${hrFacts} union all ${known === undefined ? followingNow : followingThen} union all ${directoryFacts} union all ${scimFacts} union all ${matchFacts} union all ${findingFacts}
     )
     select fact.key, fact.what, fact.source, fact."from", fact.at, fact.is_exact as "isExact", fact.recorded_at as "recordedAt", fact.actor,
            fact.system, fact.account_id as "accountId", fact.finding_id as "findingId", fact.period_id as "employmentPeriodId", fact.said,
            fact.record_id as "recordId", leaf.leaf_index as "leafIndex"
     from (
       select fact.* from fact
       where ($3::bigint is null
              or (fact.at, fact.key collate "C") > ('epoch'::timestamptz + $3::bigint * interval '1 millisecond', $4::text collate "C"))
         and ($6::timestamptz is null or fact.recorded_at <= $6::timestamptz or fact.what in ('employment.ended', 'access.due'))
         -- Of a run that was under way nothing could be seen yet.
         and (fact.source not in ('matching', 'findings') or (fact.recorded_at = $7::timestamptz) is not true)
       order by fact.at, fact.key collate "C"
       limit $5
     ) as fact
     left join ledger_leaf as leaf on leaf.workspace_id = $1 and leaf.record_id = fact.record_id
     order by fact.at, fact.key collate "C"`,
    [
      workspaceId,
      personId,
      ms,
      key.join('.'),
      limit,
      known?.at ?? null,
      known?.underWay ?? null,
      ...(known === undefined ? [] : [known.run]),
    ],
  );
  return rows;
}
