import { type Instant, plusMs } from '../kernel/index.ts';
import { endInterval, type InstantRange, type RoleStanding, startInterval } from '../verdict/index.ts';
import type { Due, EvaluationContext } from './evaluation.ts';
import type { Stage } from './gather-systems.ts';
import { PROPAGATION_MS } from './propagation.ts';
import type { UnitSystem } from './report-population.ts';
import type { DirectoryFacts, PeriodFacts, PersonFacts } from './unit-facts.ts';

interface PeriodDue {
  readonly person: PersonFacts;
  readonly period: PeriodFacts;
  /** When the person's next employment begins. */
  readonly next: InstantRange | undefined;
  readonly stage: Stage;
  /** By SCIM user, as `roleStandingsOf` has them. */
  readonly roles: ReadonlyMap<string, RoleStanding>;
  readonly systems: readonly UnitSystem[];
}

/**
 * An employment begins, ends, or goes on in another; access has to be gone; provisioning has had its time. That a source went stale concerns
 * everybody, and is no single unit's business.
 */
export function dueOfPeriod({ person, period, next, stage, roles, systems }: PeriodDue): Due {
  const { context, leaving } = stage;
  const since = context.driftSince.get(person.personId);
  const drifts = [...roles].flatMap(([userId, role]) =>
    role === 'DRIFTING' ? [plusMs(since?.get(userId) ?? context.at, PROPAGATION_MS)] : [],
  );
  return {
    at: firstAfter(context.at, [
      ...turnsOf(period, context),
      ...(next === undefined ? [] : [next.earliest, next.latest]),
      // At the deadline itself there is still time.
      ...(leaving !== null && systems.some(isUnended) ? [plusMs(leaving.deadline.earliest, 1)] : []),
      ...drifts,
      ...propagationEnds(person.directory),
    ]),
    isGrowing: stage.isOpen ? systems.some(isUnended) : isLookLeft(stage),
  };
}

interface AccountDue {
  readonly accounts: readonly DirectoryFacts[];
  readonly ownerPeriods: readonly PeriodFacts[];
  readonly context: EvaluationContext;
}

/** Its owner comes or leaves, or provisioning has had its time. */
export function dueOfAccount({ accounts, ownerPeriods, context }: AccountDue): Due {
  const { calendar, workspaceZone } = context;
  // Until the latest they may have left, it is not known whether they answer for it.
  const lastInstants = ownerPeriods.flatMap((period) => endInterval(period, workspaceZone, calendar)?.latest ?? []);
  const turns = [...ownerPeriods.flatMap((period) => turnsOf(period, context)), ...lastInstants];
  return { at: firstAfter(context.at, [...turns, ...propagationEnds(accounts)]), isGrowing: false };
}

function turnsOf(period: PeriodFacts, { workspaceZone, calendar }: EvaluationContext): readonly Instant[] {
  const end = endInterval(period, workspaceZone, calendar);
  const start = startInterval(period, workspaceZone, calendar);
  // Until the latest it may begin, it may be what the one before goes on in: that one has no finding of its own then.
  return [start.earliest, start.latest, ...(end === undefined ? [] : [end.earliest])];
}

function propagationEnds(accounts: readonly DirectoryFacts[]): readonly Instant[] {
  return accounts.flatMap(({ stretches }) => {
    const last = stretches.findLast(({ state }) => state !== 'restored');
    return last?.state === 'disabled' ? [plusMs(last.from, PROPAGATION_MS)] : [];
  });
}

/** Access that nothing has ended yet, or of which nothing is known. */
function isUnended({ timing }: UnitSystem): boolean {
  return timing !== null && !timing.neverHadAccount && timing.firstProvenUnusable === null;
}

/** The next employment has begun, and what was true before it did is still to be looked at. */
function isLookLeft({ context, until }: Stage): boolean {
  return [...context.directories.byId.values()].some(
    ({ removedAt, lastCompleteAt }) => removedAt === null && (lastCompleteAt === null || lastCompleteAt < until),
  );
}

function firstAfter(at: Instant, instants: readonly Instant[]): Instant | null {
  return instants.filter((instant) => instant > at).sort()[0] ?? null;
}
