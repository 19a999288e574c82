import type { Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import type { AccountClass, System } from './report-population.ts';

/** That an account is nobody's own, as it was asked for and what became of it. */
export interface AccountClassification {
  readonly id: string;
  readonly system: System;
  readonly accountId: string;
  readonly class: AccountClass;
  readonly ownerPersonId: string;
  readonly reason: string;
  readonly requestedAt: Instant;
  readonly requestedBy: string;
  readonly expiresAt: Instant;
  readonly approvedAt: Instant | null;
  readonly approvedBy: string | null;
  readonly endedAt: Instant | null;
  readonly endedBecause: 'withdrawn' | 'expired' | null;
}

const columns = `classification.id, classification.system, classification.account_id as "accountId", classification.class,
  classification.owner_person_id as "ownerPersonId", classification.reason, classification.requested_at as "requestedAt",
  classification.requested_by as "requestedBy", classification.expires_at as "expiresAt", classification.approved_at as "approvedAt",
  classification.approved_by as "approvedBy", classification.ended_at as "endedAt", classification.ended_because as "endedBecause"`;

export async function insertClassification(
  tx: Queryable,
  workspaceId: WorkspaceId,
  row: AccountClassification & { readonly recordId: LedgerRecordId },
): Promise<void> {
  await tx.query(
    `insert into account_classification (workspace_id, id, system, account_id, class, owner_person_id, reason, requested_at, requested_by,
                                         record_id, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      workspaceId,
      row.id,
      row.system,
      row.accountId,
      row.class,
      row.ownerPersonId,
      row.reason,
      row.requestedAt,
      row.requestedBy,
      row.recordId,
      row.expiresAt,
    ],
  );
}

/** The classification of an account that has not ended, asked for or approved. */
export async function presentClassification(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { system, accountId }: { readonly system: System; readonly accountId: string },
): Promise<AccountClassification | undefined> {
  const { rows } = await tx.query<AccountClassification>(
    `select ${columns}
     from account_classification as classification
     where classification.workspace_id = $1 and classification.system = $2 and classification.account_id = $3 and classification.ended_at is null`,
    [workspaceId, system, accountId],
  );
  return rows[0];
}

/** One that has not ended, by its id. */
export async function findClassification(tx: Queryable, workspaceId: WorkspaceId, id: string): Promise<AccountClassification | undefined> {
  const { rows } = await tx.query<AccountClassification>(
    `select ${columns}
     from account_classification as classification
     where classification.workspace_id = $1 and classification.id = $2 and classification.ended_at is null`,
    [workspaceId, id],
  );
  return rows[0];
}

export async function approveRow(
  tx: Queryable,
  workspaceId: WorkspaceId,
  approval: { readonly id: string; readonly at: Instant; readonly actor: string; readonly recordId: LedgerRecordId },
): Promise<void> {
  await tx.query(
    `update account_classification as classification
     set approved_at = $3::timestamptz, approved_by = $4, approval_record_id = $5
     where classification.workspace_id = $1 and classification.id = $2`,
    [workspaceId, approval.id, approval.at, approval.actor, approval.recordId],
  );
}

export interface Ending {
  readonly at: Instant;
  readonly because: 'withdrawn' | 'expired';
  readonly ended: readonly { readonly id: string; readonly recordId: LedgerRecordId }[];
}

export async function endClassifications(tx: Queryable, workspaceId: WorkspaceId, { at, because, ended }: Ending): Promise<void> {
  await tx.query(
    `update account_classification as classification
     set ended_at = $2::timestamptz, ended_because = $3, end_record_id = row."recordId"
     from jsonb_to_recordset($4::jsonb) as row (id uuid, "recordId" uuid)
     where classification.workspace_id = $1::uuid and classification.id = row.id and classification.ended_at is null`,
    [workspaceId, at, because, JSON.stringify(ended)],
  );
}

/** Those whose time has come, approved or not. */
export async function expiredClassifications(
  tx: Queryable,
  workspaceId: WorkspaceId,
  at: Instant,
): Promise<readonly AccountClassification[]> {
  const { rows } = await tx.query<AccountClassification>(
    `select ${columns}
     from account_classification as classification
     where classification.workspace_id = $1 and classification.ended_at is null and classification.expires_at <= $2::timestamptz
     order by classification.id`,
    [workspaceId, at],
  );
  return rows;
}

/** All that were ever asked for, newest first. */
export async function listClassifications(
  q: Queryable,
  workspaceId: WorkspaceId,
  { after, limit }: Page,
): Promise<readonly AccountClassification[]> {
  const { rows } = await q.query<AccountClassification>(
    `select ${columns}
     from account_classification as classification
     where classification.workspace_id = $1 and ($2::uuid is null or classification.id < $2::uuid)
     order by classification.id desc
     limit $3`,
    [workspaceId, after ?? null, limit],
  );
  return rows;
}

/** Whether any of the accounts is classed as nobody's own, approved or not yet, or was: somebody's link may have ended by that. */
export async function hasClassified(q: Queryable, workspaceId: WorkspaceId, accountIds: readonly string[]): Promise<boolean> {
  const { rows } = await q.query<{ found: boolean }>(
    `select exists (
       select from account_classification as classification
       where classification.workspace_id = $1 and classification.account_id = any ($2::uuid[])
     ) as found`,
    [workspaceId, accountIds],
  );
  return rows[0]?.found === true;
}
