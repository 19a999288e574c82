import { type LocalCalendar, readSeals, type RuleEdition, unawareSeal } from '../verdict/index.ts';
import { type JsonObject, listAt, objectAt, textAt } from './json-shape.ts';
import { type LedgerFacts, named, recordedAt, wasSettled } from './ledger-facts.ts';
import { instantAt } from './read-report.ts';
import { isContinued, toldPeriod } from './recompute-population.ts';

interface Basis {
  readonly facts: LedgerFacts;
  readonly calendar: LocalCalendar;
  readonly edition: RuleEdition;
}

/**
 * Whether whoever left within the period of a final report that was sealed before HR told of it is listed, by the records: for each of them, and each who is
 * listed, nothing, or a sentence. Whom HR told of within the last minutes, and who was employed again in time, may be missing.
 */
export function compareLateEnds(document: JsonObject, basis: Basis): readonly (readonly string[])[] {
  const { facts, calendar } = basis;
  const asking = {
    periodStart: textAt(document['periodStart'], 'periodStart'),
    periodEnd: textAt(document['periodEnd'], 'periodEnd'),
    asOf: instantAt(document['asOf'], 'asOf'),
  };
  const seals = readSeals(facts.ofType('report.sealed'));
  const listed = new Map(
    listAt(document['toldAfterSeal'], 'toldAfterSeal').map((each) => {
      const late = objectAt(each, 'a leaver told after a seal');
      return [textAt(late['employmentPeriodId'], 'employmentPeriodId'), late] as const;
    }),
  );
  const found = new Set(listAt(document['findings'], 'findings').map((each) => objectAt(each, 'a finding')['id']));
  const periods = facts.idsOf('employment-period').flatMap((id) => toldPeriod(id, facts, calendar) ?? []);
  const known = periods.flatMap((period) => {
    const { end, id, told } = period;
    const telling = facts.about('employment-period', id).findLast(({ type }) => /\.(end_set|end_changed|ended)$/.test(type));
    if (end === undefined || telling === undefined) return [];
    const knownAt = recordedAt(telling);
    const seal = unawareSeal({ earliest: end.earliest, knownAt }, seals, asking);
    if (seal === undefined) return [];
    const isOptional = !wasSettled(told, facts.asOf) || isContinued({ ...period, end }, periods, { ...basis, isByDays: true });
    return [{ id, isOptional, telling, expected: { knownAt, reportId: seal.reportId, sealRecordId: seal.recordId } }];
  });
  const byRecords = new Set(known.map(({ id }) => id));
  return [
    ...known.flatMap(({ expected, id, isOptional, telling }) => {
      const late = listed.get(id);
      if (late === undefined) {
        const missing = `employment period ${id} ended within the period of report ${expected.reportId}, by ${named(telling)}, which came after that report; no report has it, and this one does not say so`;
        return isOptional ? [] : [[missing]];
      }
      const wrong = Object.entries(expected)
        .filter(([name, value]) => late[name] !== value)
        .map(
          ([name, value]) =>
            `employment period ${id}, told after a seal: ${name} is given as ${String(late[name])}; the records give ${String(value)}`,
        );
      return [
        found.has(late['findingId']) ? wrong : [...wrong, `employment period ${id}, told after a seal: the report has no such finding`],
      ];
    }),
    ...[...listed.keys()]
      .filter((id) => !byRecords.has(id))
      .map((id) => [`employment period ${id} is listed as told after a seal; the records do not say so`]),
  ];
}
