import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** Puts the token in the place of the one before. */
export async function writeTileToken(
  tx: Queryable,
  workspaceId: WorkspaceId,
  token: { readonly hash: Buffer; readonly at: Instant; readonly actor: string },
): Promise<void> {
  await tx.query(
    `insert into ledger_tile_token (workspace_id, token_hash, issued_at, issued_by) values ($1, $2, $3, $4)
         on conflict (workspace_id) do update
        set token_hash = excluded.token_hash, issued_at = excluded.issued_at, issued_by = excluded.issued_by`,
    [workspaceId, token.hash, token.at, token.actor],
  );
}

/** Whether there was one. */
export async function deleteTileToken(tx: Queryable, workspaceId: WorkspaceId): Promise<boolean> {
  const { count } = await tx.query('delete from ledger_tile_token where ledger_tile_token.workspace_id = $1', [workspaceId]);
  return count === 1;
}

/** Whether the token is the one that reads this workspace's tiles. */
export async function isTileToken(q: Queryable, workspaceId: WorkspaceId, hash: Buffer): Promise<boolean> {
  const { count } = await q.query('select from ledger_tile_token as token where token.workspace_id = $1 and token.token_hash = $2', [
    workspaceId,
    hash,
  ]);
  return count === 1;
}
