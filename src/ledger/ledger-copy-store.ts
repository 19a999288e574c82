import type { WorkspaceId } from '../kernel/index.ts';
import type { CopyRows, Transaction } from '../platform/index.ts';
import type { LedgerEntry } from './ledger-entry.ts';

/** Entries as COPY takes them. */
export interface EntryRows {
  readonly records: CopyRows;
  readonly disclosures: CopyRows;
}

/** Writes entries down behind those that are there. */
export function addEntryRows({ records, disclosures }: EntryRows, workspaceId: WorkspaceId, entries: readonly LedgerEntry[]): void {
  for (const { record, disclosures: disclosed } of entries) {
    const { id, recordedAt, type, subjectId, leaf } = record;
    records.add([workspaceId, id, recordedAt, type, subjectId, leaf]);
    for (const { digest, path, salt, value } of disclosed) {
      disclosures.add([workspaceId, digest, id, path, salt, JSON.stringify(value)]);
    }
  }
}

/** As `insertEntries`, for thousands: no array is made of them that PostgreSQL would read as a text. Leaves follow the order of the rows. */
export async function copyEntries(tx: Transaction, { records, disclosures }: EntryRows): Promise<void> {
  if (records.count === 0) return;
  await tx.copyIn('copy ledger_record (workspace_id, id, recorded_at, type, subject_id, leaf) from stdin', records.bytes());
  if (disclosures.count === 0) return;
  await tx.copyIn('copy ledger_disclosure (workspace_id, digest, record_id, path, salt, value) from stdin', disclosures.bytes());
}
