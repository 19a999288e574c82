import type { ReportId, WorkspaceId } from '../kernel/index.ts';
import type { Task } from '../jobs/index.ts';
import { allLedgers, appendOne, readRetention } from '../ledger/index.ts';
import type { Clock, Database, Log, Transaction } from '../platform/index.ts';
import { type Purge, purgeDraft, purgeReportFiles, takeExpiredDraft, takeExpiredReport } from './purge-store.ts';

export interface PurgeReportsDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
}

/** After the ledger's own purge. */
const NIGHTLY = '53 3 * * *';

/** Purges, every night, the files of reports that are older than their workspace keeps them. */
export function purgeReportsTask(deps: PurgeReportsDeps): Task {
  return {
    name: 'evidence.purge',
    schedule: NIGHTLY,
    run: async () => {
      for (const workspaceId of await allLedgers(deps.database)) await purgeReports(deps, workspaceId);
    },
  };
}

/**
 * Purges the files of each sealed report that is older than the workspace keeps them, with what was frozen for it and what management said of it, and what
 * was frozen and given up that long ago; each in a transaction of its own, with its record (I3). A report that an auditor can still read by a link waits for
 * the link's end. Row, manifest and ledger stay, so that a bundle that was handed out can be told from a forgery.
 */
export async function purgeReports({ clock, database, log }: PurgeReportsDeps, workspaceId: WorkspaceId): Promise<void> {
  const { reportMonths } = await readRetention(database, workspaceId);
  if (reportMonths === null) return;
  const purge = { at: clock.now(), months: reportMonths };
  for (const purgeNext of [purgeReport, purgeDiscarded]) {
    for (;;) {
      const reportId = await database.transaction((tx) => purgeNext(tx, workspaceId, purge));
      if (reportId === undefined) break;
      log.info('report.purged', { workspaceId, reportId });
    }
  }
}

async function purgeReport(tx: Transaction, workspaceId: WorkspaceId, purge: Purge): Promise<ReportId | undefined> {
  const report = await takeExpiredReport(tx, workspaceId, purge);
  if (report === undefined) return undefined;
  const { id: reportId, manifestSha256 } = report;
  const recordId = await record(tx, workspaceId, { ...purge, reportId, manifest: `sha256:${manifestSha256.toString('hex')}` });
  await purgeReportFiles(tx, workspaceId, { ...purge, reportId, recordId });
  await purgeDraft(tx, workspaceId, { ...purge, reportId });
  return reportId;
}

async function purgeDiscarded(tx: Transaction, workspaceId: WorkspaceId, purge: Purge): Promise<ReportId | undefined> {
  const reportId = await takeExpiredDraft(tx, workspaceId, purge);
  if (reportId === undefined) return undefined;
  await record(tx, workspaceId, { ...purge, reportId, manifest: null });
  await purgeDraft(tx, workspaceId, { ...purge, reportId });
  return reportId;
}

/** `manifest`: of what was sealed. */
async function record(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { at, manifest, months, reportId }: Purge & { readonly reportId: ReportId; readonly manifest: string | null },
) {
  return await appendOne(tx, workspaceId, {
    type: 'report.purged',
    at,
    actor: 'system',
    subject: { kind: 'report', id: reportId },
    detail: { manifest, months },
  });
}
