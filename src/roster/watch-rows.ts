import { isTimeZone } from './is-time-zone.ts';
import { zoneOfUnknownSite } from './read-roster-row.ts';
import type { RosterRow } from './roster-row.ts';

/**
 * What is taken and hardly meant: a time zone that nobody knows, a site whose zone nobody has named, or a last day worked that lies after the day on which the employment
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
  time_zone: `is no time zone that is known, such as Europe/Berlin: ${MEANS}`,
  site: `is a site whose time zone is not named in "timeZones" of the mapping, as those of others are: ${MEANS}`,
  last_day_worked:
    'lies after end_date: access is expected to end with the later day, which one of the two columns tells wrongly, or another column is meant; findings of these rows carry the flag last-day-after-end',
} as const;

/** Watches the rows of a roster go by. */
export function watchRows(): { readonly see: (row: RosterRow) => void; readonly seen: () => RowWarnings } {
  const isKnown = knowingZones();
  const warned = new Map<string, { -readonly [Member in keyof RowWarning]: RowWarning[Member] }>();
  let warnedRows = 0;
  const warn = (line: number, column: RowWarning['column'], value: string): void => {
    const same = warned.get(`${column} ${value}`);
    if (same !== undefined) same.rows += 1;
    else if (warned.size < MAX_VALUES) warned.set(`${column} ${value}`, { line, column, value, rows: 1, reason: reasons[column] });
  };
  return {
    see: ({ endDate, lastDay, line, site, timeZone }) => {
      const isUnknownZone = timeZone !== null && !isKnown(timeZone);
      const isAfterEnd = lastDay !== null && endDate !== null && lastDay > endDate;
      if (isUnknownZone && site !== null && timeZone === zoneOfUnknownSite(site)) warn(line, 'site', site);
      else if (isUnknownZone) warn(line, 'time_zone', timeZone);
      if (isAfterEnd) warn(line, 'last_day_worked', lastDay);
      if (isUnknownZone || isAfterEnd) warnedRows += 1;
    },
    seen: () => ({ warnings: [...warned.values()], warnedRows }),
  };
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
