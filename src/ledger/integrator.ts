import { setTimeout as delay } from 'node:timers/promises';
import { refuse, type WorkspaceId } from '../kernel/index.ts';
import { errorFields, type Log, unaccompanied } from '../platform/index.ts';
import type { CheckpointShelf } from './checkpoint-shelf.ts';
import { type Checkpoint, readLatestCheckpoint } from './ledger-read-model.ts';
import { allLedgers, isSequencedUpTo, ledgersToSequence, newestRecordTxid } from './ledger-store.ts';
import { type KeptOutside, publishedHeads } from './published-heads.ts';
import { type SequencedBatch, type SequenceDeps, sequenceLedger } from './sequence-ledger.ts';
import { watchDelay } from './watch-delay.ts';

/**
 * Pause between rounds, in milliseconds: about the time in which a record stands outside any checkpoint. Records that come
 * in during the pause share one checkpoint, which costs a signature and a commit however many it covers.
 */
const PAUSE_MS = 500;

/** A round that found as many has more waiting, and the next one begins at once. */
const BUSY_RECORDS = 1_000;

/**
 * Ledgers that are sequenced side by side, at the most, and never more than half of the pool's connections: while one waits for the database, its disk or a place outside, this
 * process has another to work on. With 40 ledgers of a few new records each, a round takes a third of the time.
 */
const LEDGERS_AT_ONCE = 4;

/** Pause after a round that failed (the database is down, say), in milliseconds. */
const FAILURE_PAUSE_MS = 1_000;

/** How often, and how long in all (20 s), `settle` asks again while an open transaction holds the ledger back. */
const SETTLE_PAUSE_MS = 25;
const SETTLE_ROUNDS = 800;

/** Turns committed records into a signed tree, apart from the writers. Any number may run; a ledger has one at a time. */
export interface Integrator {
  /** One batch of every ledger that has records waiting. */
  runOnce(): Promise<{ readonly sequenced: number }>;
  /** Runs rounds until `stop`. */
  start(): void;
  /** Waits for the round that is under way. */
  stop(): Promise<void>;
  /**
   * A checkpoint over everything that was committed in the workspace before the call. Works whether or not a loop runs.
   * Throws DomainError `ledger-behind` when a transaction stays open for too long.
   */
  settle(workspaceId: WorkspaceId): Promise<Checkpoint>;
}

export interface IntegratorDeps extends Omit<SequenceDeps, 'heads'> {
  readonly log: Log;
  /** Where checkpoints are kept outside the database; left out: nowhere, and a restored database is noticed only while the process lives. */
  readonly shelf?: CheckpointShelf | undefined;
  /** Another such place, beside the shelf or alone. */
  readonly bucket?: KeptOutside | undefined;
}

interface Deps extends SequenceDeps {
  readonly log: Log;
  readonly watch: () => Promise<void>;
  /** Due until every ledger was looked at once. */
  readonly firstLook: { isDue: boolean };
}

export function createIntegrator(given: IntegratorDeps): Integrator {
  const deps: Deps = { ...given, heads: publishedHeads(placesOf(given)), watch: watchDelay(given), firstLook: { isDue: true } };
  let stopping: AbortController | undefined;
  let running: Promise<void> = Promise.resolve();
  return {
    runOnce: () => runRound(deps),
    start: () => {
      if (stopping !== undefined) return;
      stopping = new AbortController();
      running = runRounds(deps, stopping.signal);
    },
    stop: async () => {
      stopping?.abort();
      stopping = undefined;
      await running;
    },
    // Whoever waits for it may be refused all the same: that the ledger was sequenced is no effect of theirs.
    settle: (workspaceId) => deps.database.accompany(unaccompanied, () => settle(deps, workspaceId)),
  };
}

function placesOf({ bucket, shelf }: IntegratorDeps): readonly KeptOutside[] {
  return [shelf, bucket].filter((place) => place !== undefined);
}

async function runRounds(deps: Deps, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    const pauseMs = await runQuietly(deps);
    if (pauseMs > 0) await delay(pauseMs, undefined, { signal: stopping }).catch(() => undefined);
  }
}

/** A round whose failure is logged and tried again; returns how long to pause, in milliseconds. */
async function runQuietly(deps: Deps): Promise<number> {
  try {
    const { sequenced } = await runRound(deps);
    await deps.watch();
    return sequenced >= BUSY_RECORDS ? 0 : PAUSE_MS;
  } catch (error) {
    deps.log.error('ledger.integrator.failed', errorFields(error));
    return FAILURE_PAUSE_MS;
  }
}

/** As `sequenceLedger`; a batch ends with a checkpoint, which the log tells once it is committed. */
async function sequenceAndTell(deps: Deps, workspaceId: WorkspaceId): Promise<SequencedBatch> {
  const batch = await sequenceLedger(deps, workspaceId);
  const { fork, sequenced } = batch;
  if (fork !== undefined) {
    const { because, origin, published } = fork;
    deps.log.error('ledger.forked', { workspaceId, because, origin, publishedSize: published.size });
  }
  if (sequenced > 0) deps.log.debug('ledger.checkpoint.signed', { workspaceId, sequenced });
  return batch;
}

/**
 * A ledger that cannot be sequenced holds up no other; the first failure is thrown when all have had their turn. The first rounds look at
 * all ledgers: each is held to what was published of it before anything is signed, also where nothing waits.
 */
async function runRound(deps: Deps): Promise<{ readonly sequenced: number }> {
  let sequenced = 0;
  const failures: unknown[] = [];
  const { database, firstLook } = deps;
  const waiting = (firstLook.isDue ? await allLedgers(database) : await ledgersToSequence(database)).values();
  const takeTurns = async () => {
    for (const workspaceId of waiting) {
      try {
        const batch = await sequenceAndTell(deps, workspaceId);
        sequenced += batch.sequenced;
      } catch (error) {
        failures.push(error);
      }
    }
  };
  const atOnce = Math.min(LEDGERS_AT_ONCE, Math.max(1, Math.floor(database.poolSize / 2)));
  await Promise.all(Array.from({ length: atOnce }, takeTurns));
  if (failures.length > 0) throw failures[0];
  firstLook.isDue = false;
  return { sequenced };
}

async function settle(deps: Deps, workspaceId: WorkspaceId): Promise<Checkpoint> {
  let newest = await newestRecordTxid(deps.database, workspaceId);
  if (newest === undefined) return refuse('not-found', { detail: 'This workspace has no ledger.' });
  for (let round = 0; round < SETTLE_ROUNDS; round += 1) {
    const { fork } = await sequenceAndTell(deps, workspaceId);
    // The record of the fork came after the call, and the checkpoint before it has a name that is given up.
    if (fork !== undefined) newest = (await newestRecordTxid(deps.database, workspaceId)) ?? newest;
    if (await isSequencedUpTo(deps.database, workspaceId, newest)) {
      const checkpoint = await readLatestCheckpoint(deps.database, workspaceId);
      if (checkpoint !== undefined) return checkpoint;
    }
    await delay(SETTLE_PAUSE_MS);
  }
  return refuse('ledger-behind', {
    detail: 'A transaction that is still open keeps the ledger from being sealed.',
    next: 'Try again when running imports and synchronisations have ended.',
  });
}
