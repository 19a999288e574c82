import type { WorkspaceId } from '../kernel/index.ts';
import { readSequencedSeals } from '../ledger/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { LeafOfReport } from '../verdict/index.ts';

/** The seals of a workspace, in the tree's order. By the records, not by the reports: one whose files or row are gone was sealed none the less. */
export async function readSealRecords(q: Queryable, workspaceId: WorkspaceId): Promise<readonly LeafOfReport[]> {
  return (await readSequencedSeals(q, workspaceId)).map(({ id, index, leaf }) => ({
    id,
    index,
    leaf: JSON.parse(leaf.toString('utf8')) as Readonly<Record<string, unknown>>,
  }));
}
