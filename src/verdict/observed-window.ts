import { earliest, type Instant, latest, plusMs } from '../kernel/index.ts';
import type { InstantRange } from './end-interval.ts';

/**
 * A stretch of time in which one state of an account was seen without interruption. It held at `from` or, as far as use is concerned, later, and
 * still at `to` or later; where nothing was seen twice, `to` may come before `from`.
 */
export interface Stretch {
  /** Null where it may have been either. */
  readonly usable: boolean | null;
  readonly from: Instant;
  readonly to: Instant;
}

export interface ObservedWindow extends WindowInstants {
  /** The directory named an end at the first of the two instants, and use is proven until the second. Left out elsewhere. */
  readonly isContradicted?: true;
  readonly mayBeBack?: MayBeBack;
}

/** In which access ended, and when it came back. */
export interface WindowInstants {
  readonly lastProvenUsable: Instant | null;
  /** The first instant after `lastProvenUsable` at which the account was known to be unusable. */
  readonly firstProvenUnusable: Instant | null;
  /** The first instant after `firstProvenUnusable` at which it was known to be usable again, outside any later employment. */
  readonly provenUsableAgain: Instant | null;
}

/**
 * Access had ended, and may have come back unseen from an instant on: the directory's audit log says that the account was restored, and not whether it was enabled, or that it was enabled, and not until when; or
 * the account had vanished from sight over the end of the employment. The window beside it is proven either way; this one holds only if access did not come back.
 */
export interface MayBeBack extends WindowInstants {
  readonly because: 'restored' | 'enabled' | 'vanished';
  readonly since: Instant;
}

/** Up to when an account is read. */
export interface Cut {
  /** The evaluation, or the moment before the person's next employment: a rehire is no reactivation. */
  readonly until: Instant;
  /** As `TimingInput` has it. */
  readonly mayBeEmployedFrom?: Instant | undefined;
  /**
   * Until when complete looks had confirmed what they showed, in time order, as far as they were made by either instant. Use that goes on beyond it is proven by it until the last of
   * them alone: what was seen in the next employment says nothing of the time between. Left out: it was confirmed in every moment.
   */
  readonly looks?: readonly Instant[] | undefined;
}

/**
 * The window in which access ended, read from an account's stretches in time order, up to and including `until`.
 * A return counts as reactivation only where the account was proven unusable at or after the end of employment;
 * a return that may have happened before the end is simply use (I10). Use that may have been before the account was proven unusable, since an
 * answer can be behind, is no return: as long as it is the last word, no end is proven either. Where the directory names an end before its last
 * answer that still showed use, access ended somewhere between the two: neither is taken for true against the other (I10).
 * From `mayBeEmployedFrom` on use may be that of the person's next employment: it proves none of this one, and a return is told with its instant.
 */
export function observedWindow(stretches: readonly Stretch[], end: InstantRange, { looks, mayBeEmployedFrom, until }: Cut): ObservedWindow {
  const known = stretches
    .filter((stretch) => stretch.from <= until)
    .map((stretch) => ({ ...stretch, to: heldUntil(stretch, until, looks) }));
  const unusableAfterEnd = known.findIndex((stretch) => stretch.usable === false && stretch.to >= end.latest);
  const proof = known[unusableAfterEnd];
  const again = proof && known.slice(unusableAfterEnd).find((stretch) => stretch.usable && stretch.to > proof.from);
  const before = again === undefined ? known : known.slice(0, known.indexOf(again));
  // Where access came back, what may have been before it alters nothing.
  const lastUsable = before.findLastIndex(({ usable }) => usable === true || (usable === null && again === undefined));
  const ended = before.slice(lastUsable + 1).find(({ usable }) => usable === false);
  return {
    ...inOrder(lastUse(before, mayBeEmployedFrom, looks), ended?.from ?? null),
    provenUsableAgain: again === undefined || proof === undefined ? null : provenAfter(again, proof),
  };
}

/** Until when a stretch held, of what is read up to an instant. */
function heldUntil({ from, to, usable }: Stretch, instant: Instant, looks: Cut['looks']): Instant {
  if (to <= instant || usable !== true || looks === undefined) return earliest(to, instant);
  return latest(from, looks.findLast((look) => look <= instant) ?? from);
}

/** The last use that was proven while nobody may have been employed again. */
function lastUse(stretches: readonly Stretch[], before: Instant | undefined, looks: Cut['looks']): Instant | null {
  if (before === undefined) return stretches.findLast(({ usable }) => usable)?.to ?? null;
  const last = stretches.findLast(({ usable, from }) => usable && from < before);
  return last === undefined ? null : heldUntil(last, plusMs(before, -1), looks);
}

function inOrder(used: Instant | null, ended: Instant | null): Omit<ObservedWindow, 'mayBeBack' | 'provenUsableAgain'> {
  if (used === null || ended === null) return { lastProvenUsable: used, firstProvenUnusable: ended };
  const window = { lastProvenUsable: earliest(used, ended), firstProvenUnusable: latest(used, ended) };
  return used > ended ? { ...window, isContradicted: true } : window;
}

/** The first instant after the proof of an end at which use is proven. */
function provenAfter({ from, to }: Stretch, proof: Stretch): Instant {
  return from > proof.from ? from : to;
}
