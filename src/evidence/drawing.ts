import type { Effect } from '../verdict/index.ts';

/** What a shape stands for; each page gives it a colour and an outline that can be told apart in greys. */
export type Tone = Effect | 'gap' | 'looking' | 'authority-scope' | 'authority-scim' | 'band' | 'grid' | 'deadline' | 'ink';

/** A shape of a chart, in the chart's own units, y downwards. Plain data, so that a page and a PDF draw the same. */
export type Mark =
  | { readonly kind: 'bar'; readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly tone: Tone }
  | { readonly kind: 'line'; readonly from: Point; readonly to: Point; readonly tone: Tone }
  | { readonly kind: 'area'; readonly points: readonly Point[]; readonly tone: Tone }
  | {
      readonly kind: 'text';
      readonly at: Point;
      readonly text: string;
      readonly anchor: 'start' | 'middle' | 'end';
      readonly isStrong?: boolean;
    };

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** What the chart shows, for whoever does not see it; the table below it holds the figures. */
  readonly title: string;
  readonly marks: readonly Mark[];
}

/** One chart, drawn for a sheet or a wide screen, and for a screen that is narrow or magnified. */
export interface Chart {
  readonly wide: Drawing;
  readonly narrow: Drawing;
}

/** Which of the two is drawn. */
export type Breadth = keyof Chart;

/** How wide a drawing is, whatever the page makes of it: so that its letters come out about as large as those around it. */
export const drawingWidths: Readonly<Record<Breadth, number>> = { wide: 960, narrow: 300 };

/** A position to a tenth of a unit: the same figure always prints the same. */
export function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
