import { type CanonicalObject, canonicalJson, type LedgerRecordId, type WorkspaceId } from '../kernel/index.ts';
import { type Checkpoint, readDisclosures, readLeafHashes, readLeafIndexes, readSequencedRecords, readVkeys } from '../ledger/index.ts';
import type { Queryable } from '../platform/index.ts';
import { formatTlogProof, HASH_BYTES, nodesOverLeaves, parseNote, parseVkey, planInclusion, proofOf } from '../tlog/index.ts';

/** Records per page: bounds what one answer of the database holds to some megabytes. */
const PAGE_RECORDS = 5_000;

/**
 * The files under `log/`: the ledger up to a checkpoint, as the database has it now, and the proof of the record that
 * seals the report. Nothing is checked here: a ledger that was tampered with makes a bundle that does not verify.
 */
export async function logFiles(
  q: Queryable,
  workspaceId: WorkspaceId,
  { checkpoint, sealRecordId }: { readonly checkpoint: Checkpoint; readonly sealRecordId: LedgerRecordId },
): Promise<ReadonlyMap<string, Buffer>> {
  const hashes = await readLeafHashes(q, workspaceId, checkpoint.size);
  const sealIndex = (await readLeafIndexes(q, workspaceId, [sealRecordId])).get(sealRecordId);
  if (sealIndex === undefined) throw new Error('the record that seals the report is not in the tree');
  return new Map([
    ['log/checkpoint', Buffer.from(checkpoint.note, 'utf8')],
    ['log/vkeys.txt', Buffer.from(signingKeys(checkpoint.note, await readVkeys(q, workspaceId)), 'utf8')],
    ['log/leaf_hashes.bin', hashes],
    ['log/records.jsonl', await recordLines(q, workspaceId, checkpoint.size)],
    ['log/disclosures.jsonl', await disclosureLines(q, workspaceId, checkpoint.size)],
    ['log/seal.tlog-proof', Buffer.from(sealProof(hashes, sealIndex, checkpoint), 'utf8')],
  ]);
}

/** Of the ledger's keys those that signed this checkpoint, so that a key added later does not change the bundle. */
function signingKeys(note: string, vkeys: readonly string[]): string {
  const signatures = parseNote(note)?.signatures ?? [];
  return vkeys
    .filter((vkey) => {
      const key = parseVkey(vkey);
      return key !== undefined && signatures.some(({ name, keyId }) => name === key.name && keyId.equals(key.keyId));
    })
    .map((vkey) => `${vkey}\n`)
    .join('');
}

function sealProof(hashes: Buffer, index: number, checkpoint: Checkpoint): string {
  const leaves = Array.from({ length: hashes.length / HASH_BYTES }, (_, n) => hashes.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES));
  return formatTlogProof({
    index,
    hashes: proofOf(planInclusion(index, checkpoint.size), nodesOverLeaves(leaves)),
    checkpoint: checkpoint.note,
  });
}

async function recordLines(q: Queryable, workspaceId: WorkspaceId, size: number): Promise<Buffer> {
  return await pages(size, async (range) =>
    (await readSequencedRecords(q, workspaceId, range)).map(({ index, leaf }) => ({ i: index, leaf: leaf.toString('base64') })),
  );
}

async function disclosureLines(q: Queryable, workspaceId: WorkspaceId, size: number): Promise<Buffer> {
  return await pages(size, async (range) =>
    (await readDisclosures(q, workspaceId, range)).map(({ index, path, salt, value }) => ({
      i: index,
      path,
      salt: salt.toString('base64url'),
      value,
    })),
  );
}

/** Canonical, so that a disclosed value can be hashed as it stands in its line. */
async function pages(size: number, read: (range: { from: number; to: number }) => Promise<readonly CanonicalObject[]>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let from = 0; from < size; from += PAGE_RECORDS) {
    const lines = await read({ from, to: Math.min(size, from + PAGE_RECORDS) });
    chunks.push(Buffer.from(lines.map((line) => `${canonicalJson(line)}\n`).join(''), 'utf8'));
  }
  return Buffer.concat(chunks);
}
