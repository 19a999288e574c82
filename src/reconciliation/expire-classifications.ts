import type { WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { classificationRecord } from './classification-record.ts';
import { endClassifications, expiredClassifications } from './classification-store.ts';
import type { Decider } from './match-accounts.ts';

/** Ends those whose time has come, so that their accounts are judged again. Call it under the lock. */
export async function expireClassifications(tx: Transaction, workspaceId: WorkspaceId, { at }: Pick<Decider, 'at'>): Promise<void> {
  const due = await expiredClassifications(tx, workspaceId, at);
  if (due.length === 0) return;
  const by = { at, actor: 'system' };
  const records = await append(
    tx,
    workspaceId,
    due.map((row) => classificationRecord(row, 'account.classification.expired', by)),
  );
  const ended = due.flatMap(({ id }, index) => {
    const recordId = records[index];
    return recordId === undefined ? [] : [{ id, recordId }];
  });
  await endClassifications(tx, workspaceId, { at, because: 'expired', ended });
}
