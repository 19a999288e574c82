import { type AccessWindow, longestFirst } from './access-window.ts';
import { type Drawing, DRAWING_WIDTH, type Mark, tenth } from './drawing.ts';
import { type HourScale, hourScale } from './hour-scale.ts';

/** Bars of one drawing: as many as a printed sheet has room for. */
const BARS_PER_DRAWING = 30;

/** Bars in all; of more leavers those who are no pass, and the slowest. The tables have everybody. */
const MAX_BARS = 120;

const LEFT = 210;
const RIGHT = DRAWING_WIDTH - 70;
const TOP = 28;
const ROW = 20;
const BAR = 12;
const LONGEST_NAME = 28;

/** Those whom the chart shows: what is no pass first, then the slowest; in the order of their bars. */
export function chartedWindows(windows: readonly AccessWindow[]): readonly AccessWindow[] {
  const isPass = ({ unit }: AccessWindow) => unit.effect === 'PASS';
  const sorted = [...windows].sort(longestFirst);
  return [...sorted.filter((each) => !isPass(each)), ...sorted.filter(isPass)].slice(0, MAX_BARS).sort(longestFirst);
}

/**
 * One bar per leaver: from when somebody could still enter to when nobody could, against the deadline. Its length is what is not known. A bar
 * without an end has not ended; one that begins at the edge has no proven beginning. All drawings have one scale.
 */
export function intervalCharts(windows: readonly AccessWindow[]): readonly Drawing[] {
  const shown = chartedWindows(windows);
  const scale = hourScale(shown.flatMap(hoursOf), { from: LEFT, to: RIGHT });
  return Array.from({ length: Math.ceil(shown.length / BARS_PER_DRAWING) }, (_, n) => {
    const first = n * BARS_PER_DRAWING;
    const bars = shown.slice(first, first + BARS_PER_DRAWING);
    const height = TOP + bars.length * ROW + 8;
    return {
      width: DRAWING_WIDTH,
      height,
      title: `When access ended, in hours after the end of employment, against the deadline: leavers ${first + 1} to ${first + bars.length} of ${windows.length} with an account`,
      marks: [...axis(scale, height), ...bars.flatMap((each, index) => row(each, TOP + index * ROW, scale))],
    };
  });
}

function hoursOf({ lastUsable, firstUnusable, evaluated, deadline }: AccessWindow): readonly number[] {
  return [lastUsable ?? 0, firstUnusable ?? evaluated, deadline.latest];
}

/** Ticks whose names would run into each other are left out, the end of employment never. */
export function axis({ ticks }: HourScale, height: number): readonly Mark[] {
  const marks: Mark[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const { at, name } of ticks) {
    const isEnd = name === 'end';
    if (!isEnd && at - last < 34) continue;
    last = at;
    marks.push({ kind: 'line', from: { x: at, y: 20 }, to: { x: at, y: height }, tone: isEnd ? 'ink' : 'grid' });
    marks.push({ kind: 'text', at: { x: at, y: 14 }, text: name, anchor: 'middle', isStrong: isEnd });
  }
  return marks;
}

function row({ unit, lastUsable, firstUnusable, evaluated, deadline }: AccessWindow, top: number, { place }: HourScale): readonly Mark[] {
  const from = lastUsable === null ? LEFT : place(lastUsable);
  const to = place(firstUnusable ?? Math.max(evaluated, lastUsable ?? evaluated));
  const middle = top + ROW / 2;
  const due = { earliest: place(deadline.earliest), latest: place(deadline.latest) };
  const name = unit.person?.displayName ?? unit.person?.employeeId ?? '';
  const open: readonly Mark[] = firstUnusable === null ? [arrow(to, middle, unit.effect)] : [];
  return [
    { kind: 'text', at: { x: LEFT - 8, y: middle + 4 }, text: shortened(name), anchor: 'end' },
    { kind: 'bar', x: from, y: middle - BAR / 2, width: tenth(Math.max(2, to - from)), height: BAR, tone: unit.effect },
    ...open,
    { kind: 'bar', x: due.earliest, y: top + 1, width: tenth(Math.max(2, due.latest - due.earliest)), height: ROW - 2, tone: 'deadline' },
    { kind: 'text', at: { x: RIGHT + 12, y: middle + 4 }, text: unit.effect, anchor: 'start', isStrong: unit.effect !== 'PASS' },
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

function shortened(name: string): string {
  const characters = Array.from(name);
  return characters.length <= LONGEST_NAME ? name : `${characters.slice(0, LONGEST_NAME - 1).join('')}…`;
}
