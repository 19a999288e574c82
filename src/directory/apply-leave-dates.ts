import type { Instant } from '../kernel/index.ts';
import { append, type RecordInput } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { keepLeaveDates, tieLeaveDates, type UnrecordedLeaveDate, unrecordedLeaveDates } from './leave-date-store.ts';
import type { RunKey } from './stage-store.ts';

/** Records at a time: bounds memory. */
const RECORD_BATCH = 1_000;

/**
 * Keeps what the directory says of who leaves when, in the caller's transaction, with a record for each account of which it says something
 * else than before. `to`: when the look ended. It is a claim beside HR's end, and no end of anything (I9).
 */
export async function applyLeaveDates(
  tx: Transaction,
  key: RunKey,
  { to, at }: { readonly to: Instant; readonly at: Instant },
): Promise<void> {
  await keepLeaveDates(tx, key, to);
  for (;;) {
    const batch = await unrecordedLeaveDates(tx, key, RECORD_BATCH);
    if (batch.length === 0) return;
    const records = await append(
      tx,
      key.workspaceId,
      batch.map((told) => leaveRecord(told, key, at)),
    );
    await tieLeaveDates(tx, key, batch, records);
  }
}

function leaveRecord({ accountId, was, leaveAt, notBefore, observedAt }: UnrecordedLeaveDate, key: RunKey, at: Instant): RecordInput {
  return {
    type: 'graph.account.leave_told',
    at,
    actor: 'system',
    subject: { kind: 'directory-account', id: accountId },
    observed: { from: notBefore, to: observedAt },
    before: { leaves: was },
    after: { leaves: leaveAt },
    detail: { connection: key.connectionId, run: key.runId },
  };
}
