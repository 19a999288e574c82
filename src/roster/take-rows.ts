import type { LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { draftPerson, type ImportPlace, type PeriodDraft, type PersonDraft } from './draft-import.ts';
import { type StatedEnd, statedEndOf } from './ended-person.ts';
import { planImport, type RowOutcome } from './plan-import.ts';
import type { RejectedRow } from './roster-row.ts';
import { stagedRows } from './roster-stage-store.ts';
import { addPeriods, changePeriods, knownPeople, type PeriodWrite, writePeople } from './roster-store.ts';

/** People at a time: their rows, what is known of them and what is to be written fill a few megabytes. */
const PEOPLE_PER_BATCH = 2_000;

export interface Taken {
  readonly outcomes: Readonly<Record<RowOutcome, number>>;
  readonly rejected: readonly RejectedRow[];
  /** How many people a row would end, or end sooner than was known. */
  readonly ends: number;
}

interface Taking extends ImportPlace {
  readonly isWritten: boolean;
  /** Is handed whom the rows would end, batch by batch. */
  readonly onEnds: (ends: readonly StatedEnd[]) => Promise<void>;
}

/** Compares the staged rows with what is known, batch by batch, and writes what they change unless it is only to be seen. */
export async function takeRows(tx: Transaction, workspaceId: WorkspaceId, taking: Taking): Promise<Taken> {
  const outcomes: Record<RowOutcome, number> = { added: 0, changed: 0, ended: 0, rehired: 0, unchanged: 0 };
  const rejected: RejectedRow[] = [];
  const today = taking.at.slice(0, 10);
  let after = '';
  let ends = 0;
  for (;;) {
    const rows = await stagedRows(tx, workspaceId, taking.importId, { after, employees: PEOPLE_PER_BATCH });
    const last = rows.at(-1);
    if (last === undefined) return { outcomes, rejected, ends };
    after = last.employeeId;
    const known = await knownPeople(tx, workspaceId, [...new Set(rows.map(({ employeeId }) => employeeId))]);
    const plan = planImport(rows, known, today);
    for (const person of plan.people) for (const { outcome } of person.rows) outcomes[outcome] += 1;
    for (const row of plan.rejected) rejected.push(row);
    const ended = plan.people.flatMap((person) => statedEndOf(person, today) ?? []);
    ends += ended.length;
    if (ended.length > 0) await taking.onEnds(ended);
    if (taking.isWritten) {
      await write(
        tx,
        workspaceId,
        taking,
        plan.people.map((person) => draftPerson(person, taking)),
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
  const { importId, toldAt } = place;
  await addPeriods(tx, workspaceId, { importId, toldAt, periods: written.filter(({ isKnown }) => !isKnown) });
  await changePeriods(tx, workspaceId, { importId, toldAt, periods: written.filter(({ isKnown }) => isKnown) });
}

/** Each period names the last of its own records: the one that states its present dates. */
function withRecords(drafts: readonly PeriodDraft[], recordIds: readonly LedgerRecordId[]): readonly PeriodWrite[] {
  let end = 0;
  return drafts.map(({ period, records }) => {
    end += records.length;
    return { ...period, recordId: records.length === 0 ? null : (recordIds[end - 1] ?? null) };
  });
}
