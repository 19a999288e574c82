import { drawChart } from './draw-chart.ts';
import { drawTable } from './draw-table.ts';
import { type Block, pageBlocks } from './page-blocks.ts';
import { fonts, keepTogether, MARGIN, openSheets, type Pdf, type Sheets, widthOf } from './pdf-sheets.ts';
import { BytesSoFar } from './bytes-so-far.ts';
import { artifact, type Element, opened, tagged } from './pdf-tags.ts';
import type { ReportDocument } from './report-document.ts';

const headingSizes: Readonly<Record<number, number>> = { 1: 17, 2: 13, 3: 10.5, 4: 10 };

/** What an open block is in the structure of the document (ISO 32000-1 §14.8.4.2, §14.8.4.3.3). */
const groups = { section: 'Sect', list: 'L' } as const;

/**
 * `report.pdf`: the page on A4 sheets, word for word, each saying what kind of report it is of and of when. Tagged as the page is marked up, for whoever has it read out: headings, paragraphs, lists,
 * tables with their headings, charts with what they show in words; what is no content is an artifact. The same page is the same bytes: nothing in it says when it was rendered. Gives way to other work
 * all the time, since a large report takes many seconds.
 */
export async function renderPdf(report: ReportDocument, page: Uint8Array): Promise<Buffer> {
  const sheets = openSheets({
    lang: 'en',
    displayTitle: true,
    info: {
      Title: `${report.kind} deprovisioning evidence, ${report.workspace.name}`,
      Author: 'rollcall',
      CreationDate: new Date(report.createdAt),
      ModDate: new Date(report.createdAt),
    },
  });
  const { pdf } = sheets;
  const written = new BytesSoFar();
  pdf.on('data', (chunk: Uint8Array) => written.add(chunk));
  const ended = new Promise<void>((done, failed) => pdf.on('end', done).on('error', failed));
  const document = pdf.struct('Document');
  pdf.addStructure(document);
  const within = [document];
  for (const block of pageBlocks(page)) {
    await sheets.turn();
    await drawBlock(sheets, block, within);
  }
  document.end();
  await sheets.end((sheet, count) => {
    artifact(pdf, 'Pagination', () => drawFoot(pdf, report, `page ${sheet + 1} of ${count}`));
  });
  await ended;
  return written.all();
}

/** `within`: the elements that are open, the innermost last. */
async function drawBlock(sheets: Sheets, block: Block, within: Element[]): Promise<void> {
  const { pdf } = sheets;
  const parent = within.at(-1);
  if (parent === undefined) throw new Error('the page closes more than it opens');
  switch (block.kind) {
    case 'open':
      if (block.beginsSheet) pdf.addPage();
      within.push(opened(pdf, parent, groups[block.as]));
      break;
    case 'close':
      within.pop()?.end();
      break;
    case 'heading':
      drawHeading(sheets, parent, block);
      break;
    case 'text':
      drawText(pdf, parent, block);
      break;
    case 'table':
      await drawTable(sheets, parent, block);
      break;
    case 'drawing':
      drawChart(pdf, parent, block);
      break;
  }
}

function drawHeading({ pdf, outline }: Sheets, parent: Element, { text, level }: Extract<Block, { kind: 'heading' }>): void {
  pdf
    .font(fonts.bold)
    .fontSize(headingSizes[level] ?? 10)
    .fillColor('#1a1a1a');
  keepTogether(pdf, pdf.heightOfString(text, { width: widthOf(pdf) }) + 60);
  outline(text, level);
  pdf.moveDown(0.6);
  tagged(pdf, parent, `H${level}`, { draw: () => pdf.text(text, MARGIN, pdf.y, { width: widthOf(pdf) }) });
  pdf.moveDown(0.2);
}

function drawText(pdf: Pdf, parent: Element, { text, as, isListed, number }: Extract<Block, { kind: 'text' }>): void {
  const width = widthOf(pdf);
  const isNotice = as === 'notice';
  pdf
    .font(isNotice ? fonts.bold : fonts.plain)
    .fontSize(8.5)
    .fillColor('#1a1a1a');
  const said = as === 'item' ? `${number === null ? '• ' : `${number}.`} ${text}` : text;
  const height = pdf.heightOfString(said, { width: width - 12 });
  keepTogether(pdf, Math.min(height, 200));
  const top = pdf.y;
  if (isNotice) artifact(pdf, 'Layout', () => drawBox(pdf, height + 10));
  const item = isListed ? opened(pdf, parent, 'LI') : undefined;
  tagged(pdf, item ?? parent, isListed ? 'LBody' : 'P', {
    draw: () => pdf.text(said, MARGIN + (as === 'plain' ? 0 : 6), top + (isNotice ? 5 : 0), { width: width - 12 }),
  });
  item?.end();
  pdf.y += isNotice ? 9 : 3;
}

function drawBox(pdf: Pdf, height: number): void {
  pdf.rect(MARGIN, pdf.y, widthOf(pdf), height).lineWidth(1.5).strokeColor('#1a1a1a').stroke();
}

/** What each sheet says of itself: a single one of them must not be taken for a final result. */
function drawFoot(pdf: Pdf, { kind, asOf, reportId, version }: ReportDocument, number: string): void {
  // Text below the margin would begin another sheet.
  pdf.page.margins.bottom = 0;
  const at = pdf.page.height - MARGIN;
  const width = widthOf(pdf);
  pdf.font(fonts.bold).fontSize(8).fillColor('#1a1a1a');
  pdf.text(`${kind}${kind === 'FINAL' ? `, version ${version}` : ''} – as of ${asOf}`, MARGIN, at, { width, lineBreak: false });
  pdf.font(fonts.plain).text(`report ${reportId}, ${number}`, MARGIN, at, { width, align: 'right', lineBreak: false });
}
