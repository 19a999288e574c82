import { setTimeout as delay } from 'node:timers/promises';
import { refuse, type WorkspaceId } from '../kernel/index.ts';
import { errorFields, type Log, unaccompanied } from '../platform/index.ts';
import { type Checkpoint, readLatestCheckpoint } from './ledger-read-model.ts';
import { isSequencedUpTo, ledgersToSequence, newestRecordTxid } from './ledger-store.ts';
import { type SequenceDeps, sequenceLedger } from './sequence-ledger.ts';

/**
 * Pause between rounds, in milliseconds: about the time in which a record stands outside any checkpoint. Records that come
 * in during the pause share one checkpoint, which costs a signature and a commit however many it covers.
 */
const PAUSE_MS = 200;

/** A round that found as many has more waiting, and the next one begins at once. */
const BUSY_RECORDS = 1_000;

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

export interface IntegratorDeps extends SequenceDeps {
  readonly log: Log;
}

export function createIntegrator(deps: IntegratorDeps): Integrator {
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

async function runRounds(deps: IntegratorDeps, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    const pauseMs = await runQuietly(deps);
    if (pauseMs > 0) await delay(pauseMs, undefined, { signal: stopping }).catch(() => undefined);
  }
}

/** A round whose failure is logged and tried again; returns how long to pause, in milliseconds. */
async function runQuietly(deps: IntegratorDeps): Promise<number> {
  try {
    const { sequenced } = await runRound(deps);
    return sequenced >= BUSY_RECORDS ? 0 : PAUSE_MS;
  } catch (error) {
    deps.log.error('ledger.integrator.failed', errorFields(error));
    return FAILURE_PAUSE_MS;
  }
}

/** As `sequenceLedger`; a batch ends with a checkpoint, which the log tells once it is committed. */
async function sequenceAndTell(deps: IntegratorDeps, workspaceId: WorkspaceId): Promise<number> {
  const sequenced = await sequenceLedger(deps, workspaceId);
  if (sequenced > 0) deps.log.debug('ledger.checkpoint.signed', { workspaceId, sequenced });
  return sequenced;
}

async function runRound(deps: IntegratorDeps): Promise<{ readonly sequenced: number }> {
  let sequenced = 0;
  for (const workspaceId of await ledgersToSequence(deps.database)) sequenced += await sequenceAndTell(deps, workspaceId);
  return { sequenced };
}

async function settle(deps: IntegratorDeps, workspaceId: WorkspaceId): Promise<Checkpoint> {
  const newest = await newestRecordTxid(deps.database, workspaceId);
  if (newest === undefined) return refuse('not-found', { detail: 'This workspace has no ledger.' });
  for (let round = 0; round < SETTLE_ROUNDS; round += 1) {
    await sequenceAndTell(deps, workspaceId);
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
