import type { ReportId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { refusePurged } from './read-report-id.ts';
import { refuseUnknownFile } from './report-file-path.ts';
import { readReport, readReportFile } from './report-store.ts';

/** One file as it was sealed. Throws DomainError `not-found` for one that the report has not, or has no more: then it says since when. */
export async function requireReportFile(
  q: Queryable,
  workspaceId: WorkspaceId,
  file: { readonly reportId: ReportId; readonly path: string },
): Promise<Buffer> {
  const content = await readReportFile(q, workspaceId, file);
  if (content !== undefined) return content;
  const report = await readReport(q, workspaceId, file.reportId);
  return report?.purged ? refusePurged(report.purged) : refuseUnknownFile();
}
