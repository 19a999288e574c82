import type { RosterStatus, WorkerType } from '../../../src/roster/index.ts';
import type { Effect, RuleId } from '../../../src/verdict/index.ts';

/** A moment in UTC as `2026-03-07 04:00`, to the minute, or to the second where seconds matter. */
export type Moment = string;

/** One employment as HR states it. What is left out: a permanent employee since 2020, on the roster as active. */
export interface Employment {
  readonly from?: string;
  readonly to?: string;
  /** The last day that was worked, where the contract ends later. */
  readonly lastDay?: string;
  /** The row's own time zone; else the workspace's counts. */
  readonly zone?: string;
  /** Where HR says that they work. */
  readonly site?: string;
  readonly status?: RosterStatus;
  readonly worker?: WorkerType;
  /** HR named no end, but left the person out of a roster of everybody: it ended between the two rosters. */
  readonly leftOutBetween?: readonly [Moment, Moment];
  /** What HR did, in words: when it told the end, moved it or took it back. The verdict looks at the end alone. */
  readonly remark?: string;
}

/** What looks at the directory saw of an account: a state, from the first look that showed it to the last. */
export interface Seen {
  readonly is: 'enabled' | 'disabled' | 'soft_deleted' | 'hard_deleted' | 'vanished' | 'restored';
  readonly from: Moment;
  /** Left out: the last complete look still saw it so. */
  readonly until?: Moment;
  /** The directory itself says when it began: its audit log, or the time of deletion that it keeps. */
  readonly exact?: true;
  /** As `DirectorySighting` has it. */
  readonly isToldEnabled?: true;
}

/** How an account came to be the person's; a candidate may be somebody else's. */
export type Link = 'M0' | 'M1' | 'M2' | 'M3' | 'M4' | 'M5' | 'candidate';

export interface HadRole {
  readonly role: string;
  /** A look that showed it without the role; left out: none did. */
  readonly without?: Moment;
  /** The first look that showed it; left out: it had the role ever since anybody looked. */
  readonly by?: Moment;
  /** The last look that showed it, and the first that no longer did; left out: it has it still. */
  readonly until?: Moment;
  readonly gone?: Moment;
}

/** A human took the account from the person, with a second one: barred the two, moved it to somebody else, or classed it as nobody's own. */
export interface Taken {
  readonly by: 'barred' | 'moved' | 'classed';
  readonly at: Moment;
}

export interface DirectoryAccount {
  readonly link?: Link;
  readonly taken?: Taken;
  /** Whether it is assigned to the application; left out: yes. */
  readonly assigned?: boolean;
  /** Value of the app role that is assigned to it. */
  readonly role?: string;
  /** Roles that were given or taken away, by what looks showed. */
  readonly hadRole?: readonly HadRole[];
  /** The second directory of the workspace; left out: the first. */
  readonly directory?: 2;
  /** The directory's own id of it, where its tenant was connected anew and shows it again. */
  readonly object?: string;
  readonly seen: readonly Seen[];
}

export interface ScimUser {
  readonly link?: Link;
  /** Which of the directory accounts it carries the object id of; left out: nothing says which it goes with. */
  readonly carries?: 1 | 2;
  readonly taken?: Taken;
  /** `rbac_role_id` as last received, and whether the catalogue grants it. */
  readonly role?: string;
  readonly isUnknownRole?: true;
  /** The catalogue has it, and does not let the directory grant it. */
  readonly isProtectedRole?: true;
  /** What it carried before, and until when. */
  readonly hadRole?: readonly { readonly role: string; readonly until: Moment }[];
  /** Since when its role is known to differ. */
  readonly roleDiffersSince?: Moment;
  /** What it became by a request that was received, and when. */
  readonly became: readonly { readonly is: 'active' | 'inactive' | 'deleted'; readonly at: Moment }[];
}

/** A directory connection, where it is not the usual one: read an hour before the verdict, its assignments included. */
export interface Connection {
  /** Null: it was never read whole. */
  readonly lastLook?: Moment | null;
  /** Left out: long ago. */
  readonly added?: Moment;
  readonly removed?: Moment;
  /** It is the tenant of the first or second directory, connected anew. */
  readonly anew?: 1 | 2;
  readonly readsAssignments?: false;
}

/** A look at a whole directory. It takes a minute, and proves nothing where it failed. */
export interface Looked {
  readonly at: Moment;
  /** Left out: the first directory. */
  readonly directory?: 2;
  readonly failed?: string;
}

export interface Policy {
  readonly hours?: number;
  readonly businessDays?: number;
  /** What holds at a site in the place of that. */
  readonly atSite?: { readonly site: string; readonly hours: number };
  readonly privileged?: { readonly hours: number; readonly roles: readonly string[] };
}

/** Facts in, verdict and sentence out. Each is a row that can be read without knowing the code. */
export interface Story {
  /** One sentence: what happened, and what it comes to. */
  readonly title: string;
  /** The employments of the person, in order of their start; none: an account that nobody of the roster answers for. */
  readonly hr?: readonly Employment[];
  /** Which of them is judged; left out: the first. */
  readonly judged?: number;
  /** When a roster of HR came that does not name the person, or whoever answers for the account; nobody has said what that means. */
  readonly dropped?: Moment;
  /** The account is classed as nobody's own; the employments of whoever answers for it. */
  readonly owner?: readonly Employment[];
  readonly directory?: readonly DirectoryAccount[];
  readonly scim?: readonly ScimUser[];
  /** Left out: one directory, read an hour before the verdict. */
  readonly connections?: readonly Connection[];
  /** The looks at directories; left out: the story does not tell when nobody looked. */
  readonly looks?: readonly Looked[];
  /** Left out: 24 hours. */
  readonly policy?: Policy;
  /** The one before, and until when it was in force. */
  readonly policyBefore?: Policy & { readonly until: Moment };
  /** Left out: UTC. */
  readonly zone?: string;
  /** Left out: Tuesday 2026-03-10 12:00. */
  readonly judgedAt?: Moment;
  readonly verdict: Verdict | 'continued';
}

export interface Verdict {
  readonly rule: RuleId;
  readonly effect: Effect;
  /** The other rules that apply, in the order of the table. */
  readonly also?: readonly RuleId[];
  readonly sentence: string;
}

export interface Chapter {
  readonly heading: string;
  /** What the stories of the chapter have in common. */
  readonly about: string;
  readonly stories: readonly Story[];
}

export const JUDGED_AT: Moment = '2026-03-10 12:00';
export const LONG_AGO: Moment = '2026-01-05 08:00';

type Became = ScimUser['became'][number];

/** The steps of a SCIM user's life. */
export const created: Became = { is: 'active', at: LONG_AGO };
export const deactivated = (at: Moment): Became => ({ is: 'inactive', at });
export const deleted = (at: Moment): Became => ({ is: 'deleted', at });
export const activated = (at: Moment): Became => ({ is: 'active', at });

/** What looks saw; `enabledUntil` begins long ago. */
export const enabled: Seen = { is: 'enabled', from: LONG_AGO };
export const enabledUntil = (until: Moment): Seen => ({ is: 'enabled', from: LONG_AGO, until });
export const enabledFrom = (from: Moment, until?: Moment): Seen => seen('enabled', from, until);
export const disabledFrom = (from: Moment, until?: Moment): Seen => seen('disabled', from, until);
export const vanishedFrom = (from: Moment, until?: Moment): Seen => seen('vanished', from, until);
export const goneFrom = (from: Moment): Seen => seen('hard_deleted', from);
export const disabledAt = (from: Moment): Seen => ({ is: 'disabled', from, exact: true });
export const deletedAt = (from: Moment, until?: Moment): Seen => ({ ...seen('soft_deleted', from, until), exact: true });
/** By the audit log, which does not say whether it was enabled; until it was deleted or disabled again, or a look showed it off. */
export const restoredAt = (from: Moment, until?: Moment): Seen => ({ ...seen('restored', from, until), exact: true });
/** By the audit log, which tells of nothing that ended it; until a look showed it off. */
export const toldEnabledAt = (from: Moment, until?: Moment): Seen => ({ ...restoredAt(from, until), isToldEnabled: true });

function seen(is: Seen['is'], from: Moment, until?: Moment): Seen {
  return { is, from, ...(until === undefined ? {} : { until }) };
}

/** An ordinary account of each kind, with what became of it. */
export const account = (...states: readonly Seen[]): DirectoryAccount => ({ seen: states });
export const user = (...became: readonly Became[]): ScimUser => ({ became });

/** Friday, 2026-03-06: under the usual policy access has to be gone at midnight after Saturday. */
export const friday = { to: '2026-03-06' } as const satisfies Employment;

/** Access that ended in the night after that Friday. */
export const inTime = deactivated('2026-03-07 01:00');
export const offInTime = account(enabledUntil('2026-03-07 04:00'), disabledFrom('2026-03-07 05:00'));
