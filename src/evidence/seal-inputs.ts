import type { WorkspaceId } from '../kernel/index.ts';
import {
  type CosignedCheckpoint,
  type MetaProof,
  proveDailyCollected,
  readDailyCosignatures,
  readDailyStamps,
  readLeafIndexes,
  readLeftOpen,
  type StampedCheckpoint,
} from '../ledger/index.ts';
import type { Queryable } from '../platform/index.ts';
import { type EarlierSeal, sealsOverPeriod } from '../verdict/index.ts';
import { citedRecords } from './gather-facts.ts';
import { leaversOf, type ReportContent } from './report-document.ts';
import type { LedgerTelling } from './ledger-telling.ts';
import { readTelling } from './telling-read-model.ts';
import type { LeafIndexes } from './report-tables.ts';
import { countReports } from './report-store.ts';
import { readSealRecords } from './seal-records.ts';
import type { SealDeps } from './seal-report.ts';

/** What the ledger adds to a report in the moment of its sealing. */
export interface SealInputs {
  readonly indexes: LeafIndexes;
  readonly telling: LedgerTelling;
  readonly leavesOpen: readonly string[];
  readonly earlierSeals: readonly EarlierSeal[];
  /** How many reports there were before the ledger was asked for their seals: the sealing refuses to leave out one that came meanwhile. */
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
    earlierSeals: await readEarlierSeals(database, workspaceId, content),
    reportsBefore,
    stamps: await readDailyStamps(database, workspaceId, content.periodStart),
    collected: await proveDailyCollected(database, workspaceId, content.periodStart),
    cosigned: await readDailyCosignatures(database, workspaceId, content.periodStart),
  };
}

export async function readEarlierSeals(
  q: Queryable,
  workspaceId: WorkspaceId,
  { periodEnd, periodStart, reportId, supersedes }: Pick<ReportContent, 'periodEnd' | 'periodStart' | 'reportId' | 'supersedes'>,
): Promise<readonly EarlierSeal[]> {
  return sealsOverPeriod(await readSealRecords(q, workspaceId), {
    reportId,
    periodStart,
    periodEnd,
    supersedes: supersedes?.reportId ?? null,
  });
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
