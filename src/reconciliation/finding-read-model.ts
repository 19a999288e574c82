import type { FindingId, Instant, LedgerRecordId, PolicyId, WorkspaceId } from '../kernel/index.ts';
import { instantText, type Queryable } from '../platform/index.ts';
import type { Effect, RuleId, RuleMatch, StateVector } from '../verdict/index.ts';
import type { AccountName, Exclusion, ReportPerson, UnitDisposition, UnitSystem } from './report-population.ts';

/** A unit's present verdict with the person and period that it is about, as the database joins them. */
export interface FindingRow {
  readonly id: FindingId;
  readonly kind: 'employment_period' | 'account';
  readonly person: ReportPerson | null;
  readonly period: {
    readonly id: string;
    readonly startDate: string;
    readonly endDate: string | null;
    readonly lastDay: string | null;
    readonly timeZone: string;
    readonly site: string | null;
    readonly workerType: string;
    readonly hrRecordedAt: Instant | null;
  } | null;
  readonly endEarliest: Instant | null;
  readonly endLatest: Instant | null;
  readonly deadlineEarliest: Instant | null;
  readonly deadlineLatest: Instant | null;
  readonly policyId: PolicyId | null;
  readonly vector: StateVector;
  readonly systems: readonly UnitSystem[];
  readonly exclusion: Exclusion | null;
  readonly disposition: UnitDisposition | null;
  readonly rule: RuleId;
  readonly verdict: string;
  readonly effect: Effect;
  readonly all: readonly RuleMatch[];
  readonly sentence: string;
  readonly openedAt: Instant;
  readonly evidence: readonly LedgerRecordId[];
  readonly ownRecords: readonly LedgerRecordId[];
}

/** What is shown of a finding; `shownBeside` joins what stands beside it. */
export const shownColumns = `finding.id, finding.unit_kind as kind,
         case when person.id is null then null
              else jsonb_build_object('id', person.id, 'employeeId', person.employee_id, 'displayName', person.display_name,
                                      'workEmail', person.work_email) end as person,
         case when period.id is null then null
              else jsonb_build_object('id', period.id, 'startDate', period.start_date, 'endDate', period.end_date,
                                      'lastDay', period.last_day, 'timeZone', coalesce(period.time_zone, workspace.time_zone),
                                      'site', period.site,
                                      'workerType', period.worker_type,
                                      'hrRecordedAt', to_char(period.hr_recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) end as period,
         finding.end_earliest as "endEarliest", finding.end_latest as "endLatest", finding.deadline_earliest as "deadlineEarliest",
         finding.deadline_latest as "deadlineLatest", finding.policy_id as "policyId", finding.vector, finding.systems, finding.rule,
         case when classification.id is null then null
              else jsonb_build_object('id', classification.id, 'class', classification.class, 'ownerPersonId', classification.owner_person_id,
                                      'reason', classification.reason, 'requestedBy', classification.requested_by,
                                      'approvedBy', classification.approved_by,
                                      'expiresAt', ${instantText('classification.expires_at')}) end as exclusion,
         case when disposition.id is null then null
              else jsonb_build_object('id', disposition.id, 'kind', disposition.kind, 'reason', disposition.reason, 'ticket', disposition.ticket,
                                      'requestedBy', disposition.requested_by, 'requestedAt', ${instantText('disposition.requested_at')},
                                      'approvedBy', disposition.approved_by, 'approvedAt', ${instantText('disposition.approved_at')},
                                      'expiresAt', ${instantText('disposition.expires_at')},
                                      'isAfterDeadline', coalesce(disposition.approved_at > finding.deadline_latest, false)) end as disposition,
         finding.verdict, finding.effect, finding.all_rules as "all", finding.sentence, finding.opened_at as "openedAt",
         finding.evidence, finding.own_records as "ownRecords"`;

/** Of one employment, as it stood when a row of it was written over (`kept`), and as it stands. */
const periodFacts = (row: string) =>
  `${row}.record_id, ${row}.id, ${row}.start_date, ${row}.end_date, ${row}.last_day, ${row}.time_zone, ${row}.site, ${row}.worker_type, ${row}.hr_recorded_at`;

/**
 * The employment as the finding's verdict was decided on it: what the ledger record tells that the verdict cites. HR may have told more before the
 * run was recorded, which the next one judges. Where several were under one record, or nobody kept it: as it stood when the run was recorded.
 */
export function periodAsJudgedBy(run: string): string {
  return `
  left join lateral (
    select said.* from (
      select kept.until_run, ${periodFacts('kept')}
      from employment_period_version as kept
      where kept.workspace_id = finding.workspace_id and kept.id = finding.unit_id
      union all
      select null, ${periodFacts('present')}
      from employment_period as present
      where present.workspace_id = finding.workspace_id and present.id = finding.unit_id
    ) as said
    order by said.record_id = any (finding.evidence) desc, coalesce(said.until_run >= ${run}, true) desc, said.until_run nulls last, said.record_id
    limit 1
  ) as period on finding.unit_kind = 'employment_period'`;
}

const latestRun = '(select max(run.ord) from reconciliation_run as run where run.workspace_id = finding.workspace_id)';

/** The employment as the finding's present verdict, or its last one, was decided on it. */
export const periodAsJudged = periodAsJudgedBy(latestRun);

/** What stands beside a finding at present: what the latest run had, and who and what is called how. */
export const shownBeside = `
  cross join lateral (
    select coalesce((
      select run.time_zone from reconciliation_run as run
      where run.workspace_id = present.workspace_id and run.ord is not null
      order by run.ord desc
      limit 1
    ), present.time_zone) as time_zone
    from workspace as present where present.workspace_id = finding.workspace_id
  ) as workspace
  left join person on person.workspace_id = finding.workspace_id and person.id = finding.person_id
  ${periodAsJudged}
  -- As it was judged: a unit whose classification ended since says so with the next run.
  left join account_classification as classification
    on finding.vector ->> 'classification' <> 'HUMAN' and classification.workspace_id = finding.workspace_id
    and classification.account_id = finding.unit_id and classification.approved_at is not null and classification.ended_at is null
  left join disposition
    on disposition.workspace_id = finding.workspace_id and disposition.finding_id = finding.id and disposition.ended_at is null`;

/** Present verdicts that a report of `[start, end)` shows: whoever's employment ended within it, whatever is no pass, and those that are named beside. */
export async function reportedFindings(
  q: Queryable,
  workspaceId: WorkspaceId,
  { beside, ...period }: { readonly start: Instant; readonly end: Instant; readonly beside: readonly FindingId[] },
): Promise<readonly FindingRow[]> {
  const { rows } = await q.query<FindingRow>(
    `select ${shownColumns} from finding ${shownBeside}
     where finding.workspace_id = $1 and finding.closed_at is null
       and ((finding.end_earliest >= $2::timestamptz and finding.end_earliest < $3::timestamptz)
            or finding.all_rules @? '$[*].effect ? (@ != "PASS" && @ != "OK" && @ != "INFO")'
            or finding.id = any ($4::uuid[]))
     order by finding.end_earliest nulls last, finding.id`,
    [workspaceId, period.start, period.end, beside],
  );
  return rows;
}

/** What the present verdicts say of the roster as a whole. */
export interface StandingCounts {
  readonly leavers: number;
  readonly endedOutsidePeriod: number;
  readonly active: number;
  readonly prehire: number;
  readonly unmatchedAccounts: number;
  readonly excludedAccounts: number;
}

export async function standingCounts(
  q: Queryable,
  workspaceId: WorkspaceId,
  period: { readonly start: Instant; readonly end: Instant },
): Promise<StandingCounts> {
  const { rows } = await q.query<StandingCounts>(
    `select count(*) filter (where unit.employment = 'ENDED' and unit.is_within) as leavers,
            count(*) filter (where unit.employment = 'ENDED' and not unit.is_within) as "endedOutsidePeriod",
            count(*) filter (where unit.employment in ('ACTIVE', 'LEAVE', 'NOTICE')) as active,
            count(*) filter (where unit.employment = 'PREHIRE') as prehire,
            count(*) filter (where unit.employment = 'NONE' and not unit.is_excluded) as "unmatchedAccounts",
            count(*) filter (where unit.is_excluded) as "excludedAccounts"
     from (
       select finding.vector ->> 'employment' as employment, finding.vector ->> 'classification' <> 'HUMAN' as is_excluded,
              coalesce(finding.end_earliest >= $2::timestamptz and finding.end_earliest < $3::timestamptz, false) as is_within
       from finding
       where finding.workspace_id = $1 and finding.closed_at is null
     ) as unit`,
    [workspaceId, period.start, period.end],
  );
  const [counts] = rows;
  if (counts === undefined) throw new Error('a count without a row');
  return counts;
}

/** How accounts are called by their own systems, by our id of the account. Looks each up by key: in one union of both, PostgreSQL starts workers for it. */
export async function accountNames(
  q: Queryable,
  workspaceId: WorkspaceId,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, AccountName>> {
  const { rows } = await q.query<AccountName & { id: string }>(
    `select asked.id, coalesce(account.user_principal_name, scim_user.user_name) as account,
            coalesce(account.object_id::text, scim_user.external_id) as "externalId"
     from unnest($2::uuid[]) as asked (id)
     left join directory_account as account on account.workspace_id = $1 and account.account_id = asked.id
     left join scim_user on scim_user.workspace_id = $1 and scim_user.id = asked.id
     where account.account_id is not null or scim_user.id is not null`,
    [workspaceId, accountIds],
  );
  return new Map(rows.map(({ id, account, externalId }) => [id, { account, externalId }]));
}

/** Which connection shows each of the directory accounts; ids of others are left out. */
export async function connectionsOfAccounts(
  q: Queryable,
  workspaceId: WorkspaceId,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (accountIds.length === 0) return new Map();
  const { rows } = await q.query<{ accountId: string; connectionId: string }>(
    `select account.account_id as "accountId", account.connection_id as "connectionId"
     from unnest($2::uuid[]) as asked (id)
     join directory_account as account on account.workspace_id = $1 and account.account_id = asked.id`,
    [workspaceId, accountIds],
  );
  return new Map(rows.map(({ accountId, connectionId }) => [accountId, connectionId]));
}
