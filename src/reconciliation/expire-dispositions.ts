import type { WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { dispositionRecord } from './disposition-record.ts';
import { endDispositions, expiredDispositions } from './disposition-store.ts';
import type { Decider } from './match-accounts.ts';

/** Ends exceptions whose time has come, so that their findings stand bare again. Call it under the lock. */
export async function expireDispositions(tx: Transaction, workspaceId: WorkspaceId, { at }: Pick<Decider, 'at'>): Promise<void> {
  const due = await expiredDispositions(tx, workspaceId, at);
  if (due.length === 0) return;
  const by = { at, actor: 'system' };
  const records = await append(
    tx,
    workspaceId,
    due.map((row) => dispositionRecord(row, 'disposition.expired', by)),
  );
  const ended = due.flatMap(({ id }, index) => {
    const recordId = records[index];
    return recordId === undefined ? [] : [{ id, recordId }];
  });
  await endDispositions(tx, workspaceId, { at, because: 'expired', ended });
}
