import type { Instant, LedgerRecordId, ReportId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';

/** A sample of a sealed report's leavers. */
export interface Sample {
  readonly id: string;
  readonly reportId: ReportId;
  readonly seed: string;
  readonly size: number;
  readonly populationSha256: string;
  /** Employment periods, in the order in which they were drawn. */
  readonly drawn: readonly string[];
  readonly drawnAt: Instant;
  readonly drawnBy: string;
  readonly recordId: LedgerRecordId;
}

export async function insertSample(tx: Queryable, workspaceId: WorkspaceId, sample: Sample): Promise<void> {
  await tx.query(
    `insert into report_sample (workspace_id, id, report_id, seed, size, population_sha256, drawn, drawn_at, drawn_by, record_id)
     values ($1, $2, $3, $4, $5, decode($6, 'hex'), $7::uuid[], $8, $9, $10)`,
    [
      workspaceId,
      sample.id,
      sample.reportId,
      sample.seed,
      sample.size,
      sample.populationSha256,
      sample.drawn,
      sample.drawnAt,
      sample.drawnBy,
      sample.recordId,
    ],
  );
}

/** The samples of a report, latest first. */
export async function listSamples(
  q: Queryable,
  workspaceId: WorkspaceId,
  reportId: ReportId,
  { after, limit }: Page,
): Promise<readonly Sample[]> {
  const { rows } = await q.query<Sample>(
    `select sample.id, sample.report_id as "reportId", sample.seed, sample.size, encode(sample.population_sha256, 'hex') as "populationSha256",
            sample.drawn, sample.drawn_at as "drawnAt", sample.drawn_by as "drawnBy", sample.record_id as "recordId"
       from report_sample as sample
      where sample.workspace_id = $1 and sample.report_id = $2 and ($3::uuid is null or sample.id < $3::uuid)
      order by sample.id desc
      limit $4`,
    [workspaceId, reportId, after ?? null, limit],
  );
  return rows;
}
