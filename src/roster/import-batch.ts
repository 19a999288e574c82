import { setImmediate } from 'node:timers/promises';
import type { LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import { recordBatch } from '../ledger/index.ts';
import { CopyRows, type Transaction } from '../platform/index.ts';
import { draftPerson, type ImportPlace, type PeriodDraft, type PersonDraft } from './draft-import.ts';
import type { PlannedPerson } from './plan-import.ts';
import { addPeriod, addPerson, copyPeople, copyPeriods } from './roster-copy-store.ts';
import { changePeople, changePeriods, type PeriodWrite, type PersonWrite } from './roster-store.ts';

/**
 * People who are drafted at a time: what they are made of is garbage before it is old, and PostgreSQL, which is writing the batch before,
 * gets its next lines in between.
 */
const PEOPLE_PER_SLICE = 50;

/** A batch of an import; it is empty again once it is written. */
export interface ImportBatch {
  /** Drafts what people come to, with a ledger record of each change of a period or of who somebody is. */
  readonly draft: (planned: readonly PlannedPerson[]) => Promise<void>;
  readonly write: () => Promise<void>;
}

/** A batch that is written in the transaction given. */
export function importBatch(tx: Transaction, workspaceId: WorkspaceId, place: ImportPlace): ImportBatch {
  const { at, importId, toldAt } = place;
  const records = recordBatch(tx, workspaceId);
  const added = { people: new CopyRows(), periods: new CopyRows() };
  const changed = { people: [] as PersonWrite[], periods: [] as PeriodWrite[] };
  const add = (drafts: readonly PersonDraft[]) => {
    records.add(drafts.flatMap((draft) => draft.records));
    for (const { person } of drafts) {
      if (person === null) continue;
      if (person.isKnown) changed.people.push(person);
      else addPerson(added.people, workspaceId, at, person);
    }
    const drafted = drafts.flatMap((draft) => draft.periods);
    for (const period of withRecords(drafted, records.add(drafted.flatMap((draft) => draft.records)))) {
      if (period.isKnown) changed.periods.push(period);
      else addPeriod(added.periods, workspaceId, place, period);
    }
  };
  return {
    draft: async (planned) => {
      for (let start = 0; start < planned.length; start += PEOPLE_PER_SLICE) {
        add(planned.slice(start, start + PEOPLE_PER_SLICE).map((person) => draftPerson(person, place)));
        await setImmediate();
      }
    },
    write: async () => {
      await records.append();
      await copyPeople(tx, added.people);
      await changePeople(tx, workspaceId, { at, people: changed.people });
      await copyPeriods(tx, added.periods);
      await changePeriods(tx, workspaceId, { importId, toldAt, periods: changed.periods });
      for (const rows of Object.values(added)) rows.clear();
      for (const rows of Object.values(changed)) rows.length = 0;
    },
  };
}

/** Each period names the last of its own records: the one that states how it stands. */
function withRecords(drafts: readonly PeriodDraft[], recordIds: readonly LedgerRecordId[]): readonly PeriodWrite[] {
  let end = 0;
  return drafts.map(({ period, records }) => {
    end += records.length;
    return { ...period, recordId: records.length === 0 ? null : (recordIds[end - 1] ?? null) };
  });
}
