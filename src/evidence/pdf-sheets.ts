import { createRequire } from 'node:module';
import { setImmediate as othersTurn } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import { packObjects } from './pack-pdf.ts';
import { openPlaces, type Places, type ReferredSheet } from './pdf-places.ts';

export type Pdf = InstanceType<typeof PDFDocument>;

const { resolve } = createRequire(import.meta.url);

/** DejaVu: Latin, Greek, Cyrillic and more. A character that it lacks is a box here; report.html has it. */
export const fonts = {
  plain: resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  bold: resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
};

/** In points: A4, lying. */
export const MARGIN = 40;
const FOOT = 22;

/** Sheets whose foot is drawn before others have their turn: some milliseconds. */
const SHEETS_PER_TURN = 20;

/** Sheets after which the words that were laid out are forgotten: most are instants and names that do not come again. */
const SHEETS_OF_WORDS = 200;

/** What pdfkit 0.20 has beside what its types name. */
interface Kept {
  getStructParentTree(): { get(key: number): object; add(key: number, value: object): void };
  readonly _fontFamilies: Readonly<Record<string, { layoutCache: object }>>;
}

type Outlined = Pick<Pdf['outline'], 'addItem'>;

interface Sheet {
  readonly page: Pdf['page'];
  /** What is written on it last, once it is known how many there are. */
  readonly foot: Pdf['page']['content'];
}

/** A document, and its sheets. */
export interface Sheets extends Pick<Places, 'arrive' | 'refer'> {
  readonly pdf: Pdf;
  /** To be awaited between elements: others have their turn, and of the sheets before the present one nothing more is held. */
  turn(): Promise<void>;
  /** Lists a heading beside the document, at the sheet that it stands on: from level 3 on within the last one above its level. */
  outline(text: string, level: number): void;
  /** Ends the document, with a foot on each sheet, and the numbers that it asked for. */
  end(drawFoot: (sheet: number, count: number, numbers: readonly ReferredSheet[]) => void): Promise<void>;
}

/**
 * A tagged document (PDF 1.7) of which no more is held than the present sheet, what is written of the others, and where everything is. The feet, which say how many sheets
 * there are, are streams of their own.
 */
export function openSheets(options: PDFKit.PDFDocumentOptions): Sheets {
  const pdf = new PDFDocument({
    ...options,
    size: 'A4',
    layout: 'landscape',
    margins: { top: MARGIN, bottom: MARGIN + FOOT, left: MARGIN, right: MARGIN },
    font: fonts.plain,
    pdfVersion: '1.7',
    tagged: true,
    autoFirstPage: false,
  });
  const writeEnd = packObjects(pdf);
  escapeMetadata(pdf);
  const sheets: Sheet[] = [];
  let released = 0;
  pdf.on('pageAdded', () => {
    const { page } = pdf;
    const foot = pdf.ref({});
    // A reader takes several streams for one. The fonts of the foot are those of the first sheet.
    Object.assign(page.dictionary.data, { Contents: [page.content, foot] });
    Object.assign(page.fonts, sheets[0]?.page.fonts);
    sheets.push({ page, foot });
  });
  pdf.addPage();
  const places = openPlaces(pdf, { left: MARGIN, present: () => sheets.length });
  let above: readonly { readonly level: number; readonly item: Outlined }[] = [];
  const letGo = (until: number) => {
    for (; released < until; released += 1) {
      writeParents(pdf, sheets[released]);
      if (released % SHEETS_OF_WORDS === 0) forgetWords(pdf);
    }
  };
  return {
    pdf,
    turn: async () => {
      letGo(sheets.length - 1);
      await othersTurn();
    },
    outline: (text, level) => {
      const within = above.filter((heading) => level > 2 && heading.level < level);
      const item = (within.at(-1)?.item ?? pdf.outline).addItem(text);
      above = [...within, { level, item }];
    },
    arrive: places.arrive,
    refer: places.refer,
    end: async (drawFoot) => {
      pdf.flushPages();
      letGo(sheets.length);
      for (const [index, { page, foot }] of sheets.entries()) {
        if (index % SHEETS_PER_TURN === 0) await othersTurn();
        pdf.page = Object.assign(page, { content: foot });
        drawFoot(index, sheets.length, places.askedOn(index + 1));
        foot.end(undefined);
      }
      pdf.end();
      await writeEnd();
    },
  };
}

/** Writes which element each content of a sheet belongs to; until then it is a list of all of them. */
function writeParents(pdf: Pdf, sheet: Sheet | undefined): void {
  const { StructParents: key } = (sheet?.page.dictionary.data ?? {}) as { StructParents?: number };
  if (key === undefined) return;
  const tree = (pdf as unknown as Kept).getStructParentTree();
  const parents = pdf.ref(tree.get(key));
  parents.end(undefined);
  tree.add(key, Object.assign(parents, { data: {} }));
}

function forgetWords(pdf: Pdf): void {
  for (const font of Object.values((pdf as unknown as Kept)._fontFamilies)) font.layoutCache = Object.create(null) as object;
}

/** pdfkit writes the title into the XML of the metadata as it is. The document's own dictionary is written before. */
function escapeMetadata(pdf: Pdf): void {
  const end = pdf.endMetadata.bind(pdf);
  pdf.endMetadata = () => {
    const title = pdf.info.Title ?? '';
    pdf.info.Title = title.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    end();
  };
}

export function widthOf(pdf: Pdf): number {
  return pdf.page.width - 2 * MARGIN;
}

export function bottomOf(pdf: Pdf): number {
  return pdf.page.height - MARGIN - FOOT;
}

/** Begins another sheet where so much does not fit on this one. */
export function keepTogether(pdf: Pdf, height: number): void {
  if (pdf.y + height > bottomOf(pdf) && pdf.y > MARGIN) pdf.addPage();
}
