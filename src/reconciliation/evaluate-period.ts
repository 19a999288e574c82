import { earliest, type Instant, type LedgerRecordId, plusMs } from '../kernel/index.ts';
import { wentOn } from '../roster/index.ts';
import {
  behindOf,
  type DirectoryState,
  type Employment,
  endInterval,
  followsOn,
  type InstantRange,
  isDisownedOpenly,
  type Match,
  policiesInForce,
  type Privilege,
  type RoleStanding,
  type RosterStanding,
  type ScimState,
  type StateVector,
  spanningDeadline,
  startInterval,
  type TimingOutcome,
  worstDirectoryState,
  worstRole,
  worstScimState,
  worstTiming,
} from '../verdict/index.ts';
import { withAccountsBehind } from './accounts-behind.ts';
import { accountsOfEmployment } from './accounts-of-employment.ts';
import { accountsInTime, isTheirs, releasedDuring } from './accounts-in-time.ts';
import { dueOfPeriod } from './due-instant.ts';
import { employmentOf, isCancelled, isUnsettled } from './employment-at.ts';
import { conclude, type Evaluation, type EvaluationContext, type Leaving } from './evaluation.ts';
import { directorySystems, releasedSystems, type Stage, scimSystems } from './gather-systems.ts';
import { assignmentOf, propagationOf } from './assignment-and-propagation.ts';
import type { ReadAccount } from './read-account.ts';
import { privilegeUnder } from './role-at-end.ts';
import { roleStandingsOf } from './role-standing.ts';
import type { UnitSystem } from './report-population.ts';
import { withSameObjects } from './same-objects.ts';
import type { DirectoryFacts, PeriodFacts, PersonFacts } from './unit-facts.ts';

/**
 * Judges one employment period with all the person's accounts. `continued`: the employment ended, but the next one has begun, and did
 * before access had to be gone, so nothing had to be taken away. One that lies ahead excuses nothing: it may never begin.
 */
export function evaluatePeriod(known: PersonFacts, period: PeriodFacts, context: EvaluationContext): Evaluation | 'continued' {
  const employment = employmentOf(period, context);
  if (employment === 'ENDED' && isWithdrawn(known, period, context)) return 'continued';
  const next = employment === 'ENDED' ? nextEmployment(known, period, context) : undefined;
  const person = withSameObjects(withAccountsOf(known, endOf(employment, period, context), next?.start.latest), context.directories);
  const leaving = employment === 'ENDED' ? leavingOf(person, period, context) : null;
  if (leaving !== null && next !== undefined && hasBegun(next, context.at) && isContinued(leaving, next)) return 'continued';
  const stage = stageOf(context, leaving, next?.start);
  const directory = directorySystems(person, stage);
  const roles = roleStandingsOf(person, context);
  const scim = withAccountsBehind(scimSystems(person, stage), { person, directory: directory.filter(isCounted), roles, context });
  const vector = vectorOf(employment, { person, period, directory, scim, roles, stage });
  const systems = [...directory, ...scim, ...releasedOf(known, period, stage)];
  const evaluation = conclude({
    decideVector: context.decideVector,
    unit: { kind: 'employment_period', id: period.id, personId: person.personId },
    vector,
    systems,
    leaving,
    evidence: restsOn(person, period, vector),
    due: dueOfPeriod({ person, period, next: next?.start, stage, roles, systems }),
  });
  return withDrifting(evaluation, roles);
}

function withDrifting(evaluation: Evaluation, roles: ReadonlyMap<string, RoleStanding>): Evaluation {
  const { role: worst } = evaluation.vector;
  if (worst !== 'DRIFT' && worst !== 'DRIFTING') return evaluation;
  const drifting = [...roles].flatMap(([userId, role]) => (role === 'DRIFT' || role === 'DRIFTING' ? [userId] : []));
  return { ...evaluation, drifting };
}

/** HR's latest word on the employment, which tells its status and its kind, too; and that a roster left the person out, where nobody has said what that means. */
function restsOn({ droppedRecordId }: PersonFacts, { recordId }: PeriodFacts, { roster }: StateVector): readonly LedgerRecordId[] {
  return roster === 'DROPPED' && droppedRecordId !== null ? [recordId, droppedRecordId] : [recordId];
}

/** When an employment ended that has; undefined while it goes on. */
function endOf(employment: Employment, period: PeriodFacts, { workspaceZone, calendar }: EvaluationContext): InstantRange | undefined {
  return employment === 'ENDED' ? endInterval(period, workspaceZone, calendar) : undefined;
}

/** The accounts of an employment: what went to somebody else by rule since it ended, and what a human took from the person, count as of then. */
function withAccountsOf(person: PersonFacts, end: InstantRange | undefined, next: Instant | undefined): PersonFacts {
  return accountsInTime(accountsOfEmployment(person, { end: end ?? null, next }), end ?? null);
}

function releasedOf(person: PersonFacts, period: PeriodFacts, { context, leaving }: Stage): readonly UnitSystem[] {
  if (leaving === null) return [];
  const start = startInterval(period, context.workspaceZone, context.calendar).earliest;
  return releasedSystems(releasedDuring(person, { start, end: leaving.end }));
}

/** The end comes from HR and from nothing else (I9). Where it is a range in which the policy changed, the deadline spans what each allows (I10). */
function leavingOf(person: PersonFacts, period: PeriodFacts, context: EvaluationContext): Leaving {
  const { calendar, workspaceZone } = context;
  const end = endInterval(period, workspaceZone, calendar);
  if (end === undefined) throw new Error('an ended employment has an end');
  const inForce = policiesInForce(context.policies, end);
  const policies = inForce.map(({ policy }) => policy);
  const held = privilegeUnder(policies, end, person);
  const deadlineOf = (privileged: Privilege) =>
    spanningDeadline(inForce, { site: period.site, privileged }, period, { calendar, workspaceZone });
  const deadline = deadlineOf(held);
  const isBeside = held !== 'NO' && isSameRange(deadline, deadlineOf('NO'));
  return { end, deadline, policies, privileged: isBeside ? 'BESIDE' : held };
}

function isSameRange(a: InstantRange, b: InstantRange): boolean {
  return a.earliest === b.earliest && a.latest === b.latest;
}

/** The person's next employment, of those that HR does not tell never to have begun. */
interface Next {
  readonly start: InstantRange;
  /** It begins with a day of the zone in which the one before ended with one. */
  readonly isOfSameZone: boolean;
  /** It begins on the day after the one before, wherever that is. */
  readonly isNextDay: boolean;
}

function nextEmployment(person: PersonFacts, period: PeriodFacts, context: EvaluationContext): Next | undefined {
  const { workspaceZone, calendar } = context;
  const next = person.periods.find((other) => other.startDate > period.startDate && mayBegin(person, other, context));
  if (next === undefined) return undefined;
  const isDay = period.lastDay !== null || period.endDate !== null;
  return {
    start: startInterval(next, workspaceZone, calendar),
    isOfSameZone: isDay && (next.timeZone ?? workspaceZone) === (period.timeZone ?? workspaceZone),
    isNextDay: followsOn(next, period),
  };
}

/** One that lies ahead excuses nothing yet. Where it begins on the day after, the person goes on in it: a transfer to another zone opens no gap of hours between the two. */
function hasBegun({ start, isNextDay }: Next, at: Instant): boolean {
  return start.latest <= at || isNextDay;
}

/**
 * Whether the next employment began before access had to be gone, wherever in its range either lies (I10), or on the day after, however short the allowance. Days
 * of one zone that is not known lie alike in their ranges.
 */
function isContinued({ deadline }: Leaving, { start, isOfSameZone, isNextDay }: Next): boolean {
  return isNextDay || start.latest <= deadline.earliest || (isOfSameZone && start.earliest <= deadline.earliest);
}

function stageOf(context: EvaluationContext, leaving: Leaving | null, next: InstantRange | undefined): Stage {
  if (next === undefined) return { context, leaving, until: context.at, mayBeEmployedFrom: undefined, isOpen: true };
  const until = earliest(context.at, plusMs(next.latest, -1));
  const mayBeEmployedFrom = next.earliest <= until ? next.earliest : undefined;
  return { context, leaving, until, mayBeEmployedFrom, isOpen: next.latest > context.at };
}

/** What never began is nobody's leaving where there was an employment before it, by which access is judged. */
function isWithdrawn({ periods }: PersonFacts, period: PeriodFacts, context: EvaluationContext): boolean {
  return isCancelled(period, context) && periods.some(({ startDate }) => startDate < period.startDate);
}

/**
 * Not one that had ended before its first day, that HR still calls to come when that day is there, or before which HR left the person out with
 * nobody saying what that means. One that may have ended only after it began is judged as a leaving of its own.
 */
function mayBegin({ droppedAt }: PersonFacts, next: PeriodFacts, context: EvaluationContext): boolean {
  const { at, workspaceZone, calendar } = context;
  const start = startInterval(next, workspaceZone, calendar);
  const isAwaited = next.status === 'prehire' && start.latest <= at;
  const isAsked = droppedAt !== null && droppedAt < start.earliest && wentOn(next, droppedAt);
  return !isCancelled(next, context) && !isAwaited && !isAsked;
}

interface Parts {
  readonly person: PersonFacts;
  readonly period: PeriodFacts;
  readonly directory: readonly ReadAccount<DirectoryState>[];
  readonly scim: readonly ReadAccount<ScimState>[];
  readonly roles: ReadonlyMap<string, RoleStanding>;
  readonly stage: Stage;
}

function vectorOf(employment: Employment, { person, period, directory, roles, scim, stage }: Parts): StateVector {
  const counted = directory.filter(isCounted);
  const countedScim = scim.filter(isCounted);
  const worst = worstDirectoryState(counted.map(({ state }) => state));
  const linked = inState(worst, { person, counted });
  const timings =
    employment === 'ENDED'
      ? { employment, directoryTiming: worstOf(counted), scimTiming: worstOf(countedScim) }
      : { employment, directoryTiming: null, scimTiming: null };
  return {
    classification: 'HUMAN',
    match: matchOf([...directory, ...scim]),
    roster: rosterStandingOf(person, period, stage.context),
    directory: worst,
    scim: worstScimState(countedScim.map(({ state }) => state)),
    assigned: assignmentOf(linked, stage.context),
    propagation: propagationOf(linked, stage.context.at),
    ...behindOf(countedScim),
    role: worstRole([...roles.values()]),
    privileged: stage.leaving?.privileged ?? 'NO',
    ...timings,
  };
}

/** Of the accounts that are theirs now those in the state that counts: what a disabled one is assigned says nothing of an enabled one. All of them where it is none's. */
function inState(
  worst: DirectoryState,
  { counted, person }: { readonly person: PersonFacts; readonly counted: readonly ReadAccount<DirectoryState>[] },
): readonly DirectoryFacts[] {
  const linked = person.directory.filter(({ link }) => isTheirs(link) && link?.until === null);
  if (linked.length < 2) return linked;
  const ids = new Set(counted.flatMap(({ accountId, state }) => (state === worst ? (accountId ?? []) : [])));
  const those = linked.filter(({ accountId }) => ids.has(accountId));
  return those.length > 0 ? those : linked;
}

/** A candidate is not judged, nor is the verdict by what was said afterwards not to be theirs. */
function isCounted({ standing }: UnitSystem): boolean {
  return standing !== 'candidate' && standing !== 'barred';
}

function matchOf(systems: readonly UnitSystem[]): Match {
  if (systems.some(({ standing }) => standing === 'candidate')) return 'AMBIGUOUS';
  return isDisownedOpenly(systems) ? 'DISOWNED' : 'ONE';
}

/** What nobody has answered stays asked when the end comes that HR had told: they may have left before it. */
function rosterStandingOf({ droppedAt }: PersonFacts, period: PeriodFacts, context: EvaluationContext): RosterStanding {
  const { calendar, workspaceZone } = context;
  if (droppedAt !== null && wentOn(period, droppedAt)) return 'DROPPED';
  // Within an end that is not known it has begun: what ended is not asked for its beginning.
  if (employmentOf(period, context) !== 'ENDED' && isUnsettled(period, context)) return 'AWAITED';
  return period.workerType === 'contractor' && endInterval(period, workspaceZone, calendar) === undefined ? 'OPEN_ENDED' : 'LISTED';
}

function worstOf(systems: readonly UnitSystem[]): TimingOutcome {
  return worstTiming(systems.flatMap(({ judged }) => (judged === null ? [] : [judged.outcome])));
}
