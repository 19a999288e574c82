/** A moment in UTC as `YYYY-MM-DDTHH:mm:ss.sssZ`: always 24 characters, so that text order is time order. */
export type Instant = string & { readonly __instant: true };

/** What is known of when something became true: after `from` (null: nobody looked before) and no later than `to`. */
export interface Interval {
  readonly from: Instant | null;
  readonly to: Instant;
}

/** The instant at a number of milliseconds since 1970-01-01T00:00:00Z. Throws a RangeError outside the years 0 to 9999. */
export function instantOf(ms: number): Instant {
  const text = new Date(ms).toISOString();
  if (text.length !== 24) throw new RangeError(`${text} lies outside the years that an instant can express`);
  return text as Instant;
}

/** Milliseconds since 1970-01-01T00:00:00Z. */
export function epochMs(instant: Instant): number {
  return Date.parse(instant);
}

const EARLIEST_MS = Date.parse('0000-01-01T00:00:00.000Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** A date-time with an offset (RFC 3339) as an instant, to the millisecond; undefined when it is none, as on 30 February or at 24:00. */
export function parseInstant(text: string): Instant | undefined {
  if (!/^\d{4}-\d{2}-\d{2}[Tt ]([01]\d|2[0-3]):\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}(:?\d{2})?)$/.test(text)) return undefined;
  if (text.slice(8, 10) > EVERY_MONTH_HAS && !isDayOfCalendar(text.slice(0, 10))) return undefined;
  if (IN_SECONDS.test(text)) return Number.isNaN(Date.parse(text)) ? undefined : (`${text.slice(0, 19)}.000Z` as Instant);
  const ms = Date.parse(text.replace(' ', 'T').replace(/([+-]\d{2})$/, '$1:00'));
  return Number.isNaN(ms) || !isExpressible(ms) ? undefined : instantOf(ms);
}

/** The last day that no month lacks. */
const EVERY_MONTH_HAS = '28';

/** As directories write most instants: all but the milliseconds is there already. */
const IN_SECONDS = /^.{10}T.{8}Z$/;

/** Date.parse takes 30 February for the second of March. */
function isDayOfCalendar(day: string): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}

/** Whether an instant can say it: the years 0 to 9999. */
function isExpressible(ms: number): boolean {
  return ms >= EARLIEST_MS && ms <= LATEST_MS;
}

export function plusMs(instant: Instant, ms: number): Instant {
  return instantOf(epochMs(instant) + ms);
}

/** How many milliseconds `b` lies after `a` (negative when before). */
export function msBetween(a: Instant, b: Instant): number {
  return epochMs(b) - epochMs(a);
}

export function earliest(a: Instant, b: Instant): Instant {
  return a < b ? a : b;
}

export function latest(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
