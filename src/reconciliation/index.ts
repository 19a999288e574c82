/**
 * reconciliation: whose account is whose, state vectors, verdicts and findings, policies: derived from what the other rooms recorded.
 * Must hold: the end comes from HR alone (I9); doubt is no pass (I10); absence and incomplete looks prove nothing (I8).
 * app mounts the routes; evidence reads the population through reportPopulation.
 */
export { followTasks } from './follow-changes.ts';
export { testResults } from './ask-tests.ts';
export { confidenceOf, matchRuleMeanings } from './link-confidence.ts';
export { ownerFindingKinds } from './owner-finding.ts';
export { type Diagnosis, type DiagnosisCode, diagnosisCodeOf, diagnosisOf } from './diagnose-finding.ts';
export { countOpenOwnerFindings } from './owner-finding-store.ts';
export { type ReconciliationDependencies, reconcile } from './reconcile.ts';
export { reconciliationRoutes } from './reconciliation-routes.ts';
export type {
  AccountName,
  DecidedBy,
  DecisionInForce,
  Exclusion,
  Grade,
  MatchRule,
  PolicySite,
  PopulationTotals,
  ReportPeriod,
  ReportPerson,
  ReportPolicy,
  ReportPopulation,
  ReportSystem,
  ReportUnit,
  System,
  TakenAccount,
  TakenFromPerson,
  UnitDisposition,
  UnitSystem,
} from './report-population.ts';
export { reportPopulation } from './report-units.ts';
export { reviewOwnersTask } from './review-owners.ts';
export { endsKnownLater } from './known-ends-read-model.ts';
export { isJudgedByPresentRules, listRuns, type ReconciliationRun, type RunCounts } from './run-store.ts';
export { setPolicy } from './set-policy.ts';
export { createTestMemory } from './test-memory.ts';
export type { TestResult } from './test-result.ts';
