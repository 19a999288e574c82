import type { Instant, PersonId, PolicyId } from '../kernel/index.ts';
import type { WorkerType } from '../roster/index.ts';
import { type Effect, effects as everyEffect, isOfRoles, type RuleId, ruleTable } from '../verdict/index.ts';

export const findingStatuses = ['open', 'closed'] as const;
export type FindingStatus = (typeof findingStatuses)[number];

/** What is decided of a finding: an exception counts once somebody else has approved it. */
export const dispositionStates = ['none', 'remediate', 'dispute', 'exception-requested', 'exception'] as const;
export type DispositionState = (typeof dispositionStates)[number];

/** Whether access was proven to last beyond its deadline, or to come back; or may have lasted so long. */
export const latenesses = ['proven', 'possible'] as const;
export type Lateness = (typeof latenesses)[number];

export const rulesOfLateness: Readonly<Record<Lateness, readonly RuleId[]>> = {
  proven: ['L01', 'L02', 'L03', 'L04', 'L05'],
  possible: ['L06', 'L07', 'L08'],
};

/** Which findings are asked for: those of which everything holds that is given. */
export interface FindingFilter {
  /** A finding's own effect, or that of what it says of a role. */
  readonly effects: readonly Effect[];
  /** Open, where it is left out. */
  readonly status?: FindingStatus | undefined;
  /** Of each list, a finding says at least one. */
  readonly rules?: readonly (readonly RuleId[])[] | undefined;
  readonly personId?: PersonId | undefined;
  readonly dispositions?: readonly DispositionState[] | undefined;
  readonly policyId?: PolicyId | undefined;
  readonly workerTypes?: readonly WorkerType[] | undefined;
  /** As HR calls it. */
  readonly site?: string | undefined;
  /** The verdict is that since then; of closed findings, they are closed since. Of the present alone. */
  readonly changedSince?: Instant | undefined;
}

/** Whether it asks for more than effects, by which the list is indexed. */
export function isSelective({ effects: _indexed, rules = [], status = 'open', ...more }: FindingFilter): boolean {
  return status === 'closed' || rules.length > 0 || Object.values(more).some((asked) => asked !== undefined);
}

export function asksEveryEffect({ effects }: Pick<FindingFilter, 'effects'>): boolean {
  return everyEffect.every((effect) => effects.includes(effect));
}

/** Whose findings are read by the index of effects: by their own, and by that of something about a role. */
export interface ReadEffects {
  readonly own: readonly Effect[];
  readonly byRole: readonly Effect[];
}

/** Under which verdicts a rule can stand that has the effect: whoever is simply well says nothing else. `every-state` holds it. */
const beside: Readonly<Record<Effect, readonly Effect[]>> = {
  FAIL: ['FAIL', 'INSUF', 'PEND', 'N/A', 'PASS'],
  INSUF: ['FAIL', 'INSUF', 'PEND', 'N/A', 'PASS'],
  PEND: ['FAIL', 'INSUF', 'PEND', 'N/A', 'PASS'],
  WARN: ['FAIL', 'INSUF', 'PEND', 'WARN'],
  'N/A': ['INSUF', 'N/A'],
  PASS: ['PASS'],
  INFO: ['WARN', 'INFO'],
  OK: ['WARN', 'OK'],
};

/** The effects by which every finding is found that a filter asks for, and as few others as may be. */
export function readEffects(filter: FindingFilter): ReadEffects {
  if (!asksEveryEffect(filter)) return { own: filter.effects, byRole: filter.effects };
  const whole: ReadEffects = { own: everyEffect, byRole: [] };
  const narrowed = (filter.rules ?? []).map((rules) => joined(ruleTable.filter(({ rule }) => rules.includes(rule)).map(readEffectsOf)));
  return narrowed.reduce((least, each) => (sizeOf(each) < sizeOf(least) ? each : least), whole);
}

/** A rule of roles stands beside any verdict, and is found by its own effect. Whose an account is and deadlines come first in the table: only what is worse stands before them. */
export function readEffectsOf(row: (typeof ruleTable)[number]): ReadEffects {
  const may = typeof row.effect === 'function' ? (['FAIL', 'PEND'] as const) : [row.effect];
  if (isOfRoles(row)) return { own: [], byRole: may };
  const own = new Set(may.flatMap((effect) => beside[effect]));
  const comesFirst = /^[XL]/.test(row.rule);
  const worst = Math.max(...may.map((effect) => everyEffect.indexOf(effect)));
  return { own: everyEffect.filter((effect, place) => own.has(effect) && (!comesFirst || place <= worst)), byRole: [] };
}

function joined(all: readonly ReadEffects[]): ReadEffects {
  const of = (name: keyof ReadEffects) => everyEffect.filter((effect) => all.some((each) => each[name].includes(effect)));
  return { own: of('own'), byRole: of('byRole') };
}

function sizeOf({ byRole, own }: ReadEffects): number {
  return own.length + byRole.length;
}
