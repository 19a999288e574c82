import { type ComplianceTestId, complianceTestIds, effects, type TakenBack, testSentence, testWords } from '../verdict/index.ts';
import { isSince, LEAVERS } from './check-conclusion.ts';
import { indexAt, isObject, type JsonObject, listAt, objectAt, textAt } from './json-shape.ts';
import { type Problem, problem } from './problem.ts';
import { hasLeft } from './read-report.ts';
import { same } from './same-value.ts';

/** The test that a run does not judge: it is judged as of when it is asked, which for a report is the same instant. */
const ASKED = 'mfa-on-azure' satisfies ComplianceTestId;

/**
 * Of whoever can seal anew: no test is left out, each asks in its own words, speaks as of the report, and comes to the sentence that its figures give. Reports before
 * the fifth format are not asked. Throws a TypeError for what is no report.
 */
export function checkTests(report: JsonObject): readonly Problem[] {
  if (!isSince(report['format'], 5)) return [];
  const tests = listAt(report['tests'], 'tests').map((each) => objectAt(each, 'a test'));
  const ids = tests.map(({ id }) => id);
  const wrong = [
    ...(same(ids, complianceTestIds) ? [] : [`the report has the tests ${ids.join(', ')}; there are ${complianceTestIds.join(', ')}`]),
    ...tests.flatMap((test) => {
      const id = complianceTestIds.find((each) => each === test['id']);
      return id === undefined ? [] : testSaysItself(id, test, report);
    }),
  ];
  return wrong.map((what) => problem('verdict', what));
}

function testSaysItself(id: ComplianceTestId, test: JsonObject, report: JsonObject): readonly string[] {
  const { nobody: _nobody, passes: _passes, ...asked } = testWords[id];
  const { asOf, reconciliationRunId } = report;
  const expected = {
    ...asked,
    asOf,
    runId: id === ASKED ? null : reconciliationRunId,
    ...(id === LEAVERS ? {} : { period: null }), // that the test about leavers is of the report's period is asked with its doubts
    sentence: sentenceOf(id, test, report),
  };
  return Object.entries(expected)
    .filter(([name, value]) => !same(test[name] ?? null, value ?? null))
    .map(([name]) => `the test ${id}: its ${name} is not the one that such a test, its figures and the report give`);
}

function sentenceOf(id: ComplianceTestId, test: JsonObject, report: JsonObject): string {
  const counted = objectAt(test['effects'], `${id}.effects`);
  const { of, rows } = objectAt(test['ties'], `${id}.ties`);
  return testSentence(testWords[id], {
    effects: Object.fromEntries(
      effects.flatMap((effect) => (counted[effect] === undefined ? [] : [[effect, indexAt(counted[effect], effect)]])),
    ),
    passed: indexAt(test['passed'], `${id}.passed`),
    of: indexAt(test['of'], `${id}.of`),
    excepted: indexAt(test['excepted'], `${id}.excepted`),
    ties: { rows: indexAt(rows, `${id}.ties.rows`), of: textAt(of, `${id}.ties.of`) },
    doubts: listAt(test['doubts'], `${id}.doubts`).map((each) => ({ detail: textAt(objectAt(each, 'a doubt')['detail'], 'a doubt') })),
    taken: id === LEAVERS ? takenOf(report) : 0,
    takenBack: id === LEAVERS ? takenBackIn(String(test['sentence'])) : undefined,
  });
}

/** How many ends HR has taken back is said in the sentence alone. */
function takenBackIn(sentence: string): TakenBack | undefined {
  const [, employments, failed] =
    /HR has taken back, or moved to a later day, the ends? of (\d+) employments? by .*; (none|\d+) had failed by that/.exec(sentence) ?? [];
  if (employments === undefined) return undefined;
  return { employments: Number(employments), failed: failed === 'none' ? 0 : Number(failed) };
}

/** Leavers of whom a human took an account after their employment had ended. */
function takenOf(report: JsonObject): number {
  return listAt(report['findings'], 'findings').filter(
    (unit) => hasLeft(unit, report) && isObject(unit) && listAt(unit['systems'], 'systems').some(isTaken),
  ).length;
}

function isTaken(system: unknown): boolean {
  return isObject(system) && isObject(system['taken']) && system['standing'] !== 'released';
}
