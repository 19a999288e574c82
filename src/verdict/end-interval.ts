import { DAY_MS, HOUR_MS, type Instant, instantOf, isBeyondEmployment, MINUTE_MS } from '../kernel/index.ts';

/** When something happened, where only a range is known: at `earliest`, at `latest`, or between. */
export interface InstantRange {
  readonly earliest: Instant;
  readonly latest: Instant;
}

/** The dates of an employment period as HR gives them: `YYYY-MM-DD`, and the zone's IANA name where the row has one. */
export interface EmploymentDates {
  readonly startDate: string;
  readonly endDate: string | null;
  readonly lastDay: string | null;
  readonly timeZone: string | null;
  /** Where HR names no day, but left the person out of a roster of everybody: it ended in between. */
  readonly endedBetween?: InstantRange | null;
}

/** The earth's zones reach from UTC+14 to UTC−12: a day of an unknown zone ends somewhere within 26 hours. */
const EASTERNMOST_MS = 14 * HOUR_MS;
const WESTERNMOST_MS = 12 * HOUR_MS;

/**
 * When the employment ended: the end of the last working day, else of the end date, in the row's zone, else the workspace's
 * (evidence §6 rule 1). A zone that is not known makes it a range of 26 hours; so does an end that HR tells by leaving somebody out.
 * Undefined while HR tells no end, also where it tells so by a day that nobody will see: the roster lets none in any more, but did.
 * Throws a RangeError for a date that does not exist; the roster lets none in.
 */
export function endInterval(period: EmploymentDates, workspaceZone: string, calendar = new LocalCalendar()): InstantRange | undefined {
  const date = period.lastDay ?? period.endDate;
  if (date === null) return period.endedBetween ?? undefined;
  return isBeyondEmployment(date) ? undefined : calendar.endOfDay(date, period.timeZone ?? workspaceZone);
}

/** When the employment begins: the start of the start date, in the row's zone, else the workspace's. */
export function startInterval(period: EmploymentDates, workspaceZone: string, calendar = new LocalCalendar()): InstantRange {
  return calendar.startOfDay(period.startDate, period.timeZone ?? workspaceZone);
}

/**
 * Whether an employment begins on the day after the last one of another, or sooner: by HR's days the person was employed throughout, although where the next one begins
 * that day may come hours after it is over where the other one ended. False where HR names no last day.
 */
export function followsOn(next: Pick<EmploymentDates, 'startDate'>, before: Pick<EmploymentDates, 'endDate' | 'lastDay'>): boolean {
  const last = before.lastDay ?? before.endDate;
  return last !== null && dayBefore(next.startDate) <= last;
}

/** Local days as instants. It remembers zones and days that it has worked out, since a roster repeats both: make one per run. */
export class LocalCalendar {
  readonly #zones = new Map<string, Intl.DateTimeFormat | undefined>();
  readonly #days = new Map<string, InstantRange>();
  readonly #dayBefore = new Map<string, string>();

  /** The end (24:00) of a local day `YYYY-MM-DD` in a zone's IANA name; daylight saving as Intl knows it. */
  endOfDay(date: string, zone: string): InstantRange {
    const key = `${date} ${zone}`;
    const known = this.#days.get(key);
    if (known !== undefined) return known;
    const range = this.#work(date, zone);
    this.#days.set(key, range);
    return range;
  }

  /** The start (00:00) of a local day: the end of the day before. */
  startOfDay(date: string, zone: string): InstantRange {
    const known = this.#dayBefore.get(date) ?? dayBefore(date);
    this.#dayBefore.set(date, known);
    return this.endOfDay(known, zone);
  }

  #work(date: string, zone: string): InstantRange {
    const utcEnd = utcMidnight(date) + DAY_MS;
    const format = this.#format(zone);
    if (format === undefined) {
      return { earliest: instantOf(utcEnd - EASTERNMOST_MS), latest: instantOf(utcEnd + WESTERNMOST_MS) };
    }
    const instant = instantOf(firstMsAfterDay(format, date, utcEnd));
    return { earliest: instant, latest: instant };
  }

  #format(zone: string): Intl.DateTimeFormat | undefined {
    if (!this.#zones.has(zone)) this.#zones.set(zone, dateFormat(zone));
    return this.#zones.get(zone);
  }
}

/**
 * The first minute whose local date lies after the given day, by bisection: right also where midnight is skipped
 * or a whole day never happened. Every zone in use is offset by whole minutes.
 */
function firstMsAfterDay(format: Intl.DateTimeFormat, date: string, utcEnd: number): number {
  let within = (utcEnd - EASTERNMOST_MS) / MINUTE_MS - 1;
  let after = (utcEnd + WESTERNMOST_MS) / MINUTE_MS;
  while (after - within > 1) {
    const middle = Math.floor((within + after) / 2);
    if (format.format(middle * MINUTE_MS) > date) after = middle;
    else within = middle;
  }
  return after * MINUTE_MS;
}

/** Prints local dates as `YYYY-MM-DD` (the Swedish custom, whose text order is time order); undefined for no zone known here. */
function dateFormat(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, calendar: 'gregory', year: 'numeric', month: '2-digit', day: '2-digit' });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function utcMidnight(date: string): number {
  const ms = Date.parse(`${date}T00:00:00.000Z`);
  if (Number.isNaN(ms) || instantOf(ms).slice(0, 10) !== date) {
    throw new RangeError(`${date} is no date`);
  }
  return ms;
}

function dayBefore(date: string): string {
  return instantOf(utcMidnight(date) - DAY_MS).slice(0, 10);
}
