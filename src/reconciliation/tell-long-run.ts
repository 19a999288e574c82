import { type Instant, MINUTE_MS, msBetween, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import type { ReconciliationRun } from './run-store.ts';

/** Half of what a verifier allows for what was under way, in milliseconds: the run is to be read soon after it said so. */
const LONG_MS = 5 * MINUTE_MS;

/**
 * What a run finds bears when it began, and can be read only once it has ended. One that took long says when that was, so that nobody misses in a report what it could not
 * know (docs/decisions/0097).
 */
export async function tellLongRun(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { asOf, id, startedBy }: Pick<ReconciliationRun, 'asOf' | 'id' | 'startedBy'>,
  endedAt: Instant,
): Promise<void> {
  if (msBetween(asOf, endedAt) <= LONG_MS) return;
  const subject = { kind: 'reconciliation-run', id };
  await appendOne(tx, workspaceId, { type: 'reconciliation.ended', at: endedAt, actor: startedBy, subject, detail: { as_of: asOf } });
}
