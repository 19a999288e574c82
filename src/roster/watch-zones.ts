import { isTimeZone } from './is-time-zone.ts';
import { zoneOfUnknownSite } from './read-roster-row.ts';
import type { RosterRow } from './roster-row.ts';

/** A time zone that nobody knows, or a site whose zone nobody has named: rows that have it are taken, and their ends are less certain. */
export interface UnknownZone {
  /** Of the first row that has it. */
  readonly line: number;
  readonly column: 'time_zone' | 'site';
  readonly value: string;
  readonly rows: number;
  readonly reason: string;
}

export interface ZoneWarnings {
  /** The first values that are unknown. */
  readonly warnings: readonly UnknownZone[];
  /** How many rows have these or others. */
  readonly warnedRows: number;
}

/** A report of what is unknown is for a person to read; in a column that means something else each row may have a value of its own. */
const MAX_VALUES = 100;
/** Names of which it is remembered whether they are zones: there are some 600. */
const MAX_KNOWN = 1_000;

const MEANS = 'the days of these rows end somewhere within 26 hours, and a verdict that this does not settle is INDETERMINATE';
const reasons = {
  time_zone: `is no time zone that is known, such as Europe/Berlin: ${MEANS}`,
  site: `is a site whose time zone is not named in "timeZones" of the mapping, as those of others are: ${MEANS}`,
} as const;

/** Watches the rows of a roster go by for zones and sites that nobody knows. */
export function watchZones(): { readonly see: (row: RosterRow) => void; readonly seen: () => ZoneWarnings } {
  const known = new Map<string, boolean>();
  const unknown = new Map<string, { -readonly [Member in keyof UnknownZone]: UnknownZone[Member] }>();
  let warnedRows = 0;
  const isKnown = (zone: string): boolean => {
    const before = known.get(zone);
    if (before !== undefined) return before;
    const now = isTimeZone(zone);
    if (known.size < MAX_KNOWN) known.set(zone, now);
    return now;
  };
  return {
    see: ({ line, site, timeZone }) => {
      if (timeZone === null || isKnown(timeZone)) return;
      warnedRows += 1;
      const column = site !== null && timeZone === zoneOfUnknownSite(site) ? 'site' : 'time_zone';
      const same = unknown.get(timeZone);
      if (same !== undefined) same.rows += 1;
      else if (unknown.size < MAX_VALUES) {
        unknown.set(timeZone, { line, column, value: column === 'site' ? (site ?? '') : timeZone, rows: 1, reason: reasons[column] });
      }
    },
    seen: () => ({ warnings: [...unknown.values()], warnedRows }),
  };
}
