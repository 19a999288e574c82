import type { DirectoryConnectionId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { listCollections } from './collection-store.ts';
import { everyConnection } from './connection-store.ts';
import { type Coverage, coverageOf, type EndedRun } from './coverage.ts';
import { endedRuns, type Run } from './run-store.ts';
import { shownCollection } from './show-collection.ts';

export interface ConnectionCoverage extends Coverage {
  readonly connectionId: DirectoryConnectionId;
  readonly lastCompleteRequestedAt: Instant | null;
  /** When the connection was removed; null while it is there. */
  readonly removedAt: Instant | null;
  /** What the last look that tried could not collect, and why: the accounts were looked at all the same. */
  readonly notCollected: readonly ReturnType<typeof shownCollection>[];
}

/** When each connection was looking and when it was blind, up to `now`; those that were removed included. */
export async function showCoverage(q: Queryable, workspaceId: WorkspaceId, now: Instant): Promise<readonly ConnectionCoverage[]> {
  const shown: ConnectionCoverage[] = [];
  const missed = (await listCollections(q, workspaceId)).filter(({ because }) => because !== null);
  for (const { id, createdAt, lastCompleteRequestedAt, removedAt } of await everyConnection(q, workspaceId)) {
    const runs = (await endedRuns(q, workspaceId, id)).flatMap(asEnded);
    const notCollected = missed.filter(({ connectionId }) => connectionId === id).map(shownCollection);
    shown.push({ connectionId: id, lastCompleteRequestedAt, removedAt, ...coverageOf(runs, { createdAt, removedAt }, now), notCollected });
  }
  return shown;
}

function asEnded(run: Run): readonly EndedRun[] {
  const { id, state, lookFrom, lookTo, errorCode, heldAt } = run;
  if (state === 'held') return heldAt === null ? [] : [{ id, state, finishedAt: heldAt, lookFrom: null, lookTo: null, errorCode: 'held' }];
  if (run.finishedAt === null || (state !== 'complete' && state !== 'failed')) return [];
  return [{ id, state, finishedAt: run.finishedAt, lookFrom, lookTo, errorCode }];
}
