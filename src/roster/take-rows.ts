import type { LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { draftPerson, type ImportPlace, type PeriodDraft, type PersonDraft } from './draft-import.ts';
import { planImport, type RowOutcome } from './plan-import.ts';
import type { RejectedRow } from './roster-row.ts';
import { stagedRows } from './roster-stage-store.ts';
import { addPeriods, changePeriods, knownPeople, type PeriodWrite, writePeople } from './roster-store.ts';

/** People at a time: their rows, what is known of them and what is to be written fill a few megabytes. */
const PEOPLE_PER_BATCH = 2_000;

export interface Taken {
  readonly outcomes: Readonly<Record<RowOutcome, number>>;
  readonly rejected: readonly RejectedRow[];
}

/** Compares the staged rows with what is known, batch by batch, and writes what they change unless it is only to be seen. */
export async function takeRows(
  tx: Transaction,
  workspaceId: WorkspaceId,
  place: ImportPlace & { readonly isWritten: boolean },
): Promise<Taken> {
  const outcomes: Record<RowOutcome, number> = { added: 0, changed: 0, ended: 0, rehired: 0, unchanged: 0 };
  const rejected: RejectedRow[] = [];
  let after = '';
  for (;;) {
    const rows = await stagedRows(tx, workspaceId, place.importId, { after, employees: PEOPLE_PER_BATCH });
    const last = rows.at(-1);
    if (last === undefined) return { outcomes, rejected };
    after = last.employeeId;
    const known = await knownPeople(tx, workspaceId, [...new Set(rows.map(({ employeeId }) => employeeId))]);
    const plan = planImport(rows, known, place.at.slice(0, 10));
    for (const person of plan.people) for (const { outcome } of person.rows) outcomes[outcome] += 1;
    for (const row of plan.rejected) rejected.push(row);
    if (place.isWritten) {
      await write(
        tx,
        workspaceId,
        place,
        plan.people.map((person) => draftPerson(person, place)),
      );
    }
  }
}

async function write(tx: Transaction, workspaceId: WorkspaceId, place: ImportPlace, drafts: readonly PersonDraft[]): Promise<void> {
  const periods = drafts.flatMap((draft) => draft.periods);
  const recordIds = await append(
    tx,
    workspaceId,
    periods.flatMap((draft) => draft.records),
  );
  const people = drafts.flatMap((draft) => (draft.person === null ? [] : [draft.person]));
  await writePeople(tx, workspaceId, { at: place.at, people });
  const written = withRecords(periods, recordIds);
  const { importId, at } = place;
  await addPeriods(tx, workspaceId, { importId, at, periods: written.filter(({ isKnown }) => !isKnown) });
  await changePeriods(tx, workspaceId, { importId, at, periods: written.filter(({ isKnown }) => isKnown) });
}

/** Each period names the last of its own records: the one that states its present dates. */
function withRecords(drafts: readonly PeriodDraft[], recordIds: readonly LedgerRecordId[]): readonly PeriodWrite[] {
  let end = 0;
  return drafts.map(({ period, records }) => {
    end += records.length;
    return { ...period, recordId: records.length === 0 ? null : (recordIds[end - 1] ?? null) };
  });
}
