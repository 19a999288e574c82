import { Parser } from 'htmlparser2';
import type { Drawing, Mark, Tone } from './drawing.ts';

/**
 * What a page is made of, in reading order, without its markup. What stands between `open` and its `close` belongs together. `namesRows`: the first cell of each row is its heading.
 */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'text'; readonly text: string; readonly as: 'plain' | 'notice' | 'item'; readonly isListed: boolean }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[]; readonly namesRows: boolean }
  | ({ readonly kind: 'drawing' } & Drawing)
  | { readonly kind: 'open'; readonly as: 'section' | 'list'; readonly beginsSheet: boolean }
  | { readonly kind: 'close' };

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

const headings = new Set(['h1', 'h2', 'h3']);

/** Elements that hold others. */
const groups: Readonly<Record<string, 'section' | 'list' | undefined>> = { section: 'section', ul: 'list', ol: 'list', dl: 'list' };

/** Sections that begin a sheet when printed; but for the first of those that an introduction stands before. */
const introduction = 'leavers';
const onSheets = new Set([introduction, 'leaver']);

/** Elements whose text is not for reading. */
const unread = new Set(['style', 'title']);

interface TableSoFar {
  readonly head: string[];
  readonly rows: string[][];
  namesRows: boolean;
}

/** Reads a page as its elements come: what is being read at the moment is its state. */
class PageReader {
  #blocks: Block[] = [];
  #text = '';
  #isUnread = false;
  #isNotice = false;
  #isHead = false;
  #table: TableSoFar | undefined;
  #drawing: { width: number; height: number; title: string; marks: Mark[] } | undefined;
  #label: Attributes = {};
  #isIntroduced = false;

  /** The blocks that were read whole since the last time. */
  take(): readonly Block[] {
    const taken = this.#blocks;
    this.#blocks = [];
    return taken;
  }

  ontext(piece: string): void {
    if (!this.#isUnread) this.#text += piece.replaceAll(/\s+/g, ' ');
  }

  onopentag(name: string, attributes: Attributes): void {
    if (unread.has(name)) this.#isUnread = true;
    else if (this.#drawing !== undefined) this.#openShape(name, attributes);
    else if (name === 'svg') this.#drawing = { ...sizeOf(attributes), title: attributes['aria-label'] ?? '', marks: [] };
    else if (this.#table !== undefined) this.#openWithinTable(name);
    else if (name === 'table') this.#table = { head: [], rows: [], namesRows: false };
    else if (groups[name] !== undefined) this.#openGroup(groups[name], attributes['class'] ?? '');
    else if (name === 'p') this.#isNotice = attributes['class']?.startsWith('notice') === true;
    else if (name === 'br') this.#text += '\n';
  }

  onclosetag(name: string): void {
    if (unread.has(name)) this.#isUnread = false;
    else if (this.#drawing !== undefined) this.#closeShape(name, this.#drawing);
    else if (this.#table !== undefined) this.#closeWithinTable(name, this.#table);
    else if (groups[name] !== undefined) this.#blocks.push({ kind: 'close' });
    else if (headings.has(name)) this.#blocks.push({ kind: 'heading', level: Number(name.slice(1)), text: this.#words() });
    else if (name === 'dt') this.#text = `${this.#words()}: `;
    else if (paragraphs.has(name)) this.#closeParagraph(name);
  }

  #openGroup(as: 'section' | 'list', name: string): void {
    this.#blocks.push({ kind: 'open', as, beginsSheet: onSheets.has(name) && !this.#isIntroduced });
    if (as === 'section') this.#isIntroduced = name === introduction;
  }

  #openWithinTable(name: string): void {
    if (name === 'thead') this.#isHead = true;
    if (name === 'th' && !this.#isHead && this.#table !== undefined) this.#table.namesRows = true;
    if (name === 'tr' && !this.#isHead) this.#table?.rows.push([]);
    if (name === 'br' || paragraphs.has(name)) this.#text += '\n';
  }

  #closeWithinTable(name: string, table: TableSoFar): void {
    if (name === 'thead') this.#isHead = false;
    if (paragraphs.has(name)) this.#text += '\n';
    if (name === 'th' || name === 'td') (this.#isHead ? table.head : (table.rows.at(-1) ?? [])).push(this.#words());
    if (name !== 'table') return;
    this.#blocks.push({ kind: 'table', ...table });
    this.#table = undefined;
  }

  #closeParagraph(name: string): void {
    const text = this.#words();
    const plain = name === 'li' ? 'item' : 'plain';
    if (text !== '')
      this.#blocks.push({ kind: 'text', text, as: this.#isNotice ? 'notice' : plain, isListed: name === 'li' || name === 'dd' });
    this.#isNotice = false;
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
