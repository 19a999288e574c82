import { earliest, type Instant, latest } from '../kernel/index.ts';
import { type DirectoryState, judgeTiming, type ScimState, type TimingInput } from '../verdict/index.ts';
import { isDisowned } from './accounts-in-time.ts';
import type { SeenDirectory } from './directory-freshness.ts';
import type { EvaluationContext, Leaving } from './evaluation.ts';
import { type Look, type ReadAccount, readDirectoryAccount, readScimAccount } from './read-account.ts';
import type { UnitSystem } from './report-population.ts';
import type { AccountFacts, ConnectionFacts, DirectoryFacts, PersonFacts, ScimFacts } from './unit-facts.ts';

/** What a period's accounts are read against. */
export interface Stage {
  readonly context: EvaluationContext;
  /** Null where the employment has not ended. */
  readonly leaving: Leaving | null;
  /** The evaluation, or the last moment before the person's next employment. */
  readonly until: Instant;
  /** As `TimingInput` has it. */
  readonly mayBeEmployedFrom: Instant | undefined;
  /** Whether `until` is the evaluation. */
  readonly isOpen: boolean;
}

/**
 * The person's directory accounts, with a line for what is missing: no account where every directory was looked at, else the
 * doubt whether there is one (I8, I10). What a leaver had is settled by looks after the end; a directory that nobody reads any more
 * leaves open what is there now, and nothing of what was there then.
 */
export function directorySystems(person: PersonFacts, stage: Stage): readonly ReadAccount<DirectoryState>[] {
  const { byId, isEveryFresh } = stage.context.directories;
  const directories = [...byId.values()];
  const isComplete = isEveryFresh && !isOneLost(stage.leaving, directories);
  const read = person.directory.flatMap((facts) => {
    const seen = byId.get(facts.connectionId);
    if (seen === undefined || !(isConcerned(seen, stage.leaving) || wasLeftOpen(facts, stage.leaving) || wasTaken(facts, stage.leaving)))
      return [];
    const look = lookAt(seen, upTo(stage, facts));
    return [readInTime(facts, look, { read: readDirectoryAccount, seenUntil: (at) => seenUntil(facts, look, at) })];
  });
  const hasLinked = read.some(isCounted);
  const hasNone = read.every(isBarred);
  if (isComplete && hasLinked) return read;
  const isSettled = isComplete || (stage.leaving !== null && wasEveryDirectoryRead(stage.leaving, directories));
  const state = isComplete && hasNone ? 'NEVER' : 'UNKNOWN';
  return [...read, absent('directory', { state, isNone: isSettled && (hasLinked || hasNone), stage })];
}

/** The person's SCIM users; our own store is always looked at, so none found is none, and one made later was not there. */
export function scimSystems(person: PersonFacts, stage: Stage): readonly ReadAccount<ScimState>[] {
  const { leaving, mayBeEmployedFrom } = stage;
  const present = person.scim.filter(({ stretches: [first] }) => first === undefined || first.from <= stage.until);
  const read = present.map((facts) => {
    const { until, isOpen } = upTo(stage, facts);
    const look = { until, isOpen, leaving, mayBeEmployedFrom, confirmedUntil: until, isFresh: true };
    return readInTime(facts, look, { read: readScimAccount, seenUntil: (at) => at });
  });
  if (read.some(isCounted)) return read;
  const isNone = read.every(isBarred);
  return [...read, absent('scim', { state: isNone ? 'NEVER' : 'UNKNOWN', isNone, stage })];
}

/** What was taken from the person before the employment ended, as it was then, and not judged. */
export function releasedSystems({ directory, scim }: AccountFacts): readonly UnitSystem[] {
  const standing = 'released';
  return [
    ...directory.flatMap((facts) => lookWhenTaken(facts).map((look) => ({ ...readDirectoryAccount(facts, look), standing }) as const)),
    ...scim.flatMap((facts) => lookWhenTaken(facts).map((look) => ({ ...readScimAccount(facts, look), standing }) as const)),
  ];
}

function lookWhenTaken({ link }: DirectoryFacts | ScimFacts): readonly Look[] {
  const at = link?.taken?.at;
  return at === undefined ? [] : [{ until: at, confirmedUntil: at, isFresh: true, isOpen: false, leaving: null }];
}

/** An account that went to somebody else is read up to when it did. */
function upTo(stage: Stage, { link }: DirectoryFacts | ScimFacts): Stage {
  return link === null || link.until === null ? stage : { ...stage, until: earliest(stage.until, link.until), isOpen: false };
}

/** Until when the state was seen, at least, that a directory account had at an instant. */
function seenUntil({ stretches }: DirectoryFacts, { confirmedUntil }: Look, at: Instant): Instant {
  const last = stretches.findLast(({ from, state }) => from <= at && state !== 'vanished');
  return last === undefined ? at : latest(last.from, last.to ?? confirmedUntil);
}

interface Reading<Facts, State extends string> {
  readonly read: (facts: Facts, look: Look) => ReadAccount<State>;
  /** Until when the state was seen that the account had at an instant. */
  readonly seenUntil: (at: Instant) => Instant;
}

/**
 * Reads an account. Of one that was unusable when a human took it from the person, and was seen so after the end, what was seen afterwards is somebody
 * else's use; one that was usable then, or may have been, is followed on.
 */
function readInTime<Facts extends DirectoryFacts | ScimFacts, State extends string>(
  facts: Facts,
  look: Look,
  reading: Reading<Facts, State>,
): ReadAccount<State> {
  const takenAt = facts.link?.taken?.at ?? look.until;
  if (takenAt >= look.until) return reading.read(facts, look);
  const then = reading.read(facts, { ...look, until: takenAt, isOpen: false });
  const { timing } = then;
  const isEnded = timing !== null && timing.firstProvenUnusable !== null && timing.provenUsableAgain === null;
  return isEnded && reading.seenUntil(takenAt) >= timing.end.latest ? then : reading.read(facts, look);
}

function isCounted({ standing }: UnitSystem): boolean {
  return standing === 'linked' || standing === 'classed';
}

function isBarred({ standing }: UnitSystem): boolean {
  return standing === 'barred';
}

/** A connection that was removed still testifies about those who left before. */
function isConcerned({ removedAt }: ConnectionFacts, leaving: Leaving | null): boolean {
  return removedAt === null || (leaving !== null && removedAt > leaving.end.latest);
}

/** Whether a leaver's account was not seen off when it was last seen, or was restored since: that keeps the doubt, wherever its directory went, until somebody looks or decides (I10). */
function wasLeftOpen({ stretches }: DirectoryFacts, leaving: Leaving | null): boolean {
  const last = stretches.findLast(({ state }) => state !== 'vanished')?.state;
  return leaving !== null && (last === 'enabled' || last === 'restored');
}

/** What was taken from a leaver by hand stands with them, wherever its directory went: the verifier holds findings to it. */
function wasTaken({ link }: DirectoryFacts, leaving: Leaving | null): boolean {
  return leaving !== null && isDisowned(link);
}

/** Whether every directory that testifies about a leaver was read completely at or after their end, whatever became of it since. */
function wasEveryDirectoryRead(leaving: Leaving, directories: readonly SeenDirectory[]): boolean {
  const concerned = directories.filter((directory) => isConcerned(directory, leaving));
  return concerned.length > 0 && concerned.every((directory) => wasReadSince(directory, leaving, directories));
}

/** Whether a directory that was connected when the leaver's employment ended was removed before it was read again: nothing answers that doubt. */
function isOneLost(leaving: Leaving | null, directories: readonly SeenDirectory[]): boolean {
  if (leaving === null) return false;
  const wasThere = ({ addedAt, removedAt }: SeenDirectory) =>
    addedAt <= leaving.end.latest && removedAt !== null && removedAt > leaving.end.latest;
  return directories.some((directory) => wasThere(directory) && !wasReadSince(directory, leaving, directories));
}

/** By this connection or another one of the tenant: whichever looks, looks at the same accounts. */
function wasReadSince({ tenantId }: SeenDirectory, { end }: Leaving, directories: readonly SeenDirectory[]): boolean {
  return directories.some((other) => other.tenantId === tenantId && other.lastCompleteAt !== null && other.lastCompleteAt >= end.latest);
}

function lookAt(connection: SeenDirectory, { until, isOpen, leaving, mayBeEmployedFrom }: Stage): Look {
  const lastLookAt = connection.lastCompleteAt ?? until;
  const confirmedUntil = connection.confirmedUntil ?? until;
  return { until, isOpen, leaving, mayBeEmployedFrom, confirmedUntil, isFresh: isOpen ? connection.isFresh : lastLookAt >= until };
}

interface Absence<State extends string> {
  readonly state: State;
  /** Complete looks found none beside those that are listed; else it is not known. */
  readonly isNone: boolean;
  readonly stage: Pick<Stage, 'leaving' | 'until'>;
}

/** The line for what is missing in a system. */
export function absent<State extends string>(
  system: UnitSystem['system'],
  { state, isNone, stage: { leaving, until } }: Absence<State>,
): ReadAccount<State> {
  const timing: TimingInput | null =
    leaving === null
      ? null
      : {
          neverHadAccount: isNone,
          end: leaving.end,
          deadline: leaving.deadline,
          lastProvenUsable: null,
          firstProvenUnusable: null,
          provenUsableAgain: null,
          evaluatedAt: until,
          covered: false,
        };
  return {
    system,
    accountId: null,
    standing: 'none',
    matchRule: null,
    state,
    grade: 'X',
    timing,
    judged: timing === null ? null : judgeTiming(timing),
    evidence: [],
  };
}
