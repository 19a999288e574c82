import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

export interface Role {
  readonly id: string;
  readonly name: string;
  readonly rank: number;
}

/** The catalogue's present roles, the most powerful first. */
export async function listRoles(q: Queryable, workspaceId: WorkspaceId): Promise<readonly Role[]> {
  const { rows } = await q.query<Role>(
    `select role.id, role.name, role.rank from role
     where role.workspace_id = $1 and role.retired_at is null
     order by role.rank desc, role.id`,
    [workspaceId],
  );
  return rows;
}

export async function findRole(q: Queryable, workspaceId: WorkspaceId, roleId: string): Promise<Role | undefined> {
  const { rows } = await q.query<Role>(
    `select role.id, role.name, role.rank from role
     where role.workspace_id = $1 and role.id = $2 and role.retired_at is null`,
    [workspaceId, roleId],
  );
  return rows[0];
}

/** Writes the role, whether or not it was there. */
export async function upsertRole(tx: Queryable, workspaceId: WorkspaceId, role: Role, at: Instant): Promise<void> {
  await tx.query(
    `insert into role (workspace_id, id, name, rank, created_at) values ($1, $2, $3, $4, $5)
     on conflict (workspace_id, id) do update set name = excluded.name, rank = excluded.rank, retired_at = null`,
    [workspaceId, role.id, role.name, role.rank, at],
  );
}
