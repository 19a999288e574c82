/**
 * verdict: from what was observed to a verdict and its sentence: end instants, observation windows, timing, the decision table.
 * Pure and total: plain data in, plain data out, so that the server, the report and the offline verifier decide alike (I10).
 * reconciliation, evidence and verifier come in; it asks kernel alone.
 */
export { anyBehind, behindOf, statesBehind, worstBehind } from './account-behind.ts';
export {
  type DirectorySighting,
  directoryStateOf,
  type ScimReceipt,
  scimStateOf,
  scimWindow,
} from './account-stretches.ts';
export {
  type BlindStretch,
  blindStretchesOf,
  connectedAnew,
  gapIdOf,
  gapsBetween,
  type TriedLook,
  UNFINISHED,
  unconnectedStretches,
  type WatchedConnection,
} from './blind-stretch.ts';
export { AUDIT_TOLERANCE_MS, type AuditedTurn, type Shown, withAuditedUse } from './audited-use.ts';
export { directoryWindow } from './directory-window.ts';
export { type DrawnSample, drawSample } from './draw-sample.ts';
export {
  concludeReport,
  type Conclusion,
  conclusionMeanings,
  conclusions,
  conclusionSentence,
  meaningBesideNobody,
  type LeaversTested,
  type NobodyLeft,
  type PopulationDoubt,
} from './conclude-report.ts';
export { concludeTest, type EffectCounts, type TestVerdict } from './conclude-test.ts';
export { type AccessPolicy, readAccessPolicy } from './access-policy.ts';
export {
  type Decision,
  decide,
  type Effect,
  effects,
  isOfRoles,
  judgesSince,
  type Rule,
  type RuleEdition,
  type RuleId,
  type RuleMatch,
  RULES_VERSION,
  ruleTable,
} from './decide.ts';
export { type Allowance, type Reckoning } from './deadline.ts';
export { type EmploymentDates, endInterval, followsOn, type InstantRange, LocalCalendar, startInterval } from './end-interval.ts';
export {
  judgeTiming,
  type Lateness,
  type TimingInput,
  type TimingOutcome,
  type TimingVerdict,
  timingOutcomes,
  worstTiming,
} from './judge-timing.ts';
export { judgeDirectoryAccount, judgeScimRole, judgeScimUser, type MemberVerdict, type TestedAccount } from './judge-member.ts';
export {
  type MfaCoverage,
  mfaCoverageOf,
  type MfaTenant,
  type MfaVerdict,
  mfaVerdicts,
  type MfaWhy,
} from './mfa-coverage.ts';
export { lengthMs, longestUnseen, provableMinutes, type Stretch } from './longest-unseen.ts';
export { type MfaRequirement, mfaRequirementOf } from './mfa-requirement.ts';
export { type BlindTimes, blindStretchesIn, type JudgedLine, mayBeBlind, windowsOf } from './name-blind-stretches.ts';
export type { MayBeBack, ObservedWindow, WindowInstants } from './observed-window.ts';
export {
  allowancesFor,
  leaverDeadline,
  policyDeadline,
  type PolicyTerms,
  type SiteAllowance,
  spanningDeadline,
} from './policy-deadline.ts';
export { type InForce, policiesInForce, policyInForce } from './policy-in-force.ts';
export type { HeldRole, NamedObjects, PolicySubject, Through } from './policy-match.ts';
export { distinctStretches, withBlind } from './say-blind.ts';
export { type EarlierSeal, type LeafOfReport, readSeals, type SealingReport, sealsOverPeriod } from './seals-over-period.ts';
export { type SetAside, setAsideOverPeriod } from './set-aside.ts';
export { type SentenceFacts, sentenceFor, sentenceOf } from './sentence-for.ts';
export {
  type Assignment,
  assignments,
  type Behind,
  behinds,
  type Classification,
  classifications,
  type DirectoryState,
  directoryStates,
  type Employment,
  employments,
  type Match,
  matches,
  type Privilege,
  type Propagation,
  privileges,
  type RoleStanding,
  type RosterStanding,
  roleStandings,
  propagations,
  rosterStandings,
  type ScimState,
  type StateVector,
  scimStates,
  worstDirectoryState,
  worstRole,
  worstScimState,
} from './state-vector.ts';
export { unawareSeal } from './told-after-seal.ts';
export { countTaken, isDisownedOpenly, type TakenCounts } from './taken-accounts.ts';
export { type ComplianceTestId, complianceTestIds, type TestWords, testWords } from './test-words.ts';
export { type TakenBack, type TestFigures, testSentence } from './test-sentence.ts';
