import { type Instant, type LedgerRecordId, latest, plusMs } from '../kernel/index.ts';
import {
  type DirectoryState,
  type InstantRange,
  judgeTiming,
  observedWindow,
  type ScimState,
  type Stretch,
  type TimingInput,
} from '../verdict/index.ts';
import type { Grade, UnitSystem } from './report-population.ts';
import type { DirectoryFacts, DirectoryStretch, LinkFacts, ScimFacts, ScimStretch } from './unit-facts.ts';

/** Up to when an account is read, and how well its source was looking. */
export interface Look {
  /** The evaluation, or the moment before the person's next employment. */
  readonly until: Instant;
  /** What goes on still held then or later, by the source's last complete look. */
  readonly confirmedUntil: Instant;
  /** Whether the source is fresh enough to speak of `until`. */
  readonly isFresh: boolean;
  /** Whether the source will look again at what is judged here; not where a later employment has begun. */
  readonly isOpen: boolean;
  /** What the timing is judged against; null where the employment has not ended. */
  readonly leaving: { readonly end: InstantRange; readonly deadline: InstantRange } | null;
}

/** One account as a unit shows it. */
export type ReadAccount<State extends string> = UnitSystem & { readonly state: State };

const directoryStateOf: Record<DirectoryStretch['state'], DirectoryState> = {
  enabled: 'ENABLED',
  disabled: 'DISABLED',
  soft_deleted: 'SOFT_DELETED',
  hard_deleted: 'HARD_DELETED',
  vanished: 'VANISHED',
};

/** Reads a directory account: absence is never taken for disablement, and a stale source says nothing of now (I8, I10). */
export function readDirectoryAccount(facts: DirectoryFacts, look: Look): ReadAccount<DirectoryState> {
  const stretches = facts.stretches.filter((stretch) => stretch.from <= look.until);
  const last = stretches.at(-1);
  const seen = last === undefined ? 'UNKNOWN' : directoryStateOf[last.state];
  const state = !look.isFresh && (seen === 'ENABLED' || seen === 'DISABLED') ? 'UNKNOWN' : seen;
  // An unexplained absence says nothing of what the account could do meanwhile.
  const telling = stretches.filter((stretch) => stretch.state !== 'vanished');
  const timing = timingOf(
    telling.map((stretch) => usableStretch(stretch, look.confirmedUntil)),
    look,
    look.isFresh && look.isOpen && seen !== 'VANISHED',
  );
  const isExact = telling.some((stretch) => stretch.isExact && stretch.from === timing?.firstProvenUnusable);
  return {
    system: 'directory',
    ...linkOf(facts),
    state,
    grade: gradeOf(timing, isExact ? 'B' : 'C'),
    ...judged(facts.link, timing),
    evidence: evidenceOf(facts.link, stretches),
  };
}

/**
 * An answer shows what held at some instant between two, since replicas lag and clocks differ. So use is proven from the earlier one on and an
 * end by the later one, and either until the earlier one of the last answer that showed it. Both are one where the directory says when.
 */
function usableStretch({ state, from, seenFrom, to, isExact }: DirectoryStretch, confirmedUntil: Instant): Stretch {
  const usable = state === 'enabled';
  const first = usable ? seenFrom : from;
  return { usable, from: first, to: latest(isExact ? first : seenFrom, to ?? confirmedUntil) };
}

/** Reads a SCIM user: our own receipts, exact to the millisecond, so an active one is proven active at this very moment. */
export function readScimAccount(facts: ScimFacts, look: Look): ReadAccount<ScimState> {
  const stretches = facts.stretches.filter((stretch) => stretch.from <= look.until);
  const known = stretches.map((stretch, index) => ({
    usable: isActive(stretch),
    from: stretch.from,
    to: lastInstantOf(stretches[index + 1], look.until),
  }));
  const timing = timingOf(known, look, look.isFresh && look.isOpen);
  const last = stretches.at(-1);
  return {
    system: 'scim',
    ...linkOf(facts),
    state: scimStateOf(last),
    grade: gradeOf(timing, 'A'),
    ...judged(facts.link, timing),
    evidence: evidenceOf(facts.link, stretches),
  };
}

function isActive(stretch: ScimStretch): boolean {
  return stretch.active && !stretch.deleted;
}

function lastInstantOf(next: ScimStretch | undefined, until: Instant): Instant {
  return next === undefined ? until : plusMs(next.from, -1);
}

function scimStateOf(last: ScimStretch | undefined): ScimState {
  if (last === undefined) return 'UNKNOWN';
  if (last.deleted) return 'DELETED';
  return last.active ? 'ACTIVE' : 'INACTIVE';
}

function timingOf(stretches: readonly Stretch[], { until, leaving }: Look, covered: boolean): TimingInput | null {
  if (leaving === null) return null;
  return { neverHadAccount: false, ...leaving, ...observedWindow(stretches, leaving.end, until), evaluatedAt: until, covered };
}

function linkOf({ accountId, link }: DirectoryFacts | ScimFacts): Pick<UnitSystem, 'accountId' | 'standing' | 'matchRule'> {
  if (link === null) return { accountId, standing: 'none', matchRule: null };
  return { accountId, standing: link.standing === 'linked' ? 'linked' : 'candidate', matchRule: link.rule };
}

/** A candidate is listed and not judged: it may be somebody else's account. */
function judged(link: LinkFacts | null, timing: TimingInput | null): Pick<UnitSystem, 'timing' | 'judged'> {
  if (timing === null || link?.standing === 'ambiguous') return { timing: null, judged: null };
  return { timing, judged: judgeTiming(timing) };
}

function gradeOf(timing: TimingInput | null, best: Grade): Grade {
  if (timing === null) return best;
  return timing.firstProvenUnusable === null && timing.lastProvenUsable === null ? 'X' : best;
}

/** The link, and every observation of the account: each is a turn, so they are few. */
function evidenceOf(
  link: LinkFacts | null,
  stretches: readonly { readonly recordId: LedgerRecordId | null; readonly exactRecordId?: LedgerRecordId | null }[],
): readonly LedgerRecordId[] {
  const observed = stretches.flatMap(({ recordId, exactRecordId = null }) => [recordId, exactRecordId].filter((id) => id !== null));
  return link === null ? observed : [link.recordId, ...observed];
}
