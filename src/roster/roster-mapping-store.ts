import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { canonicalMapping, type RosterMapping } from './roster-mapping.ts';

/** A mapping, and the ledger record by which it was set; null of this product's own, which nobody sets. */
export interface SetMapping {
  readonly mapping: RosterMapping;
  readonly mappingRecordId: string | null;
}

/** The mapping in force: the latest that was set, else this product's own. */
export async function readMapping(q: Queryable, workspaceId: WorkspaceId): Promise<SetMapping> {
  const { rows } = await q.query<SetMapping>(
    `select roster_mapping.mapping, roster_mapping.record_id as "mappingRecordId" from roster_mapping
     where roster_mapping.workspace_id = $1
     order by roster_mapping.id desc
     limit 1`,
    [workspaceId],
  );
  return rows[0] ?? { mapping: canonicalMapping, mappingRecordId: null };
}

export async function insertMapping(
  tx: Queryable,
  workspaceId: WorkspaceId,
  made: { readonly id: string; readonly at: Instant; readonly actor: string; readonly mapping: RosterMapping; readonly recordId: string },
): Promise<void> {
  await tx.query('insert into roster_mapping (workspace_id, id, set_at, set_by, mapping, record_id) values ($1, $2, $3, $4, $5, $6)', [
    workspaceId,
    made.id,
    made.at,
    made.actor,
    JSON.stringify(made.mapping),
    made.recordId,
  ]);
}
