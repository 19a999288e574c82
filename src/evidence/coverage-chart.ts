import { WHOLE_LOOK_WITHIN_MS } from '../directory/index.ts';
import { DAY_MS, type Instant, msBetween, plusMs } from '../kernel/index.ts';
import type { CoverageRow } from './coverage.ts';
import { type Drawing, DRAWING_WIDTH, type Mark, tenth, type Tone } from './drawing.ts';
import type { ReportContent } from './report-document.ts';

const LEFT = 110;
const RIGHT = DRAWING_WIDTH - 20;
const TOP = 26;
const LANE = 30;
const BAND = 18;

/** A longer stretch without a look at the whole directory is drawn as a gap, a shorter one is the time between two looks. */
const USUAL_STRETCH_MS = WHOLE_LOOK_WITHIN_MS;

/** How far marks of looks and files lie apart at the least: closer ones would run together, and look like the gap that they are not. */
const TICKS_APART = 4;

const lanes = ['directory', 'scim', 'roster', 'authority'] as const;

/** A lane per source: when it was looked at, when nobody looked, and at the bottom who decided who is synced. */
export function coverageChart(report: ReportContent): Drawing {
  const from = report.periodStart;
  const to = report.asOf > from ? report.asOf : report.periodEnd;
  const place = (at: Instant) => tenth(LEFT + Math.max(0, Math.min(1, msBetween(from, at) / msBetween(from, to))) * (RIGHT - LEFT));
  const height = TOP + lanes.length * LANE + 6;
  return {
    width: DRAWING_WIDTH,
    height,
    title:
      'When each source was looked at, and when nobody was looking, over the reporting period; at the bottom, who decided who is synced',
    marks: [
      ...dates(from, to).flatMap((at): readonly Mark[] => [
        { kind: 'line', from: { x: place(at), y: 20 }, to: { x: place(at), y: height }, tone: 'grid' },
        { kind: 'text', at: { x: place(at), y: 14 }, text: at.slice(0, 10), anchor: 'middle' },
      ]),
      ...lanes.map((name, lane): Mark => ({ kind: 'text', at: { x: LEFT - 10, y: middleOf(lane) + 4 }, text: name, anchor: 'end' })),
      ...['directory', 'scim', 'roster'].flatMap((source, lane) => laneOf(report.coverage, { source, lane, place })),
      ...report.sources.authority.flatMap((band) => authorityBand(band, { lane: 3, place, to })),
    ],
  };
}

interface Lane {
  readonly lane: number;
  readonly place: (at: Instant) => number;
}

function laneOf(coverage: readonly CoverageRow[], { source, lane, place }: Lane & { readonly source: string }): readonly Mark[] {
  const rows = coverage.filter((row) => row.source === source);
  const missing = rows.filter(({ what }) => what === 'blind' || what === 'unconnected' || what === 'silent');
  const ticks = apart(rows.filter(({ what }) => what === 'looked' || what === 'imported').map(({ from }) => place(from)));
  return [
    band(source === 'roster' ? [] : [{ from: LEFT, to: RIGHT, tone: 'looking' }], lane),
    band(
      missing
        .filter(({ from, to, what }) => what !== 'blind' || msBetween(from, to) > USUAL_STRETCH_MS)
        .map(({ from, to }) => ({ from: place(from), to: place(to), tone: 'gap' })),
      lane,
    ),
    ticks.map(
      (x): Mark => ({ kind: 'line', from: { x, y: middleOf(lane) - BAND / 2 }, to: { x, y: middleOf(lane) + BAND / 2 }, tone: 'ink' }),
    ),
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
  { lane, place, to: last }: Lane & { readonly to: Instant },
): readonly Mark[] {
  const [start, end] = [place(from), place(to ?? last)];
  const tone: Tone = authority === 'scim' ? 'authority-scim' : 'authority-scope';
  const name = authority === 'scim' ? 'SCIM' : 'scope';
  const label: readonly Mark[] =
    end - start < 40 ? [] : [{ kind: 'text', at: { x: tenth((start + end) / 2), y: middleOf(lane) + 4 }, text: name, anchor: 'middle' }];
  return [...band([{ from: start, to: end, tone }], lane), ...label];
}

function band(stretches: readonly { readonly from: number; readonly to: number; readonly tone: Tone }[], lane: number): readonly Mark[] {
  return stretches.map(({ from, to, tone }) => ({
    kind: 'bar',
    x: from,
    y: middleOf(lane) - BAND / 2,
    width: tenth(Math.max(1, to - from)),
    height: BAND,
    tone,
  }));
}

function middleOf(lane: number): number {
  return TOP + lane * LANE + LANE / 2;
}

/** Days to mark: at most seven, evenly. */
function dates(from: Instant, to: Instant): readonly Instant[] {
  const days = Math.max(1, Math.floor(msBetween(from, to) / DAY_MS));
  const step = Math.max(1, Math.ceil(days / 6));
  return Array.from({ length: Math.floor(days / step) + 1 }, (_, index) => plusMs(from, index * step * DAY_MS));
}
