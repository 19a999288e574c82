import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

export interface Role {
  readonly id: string;
  readonly name: string;
  readonly rank: number;
  /** Whether a claim of the directory gives the role to a SCIM user. */
  readonly directoryMayGrant: boolean;
}

/** A role as it is set; whether the directory may grant it stays as it was when nothing is said of it, and is so for a new role. */
export type RoleInput = Omit<Role, 'directoryMayGrant'> & { readonly directoryMayGrant?: boolean | undefined };

const COLUMNS = 'role.id, role.name, role.rank, role.directory_may_grant as "directoryMayGrant"';

/** The catalogue's present roles, the most powerful first. */
export async function listRoles(q: Queryable, workspaceId: WorkspaceId): Promise<readonly Role[]> {
  const { rows } = await q.query<Role>(
    `select ${COLUMNS} from role
     where role.workspace_id = $1 and role.retired_at is null
     order by role.rank desc, role.id`,
    [workspaceId],
  );
  return rows;
}

export async function findRole(q: Queryable, workspaceId: WorkspaceId, roleId: string): Promise<Role | undefined> {
  const { rows } = await q.query<Role>(
    `select ${COLUMNS} from role
     where role.workspace_id = $1 and role.id = $2 and role.retired_at is null`,
    [workspaceId, roleId],
  );
  return rows[0];
}

/** Writes the role, whether or not it was there, and answers whether the directory may grant it. */
export async function upsertRole(tx: Queryable, workspaceId: WorkspaceId, role: RoleInput, at: Instant): Promise<boolean> {
  const { rows } = await tx.query<{ directoryMayGrant: boolean }>(
    `insert into role (workspace_id, id, name, rank, created_at, directory_may_grant) values ($1, $2, $3, $4, $5, coalesce($6::boolean, true))
     on conflict (workspace_id, id) do update set name = excluded.name, rank = excluded.rank, retired_at = null,
       directory_may_grant = coalesce($6::boolean, role.directory_may_grant)
     returning role.directory_may_grant as "directoryMayGrant"`,
    [workspaceId, role.id, role.name, role.rank, at, role.directoryMayGrant ?? null],
  );
  return rows[0]?.directoryMayGrant === true;
}
