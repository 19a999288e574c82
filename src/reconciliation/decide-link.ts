import { newId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import { applyLink, type DecidedLink, type LinkDecision, losersOf, overruledBy } from './apply-link.ts';
import { linkRequestRecord } from './link-request-record.ts';
import { insertLinkRequest, isLinkAskedFor, type LinkRequest } from './link-request-store.ts';
import { hasToldEnd, lockReconciliation } from './link-store.ts';
import type { ReconciliationDependencies } from './reconcile.ts';

/** What was decided at once, or what waits for a second person. */
export type LinkOutcome =
  | { readonly kind: 'decided'; readonly link: DecidedLink }
  | { readonly kind: 'waits'; readonly request: LinkRequest };

/**
 * Links an account to a person by hand, or bars the two from being linked (evidence §4.2 M0). It outweighs every other rule, stays until the
 * opposite is decided, and counts from the next run on. One that takes the account from somebody whose end HR has told, or who is left out of
 * its roster, waits until a second person approves it: until then everything stands as it was.
 * Throws DomainError `not-found` for a person or an account that is not there, `conflict` where it is so decided or asked for already.
 */
export async function decideLink(
  { database, clock }: ReconciliationDependencies,
  workspaceId: WorkspaceId,
  { actor, ...decision }: LinkDecision & { readonly actor: string },
): Promise<LinkOutcome> {
  return database.transaction(async (tx) => {
    await lockReconciliation(tx, workspaceId);
    const at = clock.now();
    const overruled = await overruledBy(tx, workspaceId, decision);
    const id = newId<'account-link'>(at);
    if (!(await hasToldEnd(tx, workspaceId, losersOf(decision, overruled)))) {
      return { kind: 'decided', link: await applyLink(tx, workspaceId, { id, decision, overruled, decidedBy: actor, by: { at, actor } }) };
    }
    if (await isLinkAskedFor(tx, workspaceId, decision)) {
      refuse('conflict', {
        detail: 'A decision about the two waits for a second person already.',
        next: 'GET /account-links/requests lists it.',
      });
    }
    const asked = { ...decision, id, requestedAt: at, requestedBy: actor, approvedAt: null, approvedBy: null, endedAt: null };
    const record = { ...linkRequestRecord(asked, 'match.decision.requested', { at, actor }), disclose: { reason: decision.reason } };
    await insertLinkRequest(tx, workspaceId, { ...asked, recordId: await appendOne(tx, workspaceId, record) });
    return { kind: 'waits', request: asked };
  });
}
