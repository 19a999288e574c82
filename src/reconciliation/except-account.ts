import { type Instant, refuse, type WorkspaceId } from '../kernel/index.ts';
import { refuseWrongEnd } from './decide-disposition.ts';
import { type Disposition, type ExceptibleTest, isExcepted } from './disposition-store.ts';
import { expireDispositions } from './expire-dispositions.ts';
import { findPair, lockReconciliation } from './link-store.ts';
import type { ReconciliationDependencies } from './reconcile.ts';
import { takeDisposition } from './take-disposition.ts';

export interface AccountException {
  readonly test: ExceptibleTest;
  readonly accountId: string;
  /** The person of the roster who answers for the account. */
  readonly ownerPersonId: string;
  readonly reason: string;
  readonly ticket: string | null;
  readonly expiresAt: Instant | null;
  readonly actor: string;
}

/**
 * Asks that an account be excepted from a compliance test. It changes no verdict, is shown beside it, and counts for nothing until somebody
 * else approves it. Throws DomainError `not-found` for an account or a person that is not there, `conflict` where it is asked for already,
 * `invalid-request` without an end that is to come.
 */
export async function exceptAccount(
  { database, clock }: ReconciliationDependencies,
  workspaceId: WorkspaceId,
  { actor, ...asked }: AccountException,
): Promise<Disposition> {
  return database.transaction(async (tx) => {
    await lockReconciliation(tx, workspaceId);
    const at = clock.now();
    refuseWrongEnd('exception', asked.expiresAt, at);
    // One whose time has come makes room for another, also where no run has ended it.
    await expireDispositions(tx, workspaceId, { at });
    const found = await findPair(tx, workspaceId, { personId: asked.ownerPersonId, system: 'directory', accountId: asked.accountId });
    if (!found.person) refuse('not-found', { detail: 'There is no such person.', next: 'GET /people lists them.' });
    if (!found.account) refuse('not-found', { detail: 'There is no such account.', next: 'GET /mfa/accounts lists them.' });
    if (await isExcepted(tx, workspaceId, asked)) {
      refuse('conflict', { detail: 'An exception is asked for or made already.', next: 'DELETE /dispositions/{id} first.' });
    }
    return takeDisposition(tx, workspaceId, { ...asked, findingId: null, kind: 'exception' }, { at, actor });
  });
}
