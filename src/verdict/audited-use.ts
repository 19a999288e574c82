import { earliest, epochMs, type Instant, MINUTE_MS, plusMs } from '../kernel/index.ts';
import type { DirectorySighting } from './account-stretches.ts';

/** What clocks and replicas may differ by between the directory's audit log and its answers. */
export const AUDIT_TOLERANCE_MS = 5 * MINUTE_MS;

/** Between which instants a look showed what it showed. */
export interface Shown {
  readonly seenFrom: Instant;
  readonly from: Instant;
}

/** An entry of the directory's audit log: what the account was from then on. */
export interface AuditedTurn {
  readonly at: Instant;
  /** `restored` leaves open whether it was enabled. */
  readonly ledTo: 'use' | 'off' | 'restored';
  /** Of one that was restored or enabled: the first complete look after that; null where there was none, and elsewhere. */
  readonly shownNext: Shown | null;
}

/** What was seen, or a part of it. */
export interface AuditedPart<Sighting, Entry> {
  readonly sighting: Sighting;
  /** The entry with which it began, or after which a look showed it so again; null where it was seen to begin. */
  readonly by: Entry | null;
  readonly isShownAgain: boolean;
}

/**
 * Sightings in time order, with what the audit log tells of each that shows an account unusable. One that was enabled between two looks, and disabled again before the
 * later one, was usable in between; one that was restored may have been, until it was disabled or deleted again, or a complete look showed it off: that part is `restored`.
 * So may one have been that was enabled, with no entry to end that: the log may not tell all of it yet. Where the next look shows use, that look says so itself. An entry as
 * close to the look as clocks and replicas may differ is left out.
 */
export function withAuditedUse<Sighting extends DirectorySighting, Entry extends AuditedTurn>(
  sightings: readonly Sighting[],
  entries: readonly Entry[],
): readonly AuditedPart<Sighting, Entry>[] {
  return sightings.flatMap((sighting, index) => {
    if (sighting.state === 'enabled' || sighting.state === 'vanished') return [{ sighting, by: null, isShownAgain: false }];
    const later = sightings.slice(index + 1);
    const next = later[0]?.seenFrom;
    // An absence that nothing explains shows nothing of the account, and ends no doubt.
    const nextShown = later.find(({ state }) => state !== 'vanished');
    const from = plusMs(sighting.from, AUDIT_TOLERANCE_MS);
    const within = entries.filter(({ at, ledTo }) => {
      const until = ledTo === 'off' ? next : nextShown?.seenFrom;
      return at > from && (until === undefined || at < until);
    });
    return partsOf(sighting, within, nextShown);
  });
}

/** An entry, or the look after one. */
interface Happening<Entry> {
  readonly at: Instant;
  readonly what: AuditedTurn['ledTo'] | 'shown';
  readonly entry: Entry;
}

/** Of what happened in one instant an end counts first: what came after it may hold still. */
const order: readonly Happening<unknown>['what'][] = ['off', 'restored', 'use', 'shown'];

function happenings<Entry extends AuditedTurn>(
  { to }: DirectorySighting,
  entries: readonly Entry[],
  nextShown: DirectorySighting | undefined,
): readonly Happening<Entry>[] {
  const told = entries.flatMap((entry): readonly Happening<Entry>[] => {
    const { at, ledTo, shownNext } = entry;
    const isShown = shownNext !== null && (to === null || shownNext.seenFrom <= to);
    return [{ at, what: ledTo, entry }, ...(isShown ? [{ at: shownNext.from, what: 'shown', entry } as const] : [])];
  });
  const inOrder = told.toSorted((a, b) => epochMs(a.at) - epochMs(b.at) || order.indexOf(a.what) - order.indexOf(b.what));
  return inOrder.flatMap((happening, index): readonly Happening<Entry>[] => {
    if (happening.what !== 'use' || isEnded(happening, inOrder.slice(index + 1))) return [happening];
    return nextShown?.state === 'enabled' ? [] : [{ ...happening, what: 'restored' }];
  });
}

/** Whether the log itself ends what it told of, before a look shows it ended. */
function isEnded<Entry>({ entry }: Happening<Entry>, later: readonly Happening<Entry>[]): boolean {
  return later.find(({ entry: other, what }) => what === 'off' || (what === 'shown' && other === entry))?.what === 'off';
}

/** How far a sighting has been told. */
interface Told<Sighting, Entry> {
  readonly parts: readonly AuditedPart<Sighting, Entry>[];
  readonly off: AuditedPart<Sighting, Entry>;
  /** The entry that enabled the account since. */
  readonly used?: Entry | undefined;
  /** The entries by which it may have come back since. */
  readonly restored?: { readonly first: Entry; readonly last: Entry } | undefined;
}

function partsOf<Sighting extends DirectorySighting, Entry extends AuditedTurn>(
  sighting: Sighting,
  entries: readonly Entry[],
  nextShown: Sighting | undefined,
): readonly AuditedPart<Sighting, Entry>[] {
  const begun: Told<Sighting, Entry> = { parts: [], off: { sighting, by: null, isShownAgain: false } };
  const told = happenings(sighting, entries, nextShown).reduce((before, happening) => next(before, happening, sighting), begun);
  return [...told.parts, told.off, ...doubtIn(told, null)];
}

function next<Sighting extends DirectorySighting, Entry extends AuditedTurn>(
  told: Told<Sighting, Entry>,
  { entry, what }: Happening<Entry>,
  sighting: Sighting,
): Told<Sighting, Entry> {
  const { restored, used } = told;
  if (what === 'use') return { ...told, used: used ?? entry };
  if (what === 'restored') return restoredBy(entry, told);
  if (what === 'off') return used === undefined && restored === undefined ? told : endedBy(entry, told, sighting);
  return used === undefined && restored?.last === entry ? shownAgain(entry, told, sighting) : told;
}

/** One that was enabled before is usable, whatever it was restored from. */
function restoredBy<Sighting, Entry>(entry: Entry, told: Told<Sighting, Entry>): Told<Sighting, Entry> {
  return told.used === undefined ? { ...told, restored: { first: told.restored?.first ?? entry, last: entry } } : told;
}

/** By the look after an entry that it was restored. */
function shownAgain<Sighting extends DirectorySighting, Entry extends AuditedTurn>(
  entry: Entry,
  told: Told<Sighting, Entry>,
  sighting: Sighting,
): Told<Sighting, Entry> {
  const { shownNext } = entry;
  if (shownNext === null) return told;
  const off = { sighting: { ...sighting, ...shownNext, isExact: false }, by: entry, isShownAgain: true };
  return { parts: [...told.parts, told.off, ...doubtIn(told, shownNext.from)], off };
}

function endedBy<Sighting extends DirectorySighting, Entry extends AuditedTurn>(
  entry: Entry,
  told: Told<Sighting, Entry>,
  sighting: Sighting,
): Told<Sighting, Entry> {
  const { off, parts, used } = told;
  const last = off.sighting.to;
  const to = used === undefined ? last : earliest(last ?? used.at, used.at);
  const use = used === undefined ? [] : [partBy(used, { ...sighting, state: 'enabled', to: entry.at })];
  return {
    parts: [...parts, { ...off, sighting: { ...off.sighting, to } }, ...doubtIn(told, used?.at ?? entry.at), ...use],
    off: partBy(entry, sighting),
  };
}

function doubtIn<Sighting extends DirectorySighting, Entry extends AuditedTurn>(
  { off: { sighting }, restored }: Told<Sighting, Entry>,
  to: Instant | null,
): readonly AuditedPart<Sighting, Entry>[] {
  if (restored === undefined) return [];
  const isToldEnabled = restored.first.ledTo === 'use' ? true : undefined;
  return [partBy(restored.first, { ...sighting, state: 'restored', to, ...(isToldEnabled && { isToldEnabled }) })];
}

/** What the directory's log itself says began then. */
function partBy<Sighting extends DirectorySighting, Entry extends AuditedTurn>(
  by: Entry,
  sighting: Sighting,
): AuditedPart<Sighting, Entry> {
  return { sighting: { ...sighting, from: by.at, seenFrom: by.at, isExact: true }, by, isShownAgain: false };
}
