import { inflateSync } from 'node:zlib';
import { getDocumentProxy } from 'unpdf';

export interface Outlined {
  readonly title: string;
  readonly items: readonly Outlined[];
}

/** A part of a document's structure: what it is, what it says of itself, and the words of its own content. */
export interface Read {
  readonly role: string;
  readonly alt: string | undefined;
  readonly words: string;
}

/** Something to click, what it says of itself, and the sheet that it leads to. */
export interface ReadLink {
  readonly sheet: number;
  readonly says: string;
  readonly to: number;
}

export interface ReadPdf {
  readonly sheets: number;
  readonly title: unknown;
  /** The title in the XML of the metadata. */
  readonly metadataTitle: unknown;
  readonly language: unknown;
  readonly createdAt: unknown;
  readonly isMarked: boolean;
  /** Whether a window shows the title instead of the name of the file. */
  readonly showsTitle: unknown;
  /** What a reader lists beside the document: headings, and those within them. */
  readonly outline: readonly Outlined[];
  /** The elements, in the order of reading; those that hold others come before them. */
  readonly elements: readonly Read[];
  /** What is not read out, sheet by sheet. */
  readonly artifacts: readonly string[];
  readonly links: readonly ReadLink[];
  /** How high the letters of each piece of text are, in points, with the sheet that it stands on. */
  readonly pieces: readonly { readonly sheet: number; readonly words: string; readonly height: number }[];
  /** What is drawn and is neither content of an element nor an artifact. */
  readonly unmarked: readonly string[];
}

type Document = Awaited<ReturnType<typeof getDocumentProxy>>;
type Page = Awaited<ReturnType<Document['getPage']>>;

interface Node {
  readonly role?: string;
  readonly alt?: string;
  readonly type?: string;
  readonly id?: string;
  readonly children?: readonly Node[];
}

/** A PDF as a program reads it that knows nothing of how it was made. */
export async function readPdf(bytes: Uint8Array): Promise<ReadPdf> {
  const pdf = await getDocumentProxy(new Uint8Array(bytes));
  const { info, metadata } = await pdf.getMetadata();
  const elements: Read[] = [];
  const artifacts: string[] = [];
  const links: ReadLink[] = [];
  const pieces: ReadPdf['pieces'][number][] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number);
    const { byId, artifact } = await markedWords(page);
    const tree = (await page.getStructTree()) as Node | null;
    for (const child of tree?.children ?? []) elements.push(...elementsOf(child, byId));
    artifacts.push(artifact);
    links.push(...(await linksOf(pdf, page, number)));
    const { items } = await page.getTextContent();
    for (const item of items) if ('str' in item) pieces.push({ sheet: number, words: item.str, height: item.height });
  }
  const { Title: title, Language: language, CreationDate: createdAt } = info as Record<string, unknown>;
  return {
    sheets: pdf.numPages,
    title,
    metadataTitle: metadata?.get('dc:title'),
    language,
    createdAt,
    isMarked: (await pdf.getMarkInfo())?.Marked === true,
    showsTitle: ((await pdf.getViewerPreferences()) as Record<string, unknown> | null)?.['DisplayDocTitle'],
    outline: ((await pdf.getOutline()) ?? []) as readonly Outlined[],
    elements,
    artifacts,
    links,
    pieces,
    unmarked: paintedUnmarked(Buffer.from(bytes)),
  };
}

async function linksOf(pdf: Document, page: Page, sheet: number): Promise<readonly ReadLink[]> {
  const links: ReadLink[] = [];
  for (const { contentsObj, dest, subtype } of await page.getAnnotations()) {
    if (subtype !== 'Link') continue;
    const [at] = (await pdf.getDestination(String(dest))) ?? [];
    if (at === undefined) throw new Error(`a link leads to ${String(dest)}, which is nowhere`);
    links.push({ sheet, says: String((contentsObj as { str?: unknown } | undefined)?.str), to: (await pdf.getPageIndex(at as never)) + 1 });
  }
  return links;
}

/** The words of each content that an element refers to, and those of the artifacts. */
async function markedWords(page: Page) {
  const { items } = await page.getTextContent({ includeMarkedContent: true, disableNormalization: true });
  const byId = new Map<string, string>();
  const open: string[] = [];
  let artifact = '';
  for (const item of items) {
    if ('str' in item) {
      const id = open.at(-1);
      if (id === undefined) artifact += item.str;
      else byId.set(id, (byId.get(id) ?? '') + item.str);
    } else if (item.type === 'endMarkedContent') open.pop();
    else if (item.tag !== 'Artifact') open.push(item.id ?? '');
    else open.push(ARTIFACT);
  }
  artifact += byId.get(ARTIFACT) ?? '';
  return { byId, artifact };
}

const ARTIFACT = 'artifact';

function elementsOf({ role, alt, children = [] }: Node, byId: ReadonlyMap<string, string>): readonly Read[] {
  if (role === undefined) return [];
  const words = children.map(({ type, id }) => (type === 'content' ? (byId.get(id ?? '') ?? '') : '')).join('');
  return [{ role, alt, words }, ...children.flatMap((child) => elementsOf(child, byId))];
}

const STREAM = /stream\n([^]*?)\nendstream/g;
const PAINTS = /(^| )(TJ|Tj|f\*?|F|S|s|B\*?|b\*?|Do|sh)$/;

/**
 * What the sheets paint outside all marks (ISO 32000-1 §8.5.3, §9.4.3, §14.6). No stream leaves a mark open to the next.
 */
function paintedUnmarked(bytes: Buffer): readonly string[] {
  const unmarked: string[] = [];
  let painted = 0;
  for (const [, stream = ''] of bytes.toString('latin1').matchAll(STREAM)) {
    let depth = 0;
    for (const line of linesOf(stream)) {
      if (/ (BMC|BDC)$/.test(line)) depth += 1;
      if (line === 'EMC') depth -= 1;
      if (!PAINTS.test(line)) continue;
      painted += 1;
      if (depth === 0) unmarked.push(line);
    }
    if (depth !== 0) unmarked.push(`${depth} marks are left open`);
  }
  return painted === 0 ? ['nothing was painted at all'] : unmarked;
}

/** Of a sheet's content; other streams have none. */
function linesOf(stream: string): readonly string[] {
  try {
    const text = inflateSync(Buffer.from(stream, 'latin1')).toString('latin1');
    return / (BMC|BDC)\n/.test(text) || /^BT$/m.test(text) ? text.split('\n') : [];
  } catch {
    return [];
  }
}
