import type { CanonicalObject, Instant, RosterImportId } from '../kernel/index.ts';
import type { RecordInput } from '../ledger/index.ts';
import type { OpenPeriod } from './omission-store.ts';
import { hasEnd, type KnownPeriod, lastDayOf, type PersonNamed, type PlannedRow } from './plan-import.ts';
import type { RosterMapping } from './roster-mapping.ts';
import type { RosterRow } from './roster-row.ts';

/** Where a planned row stands in an import, once ids have been given out. */
export interface RowInImport {
  readonly at: Instant;
  readonly actor: string;
  readonly importId: string;
  readonly personId: string;
  readonly periodId: string;
}

interface Dates {
  readonly startDate: string;
  readonly endDate: string | null;
  readonly lastDay: string | null;
  readonly timeZone: string | null;
}

interface Stated extends Dates {
  readonly site: string | null;
  readonly status: string;
  readonly workerType: string;
}

/**
 * What the ledger says of a planned row: the period's beginning, each change of its status, of its worker type, of its end and, by itself, of its
 * site, as HR told it. Each says all that the row states, so that the last one says how the period stands. Who the person is stands in disclosures
 * alone, so that it can be erased (I11). Empty where nothing of the period changed.
 */
export function recordsOf(planned: PlannedRow, place: RowInImport): readonly RecordInput[] {
  const { row, before } = planned;
  const about = {
    at: place.at,
    actor: place.actor,
    subject: { kind: 'employment-period', id: place.periodId },
    ...(before === null ? {} : { before: statedOf(before) }),
    after: statedOf(row),
    detail: { import: place.importId, line: row.line, person: place.personId },
  };
  const person = { display_name: row.displayName, employee_id: row.employeeId, work_email: row.workEmail };
  const begin = beginOf(planned);
  return [
    ...(begin === undefined ? [] : [{ ...about, type: begin, disclose: { person } }]),
    ...changesOf(planned, begin).map((type) => ({ ...about, type })),
  ];
}

function beginOf({ row, before, outcome }: PlannedRow): 'hr.period.rehired' | 'hr.period.started' | undefined {
  if (before?.startDate === row.startDate) return undefined;
  return outcome === 'rehired' ? 'hr.period.rehired' : 'hr.period.started';
}

/** The end comes last: it is what most verdicts rest on. A site that moves together with the dates stands in their records. */
function changesOf({ row, before }: PlannedRow, begin: RecordInput['type'] | undefined): readonly RecordInput['type'][] {
  const end = endChangeOf(row, before);
  if (before === null) return end === undefined ? [] : [end];
  const changed: RecordInput['type'][] = [];
  if (before.status !== row.status) changed.push('hr.period.status_changed');
  if (before.workerType !== row.workerType) changed.push('hr.period.type_changed');
  if (end !== undefined) changed.push(end);
  else if (begin === undefined && before.site !== row.site) changed.push('hr.period.site_changed');
  return changed;
}

/**
 * Says that a roster names a person otherwise than before, and in which columns; who they were and are by it stands in disclosures alone (I11).
 * Undefined where no column says anything else.
 */
export function personRecord(
  { before, named, row }: { readonly before: PersonNamed; readonly named: PersonNamed; readonly row: RosterRow },
  place: Omit<RowInImport, 'periodId'>,
): RecordInput | undefined {
  const [was, is] = [columnsOf(before, row), columnsOf(named, row)];
  const changed = columns.filter((column) => was[column] !== is[column]);
  if (changed.length === 0) return undefined;
  return {
    type: 'hr.person.changed',
    at: place.at,
    actor: place.actor,
    subject: { kind: 'person', id: place.personId },
    detail: { person: place.personId, import: place.importId, line: row.line, changed },
    disclose: { before: was, person: is },
  };
}

/** In which a roster may name somebody otherwise. */
const columns = ['display_name', 'work_email', 'manager_employee_id'] as const;

function columnsOf({ displayName, workEmail, managerEmployeeId }: PersonNamed, { employeeId }: RosterRow) {
  return { employee_id: employeeId, display_name: displayName, work_email: workEmail, manager_employee_id: managerEmployeeId };
}

/** How a row moves the end of a period, if it does; a zone moves it too, once there is an end. */
export function endChangeOf(
  row: Dates,
  before: (Dates & Pick<KnownPeriod, 'isEndedByOmission'>) | null,
): 'hr.period.end_set' | 'hr.period.end_changed' | 'hr.period.end_cancelled' | undefined {
  const had = before !== null && hasEnd(before);
  const has = hasEnd({ ...row, isEndedByOmission: false });
  if (!had) return has ? 'hr.period.end_set' : undefined;
  if (!has) return 'hr.period.end_cancelled';
  const isSame = before.endDate === row.endDate && before.lastDay === row.lastDay && before.timeZone === row.timeZone;
  return isSame ? undefined : 'hr.period.end_changed';
}

function statedOf({ startDate, endDate, lastDay, timeZone, site, status, workerType }: Stated): CanonicalObject {
  return { end_date: endDate, last_day: lastDay, site, start_date: startDate, status, time_zone: timeZone, worker_type: workerType };
}

/** Says that a period has ended since it was left out, and `before` the day that HR had told for it, which is its end no more. */
export function omittedEndRecord(
  { periodId, startDate, endDate, lastDay }: OpenPeriod,
  about: Pick<RecordInput, 'at' | 'actor' | 'observed' | 'detail' | 'disclose'>,
): RecordInput {
  const before = { start_date: startDate, end_date: endDate, last_day: lastDay };
  return {
    ...about,
    type: 'hr.period.ended',
    subject: { kind: 'employment-period', id: periodId },
    ...(lastDayOf({ endDate, lastDay }) === null ? {} : { before }),
  };
}

export interface ImportCounts {
  readonly rows: number;
  readonly added: number;
  readonly changed: number;
  readonly ended: number;
  readonly rehired: number;
  readonly unchanged: number;
  readonly rejected: number;
  /** People whom the file does not name, those included who left long ago. */
  readonly notInFile: number;
  readonly dropped: number;
  readonly endedByOmission: number;
  readonly listedAgain: number;
}

export interface ImportFacts {
  readonly id: RosterImportId;
  readonly at: Instant;
  readonly actor: string;
  readonly source: 'file' | 'push' | 'pull';
  readonly full: boolean;
  readonly partial: boolean;
  readonly elseUnchanged: boolean;
  /** How it was read. */
  readonly mapping: RosterMapping;
  /** By which that was set; null of this product's own. */
  readonly mappingRecordId: string | null;
  readonly counts: ImportCounts;
  readonly fileBytes: number;
  /** Left out: nobody said, or it was erased. */
  readonly fileName?: string;
  readonly fileSha256: string;
}

/** What becomes of a roster as a whole. */
export type ImportRecordType = `hr.import.${'completed' | 'rejected' | 'held' | 'released' | 'lapsed'}`;

/** What the ledger says of an import as a whole: its counts and the hash of its file, and what else is to be said of it. How the file is called may name somebody, so it is disclosed beside the record (I11). */
export function importRecord(facts: ImportFacts, type: ImportRecordType, more: CanonicalObject = {}): RecordInput {
  const { rows, added, changed, ended, rehired, unchanged, rejected, notInFile, dropped, endedByOmission, listedAgain } = facts.counts;
  return {
    type,
    at: facts.at,
    actor: facts.actor,
    subject: { kind: 'roster-import', id: facts.id },
    detail: {
      counts: {
        rows,
        added,
        changed,
        ended,
        rehired,
        unchanged,
        rejected,
        dropped,
        not_in_file: notInFile,
        ended_by_omission: endedByOmission,
        listed_again: listedAgain,
      },
      source: facts.source,
      full: facts.full,
      partial: facts.partial,
      else_unchanged: facts.elseUnchanged,
      preset: facts.mapping.preset,
      date_format: facts.mapping.dateFormat,
      mapping_record: facts.mappingRecordId,
      bytes: facts.fileBytes,
      ...more,
    },
    raw: `sha256:${facts.fileSha256}`,
    ...(facts.fileName !== undefined && { disclose: { file_name: facts.fileName } }),
  };
}
