import type { AdministratorId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

export interface NewApiToken {
  readonly id: string;
  readonly administratorId: AdministratorId;
  readonly tokenHash: Buffer;
  readonly scopes: readonly string[];
  readonly at: Instant;
  readonly actor: string;
  readonly expiresAt: Instant | null;
}

export interface LiveApiToken {
  readonly administratorId: AdministratorId;
  readonly roleId: string;
  /** The name that the administrator was invited under. */
  readonly email: string;
  /** Whom the administrator signed in as; a token is issued to those alone who have. */
  readonly tenantId: string;
  readonly objectId: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Instant | null;
}

export async function insertApiToken(tx: Queryable, workspaceId: WorkspaceId, token: NewApiToken): Promise<void> {
  await tx.query(
    `insert into api_token (workspace_id, id, administrator_id, token_hash, scopes, created_at, created_by, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [workspaceId, token.id, token.administratorId, token.tokenHash, token.scopes, token.at, token.actor, token.expiresAt],
  );
}

/** What that token stands for, while it is neither revoked nor expired and its administrator is one. */
export async function findApiToken(
  q: Queryable,
  workspaceId: WorkspaceId,
  token: { readonly hash: Buffer; readonly at: Instant },
): Promise<LiveApiToken | undefined> {
  const { rows } = await q.query<LiveApiToken>(
    `select api_token.administrator_id as "administratorId", administrator.role_id as "roleId", api_token.scopes,
       api_token.expires_at as "expiresAt", administrator.email, administrator.tenant_id as "tenantId", administrator.object_id as "objectId"
     from api_token
     join administrator on administrator.workspace_id = api_token.workspace_id and administrator.id = api_token.administrator_id
     where api_token.workspace_id = $1 and api_token.token_hash = $2
       and api_token.revoked_at is null and (api_token.expires_at is null or api_token.expires_at > $3)
       and administrator.removed_at is null`,
    [workspaceId, token.hash, token.at],
  );
  return rows[0];
}

/** Held until the transaction ends; undefined when there is none or it was revoked. */
export async function lockApiToken(
  tx: Queryable,
  workspaceId: WorkspaceId,
  id: string,
): Promise<{ readonly administratorId: AdministratorId } | undefined> {
  const { rows } = await tx.query<{ administratorId: AdministratorId }>(
    `select api_token.administrator_id as "administratorId" from api_token
     where api_token.workspace_id = $1 and api_token.id = $2 and api_token.revoked_at is null
     for update`,
    [workspaceId, id],
  );
  return rows[0];
}

export async function markApiTokenRevoked(
  tx: Queryable,
  workspaceId: WorkspaceId,
  revocation: { readonly id: string; readonly at: Instant; readonly actor: string },
): Promise<void> {
  await tx.query('update api_token set revoked_at = $3, revoked_by = $4 where api_token.workspace_id = $1 and api_token.id = $2', [
    workspaceId,
    revocation.id,
    revocation.at,
    revocation.actor,
  ]);
}

export interface ListedApiToken {
  readonly id: string;
  readonly administratorId: AdministratorId;
  readonly scopes: readonly string[];
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
}

/** Every token that was issued, newest first, revoked ones included; never the token itself. */
export async function listApiTokens(q: Queryable, workspaceId: WorkspaceId): Promise<readonly ListedApiToken[]> {
  const { rows } = await q.query<ListedApiToken>(
    `select api_token.id, api_token.administrator_id as "administratorId", api_token.scopes, api_token.created_at as "createdAt",
            api_token.created_by as "createdBy", api_token.expires_at as "expiresAt", api_token.revoked_at as "revokedAt"
     from api_token
     where api_token.workspace_id = $1
     order by api_token.created_at desc, api_token.id desc`,
    [workspaceId],
  );
  return rows;
}
