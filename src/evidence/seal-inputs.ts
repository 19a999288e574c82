import type { WorkspaceId } from '../kernel/index.ts';
import {
  type CosignedCheckpoint,
  type MetaProof,
  proveDailyCollected,
  readDailyCosignatures,
  readDailyStamps,
  readLeafIndexes,
  readLeftOpen,
  readSequencedReports,
  type StampedCheckpoint,
} from '../ledger/index.ts';
import type { Queryable } from '../platform/index.ts';
import { type EarlierSeal, type SetAside, sealsOverPeriod, setAsideOverPeriod } from '../verdict/index.ts';
import { citedRecords } from './gather-facts.ts';
import { leaversOf, type ReportContent } from './report-document.ts';
import type { LedgerTelling } from './ledger-telling.ts';
import { readTelling } from './telling-read-model.ts';
import type { LeafIndexes } from './report-tables.ts';
import { countReports } from './report-store.ts';
import type { SealDeps } from './seal-report.ts';

/** What the ledger adds to a report in the moment of its sealing. */
export interface SealInputs {
  readonly indexes: LeafIndexes;
  readonly telling: LedgerTelling;
  readonly leavesOpen: readonly string[];
  readonly earlier: EarlierReports;
  /** What `countReports` said before the ledger was asked: the sealing refuses to leave out what came meanwhile. */
  readonly reportsBefore: number;
  /** Time stamps from the period's beginning on, the last of each day: they bound when each record was written to a day. */
  readonly stamps: readonly StampedCheckpoint[];
  /** Checkpoints that witnesses cosigned since then, the last of each day by each. */
  readonly cosigned: readonly CosignedCheckpoint[];
  /** Checkpoints in the meta-log since then, the last of each day, by each who signed it. */
  readonly collected: readonly MetaProof[];
}

export async function sealInputs(
  { database, integrator }: SealDeps,
  workspaceId: WorkspaceId,
  content: Pick<
    ReportContent,
    'asOf' | 'decisions' | 'findings' | 'periodEnd' | 'periodStart' | 'reportId' | 'supersedes' | 'takenAccounts'
  >,
): Promise<SealInputs> {
  const reportsBefore = await countReports(database, workspaceId);
  await integrator.settle(workspaceId); // what the findings rest on has its place in the tree before the report names it
  const cited = citedRecords(content);
  return {
    indexes: await readLeafIndexes(database, workspaceId, cited),
    telling: await readTelling(database, workspaceId, { records: cited, ...namedByLeavers(content), asOf: content.asOf }),
    leavesOpen: await readLeftOpen(database, workspaceId),
    earlier: await readEarlierReports(database, workspaceId, content),
    reportsBefore,
    stamps: await readDailyStamps(database, workspaceId, content.periodStart),
    collected: await proveDailyCollected(database, workspaceId, content.periodStart),
    cosigned: await readDailyCosignatures(database, workspaceId, content.periodStart),
  };
}

/** What a report has to say of others over its period. */
export interface EarlierReports {
  readonly earlierSeals: readonly EarlierSeal[];
  readonly setAside: readonly SetAside[];
}

/** By the records, not by the reports: one whose files or row are gone was sealed, or frozen, none the less. */
export async function readEarlierReports(
  q: Queryable,
  workspaceId: WorkspaceId,
  { periodEnd, periodStart, reportId, supersedes }: Pick<ReportContent, 'periodEnd' | 'periodStart' | 'reportId' | 'supersedes'>,
): Promise<EarlierReports> {
  const found = await readSequencedReports(q, workspaceId);
  const records = found.map(({ id, index, leaf, type }) => ({
    id,
    index,
    type,
    leaf: JSON.parse(leaf.toString('utf8')) as Readonly<Record<string, unknown>>,
  }));
  const own = { reportId, periodStart, periodEnd, supersedes: supersedes?.reportId ?? null };
  const seals = records.filter(({ type }) => type === 'report.sealed');
  return { earlierSeals: sealsOverPeriod(seals, own), setAside: setAsideOverPeriod(records, own) };
}

/** Instants that complete looks may have confirmed, and whose sessions may have ended. */
function namedByLeavers(content: Parameters<typeof leaversOf>[0]): Pick<Parameters<typeof readTelling>[2], 'instants' | 'scimUsers'> {
  const systems = leaversOf(content).flatMap((unit) => unit.systems);
  const instants = systems.flatMap(({ timing }) =>
    [timing?.lastProvenUsable, timing?.provenUsableAgain].filter((at) => at !== null && at !== undefined),
  );
  const scimUsers = systems.flatMap(({ system, accountId }) => (system === 'scim' && accountId !== null ? [accountId] : []));
  return { instants: [...new Set(instants)], scimUsers };
}
