import { type Instant, refuse, type SsoConnectionId, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** Whether SCIM is the workspace's source of truth for who is synced, since when, and by whom it was turned. */
export interface ScimSwitch {
  readonly state: 'off' | 'on';
  readonly changedAt: Instant;
  readonly changedBy: string;
  /** The connection whose verified sign-in opened the gate; null while off. */
  readonly ssoConnectionId: SsoConnectionId | null;
}

/** How the switch is turned: by whom, through which single sign-on, and which preview was acknowledged. */
export interface SwitchTurn extends ScimSwitch {
  readonly previewDigest: Buffer | null;
}

const columns = `scim_switch.state, scim_switch.changed_at as "changedAt", scim_switch.changed_by as "changedBy",
  scim_switch.sso_connection_id as "ssoConnectionId"`;

/** Throws DomainError `not-found` when the workspace does not exist: a missing switch must never read as off. */
export async function readSwitch(q: Queryable, workspaceId: WorkspaceId): Promise<ScimSwitch> {
  const { rows } = await q.query<ScimSwitch>(`select ${columns} from scim_switch where scim_switch.workspace_id = $1`, [workspaceId]);
  return rows[0] ?? refuse('not-found', { detail: 'There is no such workspace.' });
}

/** As `readSwitch`, held until the transaction ends: nobody turns it meanwhile, nor takes away what it stands on. */
export async function lockSwitch(tx: Queryable, workspaceId: WorkspaceId): Promise<ScimSwitch> {
  const { rows } = await tx.query<ScimSwitch>(`select ${columns} from scim_switch where scim_switch.workspace_id = $1 for update`, [
    workspaceId,
  ]);
  return rows[0] ?? refuse('not-found', { detail: 'There is no such workspace.' });
}

/**
 * Turns the switch. For `activation` alone, which has walked through the gate; the database walks through its own
 * (a refusal there surfaces as PostgreSQL's check violation).
 */
export async function turnSwitch(tx: Queryable, workspaceId: WorkspaceId, turn: SwitchTurn): Promise<void> {
  await tx.query(
    `update scim_switch
     set state = $2, changed_at = $3, changed_by = $4, sso_connection_id = $5, preview_digest = $6
     where scim_switch.workspace_id = $1`,
    [workspaceId, turn.state, turn.changedAt, turn.changedBy, turn.ssoConnectionId, turn.previewDigest],
  );
}

export async function insertSwitchOff(tx: Queryable, workspaceId: WorkspaceId, at: Instant): Promise<void> {
  await tx.query(`insert into scim_switch (workspace_id, state, changed_at, changed_by) values ($1, 'off', $2, 'system')`, [
    workspaceId,
    at,
  ]);
}

/** How many workspaces there are of each state of the switch. */
export async function countSwitches(q: Queryable): Promise<{ readonly on: number; readonly off: number }> {
  const { rows } = await q.query<{ on: number; off: number }>(
    `select count(*) filter (where scim_switch.state = 'on')::int as "on", count(*) filter (where scim_switch.state = 'off')::int as "off"
     from scim_switch`,
  );
  return rows[0] ?? { on: 0, off: 0 };
}
