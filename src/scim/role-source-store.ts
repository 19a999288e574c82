import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { RoleSource } from '../scim-protocol/index.ts';

type Row = { readonly sources: readonly RoleSource[] };

/** Where a user's role is looked for in the workspace, in this order. Empty for a workspace that is not there. */
export async function readRoleSources(q: Queryable, workspaceId: WorkspaceId): Promise<readonly RoleSource[]> {
  const { rows } = await q.query<Row>('select workspace.role_sources as sources from workspace where workspace.workspace_id = $1', [
    workspaceId,
  ]);
  return rows[0]?.sources ?? [];
}

/** Reads as `readRoleSources`, and keeps others from changing the order until the transaction ends. */
export async function lockRoleSources(tx: Queryable, workspaceId: WorkspaceId): Promise<readonly RoleSource[]> {
  const { rows } = await tx.query<Row>(
    'select workspace.role_sources as sources from workspace where workspace.workspace_id = $1 for no key update',
    [workspaceId],
  );
  return rows[0]?.sources ?? [];
}

export async function updateRoleSources(tx: Queryable, workspaceId: WorkspaceId, sources: readonly RoleSource[]): Promise<void> {
  await tx.query('update workspace set role_sources = $2 where workspace.workspace_id = $1', [workspaceId, sources]);
}
