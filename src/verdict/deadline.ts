import { DAY_MS, HOUR_MS, type Instant, instantOf, plusMs } from '../kernel/index.ts';
import type { EmploymentDates, InstantRange, LocalCalendar } from './end-interval.ts';

/** How long access may outlast the end of employment: whole hours, or days from Monday to Friday. One of the two is null. */
export interface Allowance {
  readonly slaHours: number | null;
  readonly businessDays: number | null;
  /** Days, as `YYYY-MM-DD`, that are no business days although they are from Monday to Friday: the organisation's own, none where left out. */
  readonly holidays?: readonly string[];
}

export interface Reckoning {
  readonly calendar: LocalCalendar;
  readonly workspaceZone: string;
}

/**
 * By when access had to be gone. Hours count from the end; business days end with the local day that is so many days from Monday to Friday
 * after the last one (evidence §1.2), but for the holidays that the policy lists: which days those are differs by country, state and company, and
 * is never guessed.
 */
export function deadlineOf(
  end: InstantRange,
  { slaHours, businessDays, holidays = [] }: Allowance,
  period: EmploymentDates,
  { calendar, workspaceZone }: Reckoning,
): InstantRange {
  if (businessDays === null) {
    const ms = (slaHours ?? 0) * HOUR_MS;
    return { earliest: plusMs(end.earliest, ms), latest: plusMs(end.latest, ms) };
  }
  const zone = period.timeZone ?? workspaceZone;
  const day = period.lastDay ?? period.endDate;
  // Where HR names no day, the local one is that of UTC or next to it.
  const [first, last] = day === null ? [dayAt(plusMs(end.earliest, -DAY_MS)), dayAt(plusMs(end.latest, DAY_MS))] : [day, day];
  return {
    earliest: calendar.endOfDay(businessDayAfter(first, businessDays, holidays), zone).earliest,
    latest: calendar.endOfDay(businessDayAfter(last, businessDays, holidays), zone).latest,
  };
}

/** The day, as `YYYY-MM-DD`, that is so many days from Monday to Friday and no holidays after another. */
export function businessDayAfter(date: string, days: number, holidays: readonly string[]): string {
  let at = Date.parse(`${date}T00:00:00.000Z`);
  for (let left = days; left > 0; ) {
    at += DAY_MS;
    if (isWeekday(at) && !holidays.includes(dayAt(instantOf(at)))) left -= 1;
  }
  return dayAt(instantOf(at));
}

function isWeekday(ms: number): boolean {
  const day = new Date(ms).getUTCDay();
  return day !== 0 && day !== 6;
}

function dayAt(instant: Instant): string {
  return instant.slice(0, 10);
}
