import { CsvError, parse } from 'csv-parse/sync';
import { refuse } from '../kernel/index.ts';
import { readRosterRow } from './read-roster-row.ts';
import type { RejectedRow, RosterRow } from './roster-row.ts';

export interface ParsedRoster {
  readonly rows: readonly RosterRow[];
  readonly rejected: readonly RejectedRow[];
  /** Data rows of the file, taken or not. */
  readonly rowCount: number;
  /** Columns of the file that nothing reads, so that a misspelt one is seen. */
  readonly ignoredColumns: readonly string[];
}

const REQUIRED = ['employee_id', 'work_email', 'start_date', 'end_date'];
const OPTIONAL = ['display_name', 'worker_type', 'last_day_worked', 'status', 'time_zone'];
const DELIMITERS = [',', ';', '\t'];

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Reads a roster: a header row with the column names of evidence §6 in any order and case, then one employment period per row.
 * Throws DomainError `invalid-request` for a file that is no such table; a single bad row is reported, not thrown.
 */
export function parseRoster(text: string): ParsedRoster {
  const [header, ...body] = recordsOf(text.replaceAll(/\r\n?/g, '\n'));
  if (header === undefined) {
    return refuse('invalid-request', { detail: 'The file is empty.', next: `Send a header row with ${REQUIRED.join(', ')}.` });
  }
  const columns = columnsOf(header.cells);
  const read = body.map(({ line, cells }) => readRosterRow(line, (column) => cellText(cells[columns.get(column) ?? -1])));
  return {
    rows: read.flatMap((result) => ('row' in result ? [result.row] : [])),
    rejected: read.flatMap((result) => ('rejected' in result ? result.rejected : [])),
    rowCount: body.length,
    ignoredColumns: [...columns.keys()].filter((name) => !REQUIRED.includes(name) && !OPTIONAL.includes(name)),
  };
}

/** Every record that holds anything, with the line on which it begins; the parser reports the line on which it ends. */
function recordsOf(text: string): readonly CsvRecord[] {
  const records: CsvRecord[] = [];
  const collect = (cells: string[], { lines }: { readonly lines: number }): null => {
    const within = cells.reduce((count, cell) => count + cell.split('\n').length - 1, 0);
    records.push({ line: lines - within, cells });
    return null;
  };
  try {
    parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      on_record: collect,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return refuse('invalid-request', {
      detail: `The file is not well-formed CSV at line ${String(error['lines'])}: ${error.code}.`,
      next: 'Check the quotes of that line.',
    });
  }
  return records;
}

/** The delimiter that occurs most often in the header row. */
function delimiterOf(text: string): string {
  const [header = ''] = text.split('\n', 1);
  const counted = DELIMITERS.map((delimiter) => ({ delimiter, count: header.split(delimiter).length }));
  return counted.reduce((best, next) => (next.count > best.count ? next : best)).delimiter;
}

function columnsOf(header: readonly string[]): ReadonlyMap<string, number> {
  const columns = new Map<string, number>();
  for (const [index, cell] of header.entries()) {
    const name = cellText(cell).toLowerCase();
    if (name === '') continue;
    if (columns.has(name)) refuse('invalid-request', { detail: `The column "${name}" is there twice.` });
    columns.set(name, index);
  }
  const missing = REQUIRED.filter((name) => !columns.has(name));
  if (missing.length > 0) {
    refuse('invalid-request', {
      detail: `The header row lacks ${missing.join(', ')}.`,
      next: `Name the columns ${[...REQUIRED, ...OPTIONAL].join(', ')}; end_date may be empty where there is none.`,
    });
  }
  return columns;
}

/** A cell as it was meant: one Unicode form, no-break spaces as spaces, nothing around it. */
function cellText(cell: string | undefined): string {
  return (cell ?? '').normalize('NFC').replaceAll('\u00a0', ' ').trim();
}
