import type { Instant, LedgerRecordId, ReportId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** A bundle in a bucket under object lock. */
export interface Deposit {
  /** Endpoint, bucket and prefix. */
  readonly place: string;
  readonly objectKey: string;
  readonly versionId: string;
  readonly retainUntil: Instant;
  /** Of the ZIP. */
  readonly sha256: Buffer;
  readonly bytes: number;
  readonly depositedAt: Instant;
  /** The record `report.deposited`. */
  readonly recordId: LedgerRecordId;
}

/** A report's deposits, earliest first: one in each bucket that was ever named. */
export async function readDeposits(q: Queryable, workspaceId: WorkspaceId, reportId: ReportId): Promise<readonly Deposit[]> {
  const { rows } = await q.query<Deposit>(
    `select deposit.place, deposit.object_key as "objectKey", deposit.version_id as "versionId", deposit.retain_until as "retainUntil",
            deposit.sha256, deposit.bytes, deposit.deposited_at as "depositedAt", deposit.record_id as "recordId"
       from report_deposit as deposit
      where deposit.workspace_id = $1 and deposit.report_id = $2
      order by deposit.deposited_at, deposit.place`,
    [workspaceId, reportId],
  );
  return rows;
}

export async function insertDeposit(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { reportId, ...deposit }: Deposit & { readonly reportId: ReportId },
) {
  await tx.query(
    `insert into report_deposit (workspace_id, report_id, place, object_key, version_id, retain_until, sha256, bytes, deposited_at, record_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      workspaceId,
      reportId,
      deposit.place,
      deposit.objectKey,
      deposit.versionId,
      deposit.retainUntil,
      deposit.sha256,
      deposit.bytes,
      deposit.depositedAt,
      deposit.recordId,
    ],
  );
}

/** The last attempt at putting a report's bundle somewhere. */
export interface DepositAttempt {
  readonly place: string;
  readonly triedAt: Instant;
  /** What stood in the way; null when nothing did, or while it is under way. */
  readonly problem: string | null;
}

export async function readDepositAttempts(q: Queryable, workspaceId: WorkspaceId, reportId: ReportId): Promise<readonly DepositAttempt[]> {
  const { rows } = await q.query<DepositAttempt>(
    `select attempt.place, attempt.tried_at as "triedAt", attempt.problem
       from report_deposit_attempt as attempt
      where attempt.workspace_id = $1 and attempt.report_id = $2
      order by attempt.tried_at desc, attempt.place`,
    [workspaceId, reportId],
  );
  return rows;
}

export async function noteDepositAttempt(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { place, problem, reportId, triedAt }: DepositAttempt & { readonly reportId: ReportId },
): Promise<void> {
  await tx.query(
    `insert into report_deposit_attempt (workspace_id, report_id, place, tried_at, problem) values ($1, $2, $3, $4, $5)
         on conflict (workspace_id, report_id, place) do update set tried_at = excluded.tried_at, problem = excluded.problem`,
    [workspaceId, reportId, place, triedAt, problem],
  );
}

/** Takes sealed reports that lie nowhere in that place and were not tried there since `triedBefore`, each for one of the processes that ask. */
export async function takeDueDeposits(
  tx: Queryable,
  {
    at,
    limit,
    place,
    triedBefore,
  }: { readonly place: string; readonly at: Instant; readonly triedBefore: Instant; readonly limit: number },
): Promise<readonly { readonly workspaceId: WorkspaceId; readonly reportId: ReportId }[]> {
  const { rows } = await tx.query<{ workspaceId: WorkspaceId; reportId: ReportId }>(
    `with due as (
       select report.workspace_id, report.id
         from report
        where report.purged_at is null
          and not exists (select from report_deposit as deposit
                           where deposit.workspace_id = report.workspace_id and deposit.report_id = report.id and deposit.place = $1)
          and not exists (select from report_deposit_attempt as attempt
                           where attempt.workspace_id = report.workspace_id and attempt.report_id = report.id and attempt.place = $1
                             and attempt.tried_at > $2)
        order by report.id
        limit $4
     )
     insert into report_deposit_attempt (workspace_id, report_id, place, tried_at)
     select due.workspace_id, due.id, $1, $3 from due
         on conflict (workspace_id, report_id, place) do update set tried_at = excluded.tried_at
      returning report_deposit_attempt.workspace_id as "workspaceId", report_deposit_attempt.report_id as "reportId"`,
    [place, triedBefore, at, limit],
  );
  return rows;
}
