import { type OwnerFindingId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import type { Principal } from '../platform/index.ts';
import { lockReconciliation } from './link-store.ts';
import { closeOwnerFinding, lockOwnerFinding } from './owner-finding-store.ts';
import type { ReconciliationDependencies } from './reconcile.ts';
import { closedRecord } from './review-owners.ts';

/**
 * Closes a finding about attempts, which nothing else closes: somebody has looked at them, and says what came of it. An attempt after
 * those that it counts opens another. Throws DomainError `not-found` for one that is not open, `conflict` for one that closes by
 * itself alone, `forbidden` to a role that the directory pushed: whoever attempts does not acknowledge.
 */
export async function acknowledgeAttempts(
  { clock, database }: ReconciliationDependencies,
  workspaceId: WorkspaceId,
  input: { readonly id: OwnerFindingId; readonly reason: string; readonly principal: Principal },
): Promise<void> {
  const { id, principal, reason } = input;
  if (principal.isDirectoryGranted === true) {
    refuse('forbidden', {
      detail: 'Your power to administer comes from a role that the directory pushed; what is found about owners is not for it to close.',
      next: 'Ask an owner, or an administrator who was invited as one.',
    });
  }
  await database.transaction(async (tx) => {
    await lockReconciliation(tx, workspaceId);
    const { actor } = principal;
    const at = clock.now();
    const found = await lockOwnerFinding(tx, workspaceId, id);
    if (found === undefined)
      return refuse('not-found', {
        detail: 'There is no such finding, or it is closed.',
        next: 'GET /owner-findings?state=open lists them.',
      });
    if (found.kind !== 'attempt') {
      refuse('conflict', {
        detail: 'This finding closes by itself when somebody who is here is named as the owner, or the owner is ended.',
        next: 'PUT owners/{id}/person, or make another owner and DELETE owners/{id}.',
      });
    }
    const because = 'acknowledged';
    const closed = closedRecord({ id, by: { at, actor }, detail: { kind: found.kind, because }, reason });
    const recordId = await appendOne(tx, workspaceId, closed);
    return closeOwnerFinding(tx, workspaceId, { id, at, because, recordId, acknowledged: { actor, reason } });
  });
}
