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

/**
 * The last column says in every row, and in the heading of an empty table, whether the report is an interim one. Cells that a
 * spreadsheet would run as a formula are disarmed.
 */
export function csvOf(report: ReportDocument, columns: readonly string[], rows: readonly Row[]): string {
  const asOf = report.kind === 'INTERIM' ? 'interim_as_of' : 'final_as_of';
  return stringify(
    rows.map((row) => ({ ...row, [asOf]: report.asOf })),
    { header: true, columns: [...columns, asOf], escape_formulas: true, record_delimiter: 'windows' },
  );
}
