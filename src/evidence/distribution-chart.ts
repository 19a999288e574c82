import type { AccessWindow } from './access-window.ts';
import { type Breadth, type Chart, type Drawing, drawingWidths, type Mark, type Point, tenth } from './drawing.ts';
import { type HourScale, hourScale } from './hour-scale.ts';
import { axis } from './interval-chart.ts';

const LEFT = 60;
const TOP = 28;
const BOTTOM = 208;

/** By when a share of the leavers had lost access: not before `low`, and proven by `high`; null where it is not proven of so many. */
export interface Percentile {
  readonly percent: number;
  /** Null: it may have been at any time before. */
  readonly low: number | null;
  readonly high: number | null;
}

const percents = [50, 90, 95, 100];

/**
 * Percentiles of the time until access ended, as ranges: what lies between two looks is not known better (evidence §5). Nobody who still has
 * access, or of whom it is not proven, is left out: they are among the n.
 */
export function percentilesOf(windows: readonly AccessWindow[]): readonly Percentile[] {
  const proven = provenEnds(windows);
  const possible = possibleEnds(windows);
  return percents.map((percent) => {
    const rank = Math.ceil((percent / 100) * windows.length) - 1;
    const low = possible[rank] ?? Number.NEGATIVE_INFINITY;
    return { percent, low: Number.isFinite(low) ? low : null, high: proven[rank] ?? null };
  });
}

/** The share of leavers without access over time, as a band: at least what is proven, at most what is possible. */
export function distributionChart(windows: readonly AccessWindow[]): Chart {
  return { wide: drawn(windows, 'wide'), narrow: drawn(windows, 'narrow') };
}

function drawn(windows: readonly AccessWindow[], breadth: Breadth): Drawing {
  const right = drawingWidths[breadth] - 20;
  const proven = provenEnds(windows);
  const possible = possibleEnds(windows).filter(Number.isFinite);
  const scale = hourScale([...proven, ...possible, ...windows.map(({ evaluated }) => evaluated)], { from: LEFT, to: right });
  const always = windows.length - possible.length;
  const lower = steps(proven, { base: 0, of: windows.length, scale, right });
  const upper = steps(possible, { base: always, of: windows.length, scale, right });
  return {
    width: drawingWidths[breadth],
    height: BOTTOM + 10,
    title: `The share of ${windows.length} leavers with an account who had no access any more, over the hours after the end of employment: a band between what is proven and what is possible`,
    marks: [
      ...axis(scale, { height: BOTTOM, apart: breadth === 'wide' ? 34 : 48 }),
      ...[0, 25, 50, 75, 100].flatMap((percent) => level(percent, right)),
      { kind: 'area', points: corners([...upper, ...lower.toReversed()]), tone: 'band' },
    ],
  };
}

function level(percent: number, right: number): readonly Mark[] {
  const y = heightOf(percent / 100);
  return [
    { kind: 'line', from: { x: LEFT, y }, to: { x: right, y }, tone: 'grid' },
    { kind: 'text', at: { x: LEFT - 8, y: y + 4 }, text: `${percent} %`, anchor: 'end' },
  ];
}

interface Stepping {
  readonly base: number;
  readonly of: number;
  readonly scale: HourScale;
  readonly right: number;
}

/** The line of a share that grows by one leaver at each of the given hours. */
function steps(hours: readonly number[], { base, of, scale, right }: Stepping) {
  const points: Point[] = [{ x: LEFT, y: heightOf(base / of) }];
  for (const [index, at] of hours.entries()) {
    const x = scale.place(at);
    points.push({ x, y: heightOf((base + index) / of) }, { x, y: heightOf((base + index + 1) / of) });
  }
  return [...points, { x: right, y: heightOf((base + hours.length) / of) }];
}

function heightOf(share: number): number {
  return tenth(BOTTOM - share * (BOTTOM - TOP));
}

function provenEnds(windows: readonly AccessWindow[]): readonly number[] {
  return windows.flatMap(({ firstUnusable }) => firstUnusable ?? []).sort((a, b) => a - b);
}

/** From when on access may have ended: at any time, where nobody ever proved it usable. */
function possibleEnds(windows: readonly AccessWindow[]): readonly number[] {
  return windows.map(({ lastUsable }) => lastUsable ?? Number.NEGATIVE_INFINITY).sort((a, b) => a - b);
}

/** The corners of an area: a band has a step for each leaver, and most lie on one line with their neighbours. */
function corners(points: readonly Point[]): readonly Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const [before, last] = kept.slice(-2);
    const isBetween = before !== undefined && last !== undefined && onOneLine([before, last, point]);
    if (isBetween) kept.pop();
    kept.push(point);
  }
  return kept;
}

/** Level or upright, and going on in one direction. */
function onOneLine([a, b, c]: readonly [Point, Point, Point]): boolean {
  if (a.y === b.y && b.y === c.y) return (b.x - a.x) * (c.x - b.x) >= 0;
  return a.x === b.x && b.x === c.x && (b.y - a.y) * (c.y - b.y) >= 0;
}
