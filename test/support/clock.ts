import { type Instant, plusMs } from '../../src/kernel/index.ts';
import type { Clock } from '../../src/platform/index.ts';

export interface SteppingClock extends Clock {
  advance(ms: number): Instant;
  set(at: Instant): void;
}

/** A clock that stands still until it is told otherwise. Starts on a Tuesday. */
export function steppingClock(start: Instant = '2026-03-03T09:00:00.000Z' as Instant): SteppingClock {
  let at = start;
  return {
    now: () => at,
    advance: (ms) => {
      at = plusMs(at, ms);
      return at;
    },
    set: (instant) => {
      at = instant;
    },
  };
}

/** A clock of a run that takes its time: the first look at it is when the run begins, later ones when it ends. */
export function lastingClock(at: Instant, ms: number): Clock {
  let looks = 0;
  return {
    now: () => {
      looks += 1;
      return looks === 1 ? at : plusMs(at, ms);
    },
  };
}
