import { type LedgerRecordId, newId, type WorkspaceId } from '../kernel/index.ts';
import { append, type RecordInput } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { findingRecord } from './finding-record.ts';
import { closeFindings, type FindingWrite, insertFindings, type RunMoment, updateFindings } from './finding-store.ts';
import type { Decider } from './match-accounts.ts';
import type { FindingStep } from './plan-findings.ts';

interface Work {
  readonly steps: readonly FindingStep[];
  readonly by: Decider;
  readonly run: RunMoment;
}

/** Does to the rows what was planned, with the records of what changed. */
export async function recordFindings(tx: Transaction, workspaceId: WorkspaceId, { steps, by, run }: Work): Promise<void> {
  const drafts = steps.filter(isWritten).map((step) => {
    const id = 'open' in step ? step.open.id : newId<'finding'>(by.at);
    return { step, id, record: findingRecord(step, id, by) };
  });
  const records = drafts.flatMap(({ record }) => (record === undefined ? [] : [record]));
  const recordIds = idsByRecord(records, await append(tx, workspaceId, records));
  const opened: FindingWrite[] = [];
  const kept: FindingWrite[] = [];
  const closed: { id: string; recordId: LedgerRecordId | null }[] = [];
  for (const { step, id, record } of drafts) {
    const recordId = (record === undefined ? undefined : recordIds.get(record)) ?? null;
    if (step.step === 'open') opened.push({ id, recordId, evaluation: step.evaluation, isChanged: true });
    else if (step.step === 'keep') kept.push({ id, recordId, evaluation: step.evaluation, isChanged: step.isChanged });
    else closed.push({ id, recordId });
  }
  // Closings first: a unit has one open row.
  await closeFindings(tx, workspaceId, run, closed);
  await updateFindings(tx, workspaceId, run, kept);
  await insertFindings(tx, workspaceId, run, opened);
}

function isWritten(step: FindingStep): boolean {
  return step.step !== 'keep' || step.isRewritten;
}

function idsByRecord(records: readonly RecordInput[], ids: readonly LedgerRecordId[]): ReadonlyMap<RecordInput, LedgerRecordId> {
  return new Map(
    records.map((record, index) => {
      const id = ids[index];
      if (id === undefined) throw new Error('the ledger returned fewer ids than records');
      return [record, id];
    }),
  );
}
