import { earliest, type Instant, latest, plusMs } from '../kernel/index.ts';
import type { InstantRange } from './end-interval.ts';

/**
 * A stretch of time in which one state of an account was seen without interruption. It held at `from` or, as far as use is concerned, later, and
 * still at `to` or later; where nothing was seen twice, `to` may come before `from`.
 */
export interface Stretch {
  readonly usable: boolean;
  readonly from: Instant;
  readonly to: Instant;
}

export interface ObservedWindow {
  readonly lastProvenUsable: Instant | null;
  readonly firstProvenUnusable: Instant | null;
  readonly provenUsableAgain: Instant | null;
  /** The directory named an end at the first of the two instants, and use is proven until the second. Left out elsewhere. */
  readonly isContradicted?: true;
}

/**
 * The window in which access ended, read from an account's stretches in time order, up to and including `until`
 * (the evaluation, or the moment before the person's next employment: a rehire is no reactivation).
 * A return counts as reactivation only where the account was proven unusable at or after the end of employment;
 * a return that may have happened before the end is simply use (I10). Use that may have been before the account was proven unusable, since an
 * answer can be behind, is no return: as long as it is the last word, no end is proven either. Where the directory names an end before its last
 * answer that still showed use, access ended somewhere between the two: neither is taken for true against the other (I10).
 * From `mayBeEmployedFrom` on use may be that of the person's next employment: it proves none of this one, and a return is told with its instant.
 */
export function observedWindow(
  stretches: readonly Stretch[],
  end: InstantRange,
  until: Instant,
  mayBeEmployedFrom?: Instant,
): ObservedWindow {
  const known = stretches.filter((stretch) => stretch.from <= until).map((stretch) => ({ ...stretch, to: earliest(stretch.to, until) }));
  const unusableAfterEnd = known.findIndex((stretch) => !stretch.usable && stretch.to >= end.latest);
  const proof = known[unusableAfterEnd];
  const again = proof && known.slice(unusableAfterEnd).find((stretch) => stretch.usable && stretch.to > proof.from);
  const before = again === undefined ? known : known.slice(0, known.indexOf(again));
  const lastUsable = before.findLastIndex((stretch) => stretch.usable);
  return {
    ...inOrder(lastUse(before, mayBeEmployedFrom), before[lastUsable + 1]?.from ?? null),
    provenUsableAgain: again === undefined || proof === undefined ? null : provenAfter(again, proof),
  };
}

/** The last use that was proven while nobody may have been employed again. */
function lastUse(stretches: readonly Stretch[], before: Instant | undefined): Instant | null {
  if (before === undefined) return stretches.findLast(({ usable }) => usable)?.to ?? null;
  const last = stretches.findLast(({ usable, from }) => usable && from < before);
  return last === undefined ? null : earliest(last.to, plusMs(before, -1));
}

function inOrder(used: Instant | null, ended: Instant | null): Omit<ObservedWindow, 'provenUsableAgain'> {
  if (used === null || ended === null) return { lastProvenUsable: used, firstProvenUnusable: ended };
  const window = { lastProvenUsable: earliest(used, ended), firstProvenUnusable: latest(used, ended) };
  return used > ended ? { ...window, isContradicted: true } : window;
}

/** The first instant after the proof of an end at which use is proven. */
function provenAfter({ from, to }: Stretch, proof: Stretch): Instant {
  return from > proof.from ? from : to;
}
