import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { eraseRejectedIds } from './rejected-row-store.ts';

/**
 * Erases the files that were imported before an instant, or held and not taken; their hashes, importers and counts stay, and of rejected rows what
 * was wrong. Returns how many went.
 */
export async function eraseRosterFiles(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { at, before }: { readonly before: Instant; readonly at: Instant },
): Promise<number> {
  const { count } = await tx.query(
    `update roster_import set sealed_file = null, file_erased_at = $3
      where roster_import.workspace_id = $1 and roster_import.imported_at < $2 and roster_import.sealed_file is not null`,
    [workspaceId, before, at],
  );
  const { count: held } = await tx.query(
    `update roster_held_import set sealed_file = null, file_erased_at = $3
      where roster_held_import.workspace_id = $1 and roster_held_import.held_at < $2 and roster_held_import.sealed_file is not null
        and roster_held_import.state <> 'held'`,
    [workspaceId, before, at],
  );
  await eraseRejectedIds(tx, workspaceId, before);
  return count + held;
}
