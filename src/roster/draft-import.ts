import { type Instant, newId, type RosterImportId } from '../kernel/index.ts';
import type { RecordInput } from '../ledger/index.ts';
import { isSamePerson, namedBy, type PlannedPerson, type PlannedRow } from './plan-import.ts';
import { endChangeOf, personRecord, recordsOf } from './roster-records.ts';
import type { PeriodWrite, PersonWrite } from './roster-store.ts';

export interface ImportPlace {
  readonly at: Instant;
  /** When HR told it: `at`, but for a roster that was held in between. */
  readonly toldAt: Instant;
  readonly actor: string;
  readonly importId: RosterImportId;
}

/** A period to write and what the ledger is to say of it, before the ledger has given its ids. */
export interface PeriodDraft {
  readonly period: Omit<PeriodWrite, 'recordId'>;
  readonly records: readonly RecordInput[];
}

export interface PersonDraft {
  /** Null where the person stays as known. */
  readonly person: PersonWrite | null;
  /** What the ledger is to say of who the person is. */
  readonly records: readonly RecordInput[];
  readonly periods: readonly PeriodDraft[];
}

/** Turns one planned person into rows to write; what a file does not change is not written. */
export function draftPerson(planned: PlannedPerson, place: ImportPlace): PersonDraft {
  const id = planned.known?.id ?? newId<'person'>(place.at);
  const periods = planned.rows.filter(({ outcome }) => outcome !== 'unchanged').map((row) => draftPeriod(row, id, place));
  return { ...personChange(planned, id, place), periods };
}

/** The person as the row of their latest start names them. */
function personChange({ known, employeeId, rows }: PlannedPerson, id: string, place: ImportPlace): Omit<PersonDraft, 'periods'> {
  const latest = rows.at(-1)?.row;
  if (latest === undefined) return { person: null, records: [] };
  const named = namedBy(latest, known);
  if (known === null) return { person: { id, employeeId, isKnown: false, ...named }, records: [] };
  if (isSamePerson(known, named)) return { person: null, records: [] };
  const record = personRecord({ before: known, named, row: latest }, { ...place, personId: id });
  return { person: { id, employeeId, isKnown: true, ...named }, records: record === undefined ? [] : [record] };
}

function draftPeriod(planned: PlannedRow, personId: string, place: ImportPlace): PeriodDraft {
  const { row, before } = planned;
  const { startDate, endDate, lastDay, timeZone, site, status, workerType, line } = row;
  const id = before?.id ?? newId<'employment-period'>(place.at);
  const change = endChangeOf(row, before);
  const endTold = change === 'hr.period.end_set' || change === 'hr.period.end_changed';
  const endCancelled = change === 'hr.period.end_cancelled';
  return {
    period: {
      id,
      personId,
      startDate,
      endDate,
      lastDay,
      timeZone,
      site,
      status,
      workerType,
      line,
      endTold,
      endCancelled,
      isKnown: before !== null,
    },
    records: recordsOf(planned, { ...place, personId, periodId: id }),
  };
}
