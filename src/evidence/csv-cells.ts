import { stringify } from 'csv-stringify/sync';
import type { ReportUnit } from '../reconciliation/index.ts';
import { nameMarks } from './name-marks.ts';
import type { ReportDocument } from './report-document.ts';

type Cell = string | number | null;
export type Row = Readonly<Record<string, Cell>>;

/** A cell that nobody fills stays empty. */
export function personCells(person: ReportUnit['person']): Row {
  if (person === null) return {};
  return { person_ref: person.id, employee_id: person.employeeId, name: person.displayName, work_email: person.workEmail };
}

/** What cannot be told by looking at names and addresses; the cells themselves are as they came. */
export function marksOf(names: readonly (string | null | undefined)[]): string {
  return [...new Set(names.flatMap((name) => nameMarks(name ?? '')))].join('; ');
}

/** Rows of a table that are written at a time. */
const ROWS_PER_PIECE = 100;

/**
 * A table, piece by piece; its rows are asked for as they are written. The last column says in every row, and in the heading of an empty table, whether the report is an interim one. Cells that a
 * spreadsheet would run as a formula are disarmed.
 */
export function* csvOf(report: ReportDocument, columns: readonly string[], rows: Iterable<Row>): Generator<string> {
  const asOf = report.kind === 'INTERIM' ? 'interim_as_of' : 'final_as_of';
  // A line feed or carriage return by itself would end the row in some programs, where its cell is not quoted.
  const form = { columns: [...columns, asOf], escape_formulas: true, record_delimiter: 'windows', quoted_match: /[\r\n]/ } as const;
  yield stringify([], { ...form, header: true });
  let piece: Row[] = [];
  for (const row of rows) {
    piece.push({ ...row, [asOf]: report.asOf });
    if (piece.length < ROWS_PER_PIECE) continue;
    yield stringify(piece, form);
    piece = [];
  }
  yield stringify(piece, form);
}
