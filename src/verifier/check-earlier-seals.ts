import { type EarlierSeal, sealsOverPeriod } from '../verdict/index.ts';
import { isSince } from './check-conclusion.ts';
import { isObject, type JsonObject, listAt, objectAt, textAt } from './json-shape.ts';
import { type Problem, problem } from './problem.ts';
import type { ProvenRecord } from './proven-record.ts';
import { same } from './same-value.ts';

/** Whether a report has to say which were sealed before it over its period: those before the fourth format do not. */
export function tellsEarlierSeals(report: JsonObject): boolean {
  return isSince(report['format'], 4);
}

/** The seals of this ledger over the report's period that stand before its own. Throws a TypeError for what is no report. */
export function earlierSealsOf(report: JsonObject, records: ReadonlyMap<number, ProvenRecord>, seal: number): readonly EarlierSeal[] {
  const supersedes = report['supersedes'];
  return sealsOverPeriod(sealsBefore(records, seal), {
    reportId: textAt(report['reportId'], 'reportId'),
    periodStart: textAt(report['periodStart'], 'periodStart'),
    periodEnd: textAt(report['periodEnd'], 'periodEnd'),
    supersedes: isObject(supersedes) ? textAt(supersedes['reportId'], 'supersedes.reportId') : null,
  });
}

/** Of any period, in the tree's order. */
export function sealsBefore(records: ReadonlyMap<number, ProvenRecord>, seal: number): readonly ProvenRecord[] {
  return [...records.values()].filter(({ index, type }) => type === 'report.sealed' && index < seal);
}

/** The report names each seal over its period that the ledger tells of before its own, as the record tells of it, and no other. */
export function checkEarlierSeals(report: JsonObject, seals: readonly EarlierSeal[]): readonly Problem[] {
  const told = listAt(report['earlierSeals'], 'earlierSeals').map((each) => objectAt(each, 'an earlier seal'));
  return [
    ...seals
      .filter((each) => !told.some((one) => same(one, each)))
      .map(({ conclusion, index, kind, reportId, sealedAt }) =>
        problem(
          'seal',
          `record ${index} sealed ${kind ?? 'a'} report ${reportId ?? 'of no id'} over this period at ${sealedAt ?? 'an unknown time'}, which concluded ${conclusion ?? 'nothing'}; the report does not say so`,
        ),
      ),
    ...told
      .filter((one) => !seals.some((each) => same(one, each)))
      .map(({ index }) => problem('seal', `the report lists a seal by record ${JSON.stringify(index)} which that record does not tell of`)),
  ];
}
