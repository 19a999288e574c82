import { createHash } from 'node:crypto';
import {
  type CanonicalObject,
  type CanonicalValue,
  canonicalJson,
  type Instant,
  type LedgerRecordId,
  type PolicyId,
} from '../kernel/index.ts';
import {
  type Decision,
  decide,
  type Effect,
  type InstantRange,
  type LocalCalendar,
  type StateVector,
  sentenceOf,
  type TimingInput,
} from '../verdict/index.ts';
import type { ReportPolicy, UnitSystem } from './report-population.ts';
import type { ConnectionFacts } from './unit-facts.ts';

/** What every unit of a run is evaluated against. */
export interface EvaluationContext {
  readonly at: Instant;
  /** Latest first; at least one. */
  readonly policies: readonly ReportPolicy[];
  readonly workspaceZone: string;
  readonly calendar: LocalCalendar;
  readonly connections: ReadonlyMap<string, ConnectionFacts>;
  /** By person: since which run their role is known to differ from the directory's. */
  readonly driftSince: ReadonlyMap<string, Instant>;
  /** By employment period that was judged by a privileged role before: the accounts that were linked then. */
  readonly privilegedBefore: ReadonlyMap<string, readonly string[]>;
}

/** The unit that a verdict is about: an employment period, or an account for which nobody answers. */
export interface Unit {
  readonly kind: 'employment_period' | 'account';
  readonly id: string;
  readonly personId: string | null;
}

/** When the same facts have to be judged again, although none of them changed. */
export interface Due {
  /** The first instant after the evaluation at which they may come to something else; null where time alone decides nothing. */
  readonly at: Instant | null;
  /** They say more with every look, so that every run judges them. */
  readonly isGrowing: boolean;
}

/** A unit judged: everything that its finding keeps. */
export interface Evaluation {
  readonly unit: Unit;
  readonly vector: StateVector;
  readonly systems: readonly UnitSystem[];
  readonly end: InstantRange | null;
  readonly deadline: InstantRange | null;
  readonly policyId: PolicyId | null;
  readonly decision: Decision;
  readonly sentence: string;
  readonly evidence: readonly LedgerRecordId[];
  /** Of every rule that applies, each once. */
  readonly effects: readonly Effect[];
  readonly due: Due;
  /** SHA-256, in hex, of what makes it this verdict and no other; a mere later look at the same facts leaves it as it is. */
  readonly digest: string;
  /** SHA-256, in hex, of all that it says but for when it was judged. */
  readonly contentHash: string;
}

export interface UnitInputs {
  readonly unit: Unit;
  readonly vector: StateVector;
  readonly systems: readonly UnitSystem[];
  readonly leaving: Leaving | null;
  readonly evidence: readonly LedgerRecordId[];
  readonly due: Due;
}

/** When an employment ended, by when access had to be gone, and by which policy. */
export interface Leaving {
  readonly end: InstantRange;
  readonly deadline: InstantRange;
  readonly policy: ReportPolicy;
  /** Whether the deadline is the one for privileged roles. */
  readonly isPrivileged: boolean;
}

/** Decides a unit; pure, so that the same facts always give the same bytes. */
export function conclude({ unit, vector, systems, leaving, evidence, due }: UnitInputs): Evaluation {
  const decision = decide(vector);
  const facts = { vector, directory: timingsOf(systems, 'directory'), scim: timingsOf(systems, 'scim') };
  const cited = [...evidence, ...systems.flatMap((system) => system.evidence), ...(leaving === null ? [] : [leaving.policy.recordId])];
  const judged = {
    unit,
    vector,
    systems,
    end: leaving?.end ?? null,
    deadline: leaving?.deadline ?? null,
    policyId: leaving?.policy.id ?? null,
    decision,
    sentence: sentenceOf(decision, facts),
    evidence: [...new Set(cited)],
    effects: [...new Set(decision.all.map(({ effect }) => effect))],
    due,
    digest: sha256(canonicalJson(essenceOf({ vector, systems, leaving, decision }))),
  };
  return { ...judged, contentHash: sha256(JSON.stringify(judged, butEvaluatedAt)) };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What is settled stays so at any later instant. */
function butEvaluatedAt(key: string, value: unknown): unknown {
  return key === 'evaluatedAt' ? undefined : value;
}

function timingsOf(systems: readonly UnitSystem[], system: UnitSystem['system']): readonly TimingInput[] {
  return systems.flatMap((each) => (each.system === system && each.timing !== null ? [each.timing] : []));
}

interface Essence {
  readonly vector: StateVector;
  readonly systems: readonly UnitSystem[];
  readonly leaving: Leaving | null;
  readonly decision: Decision;
}

function essenceOf({ vector, systems, leaving, decision }: Essence): CanonicalObject {
  return {
    vector: { ...vector },
    rules: decision.all.map(({ rule, effect }) => ({ rule, effect })),
    deadline: leaving === null ? null : { ...leaving.deadline },
    policy: leaving?.policy.id ?? null,
    systems: systems.map(essenceOfSystem),
  };
}

function essenceOfSystem({ system, accountId, standing, state, timing, judged }: UnitSystem): CanonicalValue {
  return {
    system,
    account: accountId,
    standing,
    state,
    outcome: judged?.outcome ?? null,
    unusable: timing?.firstProvenUnusable ?? null,
    again: timing?.provenUsableAgain ?? null,
  };
}
