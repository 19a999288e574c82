import { type Instant, refuse, type WorkspaceId } from '../kernel/index.ts';
import type { ReconciliationDependencies } from './reconcile.ts';
import { hasForgottenRun, type PastMoment, runInForce } from './past-moment-read-model.ts';
import { awaitRuns } from './run-store.ts';

/** The moment that was asked for; or why nothing can be said of it. */
export type AskedPast = { readonly kind: 'known'; readonly moment: PastMoment } | { readonly kind: 'unknown'; readonly reason: string };

/**
 * Finds whose verdicts were the present ones at an instant. What it answers is the answer for good: every run that may have come before has been
 * recorded, and any other will be recorded later.
 * Throws DomainError `invalid-request` for an instant that has not passed.
 */
export async function askPast({ clock, database }: ReconciliationDependencies, workspaceId: WorkspaceId, at: Instant): Promise<AskedPast> {
  if (at >= clock.now()) refuse('invalid-request', { detail: '"asOf" must be an instant that has passed.' });
  await awaitRuns(database, workspaceId);
  const run = await runInForce(database, workspaceId, at);
  if (run !== undefined) return { kind: 'known', moment: { at, run } };
  const reason = (await hasForgottenRun(database, workspaceId, at))
    ? 'What findings said then was not kept.'
    : 'Nothing had been reconciled by then.';
  return { kind: 'unknown', reason };
}
