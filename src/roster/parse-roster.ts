import { refuse } from '../kernel/index.ts';
import type { Pieces, RosterEncoding } from './decode-roster-file.ts';
import { cellText, type ChosenColumns, chooseColumns } from './choose-columns.ts';
import { type CsvRecord, readCsv } from './read-csv.ts';
import { type ParsedRow, readRosterRow } from './read-roster-row.ts';
import { columnKey, type RosterMapping, requiredFields } from './roster-mapping.ts';

/** How the text of a file was taken for a table. */
interface RosterTable {
  readonly delimiter: string;
  /** Counted from 1: the columns are named there. */
  readonly headerLine: number;
}

export interface RosterFormat extends RosterTable {
  readonly encoding: RosterEncoding;
}

export interface RosterReading extends Pick<ChosenColumns, 'columns' | 'ignoredColumns'> {
  /** How a file was read; null of rows that a program pushed. */
  readonly format: RosterFormat | null;
  /** Once only, and in the order of the file. Throws DomainError `invalid-request` where it is no table any more. */
  readonly rows: AsyncIterable<ParsedRow>;
}

/** What is wrong with a row as a whole, so that nobody can say what its cells mean; null for one that is as it should be. */
function shapeOf({ cells, isOpen }: CsvRecord, header: readonly string[]): string | null {
  if (cells.slice(header.length).some((cell) => cellText(cell) !== '')) return TOO_WIDE;
  if (header.every((name, index) => name === cellText(cells[index]))) return HEADER_AGAIN;
  // Within a file, spreadsheets leave out what is empty at the end of a row.
  return isOpen && cells.length < header.length ? CUT_OFF : null;
}

const TOO_WIDE = 'has more cells than the header: a text that holds the delimiter belongs in quotes';
const HEADER_AGAIN = 'names the columns again, as where files were put together: leave that line out';
const CUT_OFF = 'ends in the middle, and so does the file: it seems to have been cut off';

/**
 * Reads a roster: a header row with the columns that the mapping names, in any order and case, then one employment period per row.
 * Throws DomainError `invalid-request` for a file that is no such table; a single bad row is reported, not thrown.
 */
export async function parseRoster(
  text: Pieces<string>,
  mapping: RosterMapping,
): Promise<Omit<RosterReading, 'format'> & { readonly table: RosterTable }> {
  const { delimiter, records } = await readCsv(text);
  const header = await records.next();
  if (header.done === true) {
    return refuse('invalid-request', { detail: 'The file is empty.', next: `Send a header row with ${requiredFields.join(', ')}.` });
  }
  const present = columnsOf(header.value.cells);
  const { columns, ignoredColumns, cellsOf } = chooseColumns(new Set(present.keys()), mapping);
  const ignored = new Set(ignoredColumns);
  for (const [key, places] of present) if (places.length > 1 && !ignored.has(key)) refuseTwice(key, places);
  const names = header.value.cells.map(cellText);
  const read = (record: CsvRecord): ParsedRow => {
    const { line, cells } = record;
    const wrong = shapeOf(record, names);
    if (wrong !== null)
      return { line, rejected: [{ line, column: 'row', reason: wrong }], employeeId: null, address: null, firstDay: null };
    return readRosterRow(
      line,
      cellsOf((key) => cellText(cells[present.get(key)?.[0] ?? -1])),
      mapping,
    );
  };
  const table = { delimiter, headerLine: header.value.line };
  return { columns, ignoredColumns, rows: parsed(records, read), table };
}

/** Where each column stands, by its key; of one that is there more than once all of its places. */
function columnsOf(header: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const columns = new Map<string, readonly number[]>();
  for (const [index, cell] of header.entries()) {
    const name = columnKey(cell);
    if (name === '') continue;
    columns.set(name, [...(columns.get(name) ?? []), index]);
  }
  return columns;
}

/** Which of the two is meant nobody can say; of columns that nothing reads it does not matter. */
function refuseTwice(key: string, places: readonly number[]): never {
  return refuse('invalid-request', {
    detail: `The column "${key}" is there ${places.length === 2 ? 'twice' : `${places.length} times`}: as the columns ${places.map((place) => place + 1).join(' and ')} of the file.`,
    next: 'Rename or leave out the one that is not meant, or say by PUT roster/mapping which other column holds it.',
  });
}

async function* parsed(records: AsyncIterator<CsvRecord>, read: (record: CsvRecord) => ParsedRow): AsyncGenerator<ParsedRow> {
  try {
    for (;;) {
      const next = await records.next();
      if (next.done === true) return;
      yield read(next.value);
    }
  } finally {
    await records.return?.();
  }
}
