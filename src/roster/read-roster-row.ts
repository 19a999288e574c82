import { addressKey, isOffset } from '../kernel/index.ts';
import { readDate } from './roster-date.ts';
import { namedIn, type RosterField, type RosterMapping, wordFor } from './roster-mapping.ts';
import { type RejectedRow, type RosterRow, rosterStatuses, workerTypes } from './roster-row.ts';

/** The text of a field, trimmed; one that the file lacks reads as ''. */
export type Cells = (field: RosterField) => string;

const MAX_CELL = 320; // the longest address that SMTP takes (RFC 5321 §4.5.3.1)

/** One data row: taken, or what is wrong with it and whom it names all the same; null where nobody can say. */
export type ParsedRow =
  | { readonly row: RosterRow }
  | ({ readonly rejected: readonly RejectedRow[]; readonly line: number } & NamedByRejected);

/** By what a row that cannot be taken is known again; null where that is what is wrong with it. */
export interface NamedByRejected {
  readonly employeeId: string | null;
  /** The work address, folded. */
  readonly address: string | null;
  readonly firstDay: string | null;
}

/** Reads one row, or says everything that is wrong with it. */
export function readRosterRow(line: number, cells: Cells, mapping: RosterMapping): ParsedRow {
  const rejected: RejectedRow[] = [];
  const reject = (column: string, reason: string) => rejected.push({ line, column, reason });
  const dates = { cells, mapping, reject };
  const row = {
    line,
    employeeId: idOf(required(cells, 'employee_id', reject), reject),
    workEmail: emailOf(required(cells, 'work_email', reject), reject),
    displayName: optional(cells, 'display_name', reject),
    workerType: wordOf(dates, 'worker_type', workerTypes) ?? 'employee',
    startDate: dateOf(required(cells, 'start_date', reject), 'start_date', dates) ?? '',
    endDate: dateOf(cells('end_date'), 'end_date', dates),
    lastDay: dateOf(cells('last_day_worked'), 'last_day_worked', dates),
    status: wordOf(dates, 'status', rosterStatuses) ?? 'active',
    timeZone: zoneOf(cells, mapping, reject),
    site: optional(cells, 'site', reject),
    managerEmployeeId: optional(cells, 'manager_employee_id', reject),
  };
  if (rejected.length === 0) checkDates(row, reject);
  if (rejected.length === 0) return { row };
  const unless = (column: RosterField, text: string) => (rejected.some((cell) => cell.column === column) ? null : text);
  const address = unless('work_email', addressKey(row.workEmail));
  return { rejected, line, employeeId: unless('employee_id', row.employeeId), address, firstDay: unless('start_date', row.startDate) };
}

type Reject = (column: string, reason: string) => void;

interface Reading {
  readonly cells: Cells;
  readonly mapping: RosterMapping;
  readonly reject: Reject;
}

function checkDates({ startDate, endDate, lastDay, status }: RosterRow, reject: Reject): void {
  if (endDate !== null && endDate < startDate) reject('end_date', 'lies before start_date');
  if (lastDay !== null && lastDay < startDate) reject('last_day_worked', 'lies before start_date');
  if (status === 'terminated' && endDate === null && lastDay === null) {
    reject('end_date', 'is missing although status is terminated; it is never derived from anything else');
  }
}

function required(cells: Cells, field: RosterField, reject: Reject): string {
  const text = optional(cells, field, reject);
  if (text === null) reject(field, 'is missing');
  return text ?? '';
}

function optional(cells: Cells, field: RosterField, reject: Reject): string | null {
  const text = cells(field);
  if (text.length > MAX_CELL) reject(field, `is longer than ${MAX_CELL} characters`);
  if (!/^[\x20-\x7e]*$/.test(text) && (/(?![\n\t])\p{Cc}/u.test(text) || /\p{Surrogate}/u.test(text)))
    reject(field, 'holds a control character');
  return text === '' ? null : text;
}

/**
 * A formula, an error of one, or a number as a spreadsheet shortens it is nobody's id: what stood there is lost, and two people may have come to
 * the same.
 */
function idOf(text: string, reject: Reject): string {
  if (/^[=@#]/.test(text)) reject('employee_id', 'is a formula, or what came of one; export the ids as text');
  if (/^\d(?:[.,]\d+)?E\+?\d+$/i.test(text)) reject('employee_id', 'is a number that a spreadsheet has shortened; export the ids as text');
  refuseUnseen(text, 'employee_id', reject);
  return text;
}

/** By it the same person would be somebody else, and nobody could see why. */
function refuseUnseen(text: string, column: 'employee_id' | 'work_email', reject: Reject): void {
  const unseen = /[\p{Cf}\n\t]/u.exec(text)?.[0].codePointAt(0);
  if (unseen === undefined) return;
  reject(column, `holds a character that nobody sees (U+${unseen.toString(16).toUpperCase().padStart(4, '0')}): type it anew`);
}

function emailOf(text: string, reject: Reject): string {
  if (text !== '' && !/^[^\s@]+@[^\s@]+$/.test(text)) reject('work_email', 'is not an e-mail address');
  refuseUnseen(text, 'work_email', reject);
  return text;
}

/** Null where the cell is empty. */
function wordOf<Word extends string>(
  { cells, mapping, reject }: Reading,
  field: 'status' | 'worker_type',
  words: readonly Word[],
): Word | null {
  const text = cells(field);
  if (text === '') return null;
  const meant = wordFor(mapping, field, text);
  const word = words.find((candidate) => candidate === meant);
  if (word === undefined) reject(field, `is none of ${words.join(', ')}; say what your words mean in "words" of the mapping`);
  return word ?? null;
}

/** Null where the cell is empty, or no date. */
function dateOf(text: string, field: RosterField, { mapping, reject }: Reading): string | null {
  if (text === '') return null;
  const read = readDate(text, mapping.dateFormat);
  if ('date' in read) return read.date;
  reject(field, read.wrong);
  return null;
}

/**
 * The row's own zone, by the mapping where that says what the word means, else its site's. A site whose zone nobody has named is a zone that nobody knows, where others' are named, and so is
 * an offset: its days end somewhere within 26 hours. Null means the workspace's.
 */
function zoneOf(cells: Cells, { timeZones, words }: RosterMapping, reject: Reject): string | null {
  const own = optional(cells, 'time_zone', reject);
  if (own !== null) return placed(namedIn(words?.time_zone, own.toLowerCase()) ?? own);
  const site = optional(cells, 'site', reject);
  if (site === null || Object.keys(timeZones).length === 0) return null;
  return placed(namedIn(timeZones, site) ?? zoneOfUnknownSite(site));
}

/** An offset by itself would be taken for a zone. */
function placed(zone: string): string {
  return isOffset(zone) ? zoneOfOffset(zone) : zone;
}

/** What stands for the zone of which an offset alone is said; no zone is called so. */
export function zoneOfOffset(offset: string): string {
  return `the offset ${offset}`;
}

/** What stands for the zone of a site that nobody has named one of; no zone is called so. */
export function zoneOfUnknownSite(site: string): string {
  return `the site ${site}`;
}
