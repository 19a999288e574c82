import type { LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { formatTlogProof, planInclusion, verifyInclusion } from '../tlog/index.ts';
import { type Checkpoint, readLeaf } from './ledger-read-model.ts';
import { readProof } from './read-proof.ts';

/** The proof that a record stands in the tree of a checkpoint. */
export interface InclusionProof {
  readonly index: number;
  readonly leafHash: Buffer;
  /** From the leaf's sibling to the child of the root. */
  readonly hashes: readonly Uint8Array[];
  /** The same as a `.tlog-proof` file, with the checkpoint in it. */
  readonly text: string;
}

/**
 * Proves a record against a checkpoint; undefined when the checkpoint does not hold the record (yet). Reads a few tiles,
 * however long the log. Throws an Error when the stored tree does not lead to the signed root: it was tampered with.
 */
export async function proveInclusion(
  q: Queryable,
  workspaceId: WorkspaceId,
  recordId: LedgerRecordId,
  checkpoint: Checkpoint,
): Promise<InclusionProof | undefined> {
  const leaf = await readLeaf(q, workspaceId, recordId);
  if (leaf === undefined || leaf.index >= checkpoint.size) return undefined;
  const hashes = await readProof(q, workspaceId, planInclusion(leaf.index, checkpoint.size));
  if (!verifyInclusion({ index: leaf.index, size: checkpoint.size, root: checkpoint.root, leafHash: leaf.hash }, hashes)) {
    throw new Error('the tree in the database does not lead to the signed checkpoint');
  }
  return {
    index: leaf.index,
    leafHash: leaf.hash,
    hashes,
    text: formatTlogProof({ index: leaf.index, hashes, checkpoint: checkpoint.note }),
  };
}
