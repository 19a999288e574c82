import type { Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import type { RuleMatch } from '../verdict/index.ts';
import type { DispositionKind } from './report-population.ts';

/** Tests from which an account may be excepted. */
export const exceptibleTests = ['mfa-on-azure'] as const;
export type ExceptibleTest = (typeof exceptibleTests)[number];

/** What was decided about a finding, or about an account in a test, and what became of that. */
export interface Disposition {
  readonly id: string;
  /** Null where it is about an account in a test; then the next three are not. */
  readonly findingId: string | null;
  readonly test: ExceptibleTest | null;
  readonly accountId: string | null;
  /** The person of the roster who answers for that account. */
  readonly ownerPersonId: string | null;
  readonly kind: DispositionKind;
  readonly reason: string;
  readonly ticket: string | null;
  readonly requestedAt: Instant;
  readonly requestedBy: string;
  /** Of an exception, and of nothing else. */
  readonly expiresAt: Instant | null;
  readonly approvedAt: Instant | null;
  readonly approvedBy: string | null;
  readonly endedAt: Instant | null;
  readonly endedBecause: 'withdrawn' | 'expired' | null;
}

const columns = `disposition.id, disposition.finding_id as "findingId", disposition.test, disposition.account_id as "accountId",
  disposition.owner_person_id as "ownerPersonId", disposition.kind, disposition.reason, disposition.ticket,
  disposition.requested_at as "requestedAt", disposition.requested_by as "requestedBy", disposition.expires_at as "expiresAt",
  disposition.approved_at as "approvedAt", disposition.approved_by as "approvedBy", disposition.ended_at as "endedAt",
  disposition.ended_because as "endedBecause"`;

export async function insertDisposition(
  tx: Queryable,
  workspaceId: WorkspaceId,
  row: Disposition & { readonly recordId: LedgerRecordId },
): Promise<void> {
  await tx.query(
    `insert into disposition (workspace_id, id, finding_id, test, account_id, owner_person_id, kind, reason, ticket, requested_at, requested_by,
                              record_id, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      workspaceId,
      row.id,
      row.findingId,
      row.test,
      row.accountId,
      row.ownerPersonId,
      row.kind,
      row.reason,
      row.ticket,
      row.requestedAt,
      row.requestedBy,
      row.recordId,
      row.expiresAt,
    ],
  );
}

/** An open finding: every rule that applies, and whether something is decided about it. Undefined for one that is not there or closed. */
export async function findDisposable(
  tx: Queryable,
  workspaceId: WorkspaceId,
  findingId: string,
): Promise<{ readonly all: readonly RuleMatch[]; readonly isDecided: boolean } | undefined> {
  const { rows } = await tx.query<{ all: readonly RuleMatch[]; isDecided: boolean }>(
    `select finding.all_rules as "all",
            exists (
              select from disposition
              where disposition.workspace_id = finding.workspace_id and disposition.finding_id = finding.id and disposition.ended_at is null
            ) as "isDecided"
     from finding
     where finding.workspace_id = $1 and finding.id = $2 and finding.closed_at is null`,
    [workspaceId, findingId],
  );
  return rows[0];
}

/** Whether an exception of an account from a test is asked for or made. */
export async function isExcepted(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { test, accountId }: { readonly test: ExceptibleTest; readonly accountId: string },
): Promise<boolean> {
  const { count } = await tx.query(
    `select 1 from disposition
     where disposition.workspace_id = $1 and disposition.test = $2 and disposition.account_id = $3 and disposition.ended_at is null`,
    [workspaceId, test, accountId],
  );
  return count > 0;
}

/** One that has not ended. */
export async function findDisposition(tx: Queryable, workspaceId: WorkspaceId, id: string): Promise<Disposition | undefined> {
  const { rows } = await tx.query<Disposition>(
    `select ${columns} from disposition where disposition.workspace_id = $1 and disposition.id = $2 and disposition.ended_at is null`,
    [workspaceId, id],
  );
  return rows[0];
}

export async function approveDispositionRow(
  tx: Queryable,
  workspaceId: WorkspaceId,
  approval: { readonly id: string; readonly at: Instant; readonly actor: string; readonly recordId: LedgerRecordId },
): Promise<void> {
  await tx.query(
    `update disposition set approved_at = $3::timestamptz, approved_by = $4, approval_record_id = $5
     where disposition.workspace_id = $1 and disposition.id = $2`,
    [workspaceId, approval.id, approval.at, approval.actor, approval.recordId],
  );
}

export interface DispositionEnding {
  readonly at: Instant;
  readonly because: 'withdrawn' | 'expired';
  readonly ended: readonly { readonly id: string; readonly recordId: LedgerRecordId }[];
}

export async function endDispositions(tx: Queryable, workspaceId: WorkspaceId, { at, because, ended }: DispositionEnding): Promise<void> {
  await tx.query(
    `update disposition
     set ended_at = $2::timestamptz, ended_because = $3, end_record_id = row."recordId"
     from jsonb_to_recordset($4::jsonb) as row (id uuid, "recordId" uuid)
     where disposition.workspace_id = $1::uuid and disposition.id = row.id and disposition.ended_at is null`,
    [workspaceId, at, because, JSON.stringify(ended)],
  );
}

/** Exceptions whose time has come, approved or not. */
export async function expiredDispositions(tx: Queryable, workspaceId: WorkspaceId, at: Instant): Promise<readonly Disposition[]> {
  const { rows } = await tx.query<Disposition>(
    `select ${columns} from disposition
     where disposition.workspace_id = $1 and disposition.ended_at is null and disposition.expires_at <= $2::timestamptz
     order by disposition.id`,
    [workspaceId, at],
  );
  return rows;
}

/** All that were ever decided, newest first. */
export async function listDispositions(q: Queryable, workspaceId: WorkspaceId, { after, limit }: Page): Promise<readonly Disposition[]> {
  const { rows } = await q.query<Disposition>(
    `select ${columns} from disposition
     where disposition.workspace_id = $1 and ($2::uuid is null or disposition.id < $2::uuid)
     order by disposition.id desc
     limit $3`,
    [workspaceId, after ?? null, limit],
  );
  return rows;
}
