import { HOUR_MS, type Instant } from '../kernel/index.ts';
import type { CsvCells } from '../platform/index.ts';
import type { InstantRange } from '../verdict/index.ts';
import { diagnosisCodeOf } from './diagnose-finding.ts';
import type { ReportUnit } from './report-population.ts';

export const findingColumns = [
  'finding_id',
  'kind',
  'effect',
  'verdict',
  'rule',
  'all_rules',
  'sentence',
  'diagnosis',
  'since_utc',
  'closed_at_utc',
  'person_ref',
  'employee_id',
  'name',
  'period_id',
  'worker_type',
  'start_date',
  'end_date',
  'last_day',
  'time_zone',
  'site',
  'hr_recorded_at_utc',
  'backdated',
  'hr_changed_since',
  'end_earliest_utc',
  'end_latest_utc',
  'deadline_earliest_utc',
  'deadline_latest_utc',
  'deadline_since_told_earliest_utc',
  'deadline_since_told_latest_utc',
  'policy_version',
  'excluded_as',
  'disposition',
  'disposition_approved',
  'disposition_reason',
  'disposition_ticket',
  'disposition_requested_by',
  'disposition_approved_by',
  'disposition_expires_at_utc',
  'system',
  'account',
  'account_ref',
  'account_external_id',
  'state',
  'standing',
  'match_rule',
  'taken_because',
  'taken_at_utc',
  'taken_requested_by',
  'taken_approved_by',
  'taken_reason',
  'grade',
  'last_proven_usable_utc',
  'first_proven_unusable_utc',
  'proven_usable_again_utc',
  'outcome',
  'late_min_h',
  'late_max_h',
  'gap_id',
  'blind_because',
  'evidence',
];

/** A finding as a file holds it. */
export interface FiledFinding {
  readonly unit: ReportUnit;
  /** Whether HR has told something else of the employment since it was judged; null of a past instant. */
  readonly isHrChangedSince: boolean | null;
  /** Null of an open one. */
  readonly closedAt: Instant | null;
}

/** A line for each account of a finding, or for the statement that there is none. */
export function findingLines({ closedAt, isHrChangedSince, unit }: FiledFinding): readonly CsvCells[] {
  const line: CsvCells = {
    finding_id: unit.id,
    kind: unit.kind,
    effect: unit.effect,
    verdict: unit.verdict,
    rule: unit.rule,
    all_rules: unit.all.map(({ rule }) => rule).join(' '),
    sentence: unit.sentence,
    diagnosis: diagnosisCodeOf(unit.all),
    since_utc: unit.openedAt,
    closed_at_utc: closedAt,
    ...personCells(unit.person),
    ...periodCells(unit.period),
    hr_changed_since: unit.period === null || isHrChangedSince === null ? null : String(isHrChangedSince),
    ...rangeCells('end', unit.end),
    ...rangeCells('deadline', unit.deadline),
    ...rangeCells('deadline_since_told', unit.deadlineSinceTold),
    policy_version: unit.policyVersion,
    excluded_as: unit.exclusion?.class ?? null,
    ...dispositionCells(unit.disposition),
    evidence: unit.evidence.join(' '),
  };
  return unit.systems.map((system) => ({ ...line, ...accountCells(system) }));
}

function personCells(person: ReportUnit['person']): CsvCells {
  return person === null ? {} : { person_ref: person.id, employee_id: person.employeeId, name: person.displayName };
}

function periodCells(period: ReportUnit['period']): CsvCells {
  if (period === null) return {};
  return {
    period_id: period.id,
    worker_type: period.workerType,
    start_date: period.startDate,
    end_date: period.endDate,
    last_day: period.lastDay,
    time_zone: period.timeZone,
    site: period.site,
    hr_recorded_at_utc: period.hrRecordedAt,
    backdated: String(period.backdated),
  };
}

function dispositionCells(decided: ReportUnit['disposition']): CsvCells {
  if (decided === null) return {};
  return {
    disposition: decided.kind,
    disposition_approved: String(decided.approvedAt !== null),
    disposition_reason: decided.reason,
    disposition_ticket: decided.ticket,
    disposition_requested_by: decided.requestedBy,
    disposition_approved_by: decided.approvedBy,
    disposition_expires_at_utc: decided.expiresAt,
  };
}

function rangeCells(of: 'end' | 'deadline' | 'deadline_since_told', range: InstantRange | null): CsvCells {
  return range === null ? {} : { [`${of}_earliest_utc`]: range.earliest, [`${of}_latest_utc`]: range.latest };
}

function accountCells(account: ReportUnit['systems'][number]): CsvCells {
  return {
    system: account.system,
    account: account.account,
    account_ref: account.accountId,
    account_external_id: account.externalId,
    state: account.state,
    standing: account.standing,
    match_rule: account.matchRule,
    ...takenCells(account),
    grade: account.grade,
    ...timingCells(account),
    ...blindCells(account),
  };
}

function takenCells({ taken }: ReportUnit['systems'][number]): CsvCells {
  if (taken === null) return {};
  return {
    taken_because: taken.because,
    taken_at_utc: taken.at,
    taken_requested_by: taken.requestedBy,
    taken_approved_by: taken.approvedBy,
    taken_reason: taken.reason,
  };
}

/** Apart by spaces and by semicolons, both in one order. */
function blindCells({ blind = [] }: ReportUnit['systems'][number]): CsvCells {
  return { gap_id: blind.map(({ gapId }) => gapId).join(' '), blind_because: blind.map(({ because }) => because).join('; ') };
}

/** Hours with two decimals, rounded away from a verdict: lower bounds down, upper bounds up. */
function timingCells({ judged, timing }: ReportUnit['systems'][number]): CsvCells {
  if (timing === null || judged === null) return {};
  const { late, outcome } = judged;
  return {
    last_proven_usable_utc: timing.lastProvenUsable,
    first_proven_unusable_utc: timing.firstProvenUnusable,
    proven_usable_again_utc: timing.provenUsableAgain,
    outcome,
    late_min_h: late === null ? null : hours(late.atLeastMs, Math.floor),
    late_max_h: late === null || late.atMostMs === null ? null : hours(late.atMostMs, Math.ceil),
  };
}

function hours(ms: number, round: (value: number) => number): string {
  return (round((ms / HOUR_MS) * 100) / 100).toFixed(2);
}
