import type { Instant, LedgerRecordId, ReportId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable, Transaction } from '../platform/index.ts';
import type { Conclusion } from '../verdict/index.ts';
import type { ReportDocument, ReportKind } from './report-document.ts';

/** A report as it is kept; `checkpointSize` is null in the moment between writing it and signing the tree over its seal. */
export interface Report {
  readonly id: ReportId;
  readonly kind: ReportKind;
  readonly version: number;
  /** The report that this one corrects, and the one that corrects it. */
  readonly supersedes: ReportId | null;
  readonly supersededBy: ReportId | null;
  readonly periodStart: Instant;
  readonly periodEnd: Instant;
  readonly asOf: Instant;
  readonly conclusion: Conclusion;
  readonly totals: ReportDocument['totals'];
  readonly effects: ReportDocument['effects'];
  readonly manifestSha256: Buffer;
  readonly sealRecordId: LedgerRecordId;
  readonly checkpointSize: number | null;
  readonly createdAt: Instant;
  readonly createdBy: string;
  /** When its files were purged, and by a retention of how many months; null while they are here. */
  readonly purged: { readonly at: Instant; readonly months: number; readonly recordId: LedgerRecordId } | null;
}

const reportColumns = `report.id, report.kind, report.version, report.supersedes,
            (select newer.id from report as newer
              where newer.workspace_id = report.workspace_id and newer.supersedes = report.id) as "supersededBy",
            report.period_start as "periodStart", report.period_end as "periodEnd", report.as_of as "asOf",
            report.conclusion, report.totals, report.effects, report.manifest_sha256 as "manifestSha256",
            report.seal_record_id as "sealRecordId", report.checkpoint_size as "checkpointSize",
            report.created_at as "createdAt", report.created_by as "createdBy",
            report.purged_at as "purgedAt", report.purged_months as "purgedMonths", report.purge_record_id as "purgeRecordId"`;

/** Either all three of the last are there, or none. */
type Row = Omit<Report, 'purged'> & {
  readonly purgedAt: Instant | null;
  readonly purgedMonths: number | null;
  readonly purgeRecordId: LedgerRecordId | null;
};

function reportOf({ purgedAt, purgedMonths, purgeRecordId, ...report }: Row): Report {
  const isPurged = purgedAt !== null && purgedMonths !== null && purgeRecordId !== null;
  return { ...report, purged: isPurged ? { at: purgedAt, months: purgedMonths, recordId: purgeRecordId } : null };
}

export async function insertReport(tx: Queryable, workspaceId: WorkspaceId, report: Report): Promise<void> {
  await tx.query(
    `insert into report (workspace_id, id, kind, period_start, period_end, as_of, conclusion, totals, effects,
                         manifest_sha256, seal_record_id, created_at, created_by, version, supersedes)
     values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9::jsonb, $10, $11, $12, $13, $14, $15)`,
    [
      workspaceId,
      report.id,
      report.kind,
      report.periodStart,
      report.periodEnd,
      report.asOf,
      report.conclusion,
      JSON.stringify(report.totals),
      JSON.stringify(report.effects),
      report.manifestSha256,
      report.sealRecordId,
      report.createdAt,
      report.createdBy,
      report.version,
      report.supersedes,
    ],
  );
}

/** Reports of one workspace are sealed, frozen and given up one after another until the transaction ends; to be taken before anything is written, so that the tree has them in that order. */
export async function lockSeals(tx: Transaction, workspaceId: WorkspaceId): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('seals:' || $1::text, 0))`, [workspaceId]);
}

/** How many were sealed, frozen and given up, of whatever period; purged ones too. It only grows. */
export async function countReports(q: Queryable, workspaceId: WorkspaceId): Promise<number> {
  const { rows } = await q.query<{ reports: number }>(
    `select ((select count(*) from report where report.workspace_id = $1)
             + (select count(draft.frozen_at) + count(*) filter (where draft.ended_because = 'discarded')
                  from report_draft as draft
                 where draft.workspace_id = $1))::int as reports`,
    [workspaceId],
  );
  return rows[0]?.reports ?? 0;
}

/** One by one: a list of byte strings would go to the database as one text, twice as long as all of them. */
export async function insertReportFiles(
  tx: Queryable,
  workspaceId: WorkspaceId,
  reportId: ReportId,
  files: ReadonlyMap<string, Buffer>,
): Promise<void> {
  for (const [path, content] of files) {
    await tx.query(
      `insert into report_file (workspace_id, report_id, path, content)
       values ($1, $2, $3, $4)`,
      [workspaceId, reportId, path, content],
    );
  }
}

/** Notes the checkpoint that covers the seal, unless another process has done so. */
export async function noteCheckpoint(q: Queryable, workspaceId: WorkspaceId, reportId: ReportId, size: number): Promise<void> {
  await q.query(
    `update report
        set checkpoint_size = $3
      where report.workspace_id = $1 and report.id = $2 and report.checkpoint_size is null`,
    [workspaceId, reportId, size],
  );
}

export async function readReport(q: Queryable, workspaceId: WorkspaceId, reportId: ReportId): Promise<Report | undefined> {
  const { rows } = await q.query<Row>(
    `select ${reportColumns}
       from report
      where report.workspace_id = $1 and report.id = $2`,
    [workspaceId, reportId],
  );
  return rows.map(reportOf)[0];
}

/** The size of the checkpoint under which a seal was handed over; undefined where none is noted. */
export async function readSealedCheckpoint(
  q: Queryable,
  workspaceId: WorkspaceId,
  sealRecordId: LedgerRecordId,
): Promise<number | undefined> {
  const { rows } = await q.query<{ size: number }>(
    `select report.checkpoint_size as size
       from report
      where report.workspace_id = $1 and report.seal_record_id = $2 and report.checkpoint_size is not null`,
    [workspaceId, sealRecordId],
  );
  return rows[0]?.size;
}

/** The final report on a period that none corrects. */
export async function latestFinalReport(
  q: Queryable,
  workspaceId: WorkspaceId,
  { periodStart, periodEnd }: Pick<Report, 'periodStart' | 'periodEnd'>,
): Promise<Report | undefined> {
  const { rows } = await q.query<Row>(
    `select ${reportColumns}
       from report
      where report.workspace_id = $1 and report.kind = 'FINAL' and report.period_start = $2 and report.period_end = $3
      order by report.version desc
      limit 1`,
    [workspaceId, periodStart, periodEnd],
  );
  return rows.map(reportOf)[0];
}

/** The latest reports, newest first. */
export async function readReports(q: Queryable, workspaceId: WorkspaceId, { after, limit }: Page): Promise<readonly Report[]> {
  const { rows } = await q.query<Row>(
    `select ${reportColumns}
       from report
      where report.workspace_id = $1 and ($2::uuid is null or report.id < $2::uuid)
      order by report.id desc
      limit $3`,
    [workspaceId, after ?? null, limit],
  );
  return rows.map(reportOf);
}

/** The other reports over some of the same time, earlier and later ones, the latest first. */
export async function readOverlapping(
  q: Queryable,
  workspaceId: WorkspaceId,
  { id, periodEnd, periodStart }: Pick<Report, 'id' | 'periodEnd' | 'periodStart'>,
  limit: number,
): Promise<readonly Report[]> {
  const { rows } = await q.query<Row>(
    `select ${reportColumns}
       from report
      where report.workspace_id = $1 and report.id <> $2 and report.period_start < $4 and report.period_end > $3
      order by report.created_at desc, report.id desc
      limit $5`,
    [workspaceId, id, periodStart, periodEnd, limit],
  );
  return rows.map(reportOf);
}

/** The names of the files that a report was sealed with. */
export async function readReportPaths(q: Queryable, workspaceId: WorkspaceId, reportId: ReportId): Promise<readonly string[]> {
  const { rows } = await q.query<{ path: string }>(
    `select report_file.path
       from report_file
      where report_file.workspace_id = $1 and report_file.report_id = $2
      order by report_file.path`,
    [workspaceId, reportId],
  );
  return rows.map(({ path }) => path);
}

/** One file as it was sealed; undefined when the report has none of that name. */
export async function readReportFile(
  q: Queryable,
  workspaceId: WorkspaceId,
  { reportId, path }: { readonly reportId: ReportId; readonly path: string },
): Promise<Buffer | undefined> {
  const { rows } = await q.query<{ content: Buffer }>(
    `select report_file.content
       from report_file
      where report_file.workspace_id = $1 and report_file.report_id = $2 and report_file.path = $3`,
    [workspaceId, reportId, path],
  );
  return rows[0]?.content;
}

/** Characters of `report.json` in which its conclusion stands: the lists that grow with the population come after it. */
const HEAD_BYTES = 65_536;

/** Why a report concludes as it does, in the words of its `report.json`; undefined where that is gone, or has none: formats of before 2. */
export async function readConcludedBecause(q: Queryable, workspaceId: WorkspaceId, reportId: ReportId): Promise<string | undefined> {
  const { rows } = await q.query<{ head: Buffer }>(
    `select substring(report_file.content from 1 for $3) as head
       from report_file
      where report_file.workspace_id = $1 and report_file.report_id = $2 and report_file.path = 'report.json'`,
    [workspaceId, reportId, HEAD_BYTES],
  );
  const said = /\n "concludedBecause": ("(?:[^"\\]|\\.)*")/.exec(rows[0]?.head.toString('utf8') ?? '')?.[1];
  return said === undefined ? undefined : (JSON.parse(said) as string);
}
