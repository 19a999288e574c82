import { type Instant, type LedgerRecordId, type ReportId, type WorkspaceId } from '../kernel/index.ts';
import { logOrigin } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { listRuns, type ReportUnit, reportPopulation, testResults } from '../reconciliation/index.ts';
import { coverageRows } from './coverage.ts';
import { leaversOf, reportContent, type ReportContent, type ReportHead, type ReportKind } from './report-document.ts';
import { readCoverage, readWorkspaceName } from './report-read-model.ts';
import type { ReportSources } from './report-sources.ts';
import { readSealRecords } from './seal-records.ts';
import { readSources } from './sources-read-model.ts';
import { toldAfterSeals } from './told-after-seals.ts';
import { readSeals } from '../verdict/index.ts';

export interface ReportPlan {
  readonly reportId: ReportId;
  readonly kind: ReportKind;
  readonly version: number;
  readonly supersedes: ReportHead['supersedes'];
  readonly periodStart: Instant;
  readonly periodEnd: Instant;
  /** When it is written, or frozen. */
  readonly at: Instant;
  /** Of the program that writes the report. */
  readonly softwareVersion: string;
}

/** What each source is asked for; said in every report, so that a reader can ask the same. */
const queries: ReportSources['queries'] = {
  roster:
    'Every row of every accepted file or push, by its canonical columns, but for those that were rejected: the import keeps of each its line, column and reason (GET roster/imports/{id}/rejected-rows), and it is a doubt about who left until a later import takes it.',
  directory:
    'Microsoft Graph v1.0, read only: users and their accountEnabled, directory/deletedItems, groups with direct members, the assignments of the provisioned application; whole, or by delta query in between. Accounts that were once seen are asked for by id until their end is proven.',
  scim: 'Every user that was ever provisioned over SCIM 2.0, with each state and when it was received: by the requests that the workspace received with its own credentials, whichever of them it was (a token, an OAuth 2.0 client, a federated identity, a token of Entra’s own). Nothing is asked of the sender, and no user is left out.',
  population:
    'Every employment period of the roster whose end lies within [periodStart, periodEnd), passes included; besides every finding that is no pass at the as-of, and whoever left within the period of a final report that was sealed before HR told of it.',
};

/**
 * What a report says of its period as the latest reconciliation run judged it; `q` is a snapshot.
 * Throws DomainError `conflict` where nothing was ever reconciled.
 */
export async function gatherContent(q: Transaction, workspaceId: WorkspaceId, plan: ReportPlan): Promise<ReportContent> {
  const { reportId, kind, version, supersedes, periodStart, periodEnd, softwareVersion } = plan;
  const toldAfterSeal = await readToldAfterSeal(q, workspaceId, { periodStart, periodEnd });
  const beside = toldAfterSeal.map(({ findingId }) => findingId);
  const population = await reportPopulation(q, workspaceId, { periodStart, periodEnd, beside });
  const named = [...new Set(population.units.flatMap(({ systems }) => systems.flatMap(({ connectionId }) => connectionId ?? [])))];
  const range = { start: periodStart, end: population.run.asOf, named };
  const left = leaversOf({ findings: population.units, periodStart, periodEnd });
  const periodIds = left.flatMap(({ period }) => period?.id ?? []);
  const read = await readSources(q, workspaceId, { ...range, at: plan.at, periodIds });
  const sources: ReportSources = { software: { name: 'rollcall', version: softwareVersion }, ...read, queries };
  const head = {
    kind,
    reportId,
    version,
    supersedes,
    workspace: { id: workspaceId, name: await readWorkspaceName(q, workspaceId) },
    log: logOrigin(workspaceId),
  };
  const tests = await testResults(q, { workspaceId, at: population.run.asOf, period: { from: periodStart, to: periodEnd } });
  const coverage = coverageRows(await readCoverage(q, workspaceId, range), range);
  return reportContent(head, { population, sources, tests, coverage, toldAfterSeal });
}

/** Nobody before anything was reconciled. */
async function readToldAfterSeal(q: Transaction, workspaceId: WorkspaceId, period: Pick<ReportPlan, 'periodEnd' | 'periodStart'>) {
  const [run] = await listRuns(q, workspaceId, { after: undefined, limit: 1 });
  if (run === undefined) return [];
  const seals = readSeals(await readSealRecords(q, workspaceId));
  return await toldAfterSeals(q, workspaceId, { ...period, seals, asOf: run.asOf });
}

/** Every ledger record that a report's findings rest on, and those of what was taken from people by hand, excepted or excluded. */
export function citedRecords({
  decisions,
  findings,
  takenAccounts,
}: Pick<ReportContent, 'decisions' | 'findings' | 'takenAccounts'>): readonly LedgerRecordId[] {
  const found = findings.flatMap(({ evidence, systems }: ReportUnit) => [...evidence, ...systems.flatMap((each) => each.evidence)]);
  return [...new Set([...found, ...[...takenAccounts, ...decisions].flatMap(({ recordIds }) => recordIds)])];
}
