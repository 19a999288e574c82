import type { DirectoryConnectionId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { everyConnection } from './connection-store.ts';
import { type Coverage, coverageOf, type EndedRun } from './coverage.ts';
import { endedRuns, type Run } from './run-store.ts';

export interface ConnectionCoverage extends Coverage {
  readonly connectionId: DirectoryConnectionId;
  readonly lastCompleteRequestedAt: Instant | null;
  /** When the connection was removed; null while it is there. */
  readonly removedAt: Instant | null;
}

/** When each connection was looking and when it was blind, up to `now`; those that were removed included. */
export async function showCoverage(q: Queryable, workspaceId: WorkspaceId, now: Instant): Promise<readonly ConnectionCoverage[]> {
  const shown: ConnectionCoverage[] = [];
  for (const { id, createdAt, lastCompleteRequestedAt, removedAt } of await everyConnection(q, workspaceId)) {
    const runs = (await endedRuns(q, workspaceId, id)).flatMap(asEnded);
    shown.push({ connectionId: id, lastCompleteRequestedAt, removedAt, ...coverageOf(runs, { createdAt, removedAt }, now) });
  }
  return shown;
}

function asEnded(run: Run): readonly EndedRun[] {
  const { id, state, lookFrom, lookTo, errorCode, heldAt } = run;
  if (state === 'held') return heldAt === null ? [] : [{ id, state, finishedAt: heldAt, lookFrom: null, lookTo: null, errorCode: 'held' }];
  if (run.finishedAt === null || (state !== 'complete' && state !== 'failed')) return [];
  return [{ id, state, finishedAt: run.finishedAt, lookFrom, lookTo, errorCode }];
}
