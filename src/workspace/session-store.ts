import type { AdministratorId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { Administrator } from './administrator-store.ts';

export interface NewSession {
  readonly id: string;
  readonly administratorId: AdministratorId;
  readonly tokenHash: Buffer;
  readonly at: Instant;
  readonly expiresAt: Instant;
}

export async function insertSession(tx: Queryable, workspaceId: WorkspaceId, session: NewSession): Promise<void> {
  await tx.query(
    'insert into session (workspace_id, id, administrator_id, token_hash, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)',
    [workspaceId, session.id, session.administratorId, session.tokenHash, session.at, session.expiresAt],
  );
}

/** Whose session that is, while it runs and they are an administrator. */
export async function findAdministratorBySession(
  q: Queryable,
  workspaceId: WorkspaceId,
  token: { readonly hash: Buffer; readonly at: Instant },
): Promise<Pick<Administrator, 'id' | 'roleId'> | undefined> {
  const { rows } = await q.query<Pick<Administrator, 'id' | 'roleId'>>(
    `select administrator.id, administrator.role_id as "roleId"
     from session
     join administrator on administrator.workspace_id = session.workspace_id and administrator.id = session.administrator_id
     where session.workspace_id = $1 and session.token_hash = $2
       and session.ended_at is null and session.expires_at > $3 and administrator.removed_at is null`,
    [workspaceId, token.hash, token.at],
  );
  return rows[0];
}
