import type { Effect } from './decide.ts';

/** What a compliance test comes to. There is no fourth word: what is not due yet is no pass either (I10). */
export type TestVerdict = 'PASS' | 'FAIL' | 'INSUFFICIENT';

/** How many members of a test's population have each effect; an effect that nobody has may be left out. */
export type EffectCounts = Readonly<Partial<Record<Effect, number>>>;

/**
 * The verdict of a test over its whole population (evidence §4.5): any FAIL fails it; a member in doubt or not due yet, or a doubt about
 * the population itself, leaves it open; else it passes, also where there was nobody to test. WARN, N/A and exceptions decide nothing.
 */
export function concludeTest(effects: EffectCounts, hasDoubt: boolean): TestVerdict {
  const some = (effect: Effect) => (effects[effect] ?? 0) > 0;
  if (some('FAIL')) return 'FAIL';
  return some('INSUF') || some('PEND') || hasDoubt ? 'INSUFFICIENT' : 'PASS';
}
