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
export function opened(pdf: Pdf, parent: Element, type: string): Element {
  const element = pdf.struct(type);
  parent.add(element);
  return element;
}

/** An element, and what is drawn as its content at once. */
export function tagged(pdf: Pdf, parent: Element, type: string, { draw, ...said }: Content): void {
  parent.add(pdf.struct(type, said, draw));
}

/** What is drawn and not read out: lines, and what every sheet says again. */
export function artifact(pdf: Pdf, type: 'Pagination' | 'Layout', draw: () => void): void {
  pdf.markContent('Artifact', { type });
  draw();
  pdf.endMarkedContent();
}
