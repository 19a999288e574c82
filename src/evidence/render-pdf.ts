import { drawChart } from './draw-chart.ts';
import { drawTable } from './draw-table.ts';
import { type Block, pageBlocks, type TextKind } from './page-blocks.ts';
import { bottomOf, fonts, keepTogether, MARGIN, openSheets, type Pdf, type Sheets, widthOf } from './pdf-sheets.ts';
import type { ReferredSheet } from './pdf-places.ts';
import { BytesSoFar } from './bytes-so-far.ts';
import { type Area, artifact, type Element, linked, opened, tagged } from './pdf-tags.ts';
import type { ReportDocument } from './report-document.ts';
import { plainInstant } from './shown-instant.ts';

const headingSizes: Readonly<Record<number, number>> = { 1: 17, 2: 13, 3: 10.5, 4: 10 };

/** What an open block is in the structure of the document (ISO 32000-1 §14.8.4.2, §14.8.4.3.3). */
const groups = { section: 'Sect', list: 'L', conclusion: 'Div' } as const;

const INK = '#1a1a1a';

/** As on the page: with at least 7:1 to white. */
const LINK = '#0b3d91';
const frames = { INTERIM: '#5c3a00', FINAL: '#26323d' } as const;

/** How a paragraph looks, in points: its letters, how far in it stands, what is left above and below it, and which sides of a frame stand around it. */
interface Look {
  readonly font: string;
  readonly size: number;
  readonly inset: number;
  readonly above: number;
  readonly below: number;
  readonly frame?: 'filled' | 'sides' | 'sides and bottom';
}

const looks: Readonly<Record<TextKind, Look>> = {
  plain: { font: fonts.plain, size: 8.5, inset: 0, above: 0, below: 3 },
  item: { font: fonts.plain, size: 8.5, inset: 6, above: 0, below: 3 },
  notice: { font: fonts.bold, size: 9.5, inset: 8, above: 6, below: 6, frame: 'filled' },
  conclusion: { font: fonts.bold, size: 11.5, inset: 8, above: 7, below: 2, frame: 'sides' },
  summary: { font: fonts.plain, size: 9, inset: 8, above: 2, below: 7, frame: 'sides and bottom' },
};

/** How far right the numbers of a list of contents stand, in points. */
const NUMBERS = 330;

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
  const drawn: Drawn = { ...sheets, within: [document], tint: frames[report.kind], awaited: [] };
  for (const block of pageBlocks(page)) {
    await sheets.turn();
    await drawBlock(drawn, block);
  }
  document.end();
  await sheets.end((sheet, count, numbers) => {
    artifact(pdf, 'Pagination', () => {
      drawNumbers(pdf, numbers);
      drawFoot(pdf, report, `page ${sheet + 1} of ${count}`);
    });
  });
  await ended;
  return written.all();
}

interface Drawn extends Sheets {
  /** The elements that are open, the innermost last. */
  readonly within: Element[];
  /** Of frames. */
  readonly tint: string;
  /** Ids of open sections, which their heading is the place of. */
  readonly awaited: string[];
}

async function drawBlock(drawn: Drawn, block: Block): Promise<void> {
  const { pdf, within } = drawn;
  const parent = within.at(-1);
  if (parent === undefined) throw new Error('the page closes more than it opens');
  switch (block.kind) {
    case 'open':
      if (block.beginsSheet) pdf.addPage();
      if (block.id !== null) drawn.awaited.push(block.id);
      within.push(opened(pdf, parent, groups[block.as]));
      break;
    case 'close':
      within.pop()?.end();
      break;
    case 'heading':
      drawHeading(drawn, parent, block);
      break;
    case 'text':
      drawText(drawn, parent, block);
      break;
    case 'table':
      await drawTable(drawn, parent, block);
      break;
    case 'drawing':
      drawChart(pdf, parent, block);
      break;
  }
}

function drawHeading(
  { arrive, awaited, pdf, outline }: Drawn,
  parent: Element,
  { id, text, level }: Extract<Block, { kind: 'heading' }>,
): void {
  pdf
    .font(fonts.bold)
    .fontSize(headingSizes[level] ?? 10)
    .fillColor(INK);
  keepTogether(pdf, pdf.heightOfString(text, { width: widthOf(pdf) }) + 60);
  outline(text, level);
  for (const each of [...awaited.splice(0), ...(id === null ? [] : [id])]) arrive(each);
  pdf.moveDown(0.6);
  tagged(pdf, parent, `H${level}`, { draw: () => pdf.text(text, MARGIN, pdf.y, { width: widthOf(pdf) }) });
  pdf.moveDown(0.2);
}

type Text = Extract<Block, { kind: 'text' }>;

function drawText(drawn: Drawn, parent: Element, text: Text): void {
  const { pdf, tint } = drawn;
  const { above, below, font, frame, inset, size } = looks[text.as];
  const width = widthOf(pdf) - 2 * Math.max(inset, 6);
  pdf.font(font).fontSize(size);
  const said = wordsOf(text);
  const height = pdf.heightOfString(said, { width });
  keepTogether(pdf, Math.min(above + height + below, 200));
  const top = pdf.y;
  const ends = Math.min(top + above + height + below, bottomOf(pdf));
  if (frame !== undefined) artifact(pdf, 'Layout', () => drawFrame(pdf, { frame, top, ends, tint }));
  const area = { x: MARGIN + inset, y: top + above, width, height };
  const ink = frame === 'filled' ? '#ffffff' : text.href === null ? INK : LINK;
  const draw = () => pdf.font(font).fontSize(size).fillColor(ink).text(said, area.x, area.y, { width });
  const item = text.isListed ? opened(pdf, parent, 'LI') : undefined;
  drawLine(drawn, item ?? parent, { text, area, draw });
  item?.end();
  pdf.y += below + (text.as === 'summary' ? 6 : 0);
}

function wordsOf({ as, number, text }: Text): string {
  if (as !== 'item') return text;
  return number === null ? `• ${text}` : `${number}. ${text}`;
}

/** Of a link also where it leads to, and on which sheet that is. */
function drawLine({ pdf, refer }: Drawn, parent: Element, { area, draw, text }: { text: Text; area: Area; draw: () => void }): void {
  const type = text.isListed ? 'LBody' : 'P';
  if (text.href === null) return tagged(pdf, parent, type, { draw });
  const body = opened(pdf, parent, type);
  linked(pdf, body, { href: text.href, text: text.text, area: { ...area, width: NUMBERS }, draw });
  body.end();
  refer(text.href, area.y);
}

function drawFrame(
  pdf: Pdf,
  { ends, frame, tint, top }: { frame: NonNullable<Look['frame']>; top: number; ends: number; tint: string },
): void {
  const [left, right] = [MARGIN, MARGIN + widthOf(pdf)];
  if (frame === 'filled') {
    pdf.rect(left, top, right - left, ends - top).fill(tint);
    return;
  }
  for (const side of [left + 0.75, right - 0.75]) pdf.moveTo(side, top).lineTo(side, ends);
  if (frame === 'sides and bottom') pdf.moveTo(left, ends).lineTo(right, ends);
  pdf.lineWidth(1.5).strokeColor(tint).stroke();
}

/** On which sheets the contents are that are listed on this one. */
function drawNumbers(pdf: Pdf, numbers: readonly ReferredSheet[]): void {
  pdf.font(fonts.plain).fontSize(looks.item.size).fillColor(INK);
  for (const { number, y } of numbers) pdf.text(String(number), MARGIN, y, { width: NUMBERS, align: 'right', lineBreak: false });
}

/** What each sheet says of itself: a single one of them must not be taken for a final result. */
function drawFoot(pdf: Pdf, { kind, asOf, reportId, version }: ReportDocument, number: string): void {
  // Text below the margin would begin another sheet.
  pdf.page.margins.bottom = 0;
  const at = pdf.page.height - MARGIN;
  const width = widthOf(pdf);
  pdf.font(fonts.bold).fontSize(8).fillColor('#1a1a1a');
  pdf.text(`${kind}${kind === 'FINAL' ? `, version ${version}` : ''} – as of ${plainInstant(asOf)}`, MARGIN, at, {
    width,
    lineBreak: false,
  });
  pdf.font(fonts.plain).text(`report ${reportId}, ${number}`, MARGIN, at, { width, align: 'right', lineBreak: false });
}
