import type { FindingId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable, Stretch, Transaction } from '../platform/index.ts';
import { decide, type Effect, type EffectCounts, isOfRoles, type StateVector } from '../verdict/index.ts';
import type { TestPeriod } from './compliance-test.ts';
import { type DiagnosisCode, diagnosisCodeOf } from './diagnose-finding.ts';
import type { Memory } from './memory.ts';
import type { MfaMemory } from './mfa-memory.ts';
import type { PastMoment } from './past-moment-read-model.ts';
import type { TakenBackEnds } from './taken-back-end-read-model.ts';
import type { TestBasis, TestDoubt } from './test-doubts.ts';
import type { AccountTally } from './test-population-read-model.ts';
import type { PopulationTie, TestMember } from './test-result.ts';

/** A population, counted. */
export interface CountedPopulation {
  readonly effects: EffectCounts;
  readonly ties: PopulationTie;
  /** What is probably behind those that failed or are in doubt, and of how many of them. */
  readonly diagnoses: ReadonlyMap<DiagnosisCode, number>;
  /** Members of whom a human took an account after their employment had ended; left out where a test has none. */
  readonly taken?: number;
  /** Ends by which members were judged and that HR has taken back since; left out where a test has none. */
  readonly takenBack?: TakenBackEnds;
  /** What leaves the population itself in doubt, as the run judged it; left out where a test has none. */
  readonly inDoubt?: readonly TestDoubt[];
}

/** What a population is asked for. */
export interface PopulationAsked {
  readonly workspaceId: WorkspaceId;
  readonly at: Instant;
  readonly basis: TestBasis;
  readonly period: TestPeriod | null;
  /** The past moment that it is asked of; undefined: the present. */
  readonly moment: PastMoment | undefined;
  /** How many accounts of each kind a run left, by what was asked and the run. */
  readonly kinds: Memory<readonly AccountTally[]>;
}

/** Whom a test is about: counted as a whole, and listed page by page. */
export interface TestPopulation {
  /** `only`: no more than the members that these findings are about. */
  readonly count: (q: Queryable, asked: PopulationAsked, only: readonly FindingId[] | undefined) => Promise<CountedPopulation>;
  /** A page may hold few or none of those that are asked for, and still have a `next`. */
  readonly list: (q: Queryable, asked: PopulationAsked, page: MemberPage) => Promise<Stretch<TestMember>>;
  /** How its members' positions look. */
  readonly position: RegExp;
  /** Whether it changes with a run alone, so that it may be remembered. */
  readonly isOfRun: boolean;
}

/** A population that is judged when it is asked, whatever the latest run was. */
export interface PresentPopulation {
  readonly count: (tx: Transaction, asked: PresentAsked) => Promise<PresentCount>;
  readonly list: (tx: Transaction, asked: PresentAsked, page: MemberPage) => Promise<readonly TestMember[]>;
  readonly position: RegExp;
}

interface PresentAsked {
  readonly workspaceId: WorkspaceId;
  readonly at: Instant;
  readonly memory: MfaMemory;
}

export interface PresentCount extends CountedPopulation {
  readonly doubts: readonly TestDoubt[];
  /** Members that do not pass and stand under an exception in force. */
  readonly excepted: number;
}

export interface MemberPage extends Page {
  /** Undefined: all of them. */
  readonly effects: readonly Effect[] | undefined;
}

/** By which what is remembered of a run's word tells the present, and what stood beside it, from the past. */
export function whenOf(moment: PastMoment | undefined): string {
  return moment === undefined ? 'now' : 'then';
}

/** How many have each effect. */
export function countEffects(tallies: readonly { readonly effect: Effect; readonly count: number }[]): EffectCounts {
  const counts: Partial<Record<Effect, number>> = {};
  for (const { count, effect } of tallies) counts[effect] = (counts[effect] ?? 0) + count;
  return counts;
}

/** What is probably behind a member that failed or is in doubt; null for every other. */
export type DiagnoseMember = (effect: Effect, vector: StateVector) => DiagnosisCode | null;

export const memberDiagnosis: DiagnoseMember = (effect, vector) =>
  effect === 'FAIL' || effect === 'INSUF' ? diagnosisCodeOf(decide(vector).all) : null;

/** Of a member of the test about roles: what is wrong with its role before anything else. */
export const roleDiagnosis: DiagnoseMember = (effect, vector) =>
  effect === 'FAIL' || effect === 'INSUF'
    ? (diagnosisCodeOf(decide(vector).all.filter(isOfRoles)) ?? memberDiagnosis(effect, vector))
    : null;

export function countDiagnoses(
  tallies: readonly { readonly effect: Effect; readonly vector: StateVector; readonly count: number }[],
  diagnose: DiagnoseMember = memberDiagnosis,
): CountedPopulation['diagnoses'] {
  const counts = new Map<DiagnosisCode, number>();
  for (const { count, effect, vector } of tallies) {
    const code = diagnose(effect, vector);
    if (code !== null) counts.set(code, (counts.get(code) ?? 0) + count);
  }
  return counts;
}

export function sumOf(tallies: readonly { readonly count: number }[]): number {
  return tallies.reduce((sum, { count }) => sum + count, 0);
}
