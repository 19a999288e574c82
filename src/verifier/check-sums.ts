import { effects } from '../verdict/index.ts';
import { isSince, LEAVERS } from './check-conclusion.ts';
import { indexAt, isObject, type JsonObject, listAt, objectAt } from './json-shape.ts';
import { type Problem, problem } from './problem.ts';

/** The ways of an employment that the totals tell apart: they add up to all employments. */
export const WAYS = ['leavers', 'endedOutsidePeriod', 'continued', 'active', 'prehire'] as const;

/**
 * What the report adds up adds up: the totals, and of each test how many passed of how many, those outside it among them, and its parts. And there are no fewer accounts without a person,
 * and excluded ones, than it lists. Reports before the fourth format are not asked. Throws a TypeError for what is no report.
 */
export function checkSums(report: JsonObject): readonly Problem[] {
  if (!isSince(report['format'], 4)) return [];
  const totals = objectAt(report['totals'], 'totals');
  const count = (name: string) => indexAt(totals[name], `totals.${name}`);
  const sum = WAYS.reduce((all, way) => all + count(way), 0);
  const wrong = [
    ...(sum === count('employmentPeriods')
      ? []
      : [`the totals are of ${count('employmentPeriods')} employments; those that they tell apart are ${sum}`]),
    ...listedBeyond(report, count),
    ...listAt(report['tests'], 'tests').flatMap((test) => testSums(objectAt(test, 'a test'), count('employmentPeriods'))),
  ];
  return wrong.map((what) => problem('verdict', what));
}

/** A finding on an account is one of an account without a person, or of one that is excluded as nobody's own. */
function listedBeyond(report: JsonObject, count: (name: string) => number): readonly string[] {
  const vectors = listAt(report['findings'], 'findings').flatMap((unit) =>
    isObject(unit) && isObject(unit['vector']) ? [unit['vector']] : [],
  );
  const excluded = vectors.filter(({ classification }) => classification !== 'HUMAN').length;
  const unmatched = vectors.filter(({ classification, employment }) => classification === 'HUMAN' && employment === 'NONE').length;
  return [
    ...(count('unmatchedAccounts') >= unmatched
      ? []
      : [`the totals count ${count('unmatchedAccounts')} accounts that nobody answers for; ${unmatched} are listed`]),
    ...(count('excludedAccounts') >= excluded
      ? []
      : [`the totals count ${count('excludedAccounts')} accounts that are excluded as nobody’s own; ${excluded} are listed`]),
  ];
}

/** The test about leavers is of all employments: of those that ended within the period, and of all others. */
function testSums(test: JsonObject, employments: number): readonly string[] {
  const id = String(test['id']);
  const members = objectAt(test['effects'], `${id}.effects`);
  const of = (effect: string) => (members[effect] === undefined ? 0 : indexAt(members[effect], `${id}.effects.${effect}`));
  const all = effects.reduce((sum, effect) => sum + of(effect), 0);
  const ties = objectAt(test['ties'], `${id}.ties`);
  const parts = listAt(ties['parts'], `${id}.ties.parts`).map((part) => indexAt(objectAt(part, 'a part')['count'], `${id}.ties.parts`));
  const tied = parts.reduce((sum, part) => sum + part, 0);
  return [
    ...(test['passed'] === of('PASS') && test['of'] === all
      ? []
      : [`the test ${id} says that ${String(test['passed'])} of ${String(test['of'])} pass; its members give ${of('PASS')} of ${all}`]),
    ...(id !== LEAVERS || ties['rows'] === employments
      ? []
      : [`the test ${id} is of ${String(ties['rows'])} employments; the totals are of ${employments}`]),
    ...(ties['rows'] === tied ? [] : [`the test ${id} is of ${String(ties['rows'])} rows; its parts are ${tied}`]),
  ];
}
