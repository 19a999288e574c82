import type { WorkspaceId } from '../kernel/index.ts';
import type { Clock, Database, Transaction } from '../platform/index.ts';
import { formatCheckpoint, rootOf, signNote } from '../tlog/index.ts';
import { append } from './append.ts';
import {
  growTiles,
  insertCheckpoint,
  insertKey,
  insertLeaves,
  type LedgerState,
  lockLedger,
  readUnsequenced,
  settledBelow,
  type UnsequencedRecord,
  updateLedger,
} from './ledger-store.ts';
import { sequence } from './sequence.ts';
import type { LedgerSigner } from './signing-key.ts';

/** Records per batch: a few tenths of a second of work, and at most some megabytes of leaves. */
const BATCH_RECORDS = 5_000;

export interface SequenceDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly signer: LedgerSigner;
}

/**
 * Gives the next committed records of a ledger their leaves and signs the new tree head, all in one transaction: a
 * killed integrator has done a batch or has not. Returns how many were sequenced; none while another integrator has
 * the ledger.
 */
export async function sequenceLedger({ database, clock, signer }: SequenceDeps, workspaceId: WorkspaceId): Promise<number> {
  return await database.transaction(async (tx) => {
    const state = await lockLedger(tx, workspaceId);
    if (state === undefined) return 0;
    const below = await settledBelow(tx);
    const records = await readBatch(tx, workspaceId, state, below);
    const next = nextPosition(state, records, below);
    if (records.length === 0) {
      if (next.watermark !== state.watermark) await updateLedger(tx, workspaceId, { frontier: state.frontier, ...next });
      return 0;
    }
    const { frontier, leaves, tiles } = sequence(state.frontier, records);
    await insertLeaves(tx, workspaceId, leaves);
    await growTiles(tx, workspaceId, tiles);
    await updateLedger(tx, workspaceId, { frontier, ...next });
    await signHead(tx, workspaceId, { origin: state.origin, size: frontier.size, root: rootOf(frontier), signer, at: clock.now() });
    return records.length;
  });
}

/** Transaction ids of another cluster cannot be compared with ours: after a restore everything that is there is read once. */
async function readBatch(
  tx: Transaction,
  workspaceId: WorkspaceId,
  state: LedgerState,
  below: string,
): Promise<readonly UnsequencedRecord[]> {
  const range = state.sameCluster ? { from: state.watermark, below } : { from: '0', below: null };
  return await readUnsequenced(tx, workspaceId, { ...range, limit: BATCH_RECORDS });
}

/** A full batch may have ended in the middle of a transaction: the watermark then stops there, at its last record's transaction. */
function nextPosition(state: LedgerState, records: readonly UnsequencedRecord[], below: string): { watermark: string; rebased: boolean } {
  const last = records.at(-1);
  if (last === undefined || records.length < BATCH_RECORDS) return { watermark: below, rebased: true };
  return { watermark: state.sameCluster ? last.txid : state.watermark, rebased: false };
}

interface Head {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly signer: LedgerSigner;
  readonly at: ReturnType<Clock['now']>;
}

async function signHead(tx: Transaction, workspaceId: WorkspaceId, { origin, size, root, signer, at }: Head): Promise<void> {
  const key = signer.forOrigin(origin);
  await insertCheckpoint(tx, workspaceId, { size, root, note: signNote(formatCheckpoint({ origin, size, root }), [key]), at });
  if (!(await insertKey(tx, workspaceId, { vkey: key.vkey, at }))) return;
  await append(tx, workspaceId, [
    { type: 'ledger.key_added', at, actor: 'system', subject: { kind: 'workspace', id: workspaceId }, detail: { vkey: key.vkey } },
  ]);
}
