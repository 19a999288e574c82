import type { Instant, LedgerRecordId, ReportId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** By which retention something is purged, and when. */
export interface Purge {
  readonly at: Instant;
  readonly months: number;
}

/** The next sealed report that is kept no longer and that no auditor can read by a link, for this transaction alone. */
export async function takeExpiredReport(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { at, months }: Purge,
): Promise<{ readonly id: ReportId; readonly manifestSha256: Buffer } | undefined> {
  const { rows } = await tx.query<{ id: ReportId; manifestSha256: Buffer }>(
    `select report.id, report.manifest_sha256 as "manifestSha256"
       from report
      where report.workspace_id = $1 and report.purged_at is null and report.checkpoint_size is not null
        and report.created_at <= $2::timestamptz - make_interval(months => $3)
        and not exists (select from auditor_link as link
                         where link.workspace_id = report.workspace_id and link.report_id = report.id
                           and link.revoked_at is null and link.expires_at > $2)
      order by report.id
      limit 1
        for update skip locked`,
    [workspaceId, at, months],
  );
  return rows[0];
}

/** The next draft that was frozen and given up that long ago. */
export async function takeExpiredDraft(tx: Queryable, workspaceId: WorkspaceId, { at, months }: Purge): Promise<ReportId | undefined> {
  const { rows } = await tx.query<{ id: ReportId }>(
    `select draft.id
       from report_draft as draft
      where draft.workspace_id = $1 and draft.ended_because = 'discarded' and draft.document is not null
        and draft.ended_at <= $2::timestamptz - make_interval(months => $3)
      order by draft.id
      limit 1
        for update skip locked`,
    [workspaceId, at, months],
  );
  return rows[0]?.id;
}

/** Its files go, but for the manifest. */
export async function purgeReportFiles(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { at, months, recordId, reportId }: Purge & { readonly reportId: ReportId; readonly recordId: LedgerRecordId },
): Promise<void> {
  await tx.query(
    `update report set purged_at = $3, purged_months = $4, purge_record_id = $5
      where report.workspace_id = $1 and report.id = $2`,
    [workspaceId, reportId, at, months, recordId],
  );
  await tx.query(
    `delete from report_file where report_file.workspace_id = $1 and report_file.report_id = $2 and report_file.path <> 'manifest.json'`,
    [workspaceId, reportId],
  );
}

/** What was frozen goes, and what management said of it. Nothing where the report never was a draft. */
export async function purgeDraft(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { at, reportId }: { readonly reportId: ReportId; readonly at: Instant },
): Promise<void> {
  await tx.query('update report_draft set document = null, purged_at = $3 where report_draft.workspace_id = $1 and report_draft.id = $2', [
    workspaceId,
    reportId,
    at,
  ]);
  for (const table of ['report_response', 'report_draft_finding']) {
    await tx.query(`delete from ${table} as kept where kept.workspace_id = $1 and kept.draft_id = $2`, [workspaceId, reportId]);
  }
}
