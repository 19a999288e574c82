import { canonicalJson, type LedgerRecordId, type WorkspaceId } from '../kernel/index.ts';
import {
  type Checkpoint,
  readCheckpoint,
  readCheckpointOver,
  readDisclosures,
  readLeafHashes,
  readLeafIndexes,
  readProof,
  readSequencedSeals,
  readSequencedRecords,
  readVkeys,
} from '../ledger/index.ts';
import type { Queryable } from '../platform/index.ts';
import { formatTlogProof, parseNote, parseVkey, planConsistency, planInclusion, TILE_WIDTH } from '../tlog/index.ts';
import { readSealedCheckpoint } from './report-store.ts';
import type { ZipFile } from './write-zip.ts';

/** Records per page: bounds what one answer of the database holds to some megabytes. */
const PAGE_RECORDS = 5_000;

/** Leaf hashes per page, in whole tiles: two megabytes. */
const PAGE_HASHES = 256 * TILE_WIDTH;

interface Ledger {
  readonly q: Queryable;
  readonly workspaceId: WorkspaceId;
  readonly size: number;
}

/**
 * The files under `log/`: the ledger up to a checkpoint, as the database has it now, read page by page when they are packed; and the proof of the
 * record that seals the report. Nothing is checked here: a ledger that was tampered with makes a bundle that does not verify.
 */
export async function logFiles(
  q: Queryable,
  workspaceId: WorkspaceId,
  { checkpoint, sealRecordId }: { readonly checkpoint: Checkpoint; readonly sealRecordId: LedgerRecordId },
): Promise<readonly ZipFile[]> {
  const ledger = { q, workspaceId, size: checkpoint.size };
  const sealIndex = (await readLeafIndexes(q, workspaceId, [sealRecordId])).get(sealRecordId);
  if (sealIndex === undefined) throw new Error('the record that seals the report is not in the tree');
  const hashes = await readProof(q, workspaceId, planInclusion(sealIndex, checkpoint.size));
  const seal = formatTlogProof({ index: sealIndex, hashes, checkpoint: checkpoint.note });
  return [
    { path: 'log/checkpoint', pieces: [Buffer.from(checkpoint.note, 'utf8')] },
    { path: 'log/vkeys.txt', pieces: [Buffer.from(signingKeys(checkpoint.note, await readVkeys(q, workspaceId)), 'utf8')] },
    { path: 'log/leaf_hashes.bin', pieces: pagesOf(ledger, PAGE_HASHES, (range) => readLeafHashes(q, workspaceId, range)) },
    { path: 'log/records.jsonl', pieces: pagesOf(ledger, PAGE_RECORDS, (range) => recordLines(ledger, range)) },
    { path: 'log/disclosures.jsonl', pieces: pagesOf(ledger, PAGE_RECORDS, (range) => disclosureLines(ledger, range)) },
    { path: 'log/seal.tlog-proof', pieces: [Buffer.from(seal, 'utf8')] },
    ...(await continuityFiles(q, workspaceId, { checkpoint, sealIndex })),
  ];
}

/**
 * The checkpoint under which the report before was handed over, of whatever period, and the proof that this one goes on from it: a reader who kept nothing has it in
 * that bundle. Nothing for the first report of a workspace.
 */
async function continuityFiles(
  q: Queryable,
  workspaceId: WorkspaceId,
  { checkpoint, sealIndex }: { readonly checkpoint: Checkpoint; readonly sealIndex: number },
): Promise<readonly ZipFile[]> {
  const before = (await readSequencedSeals(q, workspaceId)).findLast(({ index }) => index < sealIndex);
  if (before === undefined) return [];
  const size = await readSealedCheckpoint(q, workspaceId, before.id);
  const own = size === undefined || size > checkpoint.size ? undefined : await readCheckpoint(q, workspaceId, size);
  // A seal without a report, or one that was covered later than this one, was signed by the first checkpoint over it none the less.
  const older = own ?? (await readCheckpointOver(q, workspaceId, before.index));
  if (older === undefined) throw new Error('the checkpoint over the seal before is gone');
  const hashes = await readProof(q, workspaceId, planConsistency(older.size, checkpoint.size));
  const proof = hashes.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('');
  return [
    { path: 'log/prev-checkpoint', pieces: [Buffer.from(older.note, 'utf8')] },
    { path: 'log/consistency.txt', pieces: [Buffer.from(proof, 'latin1')] },
  ];
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

interface Range {
  readonly from: number;
  readonly to: number;
}

/** The same pages each time, so that the same ledger is the same bytes. */
async function* pagesOf({ size }: Ledger, page: number, read: (range: Range) => Promise<Buffer>): AsyncGenerator<Buffer> {
  for (let from = 0; from < size; from += page) yield await read({ from, to: Math.min(size, from + page) });
}

async function recordLines({ q, workspaceId }: Ledger, range: Range): Promise<Buffer> {
  const records = await readSequencedRecords(q, workspaceId, range);
  return Buffer.from(records.map(({ index, leaf }) => `{"i":${index},"leaf":"${leaf.toString('base64')}"}\n`).join(''), 'latin1');
}

/** Canonical, so that a disclosed value can be hashed as it stands in its line. */
async function disclosureLines({ q, workspaceId }: Ledger, range: Range): Promise<Buffer> {
  const lines = (await readDisclosures(q, workspaceId, range)).map(
    ({ index, path, salt, value }) => `${canonicalJson({ i: index, path, salt: salt.toString('base64url'), value })}\n`,
  );
  return Buffer.from(lines.join(''), 'utf8');
}
