import { type RejectedRow, type RosterRow, rosterStatuses, workerTypes } from './roster-row.ts';

/** The cells of a row by canonical column name, trimmed; a column that the file lacks reads as ''. */
export type Cells = (column: string) => string;

const MAX_CELL = 320; // the longest address that SMTP takes (RFC 5321 §4.5.3.1)
const EARLIEST_DATE = '1900-01-01';

/** Reads one row, or says everything that is wrong with it. */
export function readRosterRow(line: number, cells: Cells): { readonly row: RosterRow } | { readonly rejected: readonly RejectedRow[] } {
  const rejected: RejectedRow[] = [];
  const reject = (column: string, reason: string) => rejected.push({ line, column, reason });
  const row = {
    line,
    employeeId: required(cells, 'employee_id', reject),
    workEmail: emailOf(required(cells, 'work_email', reject), reject),
    displayName: optional(cells, 'display_name', reject),
    workerType: wordOf(cells, { column: 'worker_type', words: workerTypes, otherwise: 'employee' }, reject),
    startDate: dateOf(required(cells, 'start_date', reject), 'start_date', reject),
    endDate: optionalDate(cells, 'end_date', reject),
    lastDay: optionalDate(cells, 'last_day_worked', reject),
    status: wordOf(cells, { column: 'status', words: rosterStatuses, otherwise: 'active' }, reject),
    timeZone: optional(cells, 'time_zone', reject),
  };
  if (rejected.length === 0) checkDates(row, reject);
  return rejected.length === 0 ? { row } : { rejected };
}

type Reject = (column: string, reason: string) => void;

function checkDates({ startDate, endDate, lastDay, status }: RosterRow, reject: Reject): void {
  if (endDate !== null && endDate < startDate) reject('end_date', 'lies before start_date');
  if (lastDay !== null && lastDay < startDate) reject('last_day_worked', 'lies before start_date');
  if (status === 'terminated' && endDate === null && lastDay === null) {
    reject('end_date', 'is missing although status is terminated; it is never derived from anything else');
  }
}

function required(cells: Cells, column: string, reject: Reject): string {
  const text = optional(cells, column, reject);
  if (text === null) reject(column, 'is missing');
  return text ?? '';
}

function optional(cells: Cells, column: string, reject: Reject): string | null {
  const text = cells(column);
  if (text.length > MAX_CELL) reject(column, `is longer than ${MAX_CELL} characters`);
  if (/(?![\n\t])\p{Cc}/u.test(text)) reject(column, 'holds a control character');
  return text === '' ? null : text;
}

function emailOf(text: string, reject: Reject): string {
  if (text !== '' && !/^[^\s@]+@[^\s@]+$/.test(text)) reject('work_email', 'is not an e-mail address');
  return text;
}

interface WordColumn<Word extends string> {
  readonly column: string;
  readonly words: readonly Word[];
  readonly otherwise: Word;
}

function wordOf<Word extends string>(cells: Cells, { column, words, otherwise }: WordColumn<Word>, reject: Reject): Word {
  const text = cells(column).toLowerCase();
  if (text === '') return otherwise;
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) reject(column, `is none of ${words.join(', ')}`);
  return word ?? otherwise;
}

function optionalDate(cells: Cells, column: string, reject: Reject): string | null {
  const text = cells(column);
  return text === '' ? null : dateOf(text, column, reject);
}

function dateOf(text: string, column: string, reject: Reject): string {
  if (text === '') return text;
  if (/^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$/.test(text) && !/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    reject(column, 'is not YYYY-MM-DD; which number is the day is not guessed');
  } else if (!isDate(text)) {
    reject(column, 'is no date of the form YYYY-MM-DD');
  }
  return text;
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < EARLIEST_DATE) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}
