import type { WorkspaceId } from '../kernel/index.ts';
import { type Clock, type Database, expectFewRows, type Transaction } from '../platform/index.ts';
import { rootOf } from '../tlog/index.ts';
import type { PublishedHead } from './decide-fork.ts';
import { type Fork, forkIfContradicted } from './fork-ledger.ts';
import { growTiles, type LedgerState, lockLedger, type PlacedRecords, placeRecords, settledBelow, updateLedger } from './ledger-store.ts';
import type { NewestKept, PublishedHeads } from './published-heads.ts';
import { sequence } from './sequence.ts';
import { signHead } from './sign-head.ts';
import type { LedgerSigner } from './signing-key.ts';

/** Records per batch: a few tenths of a second of work, and at most some megabytes of leaves. */
const BATCH_RECORDS = 5_000;

export interface SequenceDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly signer: LedgerSigner;
  readonly heads: PublishedHeads;
}

/** What a batch came to. */
export interface SequencedBatch {
  readonly sequenced: number;
  /** That the tree was found not to be the one that was published, and goes on under another name. */
  readonly fork: Fork | undefined;
}

const nothing: SequencedBatch = { sequenced: 0, fork: undefined };

/**
 * Gives the next committed records of a ledger their leaves and signs the new tree head, all in one transaction: a
 * killed integrator has done a batch or has not. Does nothing while another integrator has the ledger.
 */
export async function sequenceLedger(deps: SequenceDeps, workspaceId: WorkspaceId): Promise<SequencedBatch> {
  const kept = await deps.heads.look(workspaceId);
  const done = await deps.database.transaction((tx) => sequenceBatch(deps, tx, { workspaceId, kept }));
  if (done === undefined) return nothing;
  deps.heads.remember(workspaceId, done.head);
  return done;
}

async function sequenceBatch(
  deps: SequenceDeps,
  tx: Transaction,
  { kept, workspaceId }: { readonly workspaceId: WorkspaceId; readonly kept: readonly NewestKept[] },
): Promise<(SequencedBatch & { readonly head: PublishedHead }) | undefined> {
  const { clock, signer } = deps;
  const state = await lockLedger(tx, workspaceId);
  if (state === undefined) return undefined;
  const fork = await forkIfContradicted(deps, tx, workspaceId, { state, kept, at: clock.now() });
  const { origin, generation } = fork ?? state;
  const below = await settledBelow(tx);
  const batch = await placeBatch(tx, workspaceId, state, below);
  const next = nextPosition(state, batch, below);
  if (batch.count === 0) {
    if (next.watermark !== state.watermark) await updateLedger(tx, workspaceId, { frontier: state.frontier, ...next });
    return { sequenced: 0, fork, head: { generation, named: generation, size: state.frontier.size, root: rootOf(state.frontier) } };
  }
  const { frontier, tiles } = sequence(state.frontier, batch.leafHashes);
  const root = rootOf(frontier);
  await growTiles(tx, workspaceId, tiles);
  await updateLedger(tx, workspaceId, { frontier, ...next });
  await signHead(tx, workspaceId, {
    head: { origin, size: frontier.size, root },
    sizeBefore: state.frontier.size,
    signer,
    at: clock.now(),
  });
  return { sequenced: batch.count, fork, head: { generation, named: generation, size: frontier.size, root } };
}

interface Batch extends PlacedRecords {
  /** Whether it began in the middle of a transaction, and passed by what it lies behind. */
  readonly isRest: boolean;
}

/**
 * Transaction ids of another cluster cannot be compared with ours: after a restore everything that is there is looked through once.
 * A transaction of which a batch has taken a part is gone on with behind that part; before it is left, all of it is looked through once more.
 */
async function placeBatch(tx: Transaction, workspaceId: WorkspaceId, state: LedgerState, below: string): Promise<Batch> {
  await expectFewRows(tx);
  const { frontier, sameCluster, sequencedUpTo, watermark } = state;
  const all = { from: sameCluster ? watermark : '0', after: null, below: sameCluster ? below : null, limit: BATCH_RECORDS };
  if (sameCluster && sequencedUpTo !== null) {
    const rest = await placeRecords(tx, workspaceId, frontier.size, { ...all, after: sequencedUpTo });
    if (rest.count > 0) return { ...rest, isRest: true };
  }
  return { ...(await placeRecords(tx, workspaceId, frontier.size, all)), isRest: false };
}

/**
 * A full batch may have ended in the middle of a transaction: the watermark then stops there, at its last record's transaction. It stays where it is
 * behind the rest of one that has yet to be looked through.
 */
function nextPosition(
  state: LedgerState,
  { count, isRest, lastTxid }: Batch,
  below: string,
): { readonly watermark: string; readonly rebased: boolean } {
  const isFull = count === BATCH_RECORDS;
  if (!isFull && !isRest) return { watermark: below, rebased: true };
  return { watermark: (state.sameCluster && isFull && lastTxid) || state.watermark, rebased: false };
}
