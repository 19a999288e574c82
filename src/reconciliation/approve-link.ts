import { refuse, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { requireSecondPerson } from '../workspace/index.ts';
import { applyLink, overruledBy } from './apply-link.ts';
import { linkRequestRecord } from './link-request-record.ts';
import { approveLinkRequest, endLinkRequest, findLinkRequest, type LinkRequest } from './link-request-store.ts';
import { lockReconciliation } from './link-store.ts';
import type { ReconciliationDependencies } from './reconcile.ts';

interface Acted {
  readonly id: string;
  readonly actor: string;
}

/**
 * Approves a decision on whose an account is; it counts from the next run on. Throws DomainError `not-found` for one that is not there or was
 * withdrawn, `conflict` for one that is approved, or that is so decided otherwise by now, `forbidden` to whoever asked for it, by whichever
 * credential.
 */
export async function approveLink(
  { database, clock }: ReconciliationDependencies,
  workspaceId: WorkspaceId,
  { id, actor }: Acted,
): Promise<LinkRequest> {
  return database.transaction(async (tx) => {
    await lockReconciliation(tx, workspaceId);
    const by = { at: clock.now(), actor };
    const request = await present(tx, workspaceId, id);
    await requireSecondPerson(tx, workspaceId, request, { actor });
    const overruled = await overruledBy(tx, workspaceId, request);
    const recordId = await appendOne(tx, workspaceId, linkRequestRecord(request, 'match.decision.approved', by));
    await approveLinkRequest(tx, workspaceId, { id, ...by, recordId });
    await applyLink(tx, workspaceId, { id, decision: request, overruled, decidedBy: request.requestedBy, by });
    return { ...request, approvedAt: by.at, approvedBy: actor };
  });
}

/**
 * Withdraws a decision that waits: everything stands as it was. Throws DomainError `not-found`, and `conflict` for one that is approved: what it
 * decided ends by the opposite decision.
 */
export async function withdrawLink(
  { database, clock }: ReconciliationDependencies,
  workspaceId: WorkspaceId,
  { id, actor }: Acted,
): Promise<void> {
  await database.transaction(async (tx) => {
    await lockReconciliation(tx, workspaceId);
    const at = clock.now();
    const request = await present(tx, workspaceId, id);
    if (request.approvedAt !== null) {
      refuse('conflict', { detail: 'It is approved, and was done.', next: 'Decide the opposite: POST /account-links.' });
    }
    const recordId = await appendOne(tx, workspaceId, linkRequestRecord(request, 'match.decision.withdrawn', { at, actor }));
    await endLinkRequest(tx, workspaceId, { id, at, recordId });
  });
}

async function present(tx: Transaction, workspaceId: WorkspaceId, id: string): Promise<LinkRequest> {
  return (
    (await findLinkRequest(tx, workspaceId, id)) ??
    refuse('not-found', {
      detail: 'There is no such decision, or it was withdrawn.',
      next: 'GET /account-links/requests lists them.',
    })
  );
}
