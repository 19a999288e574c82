import { earliest, type Instant, latest, plusMs } from '../kernel/index.ts';
import { judgesSince, type RuleEdition } from './decide.ts';
import type { InstantRange } from './end-interval.ts';
import { type Cut, type ObservedWindow, observedWindow, type Stretch } from './observed-window.ts';
import type { DirectoryState, ScimState } from './state-vector.ts';

/** One state of a directory account, and for how long it was seen; or, by its audit log alone, that it was restored, whether enabled or not, or enabled, for however long. */
export interface DirectorySighting {
  readonly state: 'enabled' | 'disabled' | 'soft_deleted' | 'hard_deleted' | 'vanished' | 'restored';
  /** Of `restored`: it was enabled, and nothing says until when. Left out elsewhere. */
  readonly isToldEnabled?: true;
  /** By when it held; see `seenFrom`. */
  readonly from: Instant;
  /** It held at some instant between this one and `from`. */
  readonly seenFrom: Instant;
  /** It still held then or later; null while it goes on. */
  readonly to: Instant | null;
  /** The directory itself said when. */
  readonly isExact: boolean;
}

/** What a SCIM user became, by our own receipt; it goes on until the next. */
export interface ScimReceipt {
  readonly active: boolean;
  readonly deleted: boolean;
  readonly from: Instant;
}

/**
 * What sightings prove, in time order: an unexplained absence says nothing of what the account could do meanwhile, so it is left out (I8). What
 * goes on still held at `confirmedUntil` or later, by the last complete look.
 */
export function directoryStretches(sightings: readonly DirectorySighting[], confirmedUntil: Instant): readonly Stretch[] {
  return sightings.filter(isShown).map((sighting) => directoryStretch(sighting, confirmedUntil));
}

/** Whether an answer showed the account in that state. */
export function isShown({ state }: Pick<DirectorySighting, 'state'>): boolean {
  return state !== 'vanished' && state !== 'restored';
}

/**
 * An answer shows what held at some instant between two, since replicas lag and clocks differ. So use is proven from the earlier one on and an
 * end by the later one, and either until the earlier one of the last answer that showed it. Both are one where the directory says when.
 */
export function directoryStretch({ state, from, seenFrom, to, isExact }: DirectorySighting, confirmedUntil: Instant): Stretch {
  const usable = state === 'enabled';
  const first = usable ? seenFrom : from;
  return { usable, from: first, to: latest(isExact ? first : seenFrom, to ?? confirmedUntil) };
}

/** Up to when an account is read, and until when what goes on is confirmed. */
export interface Reading extends Cut {
  readonly confirmedUntil: Instant;
}

/** Receipts are exact to the millisecond, so what a user last became is proven at `until` itself. */
function scimStretches(receipts: readonly ScimReceipt[], until: Instant): readonly Stretch[] {
  return receipts.map((receipt, index) => {
    const next = receipts[index + 1];
    return { usable: receipt.active && !receipt.deleted, from: receipt.from, to: next === undefined ? until : plusMs(next.from, -1) };
  });
}

/**
 * The window in which a SCIM user's access ended. Our receipts are all that there ever was of it: one that was made inactive, and has not been
 * active since, was as unusable when the employment ended as when it was made, so that no time before its making is in doubt (evidence §4.4).
 */
export function scimWindow(
  receipts: readonly ScimReceipt[],
  end: InstantRange,
  { until, mayBeEmployedFrom }: Omit<Cut, 'looks'>,
): ObservedWindow {
  const window = observedWindow(scimStretches(receipts, until), end, { until, mayBeEmployedFrom });
  const { firstProvenUnusable, lastProvenUsable } = window;
  if (lastProvenUsable !== null || firstProvenUnusable === null) return window;
  if (mayBeEmployedFrom !== undefined && receipts.some(({ active, from }) => active && from <= until)) return window;
  return { ...window, firstProvenUnusable: earliest(firstProvenUnusable, end.earliest) };
}

const states: Record<Exclude<DirectorySighting['state'], 'restored'>, DirectoryState> = {
  enabled: 'ENABLED',
  disabled: 'DISABLED',
  soft_deleted: 'SOFT_DELETED',
  hard_deleted: 'HARD_DELETED',
  vanished: 'VANISHED',
};

/**
 * The state that an account was last seen in, by its sightings in time order; unknown where the audit log has told since that it was restored, or enabled, and nobody has looked (I8).
 * Reports up to format 4 went by what was seen.
 */
export function directoryStateOf(sightings: readonly Pick<DirectorySighting, 'state'>[], edition: RuleEdition = 'present'): DirectoryState {
  const last = sightings.findLast(({ state }) => state !== 'restored')?.state;
  if (last === undefined || last === 'restored') return 'UNKNOWN';
  const isOpen = sightings.at(-1)?.state === 'restored' && judgesSince(edition, 5);
  return isOpen && last !== 'vanished' ? 'UNKNOWN' : states[last];
}

/** The state that a SCIM user last became. */
export function scimStateOf(last: Pick<ScimReceipt, 'active' | 'deleted'> | undefined): ScimState {
  if (last === undefined) return 'UNKNOWN';
  if (last.deleted) return 'DELETED';
  return last.active ? 'ACTIVE' : 'INACTIVE';
}
