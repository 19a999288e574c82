import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Task } from '../jobs/index.ts';
import type { Clock, Database, Log, Queryable } from '../platform/index.ts';
import { appendOne } from './append.ts';
import { allLedgers } from './ledger-store.ts';
import { eraseOfRecords, lockRetention, notePurged, readExpiredLeaves } from './retention-store.ts';

/** Erases raw files of a workspace from before an instant, in the caller's transaction; returns how many. Handed in by whoever keeps them. */
export type EraseRawFiles = (
  tx: Queryable,
  workspaceId: WorkspaceId,
  erasure: { readonly before: Instant; readonly at: Instant },
) => Promise<number>;

export interface PurgeDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly eraseRawFiles: EraseRawFiles;
}

/** Leaves per transaction: bounds how long a purge holds rows. */
const BATCH_LEAVES = 5_000;

const NIGHTLY = '23 3 * * *';

/** Erases, every night, what is older than each workspace keeps. */
export function purgeTask(deps: PurgeDeps): Task {
  return {
    name: 'ledger.purge',
    schedule: NIGHTLY,
    run: async () => {
      for (const workspaceId of await allLedgers(deps.database)) await purgeLedger(deps, workspaceId);
    },
  };
}

/**
 * Erases the personal data beside records that are older than the workspace keeps it, and the raw files of that time; never a record, a
 * leaf or a hash, so that every proof stays valid (I11). Each batch that erased something is recorded in its own transaction (I3).
 */
export async function purgeLedger(deps: PurgeDeps, workspaceId: WorkspaceId): Promise<void> {
  let more = true;
  while (more) more = await purgeBatch(deps, workspaceId);
}

/** Whether there may be more. */
async function purgeBatch({ clock, database, eraseRawFiles, log }: PurgeDeps, workspaceId: WorkspaceId): Promise<boolean> {
  const at = clock.now();
  return database.transaction(async (tx) => {
    const { before, purgedLeaves } = await lockRetention(tx, workspaceId, at);
    const recordIds = await readExpiredLeaves(tx, workspaceId, { before, from: purgedLeaves, limit: BATCH_LEAVES });
    const values = await eraseOfRecords(tx, workspaceId, { at, recordIds });
    const rawFiles = await eraseRawFiles(tx, workspaceId, { before, at });
    await notePurged(tx, workspaceId, { at, purgedLeaves: purgedLeaves + recordIds.length });
    if (values + rawFiles > 0) {
      const detail = { before, values, raw_files: rawFiles, leaves: { from: purgedLeaves, to: purgedLeaves + recordIds.length } };
      await appendOne(tx, workspaceId, {
        type: 'ledger.purged',
        at,
        actor: 'system',
        subject: { kind: 'workspace', id: workspaceId },
        detail,
      });
      log.info('ledger.purged', { workspaceId, values, rawFiles });
    }
    return recordIds.length === BATCH_LEAVES;
  });
}
