import { hash } from 'node:crypto';
import type { Instant, LedgerRecordId, PolicyId } from '../kernel/index.ts';
import {
  countTaken,
  type Decision,
  type Effect,
  type InstantRange,
  type LocalCalendar,
  type Privilege,
  type StateVector,
  sentenceOf,
  type TimingInput,
} from '../verdict/index.ts';
import type { DecideVector } from './decided-vectors.ts';
import { contentText, essenceText, systemsButEvaluatedAt } from './evaluation-text.ts';
import type { SeenDirectories } from './directory-freshness.ts';
import type { ReportPolicy, UnitSystem } from './report-population.ts';
import type { DriftsSince } from './role-drift-store.ts';

/** What every unit of a run is evaluated against. */
export interface EvaluationContext {
  readonly at: Instant;
  /** Latest first; at least one. */
  readonly policies: readonly ReportPolicy[];
  readonly workspaceZone: string;
  readonly calendar: LocalCalendar;
  readonly decideVector: DecideVector;
  readonly directories: SeenDirectories;
  readonly driftSince: DriftsSince;
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
  /** The latest of those that may have judged the end; `evidence` cites them all. */
  readonly policyId: PolicyId | null;
  readonly decision: Decision;
  readonly sentence: string;
  readonly evidence: readonly LedgerRecordId[];
  /** Of every rule that applies, each once. */
  readonly effects: readonly Effect[];
  readonly due: Due;
  /** The SCIM users whose role differs from the directory's, for however long. Left out: none does. */
  readonly drifting?: readonly string[];
  /** SHA-256, in hex, of what makes it this verdict and no other; a mere later look at the same facts leaves it as it is. */
  readonly digest: string;
  /** SHA-256, in hex, of all that it says but for when it was judged. */
  readonly contentHash: string;
  readonly texts: EvaluationTexts;
}

/** What a row of it holds as JSON. */
export interface EvaluationTexts {
  readonly all: string;
  readonly vector: string;
  readonly systems: string;
}

export interface UnitInputs {
  readonly decideVector: DecideVector;
  readonly unit: Unit;
  readonly vector: StateVector;
  readonly systems: readonly UnitSystem[];
  readonly leaving: Leaving | null;
  readonly evidence: readonly LedgerRecordId[];
  readonly due: Due;
}

/** When an employment ended, by when access had to be gone, and by which policies. */
export interface Leaving {
  readonly end: InstantRange;
  readonly deadline: InstantRange;
  /** Latest first, which is the one that a finding names; several where the end is a range in which they changed. */
  readonly policies: readonly ReportPolicy[];
  /** Whether a privileged role was held, and its deadline theirs. */
  readonly privileged: Privilege;
}

/** Decides a unit; pure, so that the same facts always give the same bytes. */
export function conclude({ decideVector, unit, vector, systems, leaving, evidence, due }: UnitInputs): Evaluation {
  const decided = decideVector(vector);
  const { decision, effects, sentence } = decided;
  const cited = [
    ...evidence,
    ...systems.flatMap((system) => system.evidence),
    ...(leaving?.policies ?? []).map(({ recordId }) => recordId),
  ];
  const essence = { systems, deadline: leaving?.deadline ?? null, policyId: leaving?.policies[0]?.id ?? null };
  const judged = {
    unit,
    vector,
    systems,
    end: leaving?.end ?? null,
    deadline: essence.deadline,
    policyId: essence.policyId,
    decision,
    sentence:
      leaving === null
        ? sentence
        : sentenceOf(decision, {
            vector,
            directory: timingsOf(systems, 'directory'),
            scim: timingsOf(systems, 'scim'),
            taken: countTaken(systems),
          }),
    evidence: [...new Set(cited)],
    effects,
    due,
    digest: sha256(essenceText(essence, decided)),
  };
  const texts = { all: decided.allText, vector: decided.wholeText, systems: JSON.stringify(systems) };
  const settled = leaving === null ? texts.systems : systemsButEvaluatedAt(systems);
  return { ...judged, contentHash: sha256(contentText(judged, decided, settled)), texts };
}

function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

function timingsOf(systems: readonly UnitSystem[], system: UnitSystem['system']): readonly TimingInput[] {
  return systems.flatMap((each) => (each.system === system && each.standing !== 'barred' && each.timing !== null ? [each.timing] : []));
}
