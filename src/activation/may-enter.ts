import { DAY_MS, type Instant, plusMs, type WorkspaceId } from '../kernel/index.ts';
import type { Clock, Database } from '../platform/index.ts';
import type { MayEnter } from '../sso/index.ts';
import { readSwitch } from '../workspace/index.ts';
import { readScimStanding, type ScimStanding } from './activation-read-model.ts';

/** Entra needs a cycle or two, and people a working week, until everybody who administers is provisioned. */
const GRACE_MS = 7 * DAY_MS;

export interface EntryFacts {
  readonly switchState: 'off' | 'on';
  readonly switchedAt: Instant;
  readonly scim: ScimStanding;
  readonly at: Instant;
}

export type Entry = Awaited<ReturnType<MayEnter>>;

/**
 * Whether somebody may enter by the authority in force. While the switch is off SCIM has no say; while it is on an active
 * SCIM user enters, a deactivated or deleted one does not, and one who was never provisioned only within the grace period.
 * That they administer at all is asked elsewhere.
 */
export function decideEntry({ switchState, switchedAt, scim, at }: EntryFacts): Entry {
  if (switchState === 'off' || scim === 'active') return { kind: 'yes' };
  if (scim !== null) return { kind: 'no', because: 'Your account has been deactivated by provisioning (SCIM).' };
  if (at < plusMs(switchedAt, GRACE_MS)) return { kind: 'yes' };
  return { kind: 'no', because: 'Provisioning (SCIM) decides who may enter, and it has not provisioned you.' };
}

/** The port that single sign-on asks. A SCIM user is matched by `externalId` = object id, never by a mail address. */
export function mayEnter(deps: { readonly database: Database; readonly clock: Clock }): MayEnter {
  return async (workspaceId: WorkspaceId, { objectId }) => {
    const { state, changedAt } = await readSwitch(deps.database, workspaceId);
    const scim = await readScimStanding(deps.database, workspaceId, objectId);
    return decideEntry({ switchState: state, switchedAt: changedAt, scim, at: deps.clock.now() });
  };
}
