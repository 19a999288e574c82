import { Parser } from 'htmlparser2';
import type { Drawing, Mark, Tone } from './drawing.ts';

/** What a paragraph is: `conclusion` and `summary` are the first of the block that the page begins with, and what follows in it. */
export type TextKind = 'plain' | 'notice' | 'conclusion' | 'summary' | 'item';

/**
 * What a page is made of, in reading order, without its markup. What stands between `open` and its `close` belongs together. `id`: what links of the page lead
 * to it by; `href`: the `id` that it leads to itself. `rowHeading`: which cell of each row is its heading, whose links `hrefs` holds, row by row.
 */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string; readonly id: string | null }
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly as: TextKind;
      readonly isListed: boolean;
      readonly number: number | null;
      readonly href: string | null;
    }
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
      readonly rowHeading: number | null;
      readonly hrefs: readonly (string | null)[];
    }
  | ({ readonly kind: 'drawing' } & Drawing)
  | { readonly kind: 'open'; readonly as: Group; readonly beginsSheet: boolean; readonly id: string | null }
  | { readonly kind: 'close' };

type Group = 'section' | 'list' | 'conclusion';

/** Bytes that are read at a time. */
const PIECE = 65_536;

/**
 * Takes `report.html` apart into blocks, so that the PDF says word for word what the page says, and nothing is written twice. It knows the
 * elements that the page uses; the text of another would be shown plainly, never lost.
 */
export function* pageBlocks(page: Uint8Array): Generator<Block> {
  const reader = new PageReader();
  const parser = new Parser(reader, { decodeEntities: true, lowerCaseAttributeNames: false });
  const decoder = new TextDecoder();
  // In pieces, so that the blocks of a large page are taken away as they come.
  for (let at = 0; at < page.length; at += PIECE) {
    parser.write(decoder.decode(page.subarray(at, at + PIECE), { stream: true }));
    yield* reader.take();
  }
  parser.end();
  yield* reader.take();
}

type Attributes = Readonly<Record<string, string>>;

/** Elements whose end is the end of a text of its own; within a table each is a line of its cell. */
const paragraphs = new Set(['p', 'li', 'dd', 'summary']);

const headings = new Set(['h1', 'h2', 'h3', 'h4']);

/** Elements that hold others. */
const groups: Readonly<Record<string, 'section' | 'list' | undefined>> = { section: 'section', ul: 'list', ol: 'list', dl: 'list' };

/** Sections that begin a sheet when printed; but for the first of those that an introduction stands before. */
const introduction = 'leavers';
const onSheets = new Set([introduction, 'leaver']);

/** Elements whose text is not for reading. */
const unread = new Set(['style', 'title', 'desc']);

/** Whatever stands within an element of this class is for the screen alone. */
const ON_SCREEN = 'screen';

interface TableSoFar {
  readonly head: string[];
  readonly rows: string[][];
  readonly hrefs: (string | null)[];
  rowHeading: number | null;
}

/** The block that the page begins with, by its class. */
const CONCLUSION = 'conclusion';

/** Reads a page as its elements come: what is being read at the moment is its state. */
class PageReader {
  #blocks: Block[] = [];
  #text = '';
  #isUnread = false;
  #isNotice = false;
  #isHead = false;
  /** Within the block that the page begins with: what its next paragraph is. */
  #concluding: 'conclusion' | 'summary' | null = null;
  #id: string | null = null;
  /** Where the paragraph, or the heading cell, that is being read leads to. */
  #href: string | null = null;
  #isRowHeading = false;
  #table: TableSoFar | undefined;
  #drawing: { width: number; height: number; title: string; marks: Mark[] } | undefined;
  #label: Attributes = {};
  #isIntroduced = false;
  /** The element that is for the screen alone, and how many of its name are open. */
  #onScreen: { readonly name: string; open: number } | undefined;
  /** The lists that are open, the innermost last: the number of the last item, or null where items have none. */
  readonly #lists: (number | null)[] = [];

  /** The blocks that were read whole since the last time. */
  take(): readonly Block[] {
    const taken = this.#blocks;
    this.#blocks = [];
    return taken;
  }

  ontext(piece: string): void {
    if (!this.#isUnread && this.#onScreen === undefined) this.#text += piece.replaceAll(/\s+/g, ' ');
  }

  onopentag(name: string, attributes: Attributes): void {
    if (this.#onScreen !== undefined) this.#onScreen.open += Number(name === this.#onScreen.name);
    else if (attributes['class']?.split(' ').includes(ON_SCREEN) === true) this.#onScreen = { name, open: 1 };
    else this.#openRead(name, attributes);
  }

  onclosetag(name: string): void {
    if (this.#onScreen === undefined) this.#closeRead(name);
    else if (name === this.#onScreen.name) {
      this.#onScreen.open -= 1;
      if (this.#onScreen.open === 0) this.#onScreen = undefined;
    }
  }

  #openRead(name: string, attributes: Attributes): void {
    if (unread.has(name)) this.#isUnread = true;
    else if (this.#drawing !== undefined) this.#openShape(name, attributes);
    else if (name === 'svg') this.#drawing = { ...sizeOf(attributes), title: attributes['aria-label'] ?? '', marks: [] };
    else if (this.#table !== undefined) this.#openWithinTable(name, attributes);
    else if (name === 'table') this.#table = { head: [], rows: [], hrefs: [], rowHeading: null };
    else if (groups[name] !== undefined) this.#openGroup(groups[name], { name, ...attributes });
    else this.#openText(name, attributes);
  }

  #openText(name: string, attributes: Attributes): void {
    if (headings.has(name)) this.#id = attributes['id'] ?? null;
    else if (name === 'a') this.#href ??= within(attributes);
    else if (name === 'div' && attributes['class'] === CONCLUSION) {
      this.#blocks.push({ kind: 'open', as: 'conclusion', beginsSheet: false, id: null });
      this.#concluding = 'conclusion';
    } else if (name === 'p') this.#isNotice = attributes['class']?.startsWith('notice') === true;
    else if (name === 'br') this.#text += '\n';
  }

  #closeRead(name: string): void {
    if (unread.has(name)) this.#isUnread = false;
    else if (this.#drawing !== undefined) this.#closeShape(name, this.#drawing);
    else if (this.#table !== undefined) this.#closeWithinTable(name, this.#table);
    else if (groups[name] !== undefined) this.#closeGroup(groups[name]);
    else if (headings.has(name)) this.#blocks.push({ kind: 'heading', level: Number(name.slice(1)), text: this.#words(), id: this.#id });
    else if (name === 'div') this.#closeConclusion();
    else if (name === 'dt') this.#text = `${this.#words()}: `;
    else if (paragraphs.has(name)) this.#closeParagraph(name);
  }

  #openGroup(as: 'section' | 'list', { name, class: of = '', id = null }: { readonly [name: string]: string | null }): void {
    this.#blocks.push({ kind: 'open', as, beginsSheet: onSheets.has(of ?? '') && !this.#isIntroduced, id });
    if (as === 'section') this.#isIntroduced = of === introduction;
    else this.#lists.push(name === 'ol' ? 0 : null);
  }

  #closeGroup(as: 'section' | 'list'): void {
    this.#blocks.push({ kind: 'close' });
    if (as === 'list') this.#lists.pop();
  }

  #closeConclusion(): void {
    if (this.#concluding !== null) this.#blocks.push({ kind: 'close' });
    this.#concluding = null;
  }

  #openWithinTable(name: string, attributes: Attributes): void {
    if (name === 'thead') this.#isHead = true;
    if (name === 'br' || paragraphs.has(name)) this.#text += '\n';
    if (this.#table !== undefined && !this.#isHead) this.#openWithinRow(name, attributes, this.#table);
  }

  #openWithinRow(name: string, attributes: Attributes, table: TableSoFar): void {
    if (name === 'tr') table.rows.push([]);
    if (name === 'th') {
      table.rowHeading = table.rows.at(-1)?.length ?? null;
      this.#isRowHeading = true;
    }
    if (name === 'a' && this.#isRowHeading) this.#href ??= within(attributes);
  }

  #closeWithinTable(name: string, table: TableSoFar): void {
    if (name === 'thead') this.#isHead = false;
    if (paragraphs.has(name)) this.#text += '\n';
    if (name === 'th' || name === 'td') (this.#isHead ? table.head : (table.rows.at(-1) ?? [])).push(this.#words());
    if (name === 'th') this.#isRowHeading = false;
    if (name === 'tr' && !this.#isHead) table.hrefs.push(this.#takeHref());
    if (name !== 'table') return;
    this.#blocks.push({ kind: 'table', ...table });
    this.#table = undefined;
  }

  #closeParagraph(name: string): void {
    const text = this.#words();
    const href = this.#takeHref();
    const plain = this.#concluding ?? (name === 'li' ? 'item' : 'plain');
    const number = name === 'li' ? this.#nextNumber() : null;
    if (this.#concluding !== null) this.#concluding = 'summary';
    if (text !== '')
      this.#blocks.push({
        kind: 'text',
        text,
        as: this.#isNotice ? 'notice' : plain,
        isListed: name === 'li' || name === 'dd',
        number,
        href,
      });
    this.#isNotice = false;
  }

  #takeHref(): string | null {
    const href = this.#href;
    this.#href = null;
    return href;
  }

  /** Of an item, where the list that it is in counts its items. */
  #nextNumber(): number | null {
    const last = this.#lists.at(-1) ?? null;
    if (last !== null) this.#lists[this.#lists.length - 1] = last + 1;
    return last === null ? null : last + 1;
  }

  #openShape(name: string, attributes: Attributes): void {
    if (name === 'text') this.#label = attributes;
    const mark = markOf(name, attributes);
    if (mark !== undefined) this.#drawing?.marks.push(mark);
  }

  #closeShape(name: string, drawing: Drawing & { readonly marks: Mark[] }): void {
    if (name === 'text') drawing.marks.push(labelOf(this.#label, this.#words()));
    if (name !== 'svg') return;
    this.#words();
    this.#blocks.push({ kind: 'drawing', ...drawing });
    this.#drawing = undefined;
  }

  #words(): string {
    const lines = this.#text.split('\n').map((line) => line.replaceAll(/ +/g, ' ').trim());
    this.#text = '';
    return lines.filter((line) => line !== '').join('\n');
  }
}

/** What a link leads to on the page itself. */
function within({ href = '' }: Attributes): string | null {
  return href.startsWith('#') ? href.slice(1) : null;
}

function sizeOf({ viewBox = '' }: Attributes) {
  const [, , width = 0, height = 0] = viewBox.split(' ').map(Number);
  return { width, height };
}

function markOf(name: string, { class: tone = '', points = '', ...given }: Attributes): Mark | undefined {
  const at = (attribute: string) => Number(given[attribute]);
  if (name === 'rect') return { kind: 'bar', tone: toneOf(tone), x: at('x'), y: at('y'), width: at('width'), height: at('height') };
  if (name === 'line') return { kind: 'line', tone: toneOf(tone), from: { x: at('x1'), y: at('y1') }, to: { x: at('x2'), y: at('y2') } };
  return name === 'polygon' ? { kind: 'area', tone: toneOf(tone), points: pointsOf(points) } : undefined;
}

function labelOf({ x, y, class: names = '' }: Attributes, text: string): Mark {
  const [anchor = 'start', strong] = names.split(' ');
  return {
    kind: 'text',
    at: { x: Number(x), y: Number(y) },
    text,
    anchor: anchor === 'end' || anchor === 'middle' ? anchor : 'start',
    isStrong: strong === 'strong',
  };
}

function toneOf(name: string): Tone {
  const tone = name.replace('t-', '');
  return (tone === 'NA' ? 'N/A' : tone) as Tone;
}

function pointsOf(points: string) {
  return points.split(' ').map((point) => {
    const [x = 0, y = 0] = point.split(',').map(Number);
    return { x, y };
  });
}
