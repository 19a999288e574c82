import { type Instant, instantOf } from '../kernel/index.ts';

/** What time it is. Handed in everywhere, so that a test can be a Tuesday in March. */
export interface Clock {
  now(): Instant;
}

/** The machine's clock: the one place that asks it. */
export const systemClock: Clock = { now: () => instantOf(Date.now()) };

/** Seconds on a clock that never goes back, from an instant of its own: what lies between two of them is a duration. */
export function monotonicSeconds(): number {
  return performance.now() / 1000;
}
