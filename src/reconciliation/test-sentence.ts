import type { Effect } from '../verdict/index.ts';
import type { ComplianceTest } from './compliance-test.ts';
import type { TakenBackEnds } from './taken-back-end-read-model.ts';
import type { TestResult } from './test-result.ts';

/** Those who do not pass, worst first. */
const rest: readonly (readonly [Effect, string])[] = [
  ['FAIL', 'failed'],
  ['INSUF', 'cannot be settled'],
  ['PEND', 'not due yet'],
  ['WARN', 'to be looked at'],
  ['N/A', 'outside the test'],
];

interface Said extends Pick<TestResult, 'doubts' | 'effects' | 'excepted' | 'of' | 'passed' | 'ties'> {
  /** Members of whom a human took an account after their employment had ended. */
  readonly taken: number;
  readonly takenBack: TakenBackEnds | undefined;
}

/** What a test came to in plain words, with its figures: never better than what is known (I10). */
export function testSentence(test: ComplianceTest, { doubts, effects, excepted, of, passed, taken, takenBack, ties }: Said): string {
  const others = rest.flatMap(([effect, words]) => ((effects[effect] ?? 0) === 0 ? [] : [`${effects[effect]} ${words} (${effect})`]));
  const counted =
    of === 0 ? `${test.nobody} (looked at: ${ties.rows} ${ties.of}).` : `${[`${passed} of ${of} ${test.passes}`, ...others].join('; ')}.`;
  const exceptions =
    excepted === 0 ? [] : [`Of those that do not pass, ${excepted} stand under an approved exception, which changes no verdict.`];
  const words =
    taken === 0
      ? []
      : [`Of ${taken} of them a human took an account after the employment had ended: each finding says which, and who decided it.`];
  return [counted, ...words, ...saidOfTakenBack(takenBack), ...exceptions, ...doubts.map(({ detail }) => detail)].join(' ');
}

/** HR's latest word decides; that it was another one once is said, since a failure may have gone with it. */
function saidOfTakenBack(takenBack: TakenBackEnds | undefined): readonly string[] {
  if (takenBack === undefined || takenBack.employments === 0) return [];
  const { employments, failed } = takenBack;
  const [ends, they] = employments === 1 ? ['the end of 1 employment', 'it'] : [`the ends of ${employments} employments`, 'they'];
  const failures = failed === 0 ? 'none had failed by that' : `${failed} had failed by that`;
  return [
    `HR has taken back, or moved to a later day, ${ends} by which ${they} had been judged as ended; ${failures}: flags of findings and closed findings say which.`,
  ];
}
