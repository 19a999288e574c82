import { type Instant, newId, type WorkspaceId } from '../../src/kernel/index.ts';
import { createLedger } from '../../src/ledger/index.ts';
import type { Database } from '../../src/platform/index.ts';

/** A workspace with its ledger and its switch (off), written as the tables' owner: no owner, no role, no administrator. */
export async function insertWorkspace(owner: Database, at: Instant, slug?: string): Promise<WorkspaceId> {
  const workspaceId = newId<'workspace'>(at);
  await owner.transaction(async (tx) => {
    await tx.query('insert into workspace (workspace_id, slug, name, created_at) values ($1, $2, $3, $4)', [
      workspaceId,
      slug ?? `w-${workspaceId}`,
      'Contoso Example',
      at,
    ]);
    await createLedger(tx, workspaceId, at);
    await tx.query("insert into scim_switch (workspace_id, state, changed_at, changed_by) values ($1, 'off', $2, 'system')", [
      workspaceId,
      at,
    ]);
  });
  return workspaceId;
}
