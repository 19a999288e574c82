import { newId, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { dispositionRecord } from './disposition-record.ts';
import { type Disposition, insertDisposition } from './disposition-store.ts';
import type { Decider } from './match-accounts.ts';

/** What is asked for, before anybody approved or ended it. */
type DispositionAsked = Omit<Disposition, 'id' | 'requestedAt' | 'requestedBy' | 'approvedAt' | 'approvedBy' | 'endedAt' | 'endedBecause'>;

/** Takes down what is asked for, with its record; reason and ticket are disclosed beside it. */
export async function takeDisposition(
  tx: Transaction,
  workspaceId: WorkspaceId,
  asked: DispositionAsked,
  { at, actor }: Decider,
): Promise<Disposition> {
  const row: Disposition = {
    ...asked,
    id: newId<'disposition'>(at),
    requestedAt: at,
    requestedBy: actor,
    approvedAt: null,
    approvedBy: null,
    endedAt: null,
    endedBecause: null,
  };
  const disclose = { reason: asked.reason, ...(asked.ticket === null ? {} : { ticket: asked.ticket }) };
  const recordId = await appendOne(tx, workspaceId, { ...dispositionRecord(row, 'disposition.requested', { at, actor }), disclose });
  await insertDisposition(tx, workspaceId, { ...row, recordId });
  return row;
}
