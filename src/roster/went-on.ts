import { HOUR_MS, type Instant, plusMs } from '../kernel/index.ts';
import { lastDayOf } from './plan-import.ts';

/** The first zone of the earth in which a day begins, before UTC. */
export const FIRST_ZONE_HOURS = 14;

/**
 * Whether an employment went on at an instant by what HR had told: no end is told, or its last day had begun nowhere on earth. Whoever is left
 * out on the last day or after it is left out as HR has said before. `goesOn` is the same in SQL.
 */
export function wentOn(
  period: { readonly endDate: string | null; readonly lastDay: string | null; readonly endedBetween: unknown },
  at: Instant,
): boolean {
  const last = lastDayOf(period);
  return period.endedBetween === null && (last === null || last > plusMs(at, FIRST_ZONE_HOURS * HOUR_MS).slice(0, 10));
}
