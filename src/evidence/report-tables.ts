import { HOUR_MS, type LedgerRecordId } from '../kernel/index.ts';
import type { ReportUnit } from '../reconciliation/index.ts';
import { type BlindStretch, distinctStretches, type InstantRange } from '../verdict/index.ts';
import { csvOf, marksOf, personCells, type Row } from './csv-cells.ts';
import { leaversOf, type ReportDocument, worstFirst } from './report-document.ts';

/** Where in the ledger the records stand that a report rests on. */
export type LeafIndexes = ReadonlyMap<LedgerRecordId, number>;

const populationColumns = [
  'period_id',
  'person_ref',
  'kind',
  'employee_id',
  'name',
  'work_email',
  'end_date',
  'end_tz',
  'end_instant_utc',
  'hr_recorded_at',
  'system',
  'account_ref',
  'account_external_id',
  'last_proven_usable_utc',
  'first_proven_unusable_utc',
  'grade',
  'deadline_earliest_utc',
  'deadline_latest_utc',
  'verdict',
  'effect',
  'late_min_h',
  'late_max_h',
  'gap_id',
  'exception_id',
  'leaf_indexes',
  'match_rule',
  'standing',
  'name_marks',
];

/** `population.csv`: every leaver of the period, passes included, one row per account and system. */
export function populationCsv(report: ReportDocument, indexes: LeafIndexes): Iterable<string> {
  return csvOf(report, populationColumns, populationRows(report, indexes));
}

function* populationRows(report: ReportDocument, indexes: LeafIndexes): Generator<Row> {
  for (const unit of leaversOf(report)) {
    for (const system of unit.systems) yield { ...leaverCells(unit), ...accountCells(unit, system, indexes) };
  }
}

function leaverCells(unit: ReportUnit): Row {
  return {
    ...personCells(unit.person),
    ...periodCells(unit.period),
    end_instant_utc: rangeText(unit.end),
    deadline_earliest_utc: unit.deadline?.earliest ?? null,
    deadline_latest_utc: unit.deadline?.latest ?? null,
    verdict: unit.verdict,
    effect: unit.effect,
    exception_id: exceptionOf(unit),
  };
}

/** Of an exception that two people made; one that nobody approved counts for nothing. */
function exceptionOf({ disposition }: ReportUnit): string | null {
  return disposition?.kind === 'exception' && disposition.approvedAt !== null ? disposition.id : null;
}

function periodCells(period: ReportUnit['period']): Row {
  if (period === null) return {};
  return {
    period_id: period.id,
    kind: period.workerType,
    end_date: period.lastDay ?? period.endDate,
    end_tz: period.timeZone,
    hr_recorded_at: period.hrRecordedAt,
  };
}

function accountCells(unit: ReportUnit, system: ReportUnit['systems'][number], indexes: LeafIndexes): Row {
  return {
    system: system.system,
    account_ref: system.accountId,
    account_external_id: system.externalId,
    grade: system.grade,
    ...timingCells(system),
    gap_id: gapIds(system.blind ?? []),
    leaf_indexes: leafIndexes(system.evidence, indexes),
    match_rule: system.matchRule,
    standing: system.standing,
    name_marks: marksOf([unit.person?.displayName, unit.person?.workEmail, system.account]),
  };
}

function timingCells({ judged, timing }: ReportUnit['systems'][number]): Row {
  const late = judged?.late ?? null;
  return {
    last_proven_usable_utc: timing?.lastProvenUsable ?? null,
    first_proven_unusable_utc: timing?.firstProvenUnusable ?? null,
    late_min_h: late === null ? null : hours(late.atLeastMs, Math.floor),
    late_max_h: late === null || late.atMostMs === null ? null : hours(late.atMostMs, Math.ceil),
  };
}

const findingColumns = [
  'finding_id',
  'kind',
  'effect',
  'verdict',
  'rule',
  'all_rules',
  'opened_at',
  'person_ref',
  'employee_id',
  'name',
  'work_email',
  'period_id',
  'accounts',
  'sentence',
  'gap_id',
  'leaf_indexes',
  'name_marks',
];

/** `findings.csv`: every finding of the report, the worst first. */
export function findingsCsv(report: ReportDocument, indexes: LeafIndexes): Iterable<string> {
  return csvOf(report, findingColumns, findingRows(report, indexes));
}

function* findingRows(report: ReportDocument, indexes: LeafIndexes): Generator<Row> {
  for (const unit of worstFirst(report.findings)) yield findingCells(unit, indexes);
}

function findingCells(unit: ReportUnit, indexes: LeafIndexes): Row {
  return {
    ...personCells(unit.person),
    finding_id: unit.id,
    kind: unit.kind,
    effect: unit.effect,
    verdict: unit.verdict,
    rule: unit.rule,
    all_rules: unit.all.map(({ rule }) => rule).join(' '),
    opened_at: unit.openedAt,
    period_id: unit.period?.id ?? null,
    accounts: unit.systems.flatMap(({ system, account }) => (account === null ? [] : [`${system}:${account}`])).join(' '),
    sentence: unit.sentence,
    gap_id: gapIds(distinctStretches(unit.systems.flatMap(({ blind }) => blind ?? []))),
    leaf_indexes: leafIndexes(unit.evidence, indexes),
    name_marks: marksOf([unit.person?.displayName, unit.person?.workEmail, ...unit.systems.map(({ account }) => account)]),
  };
}

/** `coverage.csv`: when each source was looked at, and when nobody was looking. */
export function coverageCsv(report: ReportDocument): Iterable<string> {
  const rows = report.coverage.map(({ because = null, detail, from, gapId = null, ref, source, to, what }) => ({
    source,
    what,
    ref,
    from_utc: from,
    to_utc: to,
    detail,
    gap_id: gapId,
    because,
  }));
  return csvOf(report, ['source', 'what', 'ref', 'from_utc', 'to_utc', 'detail', 'gap_id', 'because'], rows);
}

/** What coverage.csv calls the stretches by, apart by spaces. */
function gapIds(blind: readonly BlindStretch[]): string {
  return blind.map(({ gapId }) => gapId).join(' ');
}

/** An instant, or an ISO 8601 interval where only a range is known. */
export function rangeText(range: InstantRange | null): string | null {
  if (range === null) return null;
  return range.earliest === range.latest ? range.earliest : `${range.earliest}/${range.latest}`;
}

/** Hours with two decimals, rounded away from a verdict: lower bounds down, upper bounds up. */
function hours(ms: number, round: (value: number) => number): string {
  return (round((ms / HOUR_MS) * 100) / 100).toFixed(2);
}

/** Where records stand in the ledger, in order, apart by spaces. */
export function leafIndexes(ids: readonly LedgerRecordId[], indexes: LeafIndexes): string {
  return leafPlaces(ids, indexes).join(' ');
}

/** The same as numbers. */
export function leafPlaces(ids: readonly LedgerRecordId[], indexes: LeafIndexes): readonly number[] {
  return ids.flatMap((id) => indexes.get(id) ?? []).sort((a, b) => a - b);
}
