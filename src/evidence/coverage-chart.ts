import { WHOLE_LOOK_WITHIN_MS } from '../directory/index.ts';
import { DAY_MS, type Instant, msBetween, plusMs } from '../kernel/index.ts';
import type { CoverageRow } from './coverage.ts';
import { type Breadth, type Chart, type Drawing, drawingWidths, type Mark, tenth, type Tone } from './drawing.ts';
import type { ReportContent } from './report-document.ts';

const TOP = 26;
const BAND = 18;

interface Layout {
  readonly left: number;
  readonly right: number;
  /** The height of a lane, and where in it the middle of its band lies. */
  readonly lane: number;
  readonly middle: number;
  /** The most dates that have room beside each other, but for one. */
  readonly dates: number;
}

/** A lane is named before its band, or above it. */
const layouts: Readonly<Record<Breadth, Layout>> = {
  wide: { left: 110, right: drawingWidths.wide - 20, lane: 30, middle: 15, dates: 6 },
  narrow: { left: 40, right: drawingWidths.narrow - 40, lane: 44, middle: 30, dates: 2 },
};

/** A longer stretch without a look at the whole directory is drawn as a gap, a shorter one is the time between two looks. */
const USUAL_STRETCH_MS = WHOLE_LOOK_WITHIN_MS;

/** How far marks of looks and files lie apart at the least: closer ones would run together, and look like the gap that they are not. */
const TICKS_APART = 4;

const lanes = ['directory', 'scim', 'roster', 'authority'] as const;

/** A lane per source: when it was looked at, when nobody looked, and at the bottom who decided who is synced. */
export function coverageChart(report: ReportContent): Chart {
  return { wide: drawn(report, 'wide'), narrow: drawn(report, 'narrow') };
}

function drawn(report: ReportContent, breadth: Breadth): Drawing {
  const layout = layouts[breadth];
  const { left, right } = layout;
  const from = report.periodStart;
  const to = report.asOf > from ? report.asOf : report.periodEnd;
  const place = (at: Instant) => tenth(left + Math.max(0, Math.min(1, msBetween(from, at) / msBetween(from, to))) * (right - left));
  const height = TOP + lanes.length * layout.lane + 6;
  return {
    width: drawingWidths[breadth],
    height,
    title:
      'When each source was looked at, and when nobody was looking, over the reporting period; at the bottom, who decided who is synced',
    marks: [
      ...dates(from, to, layout.dates).flatMap((at): readonly Mark[] => [
        { kind: 'line', from: { x: place(at), y: 20 }, to: { x: place(at), y: height }, tone: 'grid' },
        { kind: 'text', at: { x: place(at), y: 14 }, text: at.slice(0, 10), anchor: 'middle' },
      ]),
      ...lanes.map((name, lane): Mark => laneName(name, lane, breadth)),
      ...['directory', 'scim', 'roster'].flatMap((source, lane) =>
        laneOf(report.coverage, { source, middle: middleOf(lane, layout), place, layout, start: from }),
      ),
      ...report.sources.authority.flatMap((band) => authorityBand(band, { middle: middleOf(3, layout), place, to })),
    ],
  };
}

function laneName(text: string, lane: number, breadth: Breadth): Mark {
  const layout = layouts[breadth];
  const middle = middleOf(lane, layout);
  return breadth === 'wide'
    ? { kind: 'text', at: { x: layout.left - 10, y: middle + 4 }, text, anchor: 'end' }
    : { kind: 'text', at: { x: layout.left, y: middle - 14 }, text, anchor: 'start' };
}

interface Lane {
  /** Of its band. */
  readonly middle: number;
  readonly place: (at: Instant) => number;
}

interface SourceLane extends Lane {
  readonly source: string;
  readonly layout: Layout;
  readonly start: Instant;
}

/** What was over before the period is told for the gap that it began, and not drawn. */
function laneOf(coverage: readonly CoverageRow[], { source, middle, place, layout, start }: SourceLane): readonly Mark[] {
  const rows = coverage.filter((row) => row.source === source && row.to >= start);
  const missing = rows.filter(({ what }) => what === 'blind' || what === 'unconnected' || what === 'silent');
  const ticks = apart(rows.filter(({ what }) => what === 'looked' || what === 'imported').map(({ from }) => place(from)));
  return [
    band(source === 'roster' ? [] : [{ from: layout.left, to: layout.right, tone: 'looking' }], middle),
    band(
      missing
        .filter(({ from, to, what }) => what !== 'blind' || msBetween(from, to) > USUAL_STRETCH_MS)
        .map(({ from, to }) => ({ from: place(from), to: place(to), tone: 'gap' })),
      middle,
    ),
    ticks.map((x): Mark => ({ kind: 'line', from: { x, y: middle - BAND / 2 }, to: { x, y: middle + BAND / 2 }, tone: 'ink' })),
  ].flat();
}

/** In their order, without those that lie too close to the one before. */
function apart(places: readonly number[]): readonly number[] {
  let last = Number.NEGATIVE_INFINITY;
  return places
    .toSorted((a, b) => a - b)
    .filter((x) => {
      const isApart = x - last >= TICKS_APART;
      if (isApart) last = x;
      return isApart;
    });
}

function authorityBand(
  { authority, from, to }: ReportContent['sources']['authority'][number],
  { middle, place, to: last }: Lane & { readonly to: Instant },
): readonly Mark[] {
  const [start, end] = [place(from), place(to ?? last)];
  const tone: Tone = authority === 'scim' ? 'authority-scim' : 'authority-scope';
  const name = authority === 'scim' ? 'SCIM' : 'scope';
  const label: readonly Mark[] =
    end - start < 40 ? [] : [{ kind: 'text', at: { x: tenth((start + end) / 2), y: middle + 4 }, text: name, anchor: 'middle' }];
  return [...band([{ from: start, to: end, tone }], middle), ...label];
}

function band(stretches: readonly { readonly from: number; readonly to: number; readonly tone: Tone }[], middle: number): readonly Mark[] {
  return stretches.map(({ from, to, tone }) => ({
    kind: 'bar',
    x: from,
    y: middle - BAND / 2,
    width: tenth(Math.max(1, to - from)),
    height: BAND,
    tone,
  }));
}

function middleOf(lane: number, layout: Layout): number {
  return TOP + lane * layout.lane + layout.middle;
}

/** Days to mark: at most one more than so many, evenly. */
function dates(from: Instant, to: Instant, most: number): readonly Instant[] {
  const days = Math.max(1, Math.floor(msBetween(from, to) / DAY_MS));
  const step = Math.max(1, Math.ceil(days / most));
  return Array.from({ length: Math.floor(days / step) + 1 }, (_, index) => plusMs(from, index * step * DAY_MS));
}
