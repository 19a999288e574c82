import type { WorkspaceId } from '../kernel/index.ts';
import { copyLine, type Transaction } from '../platform/index.ts';
import type { LedgerEntry } from './ledger-entry.ts';

/** Entries as COPY takes them, a few large texts: thousands of small ones would be moved about in memory until they are sent. */
export interface EntryLines {
  readonly records: string[];
  readonly disclosures: string[];
}

/** Writes entries down behind those that are there. */
export function addEntryLines(lines: EntryLines, workspaceId: WorkspaceId, entries: readonly LedgerEntry[]): void {
  const records = entries.map(({ record: { id, recordedAt, type, subjectId, leaf } }) =>
    copyLine([workspaceId, id, recordedAt, type, subjectId, leaf]),
  );
  const disclosures = entries.flatMap(({ record, disclosures: disclosed }) =>
    disclosed.map(({ digest, path, salt, value }) => copyLine([workspaceId, digest, record.id, path, salt, JSON.stringify(value)])),
  );
  if (records.length > 0) lines.records.push(records.join(''));
  if (disclosures.length > 0) lines.disclosures.push(disclosures.join(''));
}

/** As `insertEntries`, for thousands: no array is made of them that PostgreSQL would read as a text. Leaves follow the order of the lines. */
export async function copyEntries(tx: Transaction, { records, disclosures }: EntryLines): Promise<void> {
  if (records.length === 0) return;
  await tx.copyIn('copy ledger_record (workspace_id, id, recorded_at, type, subject_id, leaf) from stdin', records);
  if (disclosures.length === 0) return;
  await tx.copyIn('copy ledger_disclosure (workspace_id, digest, record_id, path, salt, value) from stdin', disclosures);
}
