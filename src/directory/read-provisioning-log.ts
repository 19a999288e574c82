import { DAY_MS, HOUR_MS, type Instant, latest, MINUTE_MS, plusMs } from '../kernel/index.ts';
import { collectedAt } from './collection-store.ts';
import { readProvisioningEvent } from './provisioning-event.ts';
import { type Reading, readListing } from './reading.ts';
import { sending } from './sent-queries.ts';
import { tryToCollect } from './try-to-collect.ts';

/** Entra keeps it for 30 days at most; the wire log, which it is held against, is kept for no less. */
const KEPT_MS = 30 * DAY_MS;

/** Entries come hours late at times: so far back the log is read once more. */
const READ_AGAIN_MS = 6 * HOUR_MS;

/** Entra's clock may be ahead of ours. */
const AHEAD_MS = MINUTE_MS;

/**
 * What Entra's provisioning service says that it did since it was last asked, of the application that provisions here. Entries are told apart by
 * their ids, so one that is read twice is one. Without the name
 * of the application nothing is asked; without permission it is not collected, and said so.
 */
export async function readProvisioningLog(reading: Reading): Promise<void> {
  const { at, clock, database, key, scimAppId, stage } = reading;
  if (scimAppId === null) return;
  at.provisioning ??= windowAt(clock.now(), await collectedAt(database, key, 'provisioning-log'));
  const { from, until } = at.provisioning;
  await tryToCollect(reading, 'provisioning-log', async () => {
    await readListing(reading, sending(reading, 'provisioning-log', { from, until }), async (item) => {
      const event = readProvisioningEvent(item, scimAppId);
      if (event !== undefined) await stage.provisioning(event);
    });
  });
}

function windowAt(now: Instant, readAt: Instant | null): { from: Instant; until: Instant } {
  const kept = plusMs(now, -KEPT_MS);
  return { from: readAt === null ? kept : latest(kept, plusMs(readAt, -READ_AGAIN_MS)), until: plusMs(now, AHEAD_MS) };
}
