import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { refuse } from '../kernel/index.ts';
import type { Pieces } from './decode-roster-file.ts';

const DELIMITERS = [',', ';', '\t', '|'];

/** More than any HR system has columns, with room for names: a header beyond it is no header. */
const MAX_HEADER = 64 * 1024;

/** In bytes. No row is as long; one that seems to be begins with a quote that nobody closes, and would fill the memory with the rest of the file. */
const MAX_RECORD = 1 << 20;

export interface CsvRecord {
  /** On which the record begins; the first line of the file is 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** The last one of a file that does not end with a line end. */
  readonly isOpen: boolean;
}

/**
 * Every record that holds anything, in the order of the file. The delimiter is the one that the header has most of outside of quotes, or the one of them that its first
 * line names to a spreadsheet (`sep=;`). Reading throws DomainError `invalid-request` where it is no CSV.
 */
export async function readCsv(
  text: Pieces<string>,
): Promise<{ readonly delimiter: string; readonly records: AsyncIterator<CsvRecord, undefined> }> {
  const tail = { isOpen: false };
  const { head, all } = await withHead(unixLines(text, tail));
  const named = /^\ufeff?"?sep=([,;\t|])"?(?:\n|$)/i.exec(head)?.[1];
  const records = recordsOf(all, { delimiter: named ?? delimiterOf(head), tail })[Symbol.asyncIterator]();
  if (named !== undefined) await records.next();
  return { delimiter: named ?? delimiterOf(head), records };
}

interface Reading {
  readonly delimiter: string;
  readonly tail: { readonly isOpen: boolean };
}

/** The parser reports the line on which a record ends. */
async function* recordsOf(text: AsyncIterable<string>, { delimiter, tail }: Reading): AsyncGenerator<CsvRecord, undefined> {
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    max_record_size: MAX_RECORD,
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
    refuse('invalid-request', whatIsWrong(error.code, { line: Number(error['lines']), row: Number(error['records']) + 1 }));
  } finally {
    source.destroy();
  }
  return undefined;
}

/** `line`: where it was noticed, which may be the end of the file; `row`: which could not be read any more, counted without empty ones. */
function whatIsWrong(code: string, { line, row }: { readonly line: number; readonly row: number }) {
  const where = `in row ${row} (the header is row 1)`;
  const close = 'Close it, or where it is part of a text, put that text in quotes and write each quote within it twice.';
  if (code === 'CSV_QUOTE_NOT_CLOSED') return { detail: `A quote is opened ${where}, and never closed.`, next: close };
  if (code === 'CSV_MAX_RECORD_SIZE') {
    const detail = `A row is longer than ${MAX_RECORD} bytes, as where a quote is opened and never closed: it begins ${where}.`;
    return { detail, next: close };
  }
  return {
    detail: `The file is not well-formed CSV at line ${line}: a quote stands within a text, or something behind a closing one (${code}).`,
    next: close,
  };
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

/** The header, which may hold line breaks within quotes, and everything with it. */
async function withHead(text: AsyncGenerator<string>): Promise<{ readonly head: string; readonly all: AsyncIterable<string> }> {
  let head = '';
  for (;;) {
    const next = await text.next();
    if (next.done === true) break;
    head += next.value;
    if (head.length > MAX_HEADER || unquoted(head).trimStart().includes('\n')) break;
  }
  return { head: head.slice(0, MAX_HEADER), all: chain(head, text) };
}

async function* chain(first: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  if (first !== '') yield first;
  yield* rest;
}

/** Without what stands in quotes: a delimiter there is none. */
function unquoted(text: string): string {
  return text.replaceAll(/"[^"]*(?:"|$)/g, '');
}

function delimiterOf(head: string): string {
  const header = unquoted(head).trimStart().split('\n', 1)[0] ?? '';
  const counted = DELIMITERS.map((delimiter) => ({ delimiter, count: header.split(delimiter).length }));
  return counted.reduce((best, next) => (next.count > best.count ? next : best)).delimiter;
}
