import type { DirectoryConnectionId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { listConnections } from './connection-store.ts';
import { type Coverage, coverageOf, type EndedRun } from './coverage.ts';
import { endedRuns, type Run } from './run-store.ts';

export interface ConnectionCoverage extends Coverage {
  readonly connectionId: DirectoryConnectionId;
  readonly lastCompleteRequestedAt: Instant | null;
}

/** When each connection was looking and when it was blind, up to `now`. */
export async function showCoverage(q: Queryable, workspaceId: WorkspaceId, now: Instant): Promise<readonly ConnectionCoverage[]> {
  const shown: ConnectionCoverage[] = [];
  for (const { id, createdAt, lastCompleteRequestedAt } of await listConnections(q, workspaceId)) {
    const runs = (await endedRuns(q, workspaceId, id)).flatMap(asEnded);
    shown.push({ connectionId: id, lastCompleteRequestedAt, ...coverageOf(runs, createdAt, now) });
  }
  return shown;
}

function asEnded(run: Run): readonly EndedRun[] {
  const { id, state, lookFrom, lookTo, errorCode, heldAt } = run;
  if (state === 'held') return heldAt === null ? [] : [{ id, state, finishedAt: heldAt, lookFrom: null, lookTo: null, errorCode: 'held' }];
  if (run.finishedAt === null || (state !== 'complete' && state !== 'failed')) return [];
  return [{ id, state, finishedAt: run.finishedAt, lookFrom, lookTo, errorCode }];
}
