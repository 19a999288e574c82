import { DAY_MS, type Instant, plusMs } from '../kernel/index.ts';
import type { Entry, EntryAsked, MayEnter } from '../workspace/index.ts';
import { readAccessPolicy, readSwitch } from '../workspace/index.ts';
import { isInScope, readGrantedRole, readScimStanding, type ScimUserStanding } from './activation-read-model.ts';

export interface EntryFacts {
  readonly switchState: 'off' | 'on';
  readonly switchedAt: Instant;
  readonly graceDays: number;
  /** Null when no such user was ever provisioned. */
  readonly scim: ScimUserStanding | null;
  readonly isAdministrator: boolean;
  /** Whether a connected directory's scope takes them in. */
  readonly isInScope: boolean;
  /** The role that SCIM grants them; null where it grants none. */
  readonly grantedRoleId: string | null;
  readonly at: Instant;
}

/**
 * Whether somebody may enter by the authority in force. While the switch is off, administrators and those in scope; SCIM has no say.
 * While it is on an active SCIM user, in the role that SCIM grants; nobody whom SCIM deactivated or deleted; and an administrator who
 * was never provisioned within the grace period. Nobody is provisioned or reactivated by signing in.
 */
export function decideEntry(facts: EntryFacts): Entry {
  return facts.switchState === 'off' ? byScope(facts) : byScim(facts);
}

function byScope({ isAdministrator, isInScope: inScope }: EntryFacts): Entry {
  if (isAdministrator || inScope) return { kind: 'yes', roleId: null, graceEndsAt: null, scimUser: null };
  return {
    kind: 'no',
    because: 'Nobody of that sign-in name has an open invitation to this workspace, and no directory scope takes you in.',
  };
}

function byScim({ at, graceDays, grantedRoleId, isAdministrator, scim, switchedAt }: EntryFacts): Entry {
  if (scim?.standing === 'active') {
    return { kind: 'yes', roleId: grantedRoleId, graceEndsAt: null, scimUser: { id: scim.id, linkedBy: scim.linkedBy } };
  }
  if (scim !== null) return { kind: 'no', because: 'Your account has been deactivated by provisioning (SCIM).' };
  const graceEndsAt = plusMs(switchedAt, graceDays * DAY_MS);
  if (isAdministrator && at < graceEndsAt) return { kind: 'yes', roleId: null, graceEndsAt, scimUser: null };
  return { kind: 'no', because: 'Provisioning (SCIM) decides who may enter, and it has not provisioned you.' };
}

/** The port that single sign-on asks, and every request behind it. */
export const mayEnter: MayEnter = async (q, workspaceId, { at, identity, isAdministrator }: EntryAsked) => {
  const { state, changedAt } = await readSwitch(q, workspaceId);
  const { graceDays = 0 } = (await readAccessPolicy(q, workspaceId)) ?? {};
  const isOn = state === 'on';
  const scim = isOn && identity !== undefined ? await readScimStanding(q, workspaceId, identity) : null;
  return decideEntry({
    switchState: state,
    switchedAt: changedAt,
    graceDays,
    scim,
    isAdministrator,
    isInScope: !isOn && !isAdministrator && identity !== undefined && (await isInScope(q, workspaceId, identity)),
    grantedRoleId: scim?.standing === 'active' ? await readGrantedRole(q, workspaceId, scim.id) : null,
    at,
  });
};
