import { type Instant, msBetween } from '../kernel/index.ts';
import type { InstantRange } from './end-interval.ts';
import type { MayBeBack, WindowInstants } from './observed-window.ts';

/** What can be said of one account's end of access against its deadline, worst first. */
export const timingOutcomes = [
  'REACTIVATED',
  'OVERDUE',
  'LATE',
  'OVERDUE_UNPROVEN',
  'NO_COVERAGE',
  'INDETERMINATE',
  'PENDING',
  'IN_TIME',
  'EARLY',
  'NO_ACCOUNT',
] as const;
export type TimingOutcome = (typeof timingOutcomes)[number];

/** One account in one system, as observed up to `evaluatedAt`. Plain JSON: it is kept with the finding and judged again offline. */
export interface TimingInput extends WindowInstants {
  /** A complete look proved that there is no account and never was one. */
  readonly neverHadAccount: boolean;
  /** When the employment ended; a range where the time zone is unknown. */
  readonly end: InstantRange;
  /** By when access had to be gone. */
  readonly deadline: InstantRange;
  /** As `ObservedWindow` has it. */
  readonly isContradicted?: true;
  readonly mayBeBack?: MayBeBack;
  readonly evaluatedAt: Instant;
  /**
   * From when on the person may have been employed again, where that is before `evaluatedAt` and known no closer (an unknown time zone): use from then on
   * neither fails nor is it nothing. Left out elsewhere.
   */
  readonly mayBeEmployedFrom?: Instant;
  /** Whether the source is looking at this account now, so that its next look will tell. */
  readonly covered: boolean;
}

/** By how much the deadline was missed, in milliseconds; `atMostMs` is null while it is still growing. */
export interface Lateness {
  readonly atLeastMs: number;
  readonly atMostMs: number | null;
}

export interface TimingVerdict {
  readonly outcome: TimingOutcome;
  /** Present for LATE, OVERDUE and INDETERMINATE (where `atLeastMs` is 0: perhaps not late at all), unless what is in doubt is whose the use was that followed, or when it came back. */
  readonly late: Lateness | null;
}

/**
 * Judges one account in one system (evidence §4.4). Access ended in the half-open window
 * `(lastProvenUsable, firstProvenUnusable]`; only a window that lies wholly on one side of the deadline settles
 * the matter, every other one stays doubt (I10). Where access may have come back unseen, it is settled only where it comes to the same whether it did or not.
 */
export function judgeTiming({ mayBeBack, ...input }: TimingInput): TimingVerdict {
  const verdict = judgeWindow(input);
  if (mayBeBack === undefined) return verdict;
  const { firstProvenUnusable, lastProvenUsable, provenUsableAgain } = mayBeBack;
  const asItWas = judgeWindow({ ...input, firstProvenUnusable, lastProvenUsable, provenUsableAgain });
  return sideOf(verdict) === 'open' || sideOf(verdict) === sideOf(asItWas) ? verdict : settled('INDETERMINATE');
}

/** What a verdict comes to: access ended in time, it did not, or neither is settled. */
function sideOf({ outcome }: TimingVerdict): 'in-time' | 'not-in-time' | 'open' {
  if (outcome === 'IN_TIME' || outcome === 'EARLY' || outcome === 'NO_ACCOUNT') return 'in-time';
  return outcome === 'REACTIVATED' || outcome === 'OVERDUE' || outcome === 'LATE' ? 'not-in-time' : 'open';
}

function judgeWindow(input: TimingInput): TimingVerdict {
  if (input.neverHadAccount) return settled('NO_ACCOUNT');
  return input.firstProvenUnusable === null ? judgeOpen(input) : judgeClosed(input, input.firstProvenUnusable);
}

function judgeClosed(input: TimingInput, unusable: Instant): TimingVerdict {
  const { end, deadline, mayBeEmployedFrom, provenUsableAgain } = input;
  const isAgain = provenUsableAgain !== null;
  if (isAgain && (mayBeEmployedFrom === undefined || provenUsableAgain < mayBeEmployedFrom)) return settled('REACTIVATED');
  if (isAgain && unusable <= deadline.earliest) return settled('INDETERMINATE');
  if (unusable <= end.earliest) return settled('EARLY');
  if (unusable <= deadline.earliest) return settled('IN_TIME');
  const late = { atLeastMs: provenLateMs(input), atMostMs: msBetween(deadline.earliest, unusable) };
  return { outcome: late.atLeastMs > 0 ? 'LATE' : 'INDETERMINATE', late };
}

function judgeOpen(input: TimingInput): TimingVerdict {
  if (input.evaluatedAt <= input.deadline.earliest) return settled('PENDING');
  const atLeastMs = provenLateMs(input);
  if (atLeastMs > 0) return { outcome: 'OVERDUE', late: { atLeastMs, atMostMs: null } };
  return settled(input.covered ? 'OVERDUE_UNPROVEN' : 'NO_COVERAGE');
}

/** For how long use is proven beyond the deadline, wherever in its range that lies. */
function provenLateMs({ deadline, lastProvenUsable }: TimingInput): number {
  return lastProvenUsable === null ? 0 : Math.max(0, msBetween(deadline.latest, lastProvenUsable));
}

function settled(outcome: TimingOutcome): TimingVerdict {
  return { outcome, late: null };
}

/** The outcome that counts where a person has several accounts in a system; no judgement at all is no coverage (I10). */
export function worstTiming(outcomes: readonly TimingOutcome[]): TimingOutcome {
  return timingOutcomes.find((outcome) => outcomes.includes(outcome)) ?? 'NO_COVERAGE';
}
