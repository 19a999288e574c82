import type { Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import { CopyRows, type Queryable, type Transaction } from '../platform/index.ts';
import { addEntryRows, copyEntries, type EntryRows } from './ledger-copy-store.ts';
import { type LedgerEntry, ledgerEntry, type RecordInput } from './ledger-entry.ts';
import { insertEntries, insertLedger } from './ledger-store.ts';
import { logOrigin } from './log-origin.ts';

/** Records per statement: keeps one statement's parameters to a few megabytes. */
const RECORDS_PER_STATEMENT = 1_000;

/**
 * Appends records in the caller's transaction, so that a change and its evidence commit together or not at all (I3).
 * Their leaves follow the order given. Whoever asked for the change and gave a reason finds it in each record that has none of its own.
 * Returns the records' ids in that order.
 */
export async function append(tx: Queryable, workspaceId: WorkspaceId, inputs: readonly RecordInput[]): Promise<readonly LedgerRecordId[]> {
  const ids: LedgerRecordId[] = [];
  for (let start = 0; start < inputs.length; start += RECORDS_PER_STATEMENT) {
    const entries = entriesOf(tx, workspaceId, inputs.slice(start, start + RECORDS_PER_STATEMENT));
    await insertEntries(tx, workspaceId, entries);
    ids.push(...entries.map(({ record }) => record.id));
  }
  return ids;
}

/** The records of an import, thousands at a time, as they are made. */
export interface RecordBatch {
  /** Takes records, and gives the ids under which they will be there. */
  readonly add: (inputs: readonly RecordInput[]) => readonly LedgerRecordId[];
  /** Appends what was added, in that order, and is empty again. */
  readonly append: () => Promise<void>;
}

/** As `append`, for records that are made little by little. */
export function recordBatch(tx: Transaction, workspaceId: WorkspaceId): RecordBatch {
  const rows: EntryRows = { records: new CopyRows(), disclosures: new CopyRows() };
  return {
    add: (inputs) => {
      const entries = entriesOf(tx, workspaceId, inputs);
      addEntryRows(rows, workspaceId, entries);
      return entries.map(({ record }) => record.id);
    },
    append: async () => {
      await copyEntries(tx, rows);
      rows.records.clear();
      rows.disclosures.clear();
    },
  };
}

function entriesOf(tx: Queryable, workspaceId: WorkspaceId, inputs: readonly RecordInput[]): readonly LedgerEntry[] {
  return inputs.map((input) => ledgerEntry(workspaceId, withReason(input, tx.reason)));
}

/** As `append`, for a single record, whose id it returns. */
export async function appendOne(tx: Queryable, workspaceId: WorkspaceId, input: RecordInput): Promise<LedgerRecordId> {
  const [id] = await append(tx, workspaceId, [input]);
  if (id === undefined) throw new Error('the ledger returned no id for a record');
  return id;
}

/** A reason is a person's own words, and so erasable (I11). */
function withReason(input: RecordInput, reason: string | undefined): RecordInput {
  return reason === undefined ? input : { ...input, disclose: { reason, ...input.disclose } };
}

/** Opens the ledger of a new workspace, with its first record. */
export async function createLedger(tx: Queryable, workspaceId: WorkspaceId, at: Instant): Promise<void> {
  await insertLedger(tx, workspaceId, { origin: logOrigin(workspaceId), at });
  await append(tx, workspaceId, [
    {
      type: 'ledger.genesis',
      at,
      actor: 'system',
      subject: { kind: 'workspace', id: workspaceId },
      detail: { hash: 'sha256', tree: 'rfc6962', note: 'c2sp.org/tlog-checkpoint' },
    },
  ]);
}
