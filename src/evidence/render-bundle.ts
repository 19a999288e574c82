import type { ReportId, WorkspaceId } from '../kernel/index.ts';
import { readCheckpoint } from '../ledger/index.ts';
import { logFiles } from './log-files.ts';
import { type Report, readReportFiles } from './report-store.ts';
import { type SealDeps, sealedReport } from './seal-report.ts';
import { writeZip } from './write-zip.ts';

export interface Bundle {
  /** Such as `rollcall-interim-2026-01-01-2026-04-01-0198c0de.zip`. */
  readonly fileName: string;
  readonly zip: Buffer;
}

/**
 * The bundle of a report: its files as they were sealed, and the log up to the checkpoint that seals them. Byte-identical
 * each time, but for personal data that has been erased since. Throws DomainError `not-found`.
 */
export async function renderBundle(deps: SealDeps, workspaceId: WorkspaceId, reportId: ReportId): Promise<Bundle> {
  const report = await sealedReport(deps, workspaceId, reportId);
  const checkpoint = await readCheckpoint(deps.database, workspaceId, report.checkpointSize ?? 0);
  if (checkpoint === undefined) throw new Error('the checkpoint that seals the report is gone');
  const files = new Map([
    ...(await readReportFiles(deps.database, workspaceId, reportId)),
    ...(await logFiles(deps.database, workspaceId, { checkpoint, sealRecordId: report.sealRecordId })),
  ]);
  return { fileName: fileNameOf(report), zip: writeZip(files) };
}

function fileNameOf({ kind, periodStart, periodEnd, id }: Report): string {
  return `rollcall-${kind.toLowerCase()}-${periodStart.slice(0, 10)}-${periodEnd.slice(0, 10)}-${id.slice(-8)}.zip`;
}
