import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS, msBetween, plusMs } from '../kernel/index.ts';

/** After so long without one success a receiver is taken to be gone, and a delivery to be of no more use. */
export const GIVE_UP_AFTER_MS = 5 * DAY_MS;
const FIRST_PAUSE_MS = MINUTE_MS;
const LONGEST_PAUSE_MS = 6 * HOUR_MS;

/** When a delivery that has failed so many times is sent again: 1, 2, 4 … minutes later, at most six hours. */
export function nextAttempt(at: Instant, attempts: number): Instant {
  return plusMs(at, Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 20)));
}

export function isPastHope(since: Instant, at: Instant): boolean {
  return msBetween(since, at) >= GIVE_UP_AFTER_MS;
}
