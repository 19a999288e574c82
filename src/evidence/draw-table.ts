import type { Block } from './page-blocks.ts';
import { bottomOf, fonts, keepTogether, MARGIN, type Pdf, type Sheets, widthOf } from './pdf-sheets.ts';
import { artifact, type Element, opened, tagged } from './pdf-tags.ts';

/** In points. */
const CELL = 3;
const TEXT = 7.5;

/** Rows that are drawn before others have their turn: some milliseconds. */
const ROWS_PER_TURN = 10;

interface Row {
  readonly cells: readonly string[];
  readonly widths: readonly number[];
  readonly height: number;
  readonly isHead: boolean;
}

type Table = Extract<Block, { kind: 'table' }>;

/** A table. Its head stands on every sheet that it reaches, and is read out once. `turn` is awaited after every few rows. */
export async function drawTable({ pdf, turn }: Sheets, parent: Element, { head, rows, rowHeading }: Table): Promise<void> {
  const widths = columnWidths(pdf, head, rows);
  const rowOf = (cells: readonly string[], isHead: boolean): Row => ({ cells, widths, height: rowHeight(pdf, cells, widths), isHead });
  const table = opened(pdf, parent, 'Table');
  pdf.fontSize(TEXT);
  keepTogether(pdf, 50);
  const named = head.length === 0 ? undefined : rowOf(head, true);
  if (named !== undefined) {
    const group = opened(pdf, table, 'THead');
    tagRow(pdf, group, { row: named, rowHeading: null });
    group.end();
  }
  const body = opened(pdf, table, 'TBody');
  for (const [index, cells] of rows.entries()) {
    if (index % ROWS_PER_TURN === 0) await turn();
    const row = rowOf(cells, false);
    if (pdf.y + row.height > bottomOf(pdf)) {
      pdf.addPage();
      if (named !== undefined) repeatHead(pdf, named);
    }
    tagRow(pdf, body, { row, rowHeading });
  }
  body.end();
  table.end();
  pdf.x = MARGIN;
  pdf.y += 5;
}

/** Columns by what stands in them, the longest lines squeezed: a fifth of the rows says enough of a large table. */
function columnWidths(pdf: Pdf, head: readonly string[], rows: readonly (readonly string[])[]): readonly number[] {
  const sample = [head, ...rows.slice(0, 50)];
  const count = Math.max(1, ...sample.map((row) => row.length));
  const wants = Array.from({ length: count }, (_, column) =>
    Math.max(6, ...sample.map((row) => Math.sqrt(Math.max(0, ...(row[column] ?? '').split('\n').map(({ length }) => length))) * 4)),
  );
  const sum = wants.reduce((a, b) => a + b, 0);
  return wants.map((want) => (want / sum) * widthOf(pdf));
}

function rowHeight(pdf: Pdf, row: readonly string[], widths: readonly number[]): number {
  pdf.font(fonts.plain).fontSize(TEXT);
  return Math.max(9, ...row.map((cell, column) => pdf.heightOfString(cell, { width: (widths[column] ?? 20) - 2 * CELL }))) + 2 * CELL;
}

function tagRow(pdf: Pdf, group: Element, { row, rowHeading }: { readonly row: Row; readonly rowHeading: number | null }): void {
  const element = opened(pdf, group, 'TR');
  const bottom = drawCells(pdf, row, (column, draw) => {
    if (row.isHead) tagged(pdf, element, 'TH', { scope: 'Column', draw });
    else if (column === rowHeading) tagged(pdf, element, 'TH', { scope: 'Row', draw });
    else tagged(pdf, element, 'TD', { draw });
  });
  element.end();
  artifact(pdf, 'Layout', () => drawRule(pdf, row, bottom));
}

function repeatHead(pdf: Pdf, row: Row): void {
  artifact(pdf, 'Pagination', () => {
    const bottom = drawCells(pdf, row, (_, draw) => draw());
    drawRule(pdf, row, bottom);
  });
}

/** The bottom of the row that was drawn. */
function drawCells(pdf: Pdf, { cells, widths, height, isHead }: Row, drawCell: (column: number, draw: () => void) => void): number {
  const top = pdf.y;
  let left = MARGIN;
  pdf
    .font(isHead ? fonts.bold : fonts.plain)
    .fontSize(TEXT)
    .fillColor('#1a1a1a');
  for (const [column, cell] of cells.entries()) {
    const width = widths[column] ?? 20;
    const at = left + CELL;
    drawCell(column, () => pdf.text(cell, at, top + CELL, { width: width - 2 * CELL }));
    left += width;
  }
  return top + height;
}

function drawRule(pdf: Pdf, { isHead }: Row, bottom: number): void {
  pdf
    .moveTo(MARGIN, bottom)
    .lineTo(MARGIN + widthOf(pdf), bottom)
    .lineWidth(isHead ? 1 : 0.4)
    .strokeColor('#767676')
    .stroke();
  pdf.y = bottom;
}
