import type { DirectoryConnectionId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { listCollections } from './collection-read-model.ts';
import { everyConnection } from './connection-store.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { endedRuns } from './coverage-store.ts';
import { shownCollection } from './show-collection.ts';

export interface ConnectionCoverage extends Coverage {
  readonly connectionId: DirectoryConnectionId;
  readonly lastCompleteRequestedAt: Instant | null;
  /** When the connection was removed; null while it is there. */
  readonly removedAt: Instant | null;
  /** What the last look that tried could not collect, why, and since when: the accounts were looked at all the same. */
  readonly notCollected: readonly ReturnType<typeof shownCollection>[];
}

/** When each connection was looking and when it was blind, up to `now`; those that were removed included. */
export async function showCoverage(q: Queryable, workspaceId: WorkspaceId, now: Instant): Promise<readonly ConnectionCoverage[]> {
  const shown: ConnectionCoverage[] = [];
  const missed = (await listCollections(q, workspaceId)).filter(({ because }) => because !== null);
  for (const { id, createdAt, lastCompleteRequestedAt, removedAt } of await everyConnection(q, workspaceId)) {
    const runs = await endedRuns(q, workspaceId, id);
    const notCollected = missed.filter(({ connectionId }) => connectionId === id).map(shownCollection);
    shown.push({ connectionId: id, lastCompleteRequestedAt, removedAt, ...coverageOf(runs, { createdAt, removedAt }, now), notCollected });
  }
  return shown;
}
