import { formatTlogProof, nodesOverLeaves, planInclusion, proofOf } from '../tlog/index.ts';
import type { BundleFiles } from './bundle-files.ts';
import { leafHashesOf, readLog } from './read-log.ts';

/** A proof that a record is in the ledger, as a file of its own. */
export interface RecordProof {
  readonly index: number;
  /** C2SP tlog-proof, against the checkpoint in the bundle. */
  readonly text: string;
}

/** Proves records of a bundle that holds, from its own hashes. Throws a RangeError for a record that the ledger does not have. */
export async function proveRecords(files: BundleFiles, indexes: readonly number[]): Promise<readonly RecordProof[]> {
  const { log } = await readLog(files, []);
  if (log === undefined || indexes.length === 0) return [];
  const { head, note } = log;
  const beyond = indexes.find((index) => index >= head.size);
  if (beyond !== undefined) throw new RangeError(`there is no record ${beyond}: the ledger has ${head.size}, counted from 0`);
  const nodes = nodesOverLeaves([...leafHashesOf(log, head.size)]);
  return indexes.map((index) => ({
    index,
    text: formatTlogProof({ index, hashes: proofOf(planInclusion(index, head.size), nodes), checkpoint: note }),
  }));
}
