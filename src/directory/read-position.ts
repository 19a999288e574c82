import type { Instant } from '../kernel/index.ts';
import type { AccessSource } from './access-source.ts';
import type { CollectedFacts, CollectionOutcomes } from './collected-facts.ts';
import type { GraphFailureCode } from './graph-failure.ts';

/** What a run reads, in this order: a full one the first thirteen and then who may do what, a delta run the others. */
export type ReadStep =
  | 'delta-links'
  | 'users'
  | 'bin'
  | 'settle'
  | 'watched'
  | 'groups'
  | 'members'
  | 'assignments'
  | 'azure-roles'
  | 'audits'
  | 'provisioning-log'
  | 'sign-ins'
  | 'leave-dates'
  | AccessSource
  | 'changed-users'
  | 'users-by-id'
  | 'bin-of-changed'
  | 'settle-changed'
  | 'settle-new'
  | 'leave-dates-of-changes'
  | 'changed-groups'
  | 'groups-by-id'
  | 'members-of-changed'
  | 'audits-of-changes'
  | 'provisioning-log-of-changes'
  | 'done';

/** How far a run has read. Kept with a run that is parked, so that it goes on where it stopped. */
export interface ReadPosition {
  /** A delta run becomes a full one when its links are no longer known. */
  kind: RunKind;
  step: ReadStep;
  /** The link of the next page within the step. */
  next: string | null;
  /** The last object id that the step is through with. */
  after: string | null;
  /** How often a listing of the step had to begin anew because its pages expired. */
  restarts: number;
  /** How many rows lie in the staging tables: when there are fewer, they were lost. */
  staged: number;
  /** When the first request for users was sent. */
  from: Instant | null;
  /** When the last answer was received. */
  to: Instant | null;
  /** By how much the directory's clock and ours differed at most, as far as its answers show. In milliseconds. */
  clockSkewMs: number;
  areAssignmentsKnown: boolean;
  /** Of which enterprise application they were read. */
  assignedAppId?: string;
  /** For which stretch of time the audit log was read; null when it may not be. */
  audits: { from: Instant; until: Instant } | null;
  /** How each source of who may do what was read, as far as the run has come. */
  access?: Partial<Record<AccessSource, AccessLook>>;
  /** For which stretch of time the provisioning log is read. */
  provisioning?: { from: Instant; until: Instant };
  /** Of what is collected where we are let: how that ended, and since when it was tried. */
  outcomes: CollectionOutcomes;
  triedFrom?: Partial<Record<CollectedFacts, Instant>>;
  /** What was asked so far, by its templates, sorted; undefined of a run that rested before they were noted. */
  sent?: readonly string[];
  /** Where the next delta queries go on; null where Graph gives no such link. */
  links: { users: string | null; groups: string | null };
}

/** How one source was read in a run. */
export interface AccessLook {
  readonly from: Instant;
  to: Instant;
  /** Why it was not collected; null where it was, or is being read still. */
  missed: { readonly reason: GraphFailureCode; readonly said: string | null } | null;
}

export const runKinds = ['full', 'delta'] as const;

/** `full`: the whole tenant. `delta`: what changed since the last complete run. */
export type RunKind = (typeof runKinds)[number];

export function startOf(kind: RunKind): ReadPosition {
  return {
    kind,
    step: kind === 'full' ? 'delta-links' : 'changed-users',
    next: null,
    after: null,
    restarts: 0,
    staged: 0,
    from: null,
    to: null,
    clockSkewMs: 0,
    areAssignmentsKnown: false,
    audits: null,
    outcomes: {},
    sent: [],
    links: { users: null, groups: null },
  };
}
