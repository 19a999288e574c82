import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { refuse } from '../kernel/index.ts';
import type { Pieces, RosterEncoding } from './decode-roster-file.ts';
import { cellText, type ChosenColumns, chooseColumns } from './choose-columns.ts';
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

const DELIMITERS = [',', ';', '\t', '|'];

/** More than any HR system has columns, with room for names: a header beyond it is no header. */
const MAX_HEADER = 64 * 1024;

/** What is wrong with a row as a whole, so that nobody can say what its cells mean; null for one that is as it should be. */
function shapeOf(cells: readonly string[], { width, isOpen }: { readonly width: number; readonly isOpen: boolean }): string | null {
  if (cells.slice(width).some((cell) => cellText(cell) !== '')) return TOO_WIDE;
  // Within a file, spreadsheets leave out what is empty at the end of a row.
  return isOpen && cells.length < width ? CUT_OFF : null;
}

const TOO_WIDE = 'has more cells than the header: a text that holds the delimiter belongs in quotes';
const CUT_OFF = 'ends in the middle, and so does the file: it seems to have been cut off';

/**
 * Reads a roster: a header row with the columns that the mapping names, in any order and case, then one employment period per row.
 * Throws DomainError `invalid-request` for a file that is no such table; a single bad row is reported, not thrown.
 */
export async function parseRoster(
  text: Pieces<string>,
  mapping: RosterMapping,
): Promise<Omit<RosterReading, 'format'> & { readonly table: RosterTable }> {
  const tail = { isOpen: false };
  const { head, all } = await withHead(unixLines(text, tail));
  const delimiter = delimiterOf(head);
  const records = recordsOf(all, delimiter, tail)[Symbol.asyncIterator]();
  const header = await records.next();
  if (header.done === true) {
    return refuse('invalid-request', { detail: 'The file is empty.', next: `Send a header row with ${requiredFields.join(', ')}.` });
  }
  const present = columnsOf(header.value.cells);
  const { columns, ignoredColumns, cellsOf } = chooseColumns(new Set(present.keys()), mapping);
  const ignored = new Set(ignoredColumns);
  for (const [key, places] of present) if (places.length > 1 && !ignored.has(key)) refuseTwice(key, places);
  const width = header.value.cells.length;
  const read = ({ line, cells, isOpen }: CsvRecord): ParsedRow => {
    const wrong = shapeOf(cells, { width, isOpen });
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

interface CsvRecord {
  /** On which the record begins; the header is line 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** The last one of a file that does not end with a line end. */
  readonly isOpen: boolean;
}

/** Every record that holds anything; the parser reports the line on which it ends. */
async function* recordsOf(text: AsyncIterable<string>, delimiter: string, tail: { readonly isOpen: boolean }): AsyncGenerator<CsvRecord> {
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
  });
  const source = Readable.from(text);
  source.once('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let held: Omit<CsvRecord, 'isOpen'> | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      const within = record.reduce((count, cell) => (cell.includes('\n') ? count + cell.split('\n').length - 1 : count), 0);
      if (held !== undefined) yield { ...held, isOpen: false };
      held = { line: info.lines - within, cells: record };
    }
    if (held !== undefined) yield { ...held, isOpen: tail.isOpen };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    refuse('invalid-request', {
      detail: `The file is not well-formed CSV at line ${String(error['lines'])}: ${error.code}.`,
      next: 'Check the quotes of that line.',
    });
  } finally {
    source.destroy();
  }
}

/** Line ends as one character, so that the parser counts them right within quotes, too. */
async function* unixLines(text: Pieces<string>, tail: { isOpen: boolean }): AsyncGenerator<string> {
  let held = '';
  for await (const slice of text) {
    const whole = `${held}${slice}`;
    held = whole.endsWith('\r') ? '\r' : '';
    const lines = whole.slice(0, whole.length - held.length).replaceAll(/\r\n?/g, '\n');
    if (whole !== '') tail.isOpen = held === '' && !lines.endsWith('\n');
    yield lines;
  }
  if (held !== '') yield '\n';
}

/** The first line, and everything with it. */
async function withHead(text: AsyncGenerator<string>): Promise<{ readonly head: string; readonly all: AsyncIterable<string> }> {
  let head = '';
  for (;;) {
    const next = await text.next();
    if (next.done === true) break;
    head += next.value;
    if (head.includes('\n') || head.length > MAX_HEADER) break;
  }
  return { head: head.slice(0, MAX_HEADER).split('\n', 1)[0] ?? '', all: chain(head, text) };
}

async function* chain(first: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  if (first !== '') yield first;
  yield* rest;
}

/** The delimiter that occurs most often in the header row. */
function delimiterOf(header: string): string {
  const counted = DELIMITERS.map((delimiter) => ({ delimiter, count: header.split(delimiter).length }));
  return counted.reduce((best, next) => (next.count > best.count ? next : best)).delimiter;
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
