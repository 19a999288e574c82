import { stringify } from 'csv-stringify/sync';
import type { Response } from 'express';
import type { Page, Stretch } from './page-reader.ts';
import { writePieces } from './write-pieces.ts';

/** How many rows are read at a time: enough that reading costs more than asking. */
const CSV_PAGE = 5_000;

export type CsvCells = Readonly<Record<string, string | number | null>>;

/** A whole list as a file for a spreadsheet. */
export interface CsvFile<Row> {
  /** Without its ending. */
  readonly name: string;
  readonly columns: readonly string[];
  /** A page may be short, and the next one goes on behind it. */
  readonly read: (page: Page) => Promise<Stretch<Row>>;
  /** The lines of a row; a cell that is not there stays empty. */
  readonly linesOf: (row: Row) => readonly CsvCells[];
}

/** Writes a list page by page as the client takes it; a cell that a spreadsheet would run as a formula is disarmed. */
export async function writeCsv<Row>(response: Response, file: CsvFile<Row>): Promise<void> {
  response.type('text/csv').attachment(`${file.name}.csv`);
  await writePieces(response, csvPages(file));
}

async function* csvPages<Row>({ columns, linesOf, read }: CsvFile<Row>): AsyncGenerator<string> {
  let after: string | undefined;
  for (;;) {
    const { next, rows } = await read({ after, limit: CSV_PAGE });
    yield stringify(rows.flatMap(linesOf), {
      header: after === undefined,
      columns: [...columns],
      escape_formulas: true,
      record_delimiter: 'windows',
    });
    if (next === null) return;
    after = next;
  }
}
