import type { Task } from '../jobs/index.ts';
import { DAY_MS, epochMs, type Instant, instantOf, MINUTE_MS, type WorkspaceId } from '../kernel/index.ts';
import type { Clock, Database, Log, Queryable } from '../platform/index.ts';
import { deleteExchanges, deleteReadCounts, listWorkspaces } from './exchange-retention-store.ts';

export interface TrimDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** How long the wire log is kept, in days. */
  readonly wireLogDays: number;
}

/** Rows per statement: some hundredths of a second's work, so that writers never wait for it and a stop is soon heeded. */
const BATCH_ROWS = 5_000;

/** Every hour: what falls due in one is little. The minute is none at which other programs like to start. */
const HOURLY = '17 * * * *';

/** Deletes what of the wire log is older than the policy says, in every workspace. The ledger's records stay. */
export function trimWireLogTask(deps: TrimDeps): Task {
  return {
    name: 'scim.trim-wire-log',
    schedule: HOURLY,
    run: async (_payload, { signal }) => {
      // Whole minutes, so that the log and the counters end at the same place, and a cycle is cut alike in both.
      const dueMs = epochMs(deps.clock.now()) - deps.wireLogDays * DAY_MS;
      const before = instantOf(Math.floor(dueMs / MINUTE_MS) * MINUTE_MS);
      for (const workspaceId of await listWorkspaces(deps.database)) {
        const exchanges = await drain(deleteExchanges, { q: deps.database, workspaceId, before, signal });
        const counters = await drain(deleteReadCounts, { q: deps.database, workspaceId, before, signal });
        if (exchanges + counters > 0) deps.log.info('scim.wire-log.trimmed', { workspaceId, before, exchanges, counters });
      }
    },
  };
}

interface Drain {
  readonly q: Queryable;
  readonly workspaceId: WorkspaceId;
  readonly before: Instant;
  readonly signal: AbortSignal;
}

/** A statement, and so a transaction, for each batch; what a stop leaves is deleted the next time. */
async function drain(deleteSome: typeof deleteExchanges, { q, workspaceId, before, signal }: Drain): Promise<number> {
  let deleted = 0;
  while (!signal.aborted) {
    const count = await deleteSome(q, workspaceId, before, BATCH_ROWS);
    if (count === 0) break;
    deleted += count;
  }
  return deleted;
}
