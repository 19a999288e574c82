import { type EarlierSeal, type SetAside, sealsOverPeriod, setAsideOverPeriod } from '../verdict/index.ts';
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

/** What this ledger tells of as frozen over the report's period before its seal, and never sealed; nothing where the report's format asks for none. */
export function setAsideOf(report: JsonObject, records: ReadonlyMap<number, ProvenRecord>, seal: number): readonly SetAside[] {
  if (!isSince(report['format'], 5)) return [];
  const before = [...records.values()].filter(({ index, type }) => index < seal && typesOfReports.has(type));
  return setAsideOverPeriod(before, {
    reportId: textAt(report['reportId'], 'reportId'),
    periodStart: textAt(report['periodStart'], 'periodStart'),
    periodEnd: textAt(report['periodEnd'], 'periodEnd'),
  });
}

const typesOfReports: ReadonlySet<string> = new Set(['report.discarded', 'report.frozen', 'report.sealed']);

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

/** The report names what was frozen over its period and never sealed, as the records tell of it, and nothing else. Formats before 5 are not asked. */
export function checkSetAside(report: JsonObject, setAside: readonly SetAside[]): readonly Problem[] {
  if (!isSince(report['format'], 5)) return [];
  const told = listAt(report['setAside'], 'setAside').map((each) => objectAt(each, 'what was set aside'));
  return [
    ...setAside
      .filter((each) => !told.some((one) => same(one, each)))
      .map(({ conclusion, frozenAt, index, reportId }) =>
        problem(
          'seal',
          `record ${index} froze report ${reportId ?? 'of no id'} over this period at ${frozenAt ?? 'an unknown time'}, which concluded ${conclusion ?? 'nothing'} and was not sealed; the report does not say so`,
        ),
      ),
    ...told
      .filter((one) => !setAside.some((each) => same(one, each)))
      .map(({ index }) => problem('seal', `the report lists as set aside what record ${JSON.stringify(index)} does not tell of as such`)),
  ];
}
