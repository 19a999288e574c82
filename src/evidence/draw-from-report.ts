import { newId, type ReportId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import { drawSample } from '../verdict/index.ts';
import type { EvidenceDeps } from './create-interim-report.ts';
import type { Doing } from './final-report.ts';
import { leaversOf, type ReportDocument } from './report-document.ts';
import { requireReportFile } from './require-report-file.ts';
import { insertSample, type Sample } from './sample-store.ts';

export interface SampleRequest extends Doing {
  /** The auditor's own, chosen once the report was sealed. */
  readonly seed: string;
  readonly size: number;
}

/**
 * Draws a sample from the leavers of a sealed report, and records seed, size and population, so that nobody draws until they like what they
 * see without it showing. Throws DomainError `not-found`; `conflict` for a report without leavers.
 */
export async function drawFromReport(
  { database }: EvidenceDeps,
  workspaceId: WorkspaceId,
  reportId: ReportId,
  { seed, size, actor, at }: SampleRequest,
): Promise<Sample> {
  const bytes = await requireReportFile(database, workspaceId, { reportId, path: 'report.json' });
  const report = JSON.parse(bytes.toString('utf8')) as ReportDocument;
  const periods = leaversOf(report).flatMap(({ period }) => period?.id ?? []);
  if (periods.length === 0) refuse('conflict', { detail: 'The report has no leavers to draw from.' });
  const { populationSha256, drawn } = drawSample(periods, { seed, size });
  return database.transaction(async (tx) => {
    const ids = drawn.map(({ id }) => id);
    const recordId = await appendOne(tx, workspaceId, {
      type: 'sample.drawn',
      at,
      actor,
      subject: { kind: 'report', id: reportId },
      // Whom it fell on follows from these, and would not fit into a record where they are many.
      detail: { seed, size, population: `sha256:${populationSha256}`, of: periods.length },
    });
    const sample = { id: newId(at), reportId, seed, size, populationSha256, drawn: ids, drawnAt: at, drawnBy: actor, recordId };
    await insertSample(tx, workspaceId, sample);
    return sample;
  });
}
