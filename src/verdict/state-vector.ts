import type { TimingOutcome } from './judge-timing.ts';

/** What HR says of the employment period at the evaluation; NONE is an account that no person of the roster answers for. */
export const employments = ['NONE', 'PREHIRE', 'ACTIVE', 'LEAVE', 'NOTICE', 'ENDED'] as const;
export type Employment = (typeof employments)[number];

/**
 * The worst state of the person's directory accounts, worst first: what may still let somebody in outweighs doubt, and doubt
 * outweighs every state that keeps them out. VANISHED is an absence that nobody has explained: never "disabled" (I8).
 */
export const directoryStates = ['ENABLED', 'UNKNOWN', 'VANISHED', 'DISABLED', 'SOFT_DELETED', 'HARD_DELETED', 'NEVER'] as const;
export type DirectoryState = (typeof directoryStates)[number];

/** The worst state of the person's SCIM users, worst first. */
export const scimStates = ['ACTIVE', 'UNKNOWN', 'INACTIVE', 'DELETED', 'NEVER'] as const;
export type ScimState = (typeof scimStates)[number];

/** Whether the directory account holds an app role assignment of the provisioned application, itself or through a group. */
export const assignments = ['YES', 'NO', 'UNKNOWN'] as const;
export type Assignment = (typeof assignments)[number];

/**
 * Whether the account is a human's, or a service, shared or break-glass account with an owner; of that one whether its owner is employed, is left
 * out by a roster with nobody saying what that means, may be employed or not (UNSETTLED: within the hours of a time zone that is not known, or to come still by HR's word although the
 * first day is there), or is not employed.
 */
export const classifications = ['HUMAN', 'EXCLUDED', 'EXCLUDED_OWNER_DROPPED', 'EXCLUDED_OWNER_UNSETTLED', 'EXCLUDED_OWNER_LEFT'] as const;
export type Classification = (typeof classifications)[number];

/**
 * Whether it is settled whose accounts these are. DISOWNED: a human took one from the person after the employment had ended, and its access is not
 * proven to have ended in time.
 */
export const matches = ['ONE', 'AMBIGUOUS', 'DISOWNED'] as const;
export type Match = (typeof matches)[number];

/**
 * How HR's rosters speak of an employment. DROPPED: one left the person out while it went on, and nobody has said what that means, also
 * once an end that HR had told has come. AWAITED: the first day is there, or may be (a time zone that is not known), and HR calls it to come still, or it may be. OPEN_ENDED: a
 * contractor without an end date. LISTED otherwise.
 */
export const rosterStandings = ['LISTED', 'DROPPED', 'AWAITED', 'OPEN_ENDED'] as const;
export type RosterStanding = (typeof rosterStandings)[number];

/** IN_FLIGHT: the directory changed so recently that the provisioning service cannot be expected to have pushed it yet. */
export const propagations = ['SETTLED', 'IN_FLIGHT'] as const;
export type Propagation = (typeof propagations)[number];

/**
 * What a directory account is to the SCIM user that it is behind, what fails first: deleted, disabled, enabled and not assigned to the application; then what is not known, among it which
 * of several accounts it is (UNSETTLED); disabled a moment ago (IN_FLIGHT); enabled, with assignments that are not read, or assigned.
 */
export const behinds = [
  'DELETED',
  'DISABLED',
  'UNASSIGNED',
  'UNKNOWN',
  'VANISHED',
  'UNSETTLED',
  'IN_FLIGHT',
  'UNREAD',
  'ASSIGNED',
] as const;
export type Behind = (typeof behinds)[number];

/**
 * The role that SCIM carries against the app role that the directory assigns. DRIFTING: they differ, for so short a time that provisioning
 * cannot be expected to have followed. UNKNOWN: there is a role, and nothing to compare it with. NONE: there is none on either side.
 */
export const roleStandings = ['MATCH', 'DRIFT', 'DRIFTING', 'UNKNOWN', 'NONE'] as const;
export type RoleStanding = (typeof roleStandings)[number];

/**
 * Whether somebody held a role that the policy counts as privileged when they left, so that the deadline for those was theirs; UNKNOWN: they may have. BESIDE: they
 * held one, or may have, and another deadline ends no later. NO for everybody else.
 */
export const privileges = ['YES', 'NO', 'UNKNOWN', 'BESIDE'] as const;
export type Privilege = (typeof privileges)[number];

interface Standing {
  readonly classification: Classification;
  readonly match: Match;
  readonly roster: RosterStanding;
  readonly directory: DirectoryState;
  readonly scim: ScimState;
  readonly assigned: Assignment;
  readonly propagation: Propagation;
  /** Of somebody with several directory accounts: what is behind the active SCIM user of whom that is worst. Left out elsewhere: the states of the two speak of one another. */
  readonly behind?: Behind;
  readonly role: RoleStanding;
  readonly privileged: Privilege;
}

/** Everything that the decision table looks at, as plain JSON; timings exist for an ended employment and only there. */
export type StateVector = Standing &
  (
    | {
        readonly employment: Exclude<Employment, 'ENDED'>;
        readonly directoryTiming: null;
        readonly scimTiming: null;
      }
    | {
        readonly employment: 'ENDED';
        readonly directoryTiming: TimingOutcome;
        readonly scimTiming: TimingOutcome;
      }
  );

/** The state that counts where a person has several directory accounts; NEVER for none. */
export function worstDirectoryState(states: readonly DirectoryState[]): DirectoryState {
  return directoryStates.find((state) => states.includes(state)) ?? 'NEVER';
}

/** The state that counts where a person has several SCIM users; NEVER for none. */
export function worstScimState(states: readonly ScimState[]): ScimState {
  return scimStates.find((state) => states.includes(state)) ?? 'NEVER';
}

/** Worst first: a role that is proven wrong outweighs one that is not known, and that whatever is right. */
const rolesWorstFirst = ['DRIFT', 'DRIFTING', 'UNKNOWN', 'MATCH', 'NONE'] as const satisfies readonly RoleStanding[];

/** What counts where a person has several SCIM users; NONE for none. */
export function worstRole(roles: readonly RoleStanding[]): RoleStanding {
  return rolesWorstFirst.find((standing) => roles.includes(standing)) ?? 'NONE';
}
