import { type Instant, newId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { requireSecondPerson } from '../workspace/index.ts';
import { classificationRecord } from './classification-record.ts';
import {
  type AccountClassification,
  approveRow,
  endClassifications,
  findClassification,
  insertClassification,
  presentClassification,
} from './classification-store.ts';
import { findPair, linkedDirectoryAccount, linksOf, lockReconciliation } from './link-store.ts';
import type { ReconciliationDependencies } from './reconcile.ts';
import type { AccountClass, System } from './report-population.ts';

export interface ClassificationRequest {
  readonly system: System;
  readonly accountId: string;
  readonly class: AccountClass;
  /** The person of the roster who answers for the account. */
  readonly ownerPersonId: string;
  readonly reason: string;
  readonly expiresAt: Instant;
  readonly actor: string;
}

/**
 * Asks that an account be held to be nobody's own (evidence §4.2). It changes nothing until somebody else approves it. Throws DomainError
 * `not-found` for a person or an account that is not there, `invalid-request` for an end that has passed, `conflict` where it is asked for
 * already, a human said whose the account is, or a SCIM user's directory account is a person's.
 */
export async function requestClassification(
  { database, clock }: ReconciliationDependencies,
  workspaceId: WorkspaceId,
  { actor, ...asked }: ClassificationRequest,
): Promise<AccountClassification> {
  return database.transaction(async (tx) => {
    await lockReconciliation(tx, workspaceId);
    const at = clock.now();
    if (asked.expiresAt <= at)
      refuse('invalid-request', {
        detail: '"expiresAt" must lie in the future.',
        next: 'Say when it has to be looked at again, and ask for another one then.',
      });
    const found = await findPair(tx, workspaceId, { ...asked, personId: asked.ownerPersonId });
    if (!found.person) refuse('not-found', { detail: 'There is no such person.', next: 'GET /people lists them.' });
    if (!found.account)
      refuse('not-found', { detail: `There is no such account in ${asked.system}.`, next: 'GET /findings names accounts.' });
    if ((await presentClassification(tx, workspaceId, asked)) !== undefined) {
      refuse('conflict', { detail: 'The account is classed already.', next: 'DELETE /account-classifications/{id} first.' });
    }
    const links = await linksOf(tx, workspaceId, asked);
    if (links.some(({ rule, standing }) => rule === 'M0' && standing === 'linked')) {
      refuse('conflict', { detail: 'A human has said whose the account is.', next: 'Unlink it first: POST /account-links.' });
    }
    await refusePersonal(tx, workspaceId, asked);
    const row: AccountClassification = {
      ...asked,
      id: newId<'account-classification'>(at),
      requestedAt: at,
      requestedBy: actor,
      approvedAt: null,
      approvedBy: null,
      endedAt: null,
      endedBecause: null,
    };
    const record = { ...classificationRecord(row, 'account.classification.requested', { at, actor }), disclose: { reason: asked.reason } };
    await insertClassification(tx, workspaceId, { ...row, recordId: await appendOne(tx, workspaceId, record) });
    return row;
  });
}

/**
 * Approves a classification; it counts from the next run on. Throws DomainError `not-found` for one that is not there or has ended,
 * `conflict` for one that is approved, `forbidden` to whoever asked for it, by whichever credential.
 */
export async function approveClassification(
  { database, clock }: ReconciliationDependencies,
  workspaceId: WorkspaceId,
  { id, actor }: { readonly id: string; readonly actor: string },
): Promise<AccountClassification> {
  return database.transaction(async (tx) => {
    await lockReconciliation(tx, workspaceId);
    const at = clock.now();
    const row = await present(tx, workspaceId, { id, at });
    await requireSecondPerson(tx, workspaceId, row, { actor });
    await refusePersonal(tx, workspaceId, row);
    const recordId = await appendOne(tx, workspaceId, classificationRecord(row, 'account.classification.approved', { at, actor }));
    await approveRow(tx, workspaceId, { id, at, actor, recordId });
    return { ...row, approvedAt: at, approvedBy: actor };
  });
}

/** Withdraws a classification, approved or not: from the next run on the account is judged as any other. Throws DomainError `not-found`. */
export async function withdrawClassification(
  { database, clock }: ReconciliationDependencies,
  workspaceId: WorkspaceId,
  { id, actor }: { readonly id: string; readonly actor: string },
): Promise<void> {
  await database.transaction(async (tx) => {
    await lockReconciliation(tx, workspaceId);
    const at = clock.now();
    const row = await present(tx, workspaceId, { id, at });
    const recordId = await appendOne(tx, workspaceId, classificationRecord(row, 'account.classification.withdrawn', { at, actor }));
    await endClassifications(tx, workspaceId, { at, because: 'withdrawn', ended: [{ id, recordId }] });
  });
}

/** A SCIM user goes where its directory account goes: taking it alone out of what is judged would hide half of a person's access. */
async function refusePersonal(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { system, accountId }: Pick<AccountClassification, 'system' | 'accountId'>,
) {
  const account = system === 'scim' ? await linkedDirectoryAccount(tx, workspaceId, accountId) : undefined;
  if (account === undefined) return;
  refuse('conflict', {
    detail: `The SCIM user goes with the directory account ${account}, which is a person's.`,
    next: 'If neither is anybody’s own, unlink the directory account (POST /account-links) and class that one: it holds for its SCIM user too.',
  });
}

async function present(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { id, at }: { readonly id: string; readonly at: Instant },
): Promise<AccountClassification> {
  const row = await findClassification(tx, workspaceId, id);
  return row !== undefined && row.expiresAt > at
    ? row
    : refuse('not-found', {
        detail: 'There is no such classification, or it has ended.',
        next: 'GET /account-classifications lists them.',
      });
}
