import type { EffectCounts } from './conclude-test.ts';

/** FAIL outweighs doubt, and doubt outweighs waiting. An interim report never passes: it cannot know what is still to come (I10). */
export const conclusions = ['FAIL', 'INSUFFICIENT', 'PENDING', 'PASS'] as const;
export type Conclusion = (typeof conclusions)[number];

/** Why a population is not known well enough for a pass: a word for programs, a sentence for people. */
export interface PopulationDoubt {
  readonly code: string;
  readonly detail: string;
}

/** What the test about leavers came to: how many have each effect, and why nobody can tell who all of them are. */
export interface LeaversTested {
  readonly effects: EffectCounts;
  readonly doubts: readonly PopulationDoubt[];
}

/** That the period goes on is what an interim report says by being one: it waits, and is not in doubt about it. */
const WAITED_FOR = 'period-not-over';

/**
 * The conclusion of a report from its findings and from what the test about leavers came to: never better than either. A doubt about who left is no pass,
 * however well those did who are known (evidence §4.5; I9, I10). WARN, N/A and exceptions decide nothing.
 */
export function concludeReport(kind: 'INTERIM' | 'FINAL', findings: EffectCounts, leavers: LeaversTested): Conclusion {
  const some = (effect: 'FAIL' | 'INSUF' | 'PEND') => (findings[effect] ?? 0) + (leavers.effects[effect] ?? 0) > 0;
  if (some('FAIL')) return 'FAIL';
  if (some('INSUF') || concerning(kind, leavers.doubts).length > 0) return 'INSUFFICIENT';
  if (kind === 'INTERIM') return 'PENDING';
  return some('PEND') ? 'INSUFFICIENT' : 'PASS';
}

/** What a conclusion means, for whoever reads the word for the first time. */
export const conclusionMeanings: Readonly<Record<Conclusion, string>> = {
  FAIL: 'at least one finding failed',
  INSUFFICIENT: 'nothing failed, but not everything could be settled',
  PENDING: 'nothing failed and nothing is in doubt so far, but an interim report never passes as a whole',
  PASS: 'every leaver’s access is proven to have ended in time, and nothing else failed or is in doubt',
};

/** That a report has no leavers, and how many imports of HR it knows that by. */
export interface NobodyLeft {
  readonly imports: number;
}

/**
 * The conclusion in words, each doubt about who left among them, also beside a failure: `nothing failed, but … Who left is in doubt: …`. Where nobody left, that comes
 * first: nothing was tested then, and a pass of 0 of 0 must not read like one of many (evidence §1.3).
 */
export function conclusionSentence(
  kind: 'INTERIM' | 'FINAL',
  conclusion: Conclusion,
  doubts: readonly PopulationDoubt[],
  nobody?: NobodyLeft,
): string {
  const said = concerning(kind, doubts).map(({ detail }) => detail);
  const meant = nobody === undefined ? [`${conclusionMeanings[conclusion]}.`] : withNobody(conclusion, said.length > 0, nobody);
  return [...meant, ...(said.length === 0 ? [] : ['Who left is in doubt:', ...said])].join(' ');
}

/** What a conclusion means where nobody left: a pass speaks of nobody's access. */
export function meaningBesideNobody(conclusion: Conclusion): string {
  return conclusion === 'PASS' ? 'nothing else failed or is in doubt' : conclusionMeanings[conclusion];
}

function withNobody(conclusion: Conclusion, inDoubt: boolean, { imports }: NobodyLeft): readonly string[] {
  const nobody = `${inDoubt ? 'nobody is known to have left' : 'nobody left'} within the period, by HR’s roster (${imports} import${imports === 1 ? '' : 's'})`;
  const rest = meaningBesideNobody(conclusion);
  return [
    `${nobody}, so that nothing was tested: 0 of 0 is no evidence that access ends in time.`,
    `${rest.charAt(0).toUpperCase()}${rest.slice(1)}.`,
  ];
}

function concerning(kind: 'INTERIM' | 'FINAL', doubts: readonly PopulationDoubt[]): readonly PopulationDoubt[] {
  return kind === 'INTERIM' ? doubts.filter(({ code }) => code !== WAITED_FOR) : doubts;
}
