import { type Instant, refuse, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { requireSecondPerson } from '../workspace/index.ts';
import { dispositionRecord } from './disposition-record.ts';
import { approveDispositionRow, type Disposition, endDispositions, findDisposable, findDisposition } from './disposition-store.ts';
import { lockReconciliation } from './link-store.ts';
import type { ReconciliationDependencies } from './reconcile.ts';
import type { DispositionKind } from './report-population.ts';
import { takeDisposition } from './take-disposition.ts';

export interface DispositionRequest {
  readonly findingId: string;
  readonly kind: DispositionKind;
  readonly reason: string;
  readonly ticket: string | null;
  /** Of an exception, and of nothing else. */
  readonly expiresAt: Instant | null;
  readonly actor: string;
}

/**
 * Says what is to be done about a finding. It changes no verdict: late stays late (evidence §1.3). An exception has an end, and counts for
 * nothing until somebody else approves it. Throws DomainError `not-found` for a finding that is not open, `conflict` where something is
 * decided already or nothing is wrong, `invalid-request` for an exception without an end that is to come, or another kind with one.
 */
export async function decideDisposition(
  { database, clock }: ReconciliationDependencies,
  workspaceId: WorkspaceId,
  { actor, ...asked }: DispositionRequest,
): Promise<Disposition> {
  return database.transaction(async (tx) => {
    await lockReconciliation(tx, workspaceId);
    const at = clock.now();
    refuseWrongEnd(asked.kind, asked.expiresAt, at);
    const found = await findDisposable(tx, workspaceId, asked.findingId);
    if (found === undefined)
      return refuse('not-found', { detail: 'There is no such finding, or it is closed.', next: 'GET /findings lists them.' });
    if (found.isDecided) refuse('conflict', { detail: 'Something is decided about it already.', next: 'DELETE /dispositions/{id} first.' });
    if (found.all.every(({ effect }) => ['PASS', 'OK', 'INFO', 'N/A'].includes(effect))) {
      refuse('conflict', {
        detail: 'Nothing is wrong that something could be done about.',
        next: 'GET /findings/{id} shows what it says now.',
      });
    }
    return takeDisposition(tx, workspaceId, { ...asked, test: null, accountId: null, ownerPersonId: null }, { at, actor });
  });
}

/**
 * Approves an exception. Throws DomainError `not-found` for one that is not there or has ended, `conflict` for what needs no approval or has
 * it, `forbidden` to whoever asked for it, by whichever credential.
 */
export async function approveException(
  { database, clock }: ReconciliationDependencies,
  workspaceId: WorkspaceId,
  { id, actor }: { readonly id: string; readonly actor: string },
): Promise<Disposition> {
  return database.transaction(async (tx) => {
    await lockReconciliation(tx, workspaceId);
    const at = clock.now();
    const row = await present(tx, workspaceId, { id, at });
    if (row.kind !== 'exception')
      refuse('conflict', {
        detail: 'Only an exception is approved.',
        next: 'Nothing has to be done: what was decided stands since it was made.',
      });
    await requireSecondPerson(tx, workspaceId, row, { actor });
    const recordId = await appendOne(tx, workspaceId, dispositionRecord(row, 'disposition.approved', { at, actor }));
    await approveDispositionRow(tx, workspaceId, { id, at, actor, recordId });
    return { ...row, approvedAt: at, approvedBy: actor };
  });
}

/** Takes a disposition back; an exception that nobody approved is refused so. Throws DomainError `not-found`. */
export async function withdrawDisposition(
  { database, clock }: ReconciliationDependencies,
  workspaceId: WorkspaceId,
  { id, actor }: { readonly id: string; readonly actor: string },
): Promise<void> {
  await database.transaction(async (tx) => {
    await lockReconciliation(tx, workspaceId);
    const at = clock.now();
    const row = await present(tx, workspaceId, { id, at });
    const recordId = await appendOne(tx, workspaceId, dispositionRecord(row, 'disposition.withdrawn', { at, actor }));
    await endDispositions(tx, workspaceId, { at, because: 'withdrawn', ended: [{ id, recordId }] });
  });
}

/** Throws DomainError `invalid-request` for an exception without an end that is to come, or another kind with one. */
export function refuseWrongEnd(kind: DispositionKind, expiresAt: Instant | null, at: Instant): void {
  if (kind === 'exception' && (expiresAt === null || expiresAt <= at)) {
    refuse('invalid-request', {
      detail: 'An exception needs "expiresAt", in the future.',
      next: 'Say when it has to be looked at again, and ask for another one then.',
    });
  }
  if (kind !== 'exception' && expiresAt !== null)
    refuse('invalid-request', { detail: 'Only an exception has "expiresAt".', next: 'Leave it out, or ask for an exception.' });
}

async function present(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { id, at }: { readonly id: string; readonly at: Instant },
): Promise<Disposition> {
  const row = await findDisposition(tx, workspaceId, id);
  return row !== undefined && (row.expiresAt === null || row.expiresAt > at)
    ? row
    : refuse('not-found', { detail: 'There is no such disposition, or it has ended.', next: 'GET /dispositions lists them.' });
}
