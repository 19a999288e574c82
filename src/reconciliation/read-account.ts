import type { Instant, LedgerRecordId } from '../kernel/index.ts';
import {
  type DirectoryState,
  directoryStateOf,
  directoryWindow,
  type InstantRange,
  judgeTiming,
  type ObservedWindow,
  type ScimState,
  scimStateOf,
  scimWindow,
  type TimingInput,
} from '../verdict/index.ts';
import { isDisowned } from './accounts-in-time.ts';
import type { Grade, UnitSystem } from './report-population.ts';
import type { DirectoryFacts, LinkFacts, ScimFacts } from './unit-facts.ts';

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
  /** As `TimingInput` has it. */
  readonly mayBeEmployedFrom?: Instant | undefined;
}

/** One account as a unit shows it. */
export type ReadAccount<State extends string> = UnitSystem & { readonly state: State };

/** Reads a directory account: absence is never taken for disablement, and a stale source says nothing of now (I8, I10). */
export function readDirectoryAccount(facts: DirectoryFacts, look: Look): ReadAccount<DirectoryState> {
  const stretches = facts.stretches.filter((stretch) => stretch.from <= look.until);
  const seen = directoryStateOf(stretches);
  const state = !look.isFresh && (seen === 'ENABLED' || seen === 'DISABLED') ? 'UNKNOWN' : seen;
  const covered = look.isFresh && look.isOpen && seen !== 'VANISHED';
  const timing = timingOf(look, covered, (end) => directoryWindow(stretches, end, { ...look, looks: facts.looks }));
  const isExact = stretches.some((stretch) => stretch.isExact && stretch.from === timing?.firstProvenUnusable);
  return {
    system: 'directory',
    ...linkOf(facts),
    state,
    grade: gradeOf(timing, isExact ? 'B' : 'C'),
    ...judged(facts.link, timing),
    evidence: [...facts.linkedBefore, ...evidenceOf(facts.link, stretches)],
  };
}

/** Reads a SCIM user: our own receipts, exact to the millisecond, so an active one is proven active at this very moment. */
export function readScimAccount(facts: ScimFacts, look: Look): ReadAccount<ScimState> {
  const stretches = facts.stretches.filter((stretch) => stretch.from <= look.until);
  const timing = timingOf(look, look.isFresh && look.isOpen, (end) => scimWindow(stretches, end, look));
  return {
    system: 'scim',
    ...linkOf(facts),
    state: scimStateOf(stretches.at(-1)),
    grade: gradeOf(timing, 'A'),
    ...judged(facts.link, timing),
    evidence: evidenceOf(facts.link, stretches),
  };
}

function timingOf(
  { until, leaving, mayBeEmployedFrom }: Look,
  covered: boolean,
  windowAround: (end: InstantRange) => ObservedWindow,
): TimingInput | null {
  if (leaving === null) return null;
  const { end, deadline } = leaving;
  return {
    neverHadAccount: false,
    end,
    deadline,
    ...windowAround(end),
    evaluatedAt: until,
    covered,
    ...(mayBeEmployedFrom !== undefined && { mayBeEmployedFrom }),
  };
}

function linkOf({ accountId, link }: DirectoryFacts | ScimFacts): Pick<UnitSystem, 'accountId' | 'standing' | 'matchRule' | 'taken'> {
  if (link === null) return { accountId, standing: 'none', matchRule: null };
  const { rule: matchRule, taken } = link;
  if (taken === null) return { accountId, standing: link.standing === 'linked' ? 'linked' : 'candidate', matchRule };
  const { because, by, at } = taken;
  return { accountId, standing: standingOfTaken(link), matchRule, taken: { because, by, at } };
}

/** Classing an account does not settle whose of several it was. */
function standingOfTaken(link: LinkFacts): UnitSystem['standing'] {
  if (isDisowned(link)) return 'barred';
  return link.standing === 'linked' ? 'classed' : 'candidate';
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
  if (link === null) return observed;
  return [link.recordId, ...(link.taken === null ? [] : [link.taken.recordId]), ...observed];
}
