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
import { citedRecords } from './gather-facts.ts';
import type { ReportContent } from './report-document.ts';
import type { LeafIndexes } from './report-tables.ts';
import type { SealDeps } from './seal-report.ts';

/** What the ledger adds to a report in the moment of its sealing. */
export interface SealInputs {
  readonly indexes: LeafIndexes;
  readonly leavesOpen: readonly string[];
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
  content: Pick<ReportContent, 'decisions' | 'findings' | 'periodStart' | 'takenAccounts'>,
): Promise<SealInputs> {
  await integrator.settle(workspaceId); // what the findings rest on has its place in the tree before the report names it
  return {
    indexes: await readLeafIndexes(database, workspaceId, citedRecords(content)),
    leavesOpen: await readLeftOpen(database, workspaceId),
    stamps: await readDailyStamps(database, workspaceId, content.periodStart),
    collected: await proveDailyCollected(database, workspaceId, content.periodStart),
    cosigned: await readDailyCosignatures(database, workspaceId, content.periodStart),
  };
}
