import { createRequire } from 'node:module';
import { setImmediate as othersTurn } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import type { Mark, Tone } from './drawing.ts';
import { type Block, pageBlocks } from './page-blocks.ts';
import type { ReportDocument } from './report-document.ts';

const { resolve } = createRequire(import.meta.url);

/** DejaVu: Latin, Greek, Cyrillic and more. A character that it lacks is a box here; report.html has it. */
const fonts = {
  plain: resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  bold: resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
};

/** In points: A4, lying. */
const MARGIN = 40;
const FOOT = 22;
const CELL = 3;

/** Rows and sheets that are drawn before others have their turn: some milliseconds. */
const ROWS_PER_TURN = 10;
const SHEETS_PER_TURN = 50;

const headingSizes: Readonly<Record<number, number>> = { 1: 17, 2: 13, 3: 10.5 };

/** As on the page, for whoever prints in colour; each is told apart by its outline or a word beside it. */
const fills: Readonly<Record<Tone, string>> = {
  FAIL: '#8c0000',
  INSUF: '#d79a2b',
  PEND: '#ffffff',
  WARN: '#ffffff',
  PASS: '#b5d8c1',
  OK: '#b5d8c1',
  INFO: '#eeeeee',
  'N/A': '#eeeeee',
  gap: '#6e6e6e',
  looking: '#e6f0ea',
  band: '#9db8cf',
  'authority-scope': '#f2f2f2',
  'authority-scim': '#c9d9ea',
  grid: '#d0d0d0',
  deadline: '#1a1a1a',
  ink: '#1a1a1a',
};

type Pdf = InstanceType<typeof PDFDocument>;

/**
 * `report.pdf`: the page on A4 sheets, word for word, each saying what kind of report it is of and of when. The same page is the same bytes:
 * nothing in it says when it was rendered. Gives way to other work all the time, since a large report takes many seconds.
 */
export async function renderPdf(report: ReportDocument, page: Uint8Array): Promise<Buffer> {
  const pdf = new PDFDocument({
    size: 'A4',
    layout: 'landscape',
    margins: { top: MARGIN, bottom: MARGIN + FOOT, left: MARGIN, right: MARGIN },
    bufferPages: true,
    font: fonts.plain,
    lang: 'en',
    displayTitle: true,
    info: {
      Title: `${report.kind} deprovisioning evidence, ${report.workspace.name}`,
      Author: 'rollcall',
      CreationDate: new Date(report.createdAt),
      ModDate: new Date(report.createdAt),
    },
  });
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((done, failed) => pdf.on('end', done).on('error', failed));
  for (const block of pageBlocks(page)) await drawBlock(pdf, block);
  await numberSheets(pdf, report);
  pdf.end();
  await ended;
  return Buffer.concat(chunks);
}

async function drawBlock(pdf: Pdf, block: Block): Promise<void> {
  await othersTurn();
  switch (block.kind) {
    case 'sheet':
      pdf.addPage();
      break;
    case 'heading':
      drawHeading(pdf, block.text, block.level);
      break;
    case 'text':
      drawText(pdf, block.text, block.as);
      break;
    case 'table':
      await drawTable(pdf, block.head, block.rows);
      break;
    case 'drawing':
      drawDrawing(pdf, block);
      break;
  }
}

function widthOf(pdf: Pdf): number {
  return pdf.page.width - 2 * MARGIN;
}

function bottomOf(pdf: Pdf): number {
  return pdf.page.height - MARGIN - FOOT;
}

/** Begins another sheet where so much does not fit on this one. */
function keepTogether(pdf: Pdf, height: number): void {
  if (pdf.y + height > bottomOf(pdf) && pdf.y > MARGIN) pdf.addPage();
}

function drawHeading(pdf: Pdf, text: string, level: number): void {
  pdf
    .font(fonts.bold)
    .fontSize(headingSizes[level] ?? 10)
    .fillColor('#1a1a1a');
  keepTogether(pdf, pdf.heightOfString(text, { width: widthOf(pdf) }) + 60);
  pdf
    .moveDown(0.6)
    .text(text, MARGIN, pdf.y, { width: widthOf(pdf) })
    .moveDown(0.2);
}

function drawText(pdf: Pdf, text: string, as: 'plain' | 'notice' | 'item'): void {
  const width = widthOf(pdf);
  pdf
    .font(as === 'notice' ? fonts.bold : fonts.plain)
    .fontSize(8.5)
    .fillColor('#1a1a1a');
  const said = as === 'item' ? `•  ${text}` : text;
  const height = pdf.heightOfString(said, { width: width - 12 });
  keepTogether(pdf, Math.min(height, 200));
  const top = pdf.y;
  if (as === 'notice')
    pdf
      .rect(MARGIN, top, width, height + 10)
      .lineWidth(1.5)
      .strokeColor('#1a1a1a')
      .stroke();
  pdf.text(said, MARGIN + (as === 'plain' ? 0 : 6), top + (as === 'notice' ? 5 : 0), { width: width - 12 });
  pdf.y += as === 'notice' ? 9 : 3;
}

async function drawTable(pdf: Pdf, head: readonly string[], rows: readonly (readonly string[])[]): Promise<void> {
  const widths = columnWidths(pdf, head, rows);
  const drawHead = () => {
    if (head.length > 0) drawRow(pdf, head, { widths, isHead: true });
  };
  pdf.fontSize(7.5);
  keepTogether(pdf, 50);
  drawHead();
  for (const [index, row] of rows.entries()) {
    if (index % ROWS_PER_TURN === 0) await othersTurn();
    if (pdf.y + rowHeight(pdf, row, widths) > bottomOf(pdf)) {
      pdf.addPage();
      drawHead();
    }
    drawRow(pdf, row, { widths, isHead: false });
  }
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
  pdf.font(fonts.plain).fontSize(7.5);
  return Math.max(9, ...row.map((cell, column) => pdf.heightOfString(cell, { width: (widths[column] ?? 20) - 2 * CELL }))) + 2 * CELL;
}

function drawRow(
  pdf: Pdf,
  row: readonly string[],
  { widths, isHead }: { readonly widths: readonly number[]; readonly isHead: boolean },
): void {
  const height = rowHeight(pdf, row, widths);
  const top = pdf.y;
  let left = MARGIN;
  pdf
    .font(isHead ? fonts.bold : fonts.plain)
    .fontSize(7.5)
    .fillColor('#1a1a1a');
  for (const [column, cell] of row.entries()) {
    const width = widths[column] ?? 20;
    pdf.text(cell, left + CELL, top + CELL, { width: width - 2 * CELL });
    left += width;
  }
  pdf
    .moveTo(MARGIN, top + height)
    .lineTo(MARGIN + widthOf(pdf), top + height)
    .lineWidth(isHead ? 1 : 0.4)
    .strokeColor('#767676')
    .stroke();
  pdf.y = top + height;
}

function drawDrawing(pdf: Pdf, { width, height, marks }: Extract<Block, { kind: 'drawing' }>): void {
  const room = bottomOf(pdf) - MARGIN;
  const scale = Math.min(widthOf(pdf) / width, room / height);
  keepTogether(pdf, height * scale);
  const top = pdf.y;
  pdf.save().translate(MARGIN, top).scale(scale);
  for (const mark of marks) drawMark(pdf, mark);
  pdf.restore();
  pdf.x = MARGIN;
  pdf.y = top + height * scale + 6;
}

function drawMark(pdf: Pdf, mark: Mark): void {
  if (mark.kind === 'text') {
    pdf
      .font(mark.isStrong === true ? fonts.bold : fonts.plain)
      .fontSize(11)
      .fillColor('#1a1a1a');
    const width = pdf.widthOfString(mark.text);
    const left = { start: 0, middle: width / 2, end: width }[mark.anchor];
    pdf.text(mark.text, mark.at.x - left, mark.at.y - 10, { lineBreak: false });
    return;
  }
  const fill = fills[mark.tone];
  if (mark.kind === 'line') {
    const { from, to } = mark;
    pdf
      .moveTo(from.x, from.y)
      .lineTo(to.x, to.y)
      .lineWidth(mark.tone === 'ink' ? 1.5 : 0.7)
      .strokeColor(fill)
      .stroke();
    return;
  }
  if (mark.kind === 'bar') pdf.rect(mark.x, mark.y, mark.width, mark.height);
  else pdf.polygon(...mark.points.map(({ x, y }) => [x, y]));
  pdf.lineWidth(0.8).fillAndStroke(fill, '#333333');
}

/** What each sheet says of itself: a single one of them must not be taken for a final result. */
async function numberSheets(pdf: Pdf, { kind, asOf, reportId, version }: ReportDocument): Promise<void> {
  const { count } = pdf.bufferedPageRange();
  for (let sheet = 0; sheet < count; sheet += 1) {
    if (sheet % SHEETS_PER_TURN === 0) await othersTurn();
    pdf.switchToPage(sheet);
    // Text below the margin would begin another sheet.
    pdf.page.margins.bottom = 0;
    const at = pdf.page.height - MARGIN;
    const width = widthOf(pdf);
    pdf.font(fonts.bold).fontSize(8).fillColor('#1a1a1a');
    pdf.text(`${kind}${kind === 'FINAL' ? `, version ${version}` : ''} – as of ${asOf}`, MARGIN, at, { width, lineBreak: false });
    pdf
      .font(fonts.plain)
      .text(`report ${reportId}, page ${sheet + 1} of ${count}`, MARGIN, at, { width, align: 'right', lineBreak: false });
  }
}
