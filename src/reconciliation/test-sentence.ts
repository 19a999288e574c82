import type { Effect } from '../verdict/index.ts';
import type { ComplianceTest } from './compliance-test.ts';
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
}

/** What a test came to in plain words, with its figures: never better than what is known (I10). */
export function testSentence(test: ComplianceTest, { doubts, effects, excepted, of, passed, taken, ties }: Said): string {
  const others = rest.flatMap(([effect, words]) => ((effects[effect] ?? 0) === 0 ? [] : [`${effects[effect]} ${words} (${effect})`]));
  const counted =
    of === 0 ? `${test.nobody} (looked at: ${ties.rows} ${ties.of}).` : `${[`${passed} of ${of} ${test.passes}`, ...others].join('; ')}.`;
  const exceptions =
    excepted === 0 ? [] : [`Of those that do not pass, ${excepted} stand under an approved exception, which changes no verdict.`];
  const words =
    taken === 0
      ? []
      : [`Of ${taken} of them a human took an account after the employment had ended: each finding says which, and who decided it.`];
  return [counted, ...words, ...exceptions, ...doubts.map(({ detail }) => detail)].join(' ');
}
