import { earliest, type Instant } from '../kernel/index.ts';
import type { InstantRange } from './end-interval.ts';

/** A stretch of time in which one state of an account was seen without interruption, from its first to its last known instant. */
export interface Stretch {
  readonly usable: boolean;
  readonly from: Instant;
  readonly to: Instant;
}

export interface ObservedWindow {
  readonly lastProvenUsable: Instant | null;
  readonly firstProvenUnusable: Instant | null;
  readonly provenUsableAgain: Instant | null;
}

/**
 * The window in which access ended, read from an account's stretches in time order, up to and including `until`
 * (the evaluation, or the moment before the person's next employment: a rehire is no reactivation).
 * A return counts as reactivation only where the account was proven unusable at or after the end of employment;
 * a return that may have happened before the end is simply use (I10).
 */
export function observedWindow(stretches: readonly Stretch[], end: InstantRange, until: Instant): ObservedWindow {
  const known = stretches.filter((stretch) => stretch.from <= until).map((stretch) => ({ ...stretch, to: earliest(stretch.to, until) }));
  const unusableAfterEnd = known.findIndex((stretch) => !stretch.usable && stretch.to >= end.latest);
  const again = unusableAfterEnd < 0 ? undefined : known.slice(unusableAfterEnd).find((stretch) => stretch.usable);
  const before = again === undefined ? known : known.slice(0, known.indexOf(again));
  const lastUsable = before.findLastIndex((stretch) => stretch.usable);
  return {
    lastProvenUsable: before[lastUsable]?.to ?? null,
    firstProvenUnusable: before[lastUsable + 1]?.from ?? null,
    provenUsableAgain: again?.from ?? null,
  };
}
