import type { Instant, ScimCredentialId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { PresentedCredential } from './scim-request.ts';

/** A credential as administrators see it; the token is shown once and never stored. */
export interface ScimCredential {
  readonly id: ScimCredentialId;
  readonly label: string;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
}

const credentialByToken = {
  name: 'scim-credential-by-token',
  text: `select scim_credential.id, scim_switch.state as "switchState",
           scim_credential.revoked_at is null
             and (scim_credential.expires_at is null or scim_credential.expires_at > $3::timestamptz) as "isLive"
         from scim_credential
         join scim_switch on scim_switch.workspace_id = scim_credential.workspace_id
         where scim_credential.workspace_id = $1 and scim_credential.token_hash = $2`,
};

/** The credential of a token in this workspace, dead or alive; undefined when the workspace has no such token. */
export async function findCredential(
  q: Queryable,
  workspaceId: WorkspaceId,
  tokenHash: Buffer,
  at: Instant,
): Promise<PresentedCredential | undefined> {
  const { rows } = await q.query<PresentedCredential>(credentialByToken, [workspaceId, tokenHash, at]);
  return rows[0];
}

/** Whether anything can be pushed to the workspace at all. */
export async function hasLiveCredential(q: Queryable, workspaceId: WorkspaceId, at: Instant): Promise<boolean> {
  const { count } = await q.query(
    `select 1 from scim_credential
     where scim_credential.workspace_id = $1 and scim_credential.revoked_at is null
       and (scim_credential.expires_at is null or scim_credential.expires_at > $2::timestamptz)
     limit 1`,
    [workspaceId, at],
  );
  return count > 0;
}

export async function insertCredential(
  tx: Queryable,
  workspaceId: WorkspaceId,
  credential: Omit<ScimCredential, 'revokedAt'> & { readonly tokenHash: Buffer },
): Promise<void> {
  const { id, label, tokenHash, createdAt, createdBy, expiresAt } = credential;
  await tx.query(
    `insert into scim_credential (workspace_id, id, label, token_hash, created_at, created_by, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [workspaceId, id, label, tokenHash, createdAt, createdBy, expiresAt],
  );
}

/** Ends a credential. `gone`: it had ended before; `unknown`: the workspace has none of that id. */
export async function endCredential(
  tx: Queryable,
  workspaceId: WorkspaceId,
  id: ScimCredentialId,
  at: Instant,
): Promise<'ended' | 'gone' | 'unknown'> {
  const ended = await tx.query(
    `update scim_credential set revoked_at = $3
     where scim_credential.workspace_id = $1 and scim_credential.id = $2 and scim_credential.revoked_at is null`,
    [workspaceId, id, at],
  );
  if (ended.count > 0) return 'ended';
  const known = await tx.query('select 1 from scim_credential where scim_credential.workspace_id = $1 and scim_credential.id = $2', [
    workspaceId,
    id,
  ]);
  return known.count > 0 ? 'gone' : 'unknown';
}

/** Newest first, ended ones included. */
export async function listCredentials(q: Queryable, workspaceId: WorkspaceId): Promise<readonly ScimCredential[]> {
  const { rows } = await q.query<ScimCredential>(
    `select scim_credential.id, scim_credential.label, scim_credential.created_at as "createdAt",
       scim_credential.created_by as "createdBy", scim_credential.expires_at as "expiresAt", scim_credential.revoked_at as "revokedAt"
     from scim_credential where scim_credential.workspace_id = $1 order by scim_credential.id desc`,
    [workspaceId],
  );
  return rows;
}
