import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

export interface Workspace {
  readonly workspaceId: WorkspaceId;
  readonly slug: string;
  readonly name: string;
  readonly timeZone: string;
  readonly createdAt: Instant;
}

const columns = `workspace.workspace_id as "workspaceId", workspace.slug, workspace.name, workspace.time_zone as "timeZone",
  workspace.created_at as "createdAt"`;

/** The workspace of that id; undefined when there is none. */
export async function findWorkspace(q: Queryable, workspaceId: WorkspaceId): Promise<Workspace | undefined> {
  const { rows } = await q.query<Workspace>(`select ${columns} from workspace where workspace.workspace_id = $1`, [workspaceId]);
  return rows[0];
}

/** The workspace of that slug; undefined when there is none. For the command line, where people type names. */
export async function findWorkspaceBySlug(q: Queryable, slug: string): Promise<Workspace | undefined> {
  const { rows } = await q.query<Workspace>(`select ${columns} from workspace where workspace.slug = $1`, [slug]);
  return rows[0];
}

export async function insertWorkspaceRow(tx: Queryable, workspace: Workspace): Promise<void> {
  await tx.query('insert into workspace (workspace_id, slug, name, time_zone, created_at) values ($1, $2, $3, $4, $5)', [
    workspace.workspaceId,
    workspace.slug,
    workspace.name,
    workspace.timeZone,
    workspace.createdAt,
  ]);
}
