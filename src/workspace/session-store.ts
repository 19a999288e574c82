import type { AdministratorId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** Whose a session is: an administrator's, or of a person who is none. */
export type SessionHolder =
  | { readonly administratorId: AdministratorId }
  | { readonly administratorId: null; readonly tenantId: string; readonly objectId: string };

export interface NewSession {
  readonly id: string;
  readonly holder: SessionHolder;
  readonly tokenHash: Buffer;
  readonly at: Instant;
  readonly expiresAt: Instant;
}

export async function insertSession(tx: Queryable, workspaceId: WorkspaceId, session: NewSession): Promise<void> {
  const { at, expiresAt, holder, id, tokenHash } = session;
  const person = holder.administratorId === null ? holder : undefined;
  await tx.query(
    `insert into session (workspace_id, id, administrator_id, tenant_id, object_id, token_hash, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [workspaceId, id, holder.administratorId, person?.tenantId ?? null, person?.objectId ?? null, tokenHash, at, expiresAt],
  );
}

/** A session that runs, with what tells who holds it. */
export interface LiveSession {
  readonly id: string;
  readonly administratorId: AdministratorId | null;
  /** The role of the invitation; null for a person who is no administrator. */
  readonly roleId: string | null;
  /** The name that the administrator was invited under; null for a person who is none. */
  readonly email: string | null;
  readonly tenantId: string;
  readonly objectId: string;
}

/** The session of that token, while it runs and its holder is who they were. */
export async function findSession(
  q: Queryable,
  workspaceId: WorkspaceId,
  token: { readonly hash: Buffer; readonly at: Instant },
): Promise<LiveSession | undefined> {
  const { rows } = await q.query<LiveSession>(
    `select session.id, session.administrator_id as "administratorId", administrator.role_id as "roleId", administrator.email,
       coalesce(session.tenant_id, administrator.tenant_id) as "tenantId", coalesce(session.object_id, administrator.object_id) as "objectId"
     from session
     left join administrator on administrator.workspace_id = session.workspace_id and administrator.id = session.administrator_id
       and administrator.removed_at is null
     where session.workspace_id = $1 and session.token_hash = $2
       and session.ended_at is null and session.expires_at > $3 and (session.administrator_id is null or administrator.id is not null)`,
    [workspaceId, token.hash, token.at],
  );
  return rows[0];
}

export async function markSessionEnded(
  tx: Queryable,
  workspaceId: WorkspaceId,
  end: { readonly id: string; readonly at: Instant },
): Promise<void> {
  await tx.query('update session set ended_at = $3 where session.workspace_id = $1 and session.id = $2 and session.ended_at is null', [
    workspaceId,
    end.id,
    end.at,
  ]);
}
