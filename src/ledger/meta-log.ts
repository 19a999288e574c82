import { type Instant, type LedgerRecordId, newId, type WorkspaceId } from '../kernel/index.ts';
import type { Database, Transaction } from '../platform/index.ts';
import { hastenAnchors } from './anchor-store.ts';
import { appendOne, createLedger } from './append.ts';
import type { Checkpoint } from './ledger-read-model.ts';
import { insertMetaLog, lockMetaLogs, readMetaLog } from './meta-log-store.ts';

/**
 * The installation's meta-log: a ledger of no workspace, whose records hold checkpoints of all others. Opened at the first call. Its name is its own in the
 * world, since two installations may have one witness.
 */
export async function openMetaLog(tx: Transaction, at: Instant): Promise<WorkspaceId> {
  const before = await readMetaLog(tx);
  if (before !== undefined) return before;
  await lockMetaLogs(tx);
  const meanwhile = await readMetaLog(tx);
  if (meanwhile !== undefined) return meanwhile;
  const id = newId<'workspace'>(at);
  await createLedger(tx, id, at);
  await insertMetaLog(tx, id);
  return id;
}

/**
 * Puts a checkpoint into the meta-log: its record holds a salted digest alone, so that neither it nor its hash in somebody else's proof tells whose
 * checkpoint it is. Has the meta-log anchored soon. Undefined where there is no meta-log.
 */
export async function collectCheckpoint(
  database: Database,
  { checkpoint, at }: { readonly checkpoint: Checkpoint; readonly at: Instant },
): Promise<{ readonly metaLog: WorkspaceId; readonly recordId: LedgerRecordId } | undefined> {
  return await database.transaction(async (tx) => {
    const metaLog = await readMetaLog(tx);
    if (metaLog === undefined) return undefined;
    const recordId = await appendOne(tx, metaLog, {
      type: 'ledger.collected',
      at,
      actor: 'system',
      subject: { kind: 'checkpoint', id: newId(at) },
      disclose: { checkpoint: checkpoint.note },
    });
    await hastenAnchors(tx, metaLog, at);
    return { metaLog, recordId };
  });
}
