import { setImmediate } from 'node:timers/promises';
import type { LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import { recordBatch } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { draftPerson, type ImportPlace, type PeriodDraft } from './draft-import.ts';
import type { PlannedPerson } from './plan-import.ts';
import { copyPeople, copyPeriods, periodLine, personLine } from './roster-copy-store.ts';
import { changePeople, changePeriods, type PeriodWrite, type PersonWrite } from './roster-store.ts';

/**
 * People who are drafted at a time: what they are made of is garbage before it is old, and PostgreSQL, which is writing the batch before,
 * gets its next lines in between.
 */
const PEOPLE_PER_SLICE = 50;

export interface DraftedBatch {
  readonly write: () => Promise<void>;
}

/** Drafts what a batch of people comes to, with a ledger record of each change of a period or of who somebody is, to be written in the same transaction. */
export async function draftBatch(
  tx: Transaction,
  workspaceId: WorkspaceId,
  place: ImportPlace,
  planned: readonly PlannedPerson[],
): Promise<DraftedBatch> {
  const { at, importId, toldAt } = place;
  const records = recordBatch(tx, workspaceId);
  const added = { people: [] as string[], periods: [] as string[] };
  const changed = { people: [] as PersonWrite[], periods: [] as PeriodWrite[] };
  for (let start = 0; start < planned.length; start += PEOPLE_PER_SLICE) {
    const drafts = planned.slice(start, start + PEOPLE_PER_SLICE).map((person) => draftPerson(person, place));
    const people = drafts.flatMap(({ person }) => (person === null ? [] : [person]));
    const drafted = drafts.flatMap((draft) => draft.periods);
    records.add(drafts.flatMap((draft) => draft.records));
    const periods = withRecords(drafted, records.add(drafted.flatMap((draft) => draft.records)));
    addLines(added.people, people, (person) => personLine(workspaceId, at, person));
    addLines(added.periods, periods, (period) => periodLine(workspaceId, place, period));
    for (const person of people) if (person.isKnown) changed.people.push(person);
    for (const period of periods) if (period.isKnown) changed.periods.push(period);
    await setImmediate();
  }
  return {
    write: async () => {
      await records.append();
      await copyPeople(tx, added.people);
      await changePeople(tx, workspaceId, { at, people: changed.people });
      await copyPeriods(tx, added.periods);
      await changePeriods(tx, workspaceId, { importId, toldAt, periods: changed.periods });
    },
  };
}

/** Adds the lines of those that are not there yet, as one text. */
function addLines<Row extends { readonly isKnown: boolean }>(lines: string[], rows: readonly Row[], line: (row: Row) => string): void {
  const text = rows.map((row) => (row.isKnown ? '' : line(row))).join('');
  if (text !== '') lines.push(text);
}

/** Each period names the last of its own records: the one that states how it stands. */
function withRecords(drafts: readonly PeriodDraft[], recordIds: readonly LedgerRecordId[]): readonly PeriodWrite[] {
  let end = 0;
  return drafts.map(({ period, records }) => {
    end += records.length;
    return { ...period, recordId: records.length === 0 ? null : (recordIds[end - 1] ?? null) };
  });
}
