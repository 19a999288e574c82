import { tenth } from './drawing.ts';

const DAY = 24;

/** Hours at which an axis may be marked, and how they are called. */
const stops: readonly (readonly [hours: number, name: string])[] = [
  [1, '1 h'],
  [4, '4 h'],
  [12, '12 h'],
  [DAY, '1 d'],
  [3 * DAY, '3 d'],
  [7 * DAY, '7 d'],
  [30 * DAY, '30 d'],
  [90 * DAY, '90 d'],
  [365 * DAY, '1 y'],
  [1_460 * DAY, '4 y'],
];

export interface HourScale {
  /** Where hours after the end of employment lie; what is beyond the axis lies at its edge. */
  readonly place: (hours: number) => number;
  readonly ticks: readonly { readonly at: number; readonly name: string }[];
}

/**
 * A logarithmic axis of hours after the end of employment that also has room for what came before: minutes matter near the end, and weeks
 * do not crowd them out. It spans from a day before to at least a day after, and further where the figures do.
 */
export function hourScale(hours: readonly number[], { from, to }: { readonly from: number; readonly to: number }): HourScale {
  const lowest = Math.max(
    -365 * DAY,
    hours.reduce((a, b) => Math.min(a, b), -DAY),
  );
  const highest = hours.reduce((a, b) => Math.max(a, b), DAY);
  const [low, high] = [bend(lowest), bend(highest)];
  const place = (value: number) => tenth(from + ((clamp(bend(value), low, high) - low) / (high - low)) * (to - from));
  const marks = [...stops.map(([at, name]) => [-at, `−${name}`] as const).toReversed(), [0, 'end'] as const, ...stops];
  return { place, ticks: marks.filter(([at]) => at >= lowest && at <= highest).map(([at, name]) => ({ at: place(at), name })) };
}

function bend(hours: number): number {
  return Math.sign(hours) * Math.log10(1 + Math.abs(hours));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
