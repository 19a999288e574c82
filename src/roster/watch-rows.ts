import { isTimeZone } from '../kernel/index.ts';
import { zoneOfOffset, zoneOfUnknownSite } from './read-roster-row.ts';
import type { RosterRow } from './roster-row.ts';

/**
 * What is taken and hardly meant: a time zone that nobody knows, an offset in its place, a site whose zone nobody has named, or a last day worked that lies after the day on which the employment
 * ends. Such ends are less certain than others.
 */
export interface RowWarning {
  /** Of the first row that has it. */
  readonly line: number;
  readonly column: 'time_zone' | 'site' | 'last_day_worked';
  readonly value: string;
  readonly rows: number;
  readonly reason: string;
}

export interface RowWarnings {
  /** The first values that are so. */
  readonly warnings: readonly RowWarning[];
  /** How many rows have these or others. */
  readonly warnedRows: number;
}

/** A report of what is hardly meant is for a person to read; in a column that means something else each row may have a value of its own. */
const MAX_VALUES = 100;
/** Names of which it is remembered whether they are zones: there are some 600. */
const MAX_KNOWN = 1_000;

const MEANS = 'the days of these rows end somewhere within 26 hours, and a verdict that this does not settle is INDETERMINATE';
const reasons = {
  time_zone: `is no time zone that is known, such as Europe/Berlin; say by "words.time_zone" of the mapping which is meant: ${MEANS}`,
  offset: `is an offset and no place, and may stand for a zone with summer time, as EST does for America/New_York; say by "words.time_zone" or "timeZones" of the mapping which is meant: ${MEANS}`,
  site: `is a site whose time zone is not named in "timeZones" of the mapping, as those of others are: ${MEANS}`,
  last_day_worked:
    'lies after end_date: access is expected to end with the later day, which one of the two columns tells wrongly, or another column is meant; findings of these rows carry the flag last-day-after-end',
} as const;
const columns = { time_zone: 'time_zone', offset: 'time_zone', site: 'site', last_day_worked: 'last_day_worked' } as const;

/** How such a zone begins. */
const OFFSET = zoneOfOffset('');

/** Watches the rows of a roster go by. */
export function watchRows(): { readonly see: (row: RosterRow) => void; readonly seen: () => RowWarnings } {
  const isKnown = knowingZones();
  const warned = new Map<string, { -readonly [Member in keyof RowWarning]: RowWarning[Member] }>();
  let warnedRows = 0;
  const warn = (line: number, what: keyof typeof reasons, value: string): void => {
    const same = warned.get(`${what} ${value}`);
    if (same !== undefined) same.rows += 1;
    else if (warned.size < MAX_VALUES)
      warned.set(`${what} ${value}`, { line, column: columns[what], value, rows: 1, reason: reasons[what] });
  };
  return {
    see: ({ endDate, lastDay, line, site, timeZone }) => {
      const isUnknownZone = timeZone !== null && !isKnown(timeZone);
      const isAfterEnd = lastDay !== null && endDate !== null && lastDay > endDate;
      if (isUnknownZone) warn(line, ...unknownZone(timeZone, site));
      if (isAfterEnd) warn(line, 'last_day_worked', lastDay);
      if (isUnknownZone || isAfterEnd) warnedRows += 1;
    },
    seen: () => ({ warnings: [...warned.values()], warnedRows }),
  };
}

/** What stands in the place of a zone, and as which HR says it. */
function unknownZone(zone: string, site: string | null): readonly ['time_zone' | 'offset' | 'site', string] {
  if (site !== null && zone === zoneOfUnknownSite(site)) return ['site', site];
  return zone.startsWith(OFFSET) ? ['offset', zone.slice(OFFSET.length)] : ['time_zone', zone];
}

/** Whether names are zones; it remembers, since a roster repeats them. */
function knowingZones(): (zone: string) => boolean {
  const known = new Map<string, boolean>();
  return (zone) => {
    const before = known.get(zone);
    if (before !== undefined) return before;
    const now = isTimeZone(zone);
    if (known.size < MAX_KNOWN) known.set(zone, now);
    return now;
  };
}
