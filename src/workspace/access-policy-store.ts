import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** For how long what was proven counts, in days. */
export interface AccessPolicy {
  /** An administrator whom SCIM has not provisioned, after the switch went on. */
  readonly graceDays: number;
  /** The last sign-in through single sign-on, when the switch is turned on. */
  readonly ssoVerificationDays: number;
  /** The last use of an owner's credential, when the switch is turned on. */
  readonly ownerDrillDays: number;
}

const columns = `workspace.grace_days as "graceDays", workspace.sso_verification_days as "ssoVerificationDays",
  workspace.owner_drill_days as "ownerDrillDays"`;

/** Undefined when there is no such workspace. */
export async function readAccessPolicy(q: Queryable, workspaceId: WorkspaceId): Promise<AccessPolicy | undefined> {
  const { rows } = await q.query<AccessPolicy>(`select ${columns} from workspace where workspace.workspace_id = $1`, [workspaceId]);
  return rows[0];
}

/** As `readAccessPolicy`, held until the transaction ends. */
export async function lockAccessPolicy(tx: Queryable, workspaceId: WorkspaceId): Promise<AccessPolicy | undefined> {
  const { rows } = await tx.query<AccessPolicy>(`select ${columns} from workspace where workspace.workspace_id = $1 for no key update`, [
    workspaceId,
  ]);
  return rows[0];
}

export async function writeAccessPolicy(tx: Queryable, workspaceId: WorkspaceId, policy: AccessPolicy): Promise<void> {
  await tx.query(
    'update workspace set grace_days = $2, sso_verification_days = $3, owner_drill_days = $4 where workspace.workspace_id = $1',
    [workspaceId, policy.graceDays, policy.ssoVerificationDays, policy.ownerDrillDays],
  );
}
