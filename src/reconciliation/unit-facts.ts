import type { Instant, LedgerRecordId } from '../kernel/index.ts';
import type { DirectorySighting, InstantRange, ScimReceipt } from '../verdict/index.ts';
import type { MatchRule, TakenBecause } from './report-population.ts';

/** An employment period as HR stated it. */
export interface PeriodFacts {
  readonly id: string;
  readonly startDate: string;
  readonly endDate: string | null;
  readonly lastDay: string | null;
  readonly timeZone: string | null;
  readonly site: string | null;
  readonly status: string;
  readonly workerType: string;
  /** As `EmploymentDates` has it. */
  readonly endedBetween: InstantRange | null;
  readonly recordId: LedgerRecordId;
}

/** How an account came to be a person's. */
export interface LinkFacts {
  readonly standing: 'linked' | 'ambiguous';
  readonly rule: MatchRule;
  readonly recordId: LedgerRecordId;
  /** Up to when the account was theirs that went to somebody else by rule; null where it is, or may be. */
  readonly until: Instant | null;
  /** Of such an account, in time order: between when it may have been theirs still, while its identifiers named several people. */
  readonly doubts: readonly DoubtedLink[];
  /** How a human took the account from the person since; null while the link holds. */
  readonly taken: TakenFacts | null;
}

/** That an account may have been a person's; by which rule, and the record that says so. */
export interface DoubtedLink {
  readonly from: Instant;
  readonly until: Instant;
  readonly rule: MatchRule;
  readonly recordId: LedgerRecordId;
}

/** A human's decision that took an account from somebody. */
export interface TakenFacts {
  readonly because: TakenBecause;
  /** The id of the decision. */
  readonly by: string;
  readonly at: Instant;
  /** Of the end of the link. */
  readonly recordId: LedgerRecordId;
  /** Whether it took a second person. */
  readonly isByTwo: boolean;
}

/** With the records that it rests on. */
export interface DirectoryStretch extends DirectorySighting {
  readonly recordId: LedgerRecordId | null;
  /** Of the entry of the directory's audit log that says when. */
  readonly exactRecordId: LedgerRecordId | null;
}

/** An app role that a directory account is or was assigned, by one assignment. */
export interface HeldRole {
  readonly value: string;
  /** The last complete look that proves that it was not assigned; null where none does. */
  readonly notBefore: Instant | null;
  /** By when it was; null where nobody noted it. */
  readonly observedAt: Instant | null;
  /** It still was then or later; null while it is. */
  readonly confirmedUntil: Instant | null;
  /** By when it no longer was; null while it is. */
  readonly goneAt: Instant | null;
}

export interface DirectoryFacts {
  readonly accountId: string;
  readonly connectionId: string;
  /** The directory's own id, where its tenant was connected more than once; else null. */
  readonly objectId: string | null;
  readonly isAssigned: boolean;
  /** The app roles that are or were assigned to it, itself or through a group. */
  readonly roles: readonly HeldRole[];
  /** In time order. */
  readonly stretches: readonly DirectoryStretch[];
  readonly link: LinkFacts | null;
  /** By which it was the person's when an earlier connection showed it. */
  readonly linkedBefore: readonly LedgerRecordId[];
  /** As `Cut` has them, by the connections that showed it. Left out: nobody asked, since nothing is read of the person up to another instant than now. */
  readonly looks?: readonly Instant[];
}

export interface ScimStretch extends ScimReceipt {
  readonly recordId: LedgerRecordId | null;
}

/** What the user's role was received as, and what that comes to by the catalogue. */
export interface ScimRole {
  readonly because: 'granted' | 'not-grantable' | 'unknown-role' | 'no-role';
  readonly claimed: string | null;
  /** Everything that the sources claim. */
  readonly said: readonly string[];
}

/** What a user's role was received as before a change. */
export interface PastScimRole {
  readonly role: ScimRole;
  readonly until: Instant;
}

export interface ScimFacts {
  readonly accountId: string;
  /** In time order; each goes on until the next begins. */
  readonly stretches: readonly ScimStretch[];
  /** As last received. */
  readonly role: ScimRole;
  /** In time order. */
  readonly pastRoles: readonly PastScimRole[];
  readonly link: LinkFacts | null;
}

export interface AccountFacts {
  readonly directory: readonly DirectoryFacts[];
  readonly scim: readonly ScimFacts[];
}

/** That an account is nobody's own, and who answers for it. */
export interface ExclusionFacts {
  /** Of the request and of the approval. */
  readonly recordIds: readonly LedgerRecordId[];
  /** As of the owner's own accounts: see `PersonFacts`. */
  readonly ownerDroppedAt: Instant | null;
  /** The owner's employments, in order of their start. */
  readonly ownerPeriods: readonly PeriodFacts[];
}

/** An account for which no person answers. */
export interface UnmatchedFacts extends AccountFacts {
  readonly exclusion: ExclusionFacts | null;
}

export interface PersonFacts extends AccountFacts {
  readonly personId: string;
  /** When the first roster came that does not name them, where nobody has said what that means; else null. */
  readonly droppedAt: Instant | null;
  /** The record that says so; null while a roster names them. */
  readonly droppedRecordId: LedgerRecordId | null;
  /** In order of their start. */
  readonly periods: readonly PeriodFacts[];
  /** By SCIM user: the directory accounts whose object ids it carries, or that signed in through it. Left out: nobody asked, since the person has not several. */
  readonly ownAccounts?: ReadonlyMap<string, readonly string[]>;
}

export interface ConnectionFacts {
  readonly id: string;
  readonly tenantId: string;
  /** When the last complete run asked; null while none was complete: then nothing is known of it (I8). */
  readonly lastCompleteAt: Instant | null;
  /** Every stretch that goes on still held then or later. */
  readonly confirmedUntil: Instant | null;
  readonly addedAt: Instant;
  readonly removedAt: Instant | null;
  /** Whether the assignments of the provisioned application are read. */
  readonly readsAssignments: boolean;
}
