import type { FindingId, Instant, LedgerRecordId, PolicyId, ReconciliationRunId } from '../kernel/index.ts';
import type {
  Behind,
  BlindStretch,
  Effect,
  InstantRange,
  RoleStanding,
  RuleId,
  RuleMatch,
  StateVector,
  TimingInput,
  TimingVerdict,
} from '../verdict/index.ts';

/** A system in which somebody may have an account: the Entra directory, and this product's own SCIM store. */
export type System = 'directory' | 'scim';

/** What an account is that is nobody's own. */
export const accountClasses = ['service', 'shared', 'break-glass'] as const;
export type AccountClass = (typeof accountClasses)[number];

/** Why an account is left out of the test: who asked, who else approved, and until when it holds. */
export interface Exclusion {
  readonly id: string;
  readonly class: AccountClass;
  readonly ownerPersonId: string;
  readonly reason: string;
  readonly requestedBy: string;
  readonly approvedBy: string;
  readonly expiresAt: Instant;
}

/** What may be done about a finding. */
export const dispositionKinds = ['remediate', 'exception', 'dispute'] as const;
export type DispositionKind = (typeof dispositionKinds)[number];

/** What is decided about a finding at present. It never alters the verdict. */
export interface UnitDisposition {
  readonly id: string;
  readonly kind: DispositionKind;
  readonly reason: string;
  readonly ticket: string | null;
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  /** Null for an exception that nobody has approved, which counts for nothing, and for what needs no approval. */
  readonly approvedBy: string | null;
  readonly approvedAt: Instant | null;
  readonly expiresAt: Instant | null;
  /** The exception was approved only after access had to be gone. */
  readonly isAfterDeadline: boolean;
}

/**
 * How well an instant is known (evidence §1.3): A our own receipt, exact; B the directory's own exact time; C between two looks;
 * X nothing was observed.
 */
export type Grade = 'A' | 'B' | 'C' | 'X';

/** How a human took an account from somebody: barred the two, moved it to somebody else, classed it as nobody's own. */
export type TakenBecause = 'barred' | 'moved' | 'classed';

/** Why an account is held to be this person's (evidence §4.2). */
export type MatchRule = 'M0' | 'M1' | 'M2' | 'M3' | 'M4' | 'M5';

/**
 * `candidate`: it may be this person's, so it is listed, but nothing is judged by it. `classed`: it was theirs when the employment ended and was classed
 * as nobody's own afterwards; it counts as linked. `barred`: it was theirs then and was said afterwards not to be; it is judged, and the verdict
 * is that of the others. `released`: two people took it from the person while the employment went on; it is listed, and nothing is judged by it.
 * `none`: no account, or nobody's.
 */
export type AccountStanding = 'linked' | 'classed' | 'candidate' | 'barred' | 'released' | 'none';

/** How a human took an account from the person, by which decision, and when: after the employment had ended, or `released` before. */
export interface TakenAccount {
  readonly because: TakenBecause;
  readonly by: string;
  readonly at: Instant;
}

/** One account of a unit in one system, or one line saying that there is none (`accountId` null). */
export interface UnitSystem {
  readonly system: System;
  /** Our own random id of the account: `directory_account.account_id` or the SCIM user's id. */
  readonly accountId: string | null;
  readonly standing: AccountStanding;
  /** Why it is linked to the person; null for no account and for an account without a person. */
  readonly matchRule: MatchRule | null;
  /** Left out: nobody took it from them. */
  readonly taken?: TakenAccount;
  /** The state as the decision table names it. */
  readonly state: string;
  /** As `TestedAccount` has them. */
  readonly behind?: Behind;
  readonly role?: RoleStanding;
  readonly grade: Grade;
  /** What was judged, exactly as it was passed to `judgeTiming`, and what came of it; null where the employment has not ended. */
  readonly timing: TimingInput | null;
  readonly judged: TimingVerdict | null;
  /** The ledger records that the state and its instants rest on. */
  readonly evidence: readonly LedgerRecordId[];
}

/** Who decided something about whose an account is, and why. */
export interface DecidedBy {
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  /** Null while it waits for a second person, and where none was wanted. */
  readonly approvedBy: string | null;
  readonly approvedAt: Instant | null;
  readonly reason: string;
}

/** An account that a human took from somebody, or that somebody asked to take: whether or not they have left. */
export interface TakenFromPerson extends DecidedBy, AccountName {
  /** Of the decision. */
  readonly id: string;
  readonly because: TakenBecause;
  readonly person: ReportPerson;
  readonly system: System;
  readonly accountId: string;
  /** By which it was theirs; null where no link was ended: the bar came first. */
  readonly matchRule: MatchRule | null;
  /** Whose it is held to be instead, where it was moved. */
  readonly movedTo: string | null;
  /** Null while the decision waits. */
  readonly takenAt: Instant | null;
  readonly recordIds: readonly LedgerRecordId[];
}

/**
 * An exception or an exclusion that two people made, and that was in force at some time since the period began: from its approval until it ended. It
 * altered no verdict.
 */
export interface DecisionInForce extends AccountName {
  readonly id: string;
  readonly kind: 'exception' | 'exclusion';
  /** What it is about: a finding, an account in a test, or (of an exclusion) an account that is held to be nobody's own. */
  readonly findingId: string | null;
  readonly test: string | null;
  readonly system: System | null;
  readonly accountId: string | null;
  /** Whose finding it is about. */
  readonly person: ReportPerson | null;
  readonly class: AccountClass | null;
  readonly ownerPersonId: string | null;
  readonly reason: string;
  readonly ticket: string | null;
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  readonly approvedBy: string;
  readonly approvedAt: Instant;
  readonly expiresAt: Instant;
  /** Null while it is in force. */
  readonly endedAt: Instant | null;
  readonly endedBecause: 'withdrawn' | 'expired' | null;
  readonly recordIds: readonly LedgerRecordId[];
}

/** How an account is called by its own system. Personal data. */
export interface AccountName {
  /** userPrincipalName or userName. */
  readonly account: string | null;
  /** The directory's object id, or the SCIM user's externalId. */
  readonly externalId: string | null;
}

export interface ReportPerson {
  readonly id: string;
  readonly employeeId: string;
  readonly displayName: string | null;
  readonly workEmail: string;
}

export interface ReportPeriod {
  readonly id: string;
  readonly startDate: string;
  readonly endDate: string | null;
  readonly lastDay: string | null;
  /** The zone in which the end was reckoned: the row's own, else the workspace's. */
  readonly timeZone: string;
  /** Where the person works, as HR calls it. */
  readonly site: string | null;
  readonly workerType: string;
  readonly hrRecordedAt: Instant | null;
  /** HR told the end only after it had passed. */
  readonly backdated: boolean;
}

/** An account of a unit as a report shows it, with who took it from the person, where a human did. */
export interface ReportSystem extends Omit<UnitSystem, 'taken'>, AccountName {
  readonly taken: (TakenAccount & DecidedBy) | null;
  /** The connection that shows a directory account; left out elsewhere. */
  readonly connectionId?: string;
  /** When nobody looked, as far as it widened the window in which access ended; left out: it did not. */
  readonly blind?: readonly BlindStretch[];
}

/** One unit of the test: an employment period with all its accounts, or an account for which nobody answers. */
export interface ReportUnit {
  readonly id: FindingId;
  readonly kind: 'employment_period' | 'account';
  readonly person: ReportPerson | null;
  readonly period: ReportPeriod | null;
  /** When the employment ended, by HR (I9), and by when access had to be gone; null where it has not ended. */
  readonly end: InstantRange | null;
  readonly deadline: InstantRange | null;
  /** The same allowance counted from when HR told the end, where that was only afterwards: shown beside the deadline, never judged by. */
  readonly deadlineSinceTold: InstantRange | null;
  /** The policy that the deadline comes from, and which version it is. */
  readonly policyId: PolicyId | null;
  readonly policyVersion: number | null;
  readonly vector: StateVector;
  readonly systems: readonly ReportSystem[];
  /** Null unless the account is excluded as nobody's own. */
  readonly exclusion: Exclusion | null;
  readonly disposition: UnitDisposition | null;
  readonly rule: RuleId;
  readonly verdict: string;
  readonly effect: Effect;
  /** Every rule that applies, the primary one first. */
  readonly all: readonly RuleMatch[];
  /** Why the verdict, and when nobody looked. */
  readonly sentence: string;
  /** Since when the finding has been open. */
  readonly openedAt: Instant;
  /** Every ledger record that the verdict rests on: HR's word, links, observations, policy; then the finding's own records. */
  readonly evidence: readonly LedgerRecordId[];
}

/** By when access must be gone at a site: hours, or days from Monday to Friday with the site's own holidays. */
export interface PolicySite {
  readonly site: string;
  readonly slaHours: number | null;
  readonly businessDays: number | null;
  readonly holidays: readonly string[];
}

export interface ReportPolicy {
  readonly id: PolicyId;
  readonly version: number;
  /** The preset that it was made from. */
  readonly preset: string | null;
  /** By when access must be gone: hours after the end, or days from Monday to Friday; one of the two is null. */
  readonly slaHours: number | null;
  readonly businessDays: number | null;
  /** Days that are no business days, in order, as `YYYY-MM-DD`; none where hours are counted. */
  readonly holidays: readonly string[];
  /** What holds at a site in the place of that, in the order of the sites. */
  readonly sites: readonly PolicySite[];
  /** Whoever held one of these roles has so many hours at the most; null where no role is privileged. */
  readonly privileged: { readonly slaHours: number; readonly roles: readonly string[] } | null;
  readonly effectiveFrom: Instant;
  readonly supersededAt: Instant | null;
  readonly recordId: LedgerRecordId;
}

/**
 * Counts that tie: employmentPeriods = leavers + endedOutsidePeriod + continued + active + prehire.
 * Nothing is dropped in silence; unmatched and excluded accounts stand beside, since no roster row is behind them.
 */
export interface PopulationTotals {
  readonly employmentPeriods: number;
  /** Ended within the reporting period. */
  readonly leavers: number;
  readonly endedOutsidePeriod: number;
  /** Ended, but the person's next employment began before access had to be gone: nobody left. */
  readonly continued: number;
  /** Employed at the evaluation, on leave or under notice included. */
  readonly active: number;
  readonly prehire: number;
  readonly unmatchedAccounts: number;
  /** Classed as nobody's own; those whose owner has left are among them. */
  readonly excludedAccounts: number;
}

/** The whole population of a reporting period, passes included, as the latest reconciliation run judged it. */
export interface ReportPopulation {
  readonly run: { readonly id: ReconciliationRunId; readonly asOf: Instant };
  readonly periodStart: Instant;
  readonly periodEnd: Instant;
  /** What was taken by hand from `periodStart` to the run, and what waits to be, in the order of time. */
  readonly takenAccounts: readonly TakenFromPerson[];
  /** What two people excepted or excluded, and was in force since `periodStart`, ended or not. */
  readonly decisions: readonly DecisionInForce[];
  /** Every version, latest first. */
  readonly policies: readonly ReportPolicy[];
  readonly totals: PopulationTotals;
  /** Units whose end lies within `[periodStart, periodEnd)`, and all current findings that are no pass; leavers first, by end. */
  readonly units: readonly ReportUnit[];
}
