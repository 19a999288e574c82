import { type DirectoryRunId, DomainError, type Instant, msBetween, parseId, SECOND_MS, type WorkspaceId } from '../kernel/index.ts';
import type { Task } from '../jobs/index.ts';
import { append } from '../ledger/index.ts';
import { errorFields, type Transaction } from '../platform/index.ts';
import { applyRun } from './apply-run.ts';
import { type Connection, lockConnection } from './connection-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { GraphFailure, type GraphFailureCode } from './graph-failure.ts';
import { asObject, textAt } from './json-shape.ts';
import { openConnection } from './open-connection.ts';
import { RUN_TRIES } from './patience.ts';
import { readTenant } from './read-tenant.ts';
import { SYNC_TASK, wakeQueued } from './request-run.ts';
import { failRun, findRun, runningRun, startRun } from './run-store.ts';
import { beat, clearStage, refreshStatistics, type RunKey } from './stage-store.ts';

/** How often a running run shows that it is alive, in milliseconds. */
const BEAT_MS = 10 * SECOND_MS;

/** A run that has been silent for this long has died with its process, in milliseconds: six beats missed. */
const SILENT_MS = 6 * BEAT_MS;

/** From so many new observations on, what the planner knows of the tables is out of date before autovacuum notices. */
const MANY_CHANGES = 500;

/** The task that takes up queued runs. */
export function syncTask(deps: DirectoryDeps): Task {
  return {
    name: SYNC_TASK,
    run: async (payload, { signal }) => {
      const ids = asObject(payload) ?? {};
      const workspaceId = parseId<'workspace'>(textAt(ids, 'workspaceId') ?? '');
      const runId = parseId<'directory-run'>(textAt(ids, 'runId') ?? '');
      if (workspaceId === undefined || runId === undefined) throw new Error('the payload names no run');
      await runSync(deps, workspaceId, runId, signal);
    },
  };
}

/** A run that has been begun, and what it reads. */
interface Begun {
  readonly key: RunKey;
  readonly connection: Connection;
  readonly startedAt: Instant;
}

/**
 * Takes up a queued run: reads the tenant, then applies it as a whole, or fails the run and leaves everything else as it
 * was (I8). A run that has ended is left alone. Throws, so as to be called again later, while another run of the
 * connection is alive, and when the database is away.
 */
export async function runSync(deps: DirectoryDeps, workspaceId: WorkspaceId, runId: DirectoryRunId, signal?: AbortSignal): Promise<void> {
  const begun = await deps.database.transaction((tx) => begin(deps, tx, workspaceId, runId));
  if (begun === undefined) return;
  const pulse = setInterval(() => void beat(deps.database, begun.key, deps.clock.now()).catch(() => undefined), BEAT_MS);
  try {
    const { graph } = await openConnection(deps, workspaceId, begun.connection, {
      maxTries: RUN_TRIES,
      ...(signal !== undefined && { signal }),
    });
    const look = await readTenant({ database: deps.database, graph }, begun.key, begun.connection.scimAppId);
    const { startedAt, key } = begun;
    const counts = await deps.database.transaction((tx) => applyRun(tx, key, { look, startedAt, at: deps.clock.now() }));
    if (counts.observations >= MANY_CHANGES) await refreshStatistics(deps.database);
    deps.log.info('directory.run-complete', { workspaceId, runId, ...counts });
  } catch (error) {
    if (error instanceof DomainError && error.code === 'database-unavailable') throw error;
    await fail(deps, begun, error);
  } finally {
    clearInterval(pulse);
  }
}

/** Claims the run; undefined when there is nothing left to do. The lock on the connection keeps two from starting at once. */
async function begin(deps: DirectoryDeps, tx: Transaction, workspaceId: WorkspaceId, runId: DirectoryRunId): Promise<Begun | undefined> {
  const known = await findRun(tx, workspaceId, runId);
  if (known === undefined) return undefined;
  const connection = await lockConnection(tx, workspaceId, known.connectionId);
  const run = await findRun(tx, workspaceId, runId);
  if (connection === undefined || run === undefined || run.state === 'complete' || run.state === 'failed') return undefined;
  const startedAt = deps.clock.now();
  const key: RunKey = { workspaceId, connectionId: connection.id, runId };
  const running = await runningRun(tx, workspaceId, connection.id);
  if (running !== undefined) {
    if (msBetween(running.beatAt, startedAt) < SILENT_MS) throw new Error('another run of this connection is under way');
    if (running.id !== runId) await end(tx, { ...key, runId: running.id }, { code: 'interrupted', detail: undefined, at: startedAt });
  }
  await clearStage(tx, key);
  await startRun(tx, key, startedAt);
  const subject = { kind: 'directory-run', id: runId };
  await append(tx, workspaceId, [
    { type: 'graph.sync.started', at: startedAt, actor: 'system', subject, detail: { connection: connection.id } },
  ]);
  return { key, connection, startedAt };
}

async function fail(deps: DirectoryDeps, { key, startedAt }: Begun, error: unknown): Promise<void> {
  const failure = error instanceof GraphFailure ? error : new GraphFailure('internal', {}, { cause: error });
  const { workspaceId, runId } = key;
  deps.log.warn('directory.run-failed', { workspaceId, runId, reason: failure.code, ...(failure !== error && errorFields(error)) });
  await deps.database.transaction(async (tx) => {
    const run = await findRun(tx, workspaceId, runId);
    // Somebody took it for dead and started it anew, or ended it: theirs is the last word.
    if (run?.state !== 'running' || run.startedAt !== startedAt) return;
    await end(tx, key, { code: failure.code, detail: failure.message, at: deps.clock.now() });
    await wakeQueued(tx, workspaceId, key.connectionId);
  });
}

interface RunEnd {
  readonly code: GraphFailureCode;
  readonly detail: string | undefined;
  readonly at: Instant;
}

/** Ends a run without a result: its pages go, its record says why. */
async function end(tx: Transaction, key: RunKey, { code, detail, at }: RunEnd): Promise<void> {
  const { workspaceId, connectionId, runId } = key;
  const run = await findRun(tx, workspaceId, runId);
  const startedAt = run?.startedAt ?? null;
  const isEnded = await failRun(tx, key, { startedAt, at, code, detail: detail ?? new GraphFailure(code).message });
  if (!isEnded) return;
  await append(tx, workspaceId, [
    {
      type: 'graph.sync.failed',
      at,
      actor: 'system',
      subject: { kind: 'directory-run', id: runId },
      detail: { connection: connectionId, reason: code },
    },
  ]);
  await clearStage(tx, key);
}
