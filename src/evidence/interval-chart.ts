import { type AccessWindow, longestFirst } from './access-window.ts';
import { type Breadth, type Chart, type Drawing, drawingWidths, type Mark, tenth } from './drawing.ts';
import { type HourScale, hourScale } from './hour-scale.ts';
import { nameOf } from './unit-groups.ts';

/** Bars of one drawing: as many as a printed sheet has room for; the first stands below the conclusion on the first sheet. */
const BARS_PER_DRAWING = 30;
const BARS_OF_FIRST = 14;

/** Bars in all; of more leavers those who are no pass, and the slowest. The tables have everybody. */
const MAX_BARS = 120;

const TOP = 28;
const BAR = 12;

interface Layout {
  /** Between which the bars lie. */
  readonly left: number;
  readonly right: number;
  readonly row: number;
  /** From the top of a row to the middle of its bar. */
  readonly middle: number;
  /** Characters of a name. */
  readonly longestName: number;
  /** Between two ticks, at the least. */
  readonly tick: number;
}

/** Side by side with a bar, or above it, stand whose it is and the result. */
const layouts: Readonly<Record<Breadth, Layout>> = {
  wide: { left: 210, right: drawingWidths.wide - 70, row: 20, middle: 10, longestName: 28, tick: 34 },
  narrow: { left: 18, right: drawingWidths.narrow - 18, row: 40, middle: 26, longestName: 32, tick: 44 },
};

/** Those whom the chart shows: what is no pass first, then the slowest; in the order of their bars. */
export function chartedWindows(windows: readonly AccessWindow[]): readonly AccessWindow[] {
  const isPass = ({ unit }: AccessWindow) => unit.effect === 'PASS';
  const sorted = [...windows].sort(longestFirst);
  return [...sorted.filter((each) => !isPass(each)), ...sorted.filter(isPass)].slice(0, MAX_BARS).sort(longestFirst);
}

interface Charted {
  readonly windows: readonly AccessWindow[];
  /** How many leavers there are with an account, drawn or not. */
  readonly of: number;
  readonly first: number;
}

/**
 * One bar per leaver: from when somebody could still enter to when nobody could, against the deadline. Its length is what is not known. A bar
 * without an end has not ended; one that begins at the edge has no proven beginning. All drawings have one scale.
 */
export function intervalCharts(windows: readonly AccessWindow[]): readonly Chart[] {
  const shown = chartedWindows(windows);
  const scales = { wide: scaleOf(shown, layouts.wide), narrow: scaleOf(shown, layouts.narrow) };
  const further = Math.ceil(Math.max(0, shown.length - BARS_OF_FIRST) / BARS_PER_DRAWING);
  return Array.from({ length: shown.length === 0 ? 0 : 1 + further }, (_, n) => {
    const [first, end] = [n - 1, n].map((drawing) => (drawing < 0 ? 0 : BARS_OF_FIRST + drawing * BARS_PER_DRAWING)) as [number, number];
    const charted = { windows: shown.slice(first, end), of: windows.length, first };
    return { wide: drawn(charted, 'wide', scales.wide), narrow: drawn(charted, 'narrow', scales.narrow) };
  });
}

function scaleOf(shown: readonly AccessWindow[], { left, right }: Layout): HourScale {
  return hourScale(shown.flatMap(hoursOf), { from: left, to: right });
}

function drawn({ windows, of, first }: Charted, breadth: Breadth, scale: HourScale): Drawing {
  const layout = layouts[breadth];
  const height = TOP + windows.length * layout.row + 8;
  return {
    width: drawingWidths[breadth],
    height,
    title: `When access ended, in hours after the end of employment, against the deadline: leavers ${first + 1} to ${first + windows.length} of ${of} with an account`,
    marks: [
      ...axis(scale, { height, apart: layout.tick }),
      ...windows.flatMap((each, index) => row(each, { top: TOP + index * layout.row, layout, scale, breadth })),
    ],
  };
}

function hoursOf({ lastUsable, firstUnusable, evaluated, deadline }: AccessWindow): readonly number[] {
  return [lastUsable ?? 0, firstUnusable ?? evaluated, deadline.latest];
}

/** Ticks whose names would run into each other are left out, the end of employment never. */
export function axis({ ticks }: HourScale, { height, apart }: { readonly height: number; readonly apart: number }): readonly Mark[] {
  const end = ticks.find(({ name }) => name === 'end')?.at ?? Number.NEGATIVE_INFINITY;
  const marks: Mark[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const { at, name } of ticks) {
    const isEnd = name === 'end';
    if (!isEnd && (at - last < apart || Math.abs(at - end) < apart)) continue;
    last = at;
    marks.push({ kind: 'line', from: { x: at, y: 20 }, to: { x: at, y: height }, tone: isEnd ? 'ink' : 'grid' });
    marks.push({ kind: 'text', at: { x: at, y: 14 }, text: name, anchor: 'middle', isStrong: isEnd });
  }
  return marks;
}

interface RowPlace {
  readonly top: number;
  readonly layout: Layout;
  readonly scale: HourScale;
  readonly breadth: Breadth;
}

function row({ unit, lastUsable, firstUnusable, evaluated, deadline }: AccessWindow, at: RowPlace): readonly Mark[] {
  const { top, layout, scale } = at;
  const { place } = scale;
  const from = lastUsable === null ? layout.left : place(lastUsable);
  const to = place(firstUnusable ?? Math.max(evaluated, lastUsable ?? evaluated));
  const middle = top + layout.middle;
  const due = { earliest: place(deadline.earliest), latest: place(deadline.latest) };
  const open: readonly Mark[] = firstUnusable === null ? [arrow(to, middle, unit.effect)] : [];
  return [
    ...labels(unit, at),
    { kind: 'bar', x: from, y: middle - BAR / 2, width: tenth(Math.max(2, to - from)), height: BAR, tone: unit.effect },
    ...open,
    { kind: 'bar', x: due.earliest, y: middle - 9, width: tenth(Math.max(2, due.latest - due.earliest)), height: 18, tone: 'deadline' },
  ];
}

function labels(unit: AccessWindow['unit'], { top, layout, breadth }: RowPlace): readonly Mark[] {
  const name = shortened(nameOf(unit), layout.longestName);
  const isStrong = unit.effect !== 'PASS';
  if (breadth === 'narrow') {
    return [
      { kind: 'text', at: { x: 4, y: top + 13 }, text: name, anchor: 'start' },
      { kind: 'text', at: { x: drawingWidths.narrow - 4, y: top + 13 }, text: unit.effect, anchor: 'end', isStrong },
    ];
  }
  const y = top + layout.middle + 4;
  return [
    { kind: 'text', at: { x: layout.left - 8, y }, text: name, anchor: 'end' },
    { kind: 'text', at: { x: layout.right + 12, y }, text: unit.effect, anchor: 'start', isStrong },
  ];
}

/** That it goes on. */
function arrow(x: number, y: number, tone: AccessWindow['unit']['effect']): Mark {
  return {
    kind: 'area',
    points: [
      { x, y: y - BAR / 2 - 2 },
      { x: tenth(x + 9), y },
      { x, y: y + BAR / 2 + 2 },
    ],
    tone,
  };
}

function shortened(name: string, longest: number): string {
  const characters = Array.from(name);
  return characters.length <= longest ? name : `${characters.slice(0, longest - 1).join('')}…`;
}
