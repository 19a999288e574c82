import type { FindingId, Instant, LedgerRecordId, ReconciliationRunId } from '../kernel/index.ts';
import type { ComplianceTestId, Effect, EffectCounts, InstantRange, TestVerdict } from '../verdict/index.ts';
import type { TestPeriod } from './compliance-test.ts';
import type { ControlReference } from './control-references.ts';
import type { Diagnosis, DiagnosisCode } from './diagnose-finding.ts';
import type { AccountName, ReportPerson, UnitDisposition, UnitSystem } from './report-population.ts';
import type { TestDoubt } from './test-doubts.ts';

/** Of what a population consists. The parts of a tied list add up to `rows`. */
export interface PopulationTie {
  readonly rows: number;
  /** What the rows are. */
  readonly of: string;
  readonly parts: readonly { readonly part: string; readonly count: number }[];
}

/** What a test came to, as of the latest run. */
export interface TestResult {
  readonly id: ComplianceTestId;
  readonly title: string;
  readonly population: string;
  readonly rule: string;
  readonly verdict: TestVerdict;
  readonly sentence: string;
  /** Members that pass, and all of them: none in doubt and none outside the test is left out of the second. */
  readonly passed: number;
  readonly of: number;
  readonly effects: EffectCounts;
  /** Members that do not pass and stand under an exception that two people made. It changes nothing of the verdict. */
  readonly excepted: number;
  readonly ties: PopulationTie;
  /** What is probably behind those that failed or are in doubt, the most frequent first. */
  readonly diagnoses: readonly (Diagnosis & { readonly count: number })[];
  /** Why the whole is in doubt, whatever its members are. */
  readonly doubts: readonly TestDoubt[];
  readonly asOf: Instant | null;
  readonly runId: ReconciliationRunId | null;
  readonly period: TestPeriod | null;
  /** Controls that the test is relevant to, never complied with. */
  readonly relevantTo: readonly ControlReference[];
}

/** One of a test's population. */
export interface TestMember {
  /** Where it stands in the list. */
  readonly position: string;
  readonly effect: Effect;
  readonly because: string;
  /** What is probably wrong; null where it neither failed nor is in doubt, or nothing is to be said. */
  readonly diagnosis: DiagnosisCode | null;
  readonly findingId: FindingId | null;
  readonly owner: { readonly id: string; readonly name: string } | null;
  readonly person: Omit<ReportPerson, 'workEmail'> | null;
  readonly employmentPeriodId: string | null;
  readonly end: InstantRange | null;
  readonly deadline: InstantRange | null;
  readonly accounts: readonly (Pick<UnitSystem, 'system' | 'accountId' | 'state' | 'standing' | 'matchRule' | 'grade'> & AccountName)[];
  /** What is decided about the finding; it stands beside the effect and never alters it. */
  readonly disposition: UnitDisposition | null;
  readonly evidence: readonly LedgerRecordId[];
}
