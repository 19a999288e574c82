import { type LedgerRecordId, newId, type WorkspaceId } from '../kernel/index.ts';
import { append, type RecordInput } from '../ledger/index.ts';
import { CopyRows, type Transaction } from '../platform/index.ts';
import { findingRecord } from './finding-record.ts';
import { addFinding, closeFindings, type FindingWrite, insertFindings, type RunMoment, updateFindings } from './finding-store.ts';
import type { Decider } from './match-accounts.ts';
import type { FindingStep } from './plan-findings.ts';

/**
 * Rows that are written at a time, while as many again are judged. A piece takes PostgreSQL several questions, and each answer is heard only
 * between two batches of people: pieces as small as those would have it wait for us.
 */
const WRITTEN = 500;

interface Deciding {
  readonly by: Decider;
  readonly run: RunMoment;
}

/** Does to the rows what was planned, with the records of what changed: in pieces, behind whoever judges. */
export interface FindingWriter {
  /** Waits for the piece before, where this one is full. A failure of either is thrown here or at the end. */
  take(steps: readonly FindingStep[]): Promise<void>;
  /** Writes what is left. All is written when it returns. */
  end(): Promise<void>;
}

/** Nothing else may write findings in the transaction between the first steps and the end. */
export function findingWriter(tx: Transaction, workspaceId: WorkspaceId, deciding: Deciding): FindingWriter {
  let [piece, other] = [emptyPiece(), emptyPiece()];
  let written = Promise.resolve();
  const writeBehind = async () => {
    await written;
    const full = piece;
    [piece, other] = [other, full];
    empty(piece);
    written = writePiece(tx, workspaceId, { run: deciding.run, piece: full });
    // It is waited for before anything else is written; until then nobody would hear of its failure.
    written.catch(() => undefined);
  };
  return {
    take: async (steps) => {
      for (const step of steps.filter(isWritten)) addTo(piece, step, { ...deciding, workspaceId });
      if (piece.rows.count + piece.drafts.length >= WRITTEN) await writeBehind();
    },
    end: async () => {
      await writeBehind();
      await written;
    },
  };
}

interface Draft {
  readonly step: FindingStep;
  readonly id: string;
  readonly record: RecordInput | undefined;
}

interface Piece {
  /** New findings that the ledger does not tell of, which are most: written out at once, so that what they are made of is soon garbage. */
  readonly rows: CopyRows;
  readonly drafts: Draft[];
}

function emptyPiece(): Piece {
  return { rows: new CopyRows(), drafts: [] };
}

function empty({ rows, drafts }: Piece): void {
  rows.clear();
  drafts.length = 0;
}

function isWritten(step: FindingStep): boolean {
  return step.step !== 'keep' || step.isRewritten;
}

function addTo(
  { rows, drafts }: Piece,
  step: FindingStep,
  { by, run, workspaceId }: Deciding & { readonly workspaceId: WorkspaceId },
): void {
  const id = 'open' in step ? step.open.id : newId<'finding'>(by.at);
  const record = findingRecord(step, id, by);
  if (step.step !== 'open' || record !== undefined) drafts.push({ step, id, record });
  else addFinding(rows, workspaceId, run, { id, recordId: null, evaluation: step.evaluation, isChanged: true });
}

async function writePiece(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { run, piece: { drafts, rows } }: { readonly run: RunMoment; readonly piece: Piece },
): Promise<void> {
  const records = drafts.flatMap(({ record }) => record ?? []);
  const recordIds = idsByRecord(records, await append(tx, workspaceId, records));
  const kept: FindingWrite[] = [];
  const closed: { id: string; recordId: LedgerRecordId | null }[] = [];
  for (const { step, id, record } of drafts) {
    const recordId = (record === undefined ? undefined : recordIds.get(record)) ?? null;
    if (step.step === 'open') addFinding(rows, workspaceId, run, { id, recordId, evaluation: step.evaluation, isChanged: true });
    else if (step.step === 'keep') kept.push({ id, recordId, evaluation: step.evaluation, isChanged: step.isChanged });
    else closed.push({ id, recordId });
  }
  // Closings first: a unit has one open row.
  await closeFindings(tx, workspaceId, run, closed);
  await updateFindings(tx, workspaceId, run, kept);
  await insertFindings(tx, rows);
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
