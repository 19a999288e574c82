import { addressKey, type AdministratorId, type Instant, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

export interface Administrator {
  readonly id: AdministratorId;
  readonly email: string;
  readonly roleId: string;
  readonly invitedAt: Instant;
  readonly invitationExpiresAt: Instant;
  /** When the first sign-in bound the invitation to the identity below; null until then. */
  readonly boundAt: Instant | null;
  readonly tenantId: string | null;
  readonly objectId: string | null;
}

export interface NewAdministrator {
  readonly id: AdministratorId;
  readonly email: string;
  readonly roleId: string;
  readonly invitationHash: Buffer;
  readonly invitationExpiresAt: Instant;
  readonly at: Instant;
  readonly actor: string;
}

const columns = `administrator.id, administrator.email, administrator.role_id as "roleId", administrator.invited_at as "invitedAt",
  administrator.invitation_expires_at as "invitationExpiresAt", administrator.bound_at as "boundAt",
  administrator.tenant_id as "tenantId", administrator.object_id as "objectId"`;

export async function insertAdministrator(tx: Queryable, workspaceId: WorkspaceId, administrator: NewAdministrator): Promise<void> {
  await tx.query(
    `insert into administrator
       (workspace_id, id, email, email_key, role_id, invited_at, invited_by, invitation_hash, invitation_expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      workspaceId,
      administrator.id,
      administrator.email,
      addressKey(administrator.email),
      administrator.roleId,
      administrator.at,
      administrator.actor,
      administrator.invitationHash,
      administrator.invitationExpiresAt,
    ],
  );
}

/** As it stands, held until the transaction ends; undefined when there is none or they were removed. */
export async function lockAdministrator(tx: Queryable, workspaceId: WorkspaceId, id: AdministratorId): Promise<Administrator | undefined> {
  const { rows } = await tx.query<Administrator>(
    `select ${columns} from administrator
     where administrator.workspace_id = $1 and administrator.id = $2 and administrator.removed_at is null
     for update`,
    [workspaceId, id],
  );
  return rows[0];
}

/** Whose invitation token that is, while it is good: until it expires, or a sign-in binds it. */
export async function findAdministratorByInvitation(
  q: Queryable,
  workspaceId: WorkspaceId,
  token: { readonly hash: Buffer; readonly at: Instant },
): Promise<Pick<Administrator, 'id' | 'roleId'> | undefined> {
  const { rows } = await q.query<Pick<Administrator, 'id' | 'roleId'>>(
    `select administrator.id, administrator.role_id as "roleId" from administrator
     where administrator.workspace_id = $1 and administrator.invitation_hash = $2
       and administrator.removed_at is null and administrator.invitation_revoked_at is null
       and administrator.invitation_expires_at > $3`,
    [workspaceId, token.hash, token.at],
  );
  return rows[0];
}

/** How many administrators there are, each held until the transaction ends. */
export async function lockAdministrators(tx: Queryable, workspaceId: WorkspaceId): Promise<readonly AdministratorId[]> {
  const { rows } = await tx.query<{ id: AdministratorId }>(
    'select administrator.id from administrator where administrator.workspace_id = $1 and administrator.removed_at is null order by administrator.id for update',
    [workspaceId],
  );
  return rows.map(({ id }) => id);
}

/** The administrator bound to that identity, held until the transaction ends. */
export async function lockAdministratorByIdentity(
  tx: Queryable,
  workspaceId: WorkspaceId,
  identity: { readonly tenantId: string; readonly objectId: string },
): Promise<Administrator | undefined> {
  const { rows } = await tx.query<Administrator>(
    `select ${columns} from administrator
     where administrator.workspace_id = $1 and administrator.tenant_id = $2 and administrator.object_id = $3
       and administrator.removed_at is null
     for update`,
    [workspaceId, identity.tenantId, identity.objectId],
  );
  return rows[0];
}

/** The open invitation of that address, held until the transaction ends. */
export async function lockInvitedAdministrator(
  tx: Queryable,
  workspaceId: WorkspaceId,
  invited: { readonly email: string; readonly at: Instant },
): Promise<Administrator | undefined> {
  const { rows } = await tx.query<Administrator>(
    `select ${columns} from administrator
     where administrator.workspace_id = $1 and administrator.email_key = $2
       and administrator.removed_at is null and administrator.bound_at is null and administrator.invitation_expires_at > $3
     for update`,
    [workspaceId, addressKey(invited.email), invited.at],
  );
  return rows[0];
}

export async function markAdministratorBound(
  tx: Queryable,
  workspaceId: WorkspaceId,
  binding: { readonly id: AdministratorId; readonly tenantId: string; readonly objectId: string; readonly at: Instant },
): Promise<void> {
  await tx.query(
    `update administrator
     set tenant_id = $3, object_id = $4, bound_at = $5, invitation_revoked_at = $5
     where administrator.workspace_id = $1 and administrator.id = $2`,
    [workspaceId, binding.id, binding.tenantId, binding.objectId, binding.at],
  );
}

/** Removes the administrator, with their invitation, sessions and API tokens. */
export async function markAdministratorRemoved(
  tx: Queryable,
  workspaceId: WorkspaceId,
  removal: { readonly id: AdministratorId; readonly at: Instant; readonly actor: string },
): Promise<void> {
  const { id, at, actor } = removal;
  await tx.query(
    `update administrator
     set removed_at = $3, removed_by = $4, invitation_revoked_at = coalesce(administrator.invitation_revoked_at, $3::timestamptz)
     where administrator.workspace_id = $1 and administrator.id = $2`,
    [workspaceId, id, at, actor],
  );
  await tx.query(
    `update session set ended_at = $3
     where session.workspace_id = $1 and session.administrator_id = $2 and session.ended_at is null`,
    [workspaceId, id, at],
  );
  await tx.query(
    `update api_token set revoked_at = $3, revoked_by = $4
     where api_token.workspace_id = $1 and api_token.administrator_id = $2 and api_token.revoked_at is null`,
    [workspaceId, id, at, actor],
  );
}
