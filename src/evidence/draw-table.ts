import type { Block } from './page-blocks.ts';
import { bottomOf, fonts, keepTogether, MARGIN, type Pdf, type Sheets, widthOf } from './pdf-sheets.ts';
import { type Area, artifact, type Element, linked, opened, tagged } from './pdf-tags.ts';

/** Letters, and those of links, as on the page: with at least 7:1 to white. */
const INK = '#1a1a1a';
const LINK = '#0b3d91';

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
export async function drawTable({ pdf, turn }: Sheets, parent: Element, { head, hrefs, rows, rowHeading }: Table): Promise<void> {
  const widths = columnWidths(pdf, head, rows);
  const rowOf = (cells: readonly string[], isHead: boolean): Row => ({ cells, widths, height: rowHeight(pdf, cells, widths), isHead });
  const table = opened(pdf, parent, 'Table');
  pdf.fontSize(TEXT);
  keepTogether(pdf, 50);
  const named = head.length === 0 ? undefined : rowOf(head, true);
  if (named !== undefined) {
    const group = opened(pdf, table, 'THead');
    tagRow(pdf, group, { row: named, rowHeading: null, href: null });
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
    tagRow(pdf, body, { row, rowHeading, href: hrefs[index] ?? null });
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

interface TaggedRow {
  readonly row: Row;
  readonly rowHeading: number | null;
  /** Where its heading leads to. */
  readonly href: string | null;
}

function tagRow(pdf: Pdf, group: Element, { href, row, rowHeading }: TaggedRow): void {
  const element = opened(pdf, group, 'TR');
  const bottom = drawCells(pdf, row, (column, draw, area) => {
    if (row.isHead) tagged(pdf, element, 'TH', { scope: 'Column', draw });
    else if (column !== rowHeading) tagged(pdf, element, 'TD', { draw });
    else if (href === null) tagged(pdf, element, 'TH', { scope: 'Row', draw });
    else {
      const heading = opened(pdf, element, 'TH', { scope: 'Row' });
      const colored = () => {
        pdf.fillColor(LINK);
        draw();
        pdf.fillColor(INK);
      };
      linked(pdf, heading, { href, area, text: row.cells[column] ?? '', draw: colored });
      heading.end();
    }
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
function drawCells(
  pdf: Pdf,
  { cells, widths, height, isHead }: Row,
  drawCell: (column: number, draw: () => void, area: Area) => void,
): number {
  const top = pdf.y;
  let left = MARGIN;
  pdf
    .font(isHead ? fonts.bold : fonts.plain)
    .fontSize(TEXT)
    .fillColor(INK);
  for (const [column, cell] of cells.entries()) {
    const width = widths[column] ?? 20;
    const at = left + CELL;
    const area = { x: at, y: top + CELL, width: width - 2 * CELL, height: height - 2 * CELL };
    drawCell(column, () => pdf.text(cell, area.x, area.y, { width: area.width }), area);
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
