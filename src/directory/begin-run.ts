import { type DirectoryRunId, type Instant, msBetween, SECOND_MS, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { type Connection, lockConnection } from './connection-store.ts';
import { endRun } from './end-run.ts';
import { type ReadPosition, type RunKind, startOf } from './read-position.ts';
import { queueAndWake, wake } from './request-run.ts';
import { claimRun, findRun, readPosition, type Run, runUnderWay } from './run-store.ts';
import { clearStage, countStagedRows, type RunKey } from './stage-store.ts';

/** A run that has been taken up, and from where it goes on. */
export interface Begun {
  readonly key: RunKey;
  readonly connection: Connection;
  readonly position: ReadPosition;
  /** When it was first taken up. */
  readonly startedAt: Instant;
  readonly claimedAt: Instant;
  /** A person has accepted what is missing from its pages. */
  readonly isAccepted: boolean;
}

/** How often a running run shows that it is alive, in milliseconds. */
export const BEAT_MS = 10 * SECOND_MS;

/** A run that has been silent for this long has died with its process, in milliseconds: six beats missed. */
const SILENT_MS = 6 * BEAT_MS;

/**
 * Takes a run up; undefined when there is nothing to do at present. The lock on the connection keeps two from starting at once.
 * Throws, so as to be asked again later, while another process is at work on the connection.
 */
export async function beginRun(
  tx: Transaction,
  { workspaceId, runId, at }: { readonly workspaceId: WorkspaceId; readonly runId: DirectoryRunId; readonly at: Instant },
): Promise<Begun | undefined> {
  const known = await findRun(tx, workspaceId, runId);
  if (known === undefined) return undefined;
  const connection = await lockConnection(tx, workspaceId, known.connectionId);
  const run = await findRun(tx, workspaceId, runId);
  if (connection === undefined || run === undefined) return undefined;
  const key: RunKey = { workspaceId, connectionId: connection.id, runId };
  if (!(await isDue(tx, key, run, at))) return undefined;
  const isAccepted = run.decision === 'accepted';
  const position = await positionOf(tx, key, run);
  if (position === undefined && isAccepted) {
    await loseAccepted(tx, key, at);
    return undefined;
  }
  const startedAt = position === undefined ? at : (run.startedAt ?? at);
  const kind = await claimRun(tx, key, { startedAt, claimedAt: at });
  if (kind === undefined) return undefined;
  if (position === undefined) await startAnew(tx, key, kind, at);
  return { key, connection, position: { ...startOf(kind), ...position }, startedAt, claimedAt: at, isAccepted };
}

async function isDue(tx: Transaction, key: RunKey, run: Run, at: Instant): Promise<boolean> {
  if (run.state === 'complete' || run.state === 'failed') return false;
  if (run.state === 'held') return run.decision === 'accepted';
  if (run.state === 'parked') {
    if (run.resumeAt === null || run.resumeAt <= at) return true;
    // The queue has another clock.
    await wake(tx, key.workspaceId, run.id, msBetween(at, run.resumeAt));
    return false;
  }
  return isConnectionFree(tx, key, at);
}

/** Whoever rests or is held keeps its place, and wakes who waits when it ends. */
async function isConnectionFree(tx: Transaction, key: RunKey, at: Instant): Promise<boolean> {
  const other = await runUnderWay(tx, key, SILENT_MS);
  if (other === undefined) return true;
  if (other.state !== 'running') return false;
  if (other.isAlive) throw new Error('another run of this connection is under way');
  if (other.id !== key.runId) await endRun(tx, { ...key, runId: other.id }, { code: 'interrupted', detail: undefined, at });
  return true;
}

/** Where the run goes on; undefined when it begins. What its process had not put down, or a crash of the database took, is read anew. */
async function positionOf(tx: Transaction, key: RunKey, run: Run): Promise<ReadPosition | undefined> {
  const isKept = run.state === 'parked' || run.decision === 'accepted';
  const position = isKept ? await readPosition(tx, key) : undefined;
  if (position === undefined) return undefined;
  return (await countStagedRows(tx, key)) === position.staged ? position : undefined;
}

async function startAnew(tx: Transaction, key: RunKey, kind: RunKind, at: Instant): Promise<void> {
  await clearStage(tx, key);
  const subject = { kind: 'directory-run', id: key.runId };
  await append(tx, key.workspaceId, [
    { type: 'graph.sync.started', at, actor: 'system', subject, detail: { connection: key.connectionId, kind } },
  ]);
}

/** Accepted were those pages and no others, so without them there is nothing to apply. */
async function loseAccepted(tx: Transaction, key: RunKey, at: Instant): Promise<void> {
  await endRun(tx, key, { code: 'interrupted', detail: undefined, at });
  await queueAndWake(tx, key.workspaceId, { connectionId: key.connectionId, kind: 'full', at, actor: 'system' });
}
