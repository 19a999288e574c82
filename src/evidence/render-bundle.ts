import type { ReportId, WorkspaceId } from '../kernel/index.ts';
import { readCheckpoint } from '../ledger/index.ts';
import { logFiles } from './log-files.ts';
import { refusePurged } from './read-report-id.ts';
import { type Report, readReportFile, readReportPaths } from './report-store.ts';
import { type SealDeps, sealedReport } from './seal-report.ts';
import { packZip, type ZipFile } from './write-zip.ts';

export interface Bundle {
  /** Such as `rollcall-interim-2026-01-01-2026-04-01-0198c0de.zip`. */
  readonly fileName: string;
  /** The ZIP, piece by piece: what is read of the database meanwhile is a page at a time, however long the ledger. */
  readonly zip: AsyncIterable<Buffer>;
}

/**
 * The bundle of a report: its files as they were sealed, and the log up to the checkpoint that seals them. Byte-identical
 * each time, but for personal data that has been erased since. Throws DomainError `not-found`, also once its files were purged.
 */
export async function renderBundle(deps: SealDeps, workspaceId: WorkspaceId, reportId: ReportId): Promise<Bundle> {
  const report = await sealedReport(deps, workspaceId, reportId);
  if (report.purged !== null) refusePurged(report.purged);
  const checkpoint = await readCheckpoint(deps.database, workspaceId, report.checkpointSize ?? 0);
  if (checkpoint === undefined) throw new Error('the checkpoint that seals the report is gone');
  const own = (await readReportPaths(deps.database, workspaceId, reportId)).map(
    (path): ZipFile => ({ path, pieces: contentOf(deps, workspaceId, { reportId, path }) }),
  );
  const log = await logFiles(deps.database, workspaceId, { checkpoint, sealRecordId: report.sealRecordId });
  return { fileName: fileNameOf(report), zip: packZip([...own, ...log]) };
}

/** Read when its turn comes, so that one file is in memory at a time. */
async function* contentOf(
  { database }: SealDeps,
  workspaceId: WorkspaceId,
  file: { readonly reportId: ReportId; readonly path: string },
): AsyncGenerator<Buffer> {
  const content = await readReportFile(database, workspaceId, file);
  if (content === undefined) throw new Error(`the report has lost ${file.path}`);
  yield content;
}

function fileNameOf({ kind, periodStart, periodEnd, id }: Report): string {
  return `rollcall-${kind.toLowerCase()}-${periodStart.slice(0, 10)}-${periodEnd.slice(0, 10)}-${id.slice(-8)}.zip`;
}
