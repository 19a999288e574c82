import { type Instant, type LedgerRecordId, newId, type WorkspaceId } from '../kernel/index.ts';
import { logOrigin, readLeafIndexes } from '../ledger/index.ts';
import { inSnapshot, type Queryable } from '../platform/index.ts';
import { type ReportUnit, reportPopulation } from '../reconciliation/index.ts';
import { coverageRows } from './coverage.ts';
import { readCoverage, readWorkspaceName } from './report-read-model.ts';
import { type ReportDocument, reportDocument } from './report-document.ts';
import { reportFiles } from './report-files.ts';
import type { Report } from './report-store.ts';
import { type SealDeps, sealReport } from './seal-report.ts';

export interface EvidenceDeps extends SealDeps {
  /** The text of verify.mjs, which goes into every bundle. */
  readonly verifierSource: string;
}

export interface InterimReportRequest {
  readonly periodStart: Instant;
  /** Not included. May lie ahead: an interim report speaks of what is known by now. */
  readonly periodEnd: Instant;
  readonly actor: string;
  readonly at: Instant;
}

/**
 * Writes and seals a report on a period as the latest reconciliation run judged it. Pending verdicts are listed as
 * pending; the whole never passes (I10).
 * Throws DomainError `ledger-behind` when the ledger cannot be sealed, `conflict` when nothing was
 * reconciled yet.
 */
export async function createInterimReport(deps: EvidenceDeps, workspaceId: WorkspaceId, request: InterimReportRequest): Promise<Report> {
  const document = await inSnapshot(deps.database, (q) => documentOf(q, workspaceId, request));
  await deps.integrator.settle(workspaceId); // what the findings rest on has its place in the tree before the report names it
  const indexes = await readLeafIndexes(deps.database, workspaceId, [...new Set(document.findings.flatMap(evidenceOf))]);
  return await sealReport(deps, document, reportFiles(document, indexes, deps.verifierSource));
}

async function documentOf(q: Queryable, workspaceId: WorkspaceId, request: InterimReportRequest): Promise<ReportDocument> {
  const { periodStart, periodEnd, actor, at } = request;
  const population = await reportPopulation(q, workspaceId, { periodStart, periodEnd });
  const range = { start: periodStart, end: population.run.asOf };
  const head = {
    reportId: newId<'report'>(at),
    workspace: { id: workspaceId, name: await readWorkspaceName(q, workspaceId) },
    log: logOrigin(workspaceId),
    createdAt: at,
    createdBy: actor,
  };
  return reportDocument(head, population, coverageRows(await readCoverage(q, workspaceId, range), range));
}

function evidenceOf({ evidence, systems }: ReportUnit): readonly LedgerRecordId[] {
  return [...evidence, ...systems.flatMap((system) => system.evidence)];
}
