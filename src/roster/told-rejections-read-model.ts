import type { RosterImportId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** How many cells of a column could not be taken, and why. */
export interface RejectionCount {
  /** Null of a row as a whole, or of an import that kept the number of rows alone. */
  readonly column: string | null;
  readonly reason: string;
  readonly cells: number;
}

/** Reasons of one import that are told; of a file in which everything is wrong there may be one for each row. */
const MAX_REASONS = 100;

/**
 * What is wrong with the rows that an import did not take, as `told`, in SQL of its id (`importId`) in workspace `$1`: the most frequent first, then by column and
 * reason in the order of their bytes, which is the same in every database.
 */
export function toldRejections(importId: string): string {
  return `
    select coalesce(jsonb_agg(jsonb_build_object('column', counted.column_name, 'reason', counted.reason, 'cells', counted.cells)
                              order by counted.cells desc, counted.column_name collate "C", counted.reason collate "C"), '[]'::jsonb) as told
      from (select rejected.column_name, rejected.reason, count(*) as cells
              from roster_rejected_row as rejected
             where rejected.workspace_id = $1 and rejected.import_id = ${importId}
             group by rejected.column_name, rejected.reason
             order by cells desc, rejected.column_name collate "C", rejected.reason collate "C"
             limit ${MAX_REASONS}) as counted`;
}

export async function readToldRejections(
  q: Queryable,
  workspaceId: WorkspaceId,
  importId: RosterImportId,
): Promise<readonly RejectionCount[]> {
  const { rows } = await q.query<{ told: readonly RejectionCount[] }>(toldRejections('$2::uuid'), [workspaceId, importId]);
  return rows[0]?.told ?? [];
}
