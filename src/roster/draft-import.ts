import { type Instant, newId, type RosterImportId } from '../kernel/index.ts';
import type { RecordInput } from '../ledger/index.ts';
import { isSamePerson, namedBy, type PlannedPerson, type PlannedRow } from './plan-import.ts';
import { endChangeOf, recordsOf } from './roster-records.ts';
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
  readonly periods: readonly PeriodDraft[];
}

/** Turns one planned person into rows to write; what a file does not change is not written. */
export function draftPerson(planned: PlannedPerson, place: ImportPlace): PersonDraft {
  const id = planned.known?.id ?? newId<'person'>(place.at);
  const periods = planned.rows.filter(({ outcome }) => outcome !== 'unchanged').map((row) => draftPeriod(row, id, place));
  return { person: personChange(planned, id), periods };
}

/** The person as the row of their latest start names them. */
function personChange({ known, employeeId, rows }: PlannedPerson, id: string): PersonWrite | null {
  const latest = rows.at(-1)?.row;
  if (latest === undefined) return null;
  const named = namedBy(latest, known);
  return known !== null && isSamePerson(known, named) ? null : { id, employeeId, isKnown: known !== null, ...named };
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
