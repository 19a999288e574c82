import { type LedgerRecordId, refuse, type ReportId, type WorkspaceId } from '../kernel/index.ts';
import { appendOne, hastenAnchors, type Integrator } from '../ledger/index.ts';
import type { Database, Transaction } from '../platform/index.ts';
import type { ReportDocument } from './report-document.ts';
import type { ReportFiles } from './report-files.ts';
import { countReports, insertReport, insertReportFiles, lockSeals, noteCheckpoint, type Report, readReport } from './report-store.ts';
import { refuseUnknownReport } from './read-report-id.ts';

export interface SealDeps {
  readonly database: Database;
  readonly integrator: Pick<Integrator, 'settle'>;
}

interface Sealing {
  readonly files: ReportFiles;
  /** What `countReports` said when the document's earlier seals were read. */
  readonly reportsBefore: number;
  /** What else is written in the sealing transaction, given the record that seals. */
  readonly alsoWrite?: (tx: Transaction, sealRecordId: LedgerRecordId) => Promise<void>;
}

/**
 * Keeps a report's files, seals their manifest in the ledger in the same transaction (I3), and waits until a signed
 * checkpoint covers the seal. Throws DomainError `conflict` where another report of the workspace was sealed, frozen or given up since this one was gathered.
 */
export async function sealReport(deps: SealDeps, document: ReportDocument, { files, alsoWrite, reportsBefore }: Sealing): Promise<Report> {
  const { workspace, reportId } = document;
  await deps.database.transaction(async (tx) => {
    await lockSeals(tx, workspace.id);
    if ((await countReports(tx, workspace.id)) !== reportsBefore) refuseMeanwhile();
    const sealRecordId = await appendOne(tx, workspace.id, sealRecord(document, files));
    await alsoWrite?.(tx, sealRecordId);
    await insertReport(tx, workspace.id, rowOf(document, files, sealRecordId));
    await insertReportFiles(tx, workspace.id, reportId, files.files);
    await hastenAnchors(tx, workspace.id, document.createdAt); // a seal that is anchored at once cannot be rewritten later
  });
  return await finishSeal(deps, workspace.id, reportId);
}

/** It would leave that one out of what it tells of others. */
function refuseMeanwhile(): never {
  return refuse('conflict', {
    detail: 'Another report was sealed, frozen or given up at the same moment.',
    next: 'Ask for this one again.',
  });
}

function sealRecord({ createdAt, createdBy, reportId, ...document }: ReportDocument, { manifestSha256 }: ReportFiles) {
  return {
    type: 'report.sealed' as const,
    at: createdAt,
    actor: createdBy,
    subject: { kind: 'report', id: reportId },
    detail: {
      kind: document.kind,
      manifest: `sha256:${manifestSha256.toString('hex')}`,
      period: { start: document.periodStart, end: document.periodEnd },
      as_of: document.asOf,
      conclusion: document.conclusion,
      version: document.version,
      supersedes: document.supersedes === null ? null : { ...document.supersedes },
    },
  };
}

function rowOf(document: ReportDocument, { manifestSha256 }: ReportFiles, sealRecordId: LedgerRecordId): Report {
  const { reportId, kind, version, supersedes, periodStart, periodEnd, asOf, conclusion, totals, effects, createdAt, createdBy } = document;
  return {
    id: reportId,
    kind,
    version,
    supersedes: supersedes?.reportId ?? null,
    supersededBy: null,
    periodStart,
    periodEnd,
    asOf,
    conclusion,
    totals,
    effects,
    manifestSha256,
    sealRecordId,
    checkpointSize: null,
    createdAt,
    createdBy,
    purged: null,
  };
}

/**
 * A report under a signed checkpoint. A process that died before the tree was signed has left that to the next reader.
 * Throws DomainError `not-found`.
 */
export async function sealedReport(deps: SealDeps, workspaceId: WorkspaceId, reportId: ReportId): Promise<Report> {
  const report = await readReport(deps.database, workspaceId, reportId);
  if (report === undefined) return refuseUnknownReport();
  return report.checkpointSize === null ? await finishSeal(deps, workspaceId, reportId) : report;
}

async function finishSeal({ database, integrator }: SealDeps, workspaceId: WorkspaceId, reportId: ReportId): Promise<Report> {
  const { size } = await integrator.settle(workspaceId);
  await noteCheckpoint(database, workspaceId, reportId, size);
  return (await readReport(database, workspaceId, reportId)) ?? refuseUnknownReport();
}
