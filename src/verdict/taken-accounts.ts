import { judgeTiming, type TimingInput, type TimingOutcome } from './judge-timing.ts';

/** What is to be known here of an account that a finding lists. */
interface ListedAccount {
  readonly standing: string;
  readonly timing: TimingInput | null;
}

/** How many accounts a human took from the person: after the employment had ended, of which `barred` ones do not count any more and `classed` ones do; before it had, `released`. */
export interface TakenCounts {
  readonly barred: number;
  readonly classed: number;
  readonly released: number;
}

export function countTaken(accounts: readonly Pick<ListedAccount, 'standing'>[]): TakenCounts {
  const some = (standing: string) => accounts.filter((account) => account.standing === standing).length;
  return { barred: some('barred'), classed: some('classed'), released: some('released') };
}

/** Outcomes that would have let the person pass: without such an account the verdict is no better than with it. */
const settled: ReadonlySet<TimingOutcome> = new Set(['EARLY', 'IN_TIME', 'NO_ACCOUNT']);

/**
 * Whether a human took an account from the person after the employment had ended whose access is not proven to have ended in time: that it never was
 * theirs is a word, and no word makes a failure a pass (I10). One that was a candidate was never judged, and is left to that word.
 */
export function isDisownedOpenly(accounts: readonly ListedAccount[]): boolean {
  return accounts.some(({ standing, timing }) => standing === 'barred' && timing !== null && !settled.has(judgeTiming(timing).outcome));
}
