import type { Pdf } from './pdf-sheets.ts';

/** An element of a document's structure, which says what its content is (ISO 32000-1 §14.8.4). */
export type Element = ReturnType<Pdf['struct']>;

/** What an element says of itself, and how its content is drawn. */
interface Content {
  /** What a figure shows, for whoever does not see it. */
  readonly alt?: string;
  /** Left, top, right and bottom of a figure on its sheet, in points from above. */
  readonly bbox?: readonly [number, number, number, number];
  /** Of what a heading cell is the heading. */
  readonly scope?: 'Column' | 'Row';
  readonly draw: () => void;
}

/** An element that others are put into, in the order of reading, until its `end` is called. */
export function opened(pdf: Pdf, parent: Element, type: string, said: Pick<Content, 'alt' | 'scope'> = {}): Element {
  const element = pdf.struct(type, said);
  parent.add(element);
  return element;
}

/** An element, and what is drawn as its content at once. */
export function tagged(pdf: Pdf, parent: Element, type: string, { draw, ...said }: Content): void {
  parent.add(pdf.struct(type, said, draw));
}

/** What leads to another place of the document: its content, and where it can be clicked, in points from above. */
export function linked(
  pdf: Pdf,
  parent: Element,
  { area, draw, href, text }: { readonly href: string; readonly text: string; readonly area: Area; readonly draw: () => void },
): void {
  const link = opened(pdf, parent, 'Link');
  link.add(draw);
  // What pdfkit is given as a String it writes as a text, and a string as a name.
  const said = { structParent: link, Contents: new String(text) as unknown as string };
  pdf.goTo(area.x, area.y, area.width, area.height, href, said);
  link.end();
}

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What is drawn and not read out: lines, and what every sheet says again. */
export function artifact(pdf: Pdf, type: 'Pagination' | 'Layout', draw: () => void): void {
  pdf.markContent('Artifact', { type });
  draw();
  pdf.endMarkedContent();
}
