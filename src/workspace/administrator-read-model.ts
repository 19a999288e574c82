import { DAY_MS, type Instant, plusMs, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { Administrator } from './administrator-store.ts';

/** By whose word somebody administers: by invitation while SCIM has no say or has not said anything yet, from then on by SCIM's. */
export interface AdministratorStanding {
  readonly decidedBy: 'invitation' | 'scim';
  /** What SCIM says of them; null where it was never told of them, or has no say. */
  readonly scim: 'active' | 'inactive' | 'deleted' | null;
  /** Until when the invitation counts although SCIM is on; null where that has no end, or no meaning. */
  readonly graceEndsAt: Instant | null;
}

export type StandingAdministrator = Administrator & { readonly standing: AdministratorStanding };

type Row = Administrator & {
  readonly state: 'off' | 'on';
  readonly switchedAt: Instant;
  readonly graceDays: number;
  readonly scim: AdministratorStanding['scim'];
};

/** The administrators in the order of their invitations, with how they stand. */
export async function listAdministrators(q: Queryable, workspaceId: WorkspaceId): Promise<readonly StandingAdministrator[]> {
  const { rows } = await q.query<Row>(
    `select administrator.id, administrator.email, administrator.role_id as "roleId", administrator.invited_at as "invitedAt",
       administrator.invitation_expires_at as "invitationExpiresAt", administrator.bound_at as "boundAt",
       administrator.tenant_id as "tenantId", administrator.object_id as "objectId",
       scim_switch.state, scim_switch.changed_at as "switchedAt", workspace.grace_days as "graceDays", found.standing as scim
     from administrator
     join workspace on workspace.workspace_id = administrator.workspace_id
     join scim_switch on scim_switch.workspace_id = administrator.workspace_id
     left join lateral scim_user_of(administrator.workspace_id, administrator.tenant_id, administrator.object_id, administrator.email_key) as found
       on scim_switch.state = 'on' and administrator.bound_at is not null
     where administrator.workspace_id = $1 and administrator.removed_at is null
     order by administrator.invited_at, administrator.id`,
    [workspaceId],
  );
  return rows.map(({ graceDays, scim, state, switchedAt, ...administrator }) => {
    const isPending = state === 'on' && scim === null;
    const graceEndsAt = isPending ? plusMs(switchedAt, graceDays * DAY_MS) : null;
    return { ...administrator, standing: { decidedBy: scim === null ? 'invitation' : 'scim', scim, graceEndsAt } };
  });
}
