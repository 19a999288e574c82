import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Database } from '../platform/index.ts';
import { hasForgottenRun, type PastMoment, runInForce, runUnderWay } from './past-moment-read-model.ts';
import { awaitRuns } from './run-store.ts';

/** The moment that was asked for; or why nothing can be said of it. */
export type AskedPast = (
  | { readonly kind: 'known'; readonly moment: PastMoment }
  | { readonly kind: 'unknown'; readonly reason: string }
) & {
  /** As of when the run judged that was under way then, of which nothing could be seen; null where there was none. */
  readonly underWay: Instant | null;
};

/**
 * Finds whose verdicts were the present ones at an instant that has passed. What it answers is the answer for good: every run that may have come
 * before has been recorded, and any other will be recorded later.
 */
export async function askPast(database: Database, workspaceId: WorkspaceId, at: Instant): Promise<AskedPast> {
  await awaitRuns(database, workspaceId);
  const run = await runInForce(database, workspaceId, at);
  const underWay = await runUnderWay(database, workspaceId, { ord: run?.ord ?? 0, at });
  if (run !== undefined) return { kind: 'known', moment: { at, run }, underWay };
  const reason = (await hasForgottenRun(database, workspaceId, at))
    ? 'What findings said then was not kept.'
    : 'Nothing had been reconciled by then.';
  return { kind: 'unknown', reason, underWay };
}
