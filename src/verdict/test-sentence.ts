import type { EffectCounts } from './conclude-test.ts';
import type { Effect } from './decide.ts';
import type { TestWords } from './test-words.ts';

/** Those who do not pass, worst first. */
const rest: readonly (readonly [Effect, string])[] = [
  ['FAIL', 'failed'],
  ['INSUF', 'cannot be settled'],
  ['PEND', 'not due yet'],
  ['WARN', 'to be looked at'],
  ['N/A', 'outside the test'],
];

/** Employments of which HR has taken an end back, and how many had failed by it. */
export interface TakenBack {
  readonly employments: number;
  readonly failed: number;
}

/** The figures of a test. */
export interface TestFigures {
  readonly effects: EffectCounts;
  /** Members that pass, and all of them. */
  readonly passed: number;
  readonly of: number;
  /** Members that do not pass and stand under an exception that two people made. */
  readonly excepted: number;
  /** How many were looked at, and what they are. */
  readonly ties: { readonly rows: number; readonly of: string };
  /** Why the whole is in doubt. */
  readonly doubts: readonly { readonly detail: string }[];
  /** Members of whom a human took an account after their employment had ended. */
  readonly taken: number;
  /** Ends that HR has taken back; left out where a test does not ask. */
  readonly takenBack?: TakenBack | undefined;
}

/** What a test came to in plain words, with its figures: never better than what is known (I10). */
export function testSentence(
  { nobody, passes }: TestWords,
  { doubts, effects, excepted, of, passed, taken, takenBack, ties }: TestFigures,
): string {
  const others = rest.flatMap(([effect, words]) => ((effects[effect] ?? 0) === 0 ? [] : [`${effects[effect]} ${words} (${effect})`]));
  const counted =
    of === 0 ? `${nobody} (looked at: ${ties.rows} ${ties.of}).` : `${[`${passed} of ${of} ${passes}`, ...others].join('; ')}.`;
  const exceptions =
    excepted === 0 ? [] : [`Of those that do not pass, ${excepted} stand under an approved exception, which changes no verdict.`];
  const words =
    taken === 0
      ? []
      : [`Of ${taken} of them a human took an account after the employment had ended: each finding says which, and who decided it.`];
  return [counted, ...words, ...saidOfTakenBack(takenBack), ...exceptions, ...doubts.map(({ detail }) => detail)].join(' ');
}

/** HR's latest word decides; that it was another one once is said, since a failure may have gone with it. */
function saidOfTakenBack(takenBack: TakenBack | undefined): readonly string[] {
  if (takenBack === undefined || takenBack.employments === 0) return [];
  const { employments, failed } = takenBack;
  const [ends, they] = employments === 1 ? ['the end of 1 employment', 'it'] : [`the ends of ${employments} employments`, 'they'];
  const failures = failed === 0 ? 'none had failed by that' : `${failed} had failed by that`;
  return [
    `HR has taken back, or moved to a later day, ${ends} by which ${they} had been judged as ended; ${failures}: flags of findings and closed findings say which.`,
  ];
}
