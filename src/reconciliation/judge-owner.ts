import type { Instant, LedgerRecordId, OwnerId } from '../kernel/index.ts';
import { endInterval, startInterval } from '../verdict/index.ts';
import { employedBy, employmentStateOf } from './employment-at.ts';
import type { EvaluationContext } from './evaluation.ts';
import type { OwnerDirectoryFacts, OwnerFacts, OwnerPeriodFacts, OwnerScimFacts } from './owner-facts.ts';

/** Whether the person behind an owner is here: something shows it, something shows that they left, or nothing shows either (I10). */
export type OwnerStanding = 'present' | 'left' | 'unknown';

/** What one system says of them. Our own ids and instants alone (I11). */
export interface Testimony {
  readonly system: 'scim' | 'directory' | 'roster';
  readonly says: OwnerStanding;
  /** The state as the system has it: of the last account to lose access, or of the last employment to end. */
  readonly state: OwnerScimFacts['state'] | OwnerDirectoryFacts['state'] | ReadPeriod['state'];
  /** Since when, as far as it is known: for an employment that ended, its latest possible end. */
  readonly since: Instant;
}

/** The person named as an owner, judged. */
export interface JudgedOwner {
  readonly ownerId: OwnerId;
  readonly namingId: string;
  readonly standing: OwnerStanding;
  /** One for each system that knows them. */
  readonly testimonies: readonly Testimony[];
  readonly sentence: string;
  readonly evidence: readonly LedgerRecordId[];
}

export interface OwnerContext extends Pick<EvaluationContext, 'at' | 'workspaceZone' | 'calendar' | 'directories'> {
  /** Whether SCIM is kept up to date: while the switch is off, nobody is deactivated there any more. */
  readonly isScimOn: boolean;
}

/**
 * One system that shows that they left is enough, since Entra, HR and SCIM learn of it one after another, and the owner's credential
 * opens everything. That they are here needs a system that shows it and none that shows the contrary; pure.
 */
export function judgeOwner(facts: OwnerFacts, context: OwnerContext): JudgedOwner {
  const testimonies = [
    scimTestimony(facts.scim, context),
    directoryTestimony(facts.directory, context),
    rosterTestimony(facts.periods, context),
  ].filter((testimony) => testimony !== undefined);
  const says = (word: OwnerStanding) => testimonies.some((testimony) => testimony.says === word);
  const standing = says('left') ? 'left' : says('present') ? 'present' : 'unknown';
  const rested = [...facts.scim, ...facts.directory, ...facts.periods].map(({ recordId }) => recordId);
  const records = [...rested, ...facts.periods.map(({ droppedRecordId }) => droppedRecordId)].filter((recordId) => recordId !== null);
  return {
    ownerId: facts.ownerId,
    namingId: facts.namingId,
    standing,
    testimonies,
    sentence: sentenceOf(standing, testimonies),
    evidence: [...new Set([facts.namingRecordId, ...records])],
  };
}

/** Our own receipts. Of several users of one person, one that is active lets them in. */
function scimTestimony(users: readonly OwnerScimFacts[], { isScimOn }: OwnerContext): Testimony | undefined {
  const active = users.find(({ state }) => state === 'active');
  if (active !== undefined && !isScimOn) return undefined; // it shows who was here when the switch went off (I8)
  if (active !== undefined) return { system: 'scim', says: 'present', state: 'active', since: active.since };
  const last = latestOf(users);
  return last && { system: 'scim', says: 'left', state: last.state, since: last.since };
}

/**
 * Disabled and deleted were seen by a complete look, and stay so until another one shows the contrary. Enabled speaks of now only where
 * the look is fresh; an unexplained absence says nothing (I8).
 */
function directoryTestimony(accounts: readonly OwnerDirectoryFacts[], { directories }: OwnerContext): Testimony | undefined {
  const enabled = accounts.filter(({ state }) => state === 'enabled');
  const seen = enabled.find(({ connectionId }) => directories.byId.get(connectionId)?.isFresh === true);
  if (seen !== undefined) return { system: 'directory', says: 'present', state: 'enabled', since: seen.since };
  const open = enabled[0] ?? accounts.find(({ state }) => state === 'vanished');
  if (open !== undefined) return { system: 'directory', says: 'unknown', state: open.state, since: open.since };
  const last = latestOf(accounts);
  return last && { system: 'directory', says: 'left', state: last.state, since: last.since };
}

/**
 * The end comes from HR and from nothing else (I9). An end that may not have come yet, or a first day that may not be there, where its zone is unknown, shows nothing; nor
 * does an employment that HR calls to come still although its first day is there, nor one that goes on of somebody whom HR no longer names.
 */
function rosterTestimony(periods: readonly OwnerPeriodFacts[], context: OwnerContext): Testimony | undefined {
  const read = periods.map((period) => readPeriod(period, periods, context));
  const order = ['employed', 'unlisted', 'ending', 'awaited', 'ended', 'not-employed-yet'] as const;
  const [state] = order.filter((word) => read.some((each) => each.state === word));
  if (state === undefined) return undefined;
  const since = read.filter((each) => each.state === state).reduce((last, each) => (each.since > last ? each.since : last), '' as Instant);
  const says = state === 'employed' ? 'present' : state === 'ended' ? 'left' : 'unknown';
  return { system: 'roster', says, state, since };
}

type ReadPeriod = {
  readonly state: 'employed' | 'unlisted' | 'ending' | 'awaited' | 'ended' | 'not-employed-yet';
  readonly since: Instant;
};

function readPeriod(period: OwnerPeriodFacts, periods: readonly OwnerPeriodFacts[], context: OwnerContext): ReadPeriod {
  const { calendar, workspaceZone } = context;
  const start = startInterval(period, workspaceZone, calendar);
  const state = employmentStateOf(period, context);
  if (state === 'to-come') return { state: 'not-employed-yet', since: start.latest };
  if (state === 'beginning' || state === 'awaited') return { state: 'awaited', since: start.latest };
  const end = endInterval(period, workspaceZone, calendar);
  const by = employedBy(period, periods, context);
  if (end !== undefined && by === undefined) return { state: state === 'ending' ? 'ending' : 'ended', since: end.latest };
  const droppedAt = by?.droppedAt ?? null;
  return droppedAt === null ? { state: 'employed', since: start.latest } : { state: 'unlisted', since: droppedAt };
}

function latestOf<Facts extends { readonly since: Instant }>(all: readonly Facts[]): Facts | undefined {
  return all.reduce<Facts | undefined>((last, each) => (last === undefined || each.since > last.since ? each : last), undefined);
}

/** How each state is said of a person. */
const saying: Readonly<Record<Testimony['state'], (since: Instant) => string>> = {
  active: (since) => `their SCIM user is active since ${since}`,
  inactive: (since) => `their SCIM user was deactivated at ${since}`,
  enabled: (since) => `their directory account was seen enabled, first at ${since}`,
  disabled: (since) => `their directory account was seen disabled, first at ${since}`,
  soft_deleted: (since) => `their directory account was seen deleted, first at ${since}`,
  hard_deleted: (since) => `their directory account was seen deleted for good, first at ${since}`,
  vanished: (since) => `their directory account is not shown since ${since}, and nobody has explained why`,
  unlisted: (since) => `HR does not name them any more since ${since}, and nobody has said what that means`,
  employed: (since) => `they are employed since ${since}`,
  ended: (since) => `their employment ended at ${since}`,
  ending: (since) => `their employment ends at ${since} or before`,
  awaited: (since) =>
    `whether their employment has begun is not known: its first day is there at ${since} or before, and HR calls it to come still, or its time zone is not known`,
  'not-employed-yet': (since) => `their employment begins at ${since}`,
  deleted: (since) => `their SCIM user was deleted at ${since}`,
};

const REMEDY =
  'The credential still works for whoever holds it: make another owner and end this one, or, where somebody else took the credential over, name them.';

function sentenceOf(standing: OwnerStanding, testimonies: readonly Testimony[]): string {
  const said = testimonies
    .filter(({ says }) => standing === 'unknown' || says === standing)
    .map(({ since, state }) => saying[state](since));
  if (standing === 'left') return `The person named as this owner has left: ${said.join('; ')}. ${REMEDY}`;
  if (standing === 'present') return `The person named as this owner is here: ${said.join('; ')}.`;
  if (said.length > 0) return `Nothing shows whether the person named as this owner is here: ${said.join('; ')}.`;
  return 'Nothing is known of the person named as this owner: no SCIM user, no directory account that was looked at, nobody on the roster.';
}
