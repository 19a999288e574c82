import { epochMs, type Instant, MINUTE_MS, SECOND_MS } from '../kernel/index.ts';
import type { Clock, Database, Log } from '../platform/index.ts';
import { readLedgerLag, readOldestTransaction } from './ledger-read-model.ts';

/** How long a record may wait for its place before somebody is told: no import or run of ours holds a transaction open for so long. */
const ALARM_MS = MINUTE_MS;

/** How often it is looked at, and said again while it lasts. */
const LOOK_EVERY_MS = 10 * SECOND_MS;

/**
 * Tells when committed records wait too long for a checkpoint, mostly because a transaction stays open somewhere; and when that is
 * over. It stops nothing: records go on being written, and are sequenced when the transaction ends.
 */
export function watchDelay(deps: { readonly database: Database; readonly clock: Clock; readonly log: Log }): () => Promise<void> {
  let lookedAt: Instant | undefined;
  let isBehind = false;
  return async () => {
    const at = deps.clock.now();
    if (lookedAt !== undefined && epochMs(at) - epochMs(lookedAt) < LOOK_EVERY_MS) return;
    lookedAt = at;
    const { oldestAt, records } = await readLedgerLag(deps.database);
    const waitedMs = oldestAt === null ? 0 : epochMs(at) - epochMs(oldestAt);
    if (waitedMs >= ALARM_MS) {
      const holder = await readOldestTransaction(deps.database);
      deps.log.warn('ledger.behind', { records, seconds: Math.floor(waitedMs / SECOND_MS), ...holder });
    } else if (isBehind) deps.log.info('ledger.caught-up');
    isBehind = waitedMs >= ALARM_MS;
  };
}
