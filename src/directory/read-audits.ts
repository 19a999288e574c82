import { DAY_MS, earliest, HOUR_MS, type Instant, latest, MINUTE_MS, plusMs } from '../kernel/index.ts';
import { auditsReadUntil } from './audit-store.ts';
import { readAuditEntry } from './read-audit-entry.ts';
import { type Reading, readListing } from './reading.ts';
import { sending } from './sent-queries.ts';
import { tryToCollect } from './try-to-collect.ts';

/** For so long every tenant keeps its audit log (microsoft-graph §6.2). */
const KEPT_MS = 7 * DAY_MS;

/** Entries arrive late: what is younger is not taken for complete, and what is a little older is read once more. In milliseconds. */
const SETTLED_MS = 15 * MINUTE_MS;
const READ_AGAIN_MS = HOUR_MS;

/**
 * The audit log since it was last read. It takes AuditLog.Read.All and, for some tenants and at some times, a licence, and its service is
 * limited and fails apart from the directory's: what cannot be read is not collected, nothing else depends on it, and the next run begins
 * where the last one that read it ended.
 */
export async function readAudits(reading: Reading): Promise<void> {
  const { at, clock, database, key, stage } = reading;
  at.audits ??= windowAt(clock.now(), await auditsReadUntil(database, key));
  const { from } = at.audits;
  await tryToCollect(reading, 'audit-log', async () => {
    await readListing(reading, sending(reading, 'audit-log', { from }), async (item) => {
      const event = readAuditEntry(item);
      if (event !== undefined) await stage.audit(event);
    });
  });
  if (at.outcomes['audit-log'] !== null) at.audits = null;
}

/** From where the log was left, unless it has forgotten that by now. */
function windowAt(now: Instant, readUntil: Instant | null): { from: Instant; until: Instant } {
  const until = plusMs(now, -SETTLED_MS);
  const kept = plusMs(now, -KEPT_MS);
  return { from: readUntil === null ? kept : latest(kept, plusMs(earliest(readUntil, until), -READ_AGAIN_MS)), until };
}
