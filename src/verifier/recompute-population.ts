import type { Instant } from '../kernel/index.ts';
import {
  endInterval,
  followsOn,
  type InstantRange,
  type LocalCalendar,
  type RuleEdition,
  spanningDeadline,
  startInterval,
} from '../verdict/index.ts';
import type { ProvenRecord } from './proven-record.ts';
import { objectAt, textAt } from './json-shape.ts';
import { type LedgerFacts, named, wasSettled } from './ledger-facts.ts';
import { termsAt } from './recompute-deadline.ts';
import { datesOf, rangeText, siteOf, workspaceZone } from './recompute-end.ts';

/** An employment period as the latest record of HR has it. */
export interface ToldPeriod {
  readonly id: string;
  readonly person: unknown;
  readonly startDate: string;
  /** Undefined while it goes on. */
  readonly end: InstantRange | undefined;
  readonly told: ProvenRecord;
  readonly dates: ReturnType<typeof datesOf> & { readonly startDate: string; readonly timeZone: string; readonly site: string | null };
}

interface Basis {
  readonly facts: LedgerFacts;
  readonly calendar: LocalCalendar;
  /** By which the report is judged. */
  readonly edition: RuleEdition;
}

interface Reported {
  readonly periodStart: Instant;
  readonly periodEnd: Instant;
  /** Of the employment periods that have a finding. */
  readonly found: ReadonlySet<unknown>;
  /** An employment that begins on the day after goes on from the one before, wherever either is: of reports from the fifth format on. */
  readonly isByDays: boolean;
}

/**
 * Whether everybody who left within the reporting period has a finding, by HR's records: for each of them, nothing, or a sentence for the one that was left
 * out. Whoever was employed again before access had to be gone did not leave; whom HR told of within the last minutes may be missing.
 */
export function recomputePopulation(
  { periodStart, periodEnd, found, isByDays }: Reported,
  { facts, calendar, edition }: Basis,
): readonly (readonly string[])[] {
  const periods = facts.idsOf('employment-period').flatMap((id) => toldPeriod(id, facts, calendar) ?? []);
  return periods.flatMap((period) => {
    const { end } = period;
    if (end === undefined || end.earliest < periodStart || end.latest >= periodEnd || end.latest > facts.asOf) return [];
    if (found.has(period.id)) return [[]];
    if (!wasSettled(period.told, facts.asOf) || isContinued({ ...period, end }, periods, { facts, calendar, edition, isByDays })) return [];
    return [
      [`employment period ${period.id} ended ${rangeText(end)} by ${named(period.told)}, within the period, and no finding is about it`],
    ];
  });
}

/** Where no record names a zone, the day ends somewhere within 26 hours. */
export function toldPeriod(id: string, facts: LedgerFacts, calendar: LocalCalendar): ToldPeriod | undefined {
  const records = facts.about('employment-period', id).filter(({ type }) => type.startsWith('hr.period.'));
  const told = records.at(-1);
  const afters = records.flatMap(({ leaf }) => (leaf['after'] === undefined ? [] : [objectAt(leaf['after'], 'after')]));
  const startDate = afters.at(-1)?.['start_date'];
  if (told === undefined || startDate === undefined) return undefined;
  const own = afters.findLast((after) => after['time_zone'] !== undefined)?.['time_zone'];
  const timeZone = typeof own === 'string' ? own : (workspaceZone(facts) ?? 'unknown');
  const dates = { ...datesOf(told), startDate: textAt(startDate, 'start_date'), timeZone, site: siteOf(records) };
  const person = objectAt(told.leaf['detail'], `the detail of ${named(told)}`)['person'];
  return { id, person, startDate: dates.startDate, end: endInterval(dates, timeZone, calendar), told, dates };
}

/** Whether the person's next employment began before access had to be gone, and had not ended before its first day; without a policy there is no deadline to tell it by. */
export function isContinued(
  { person, startDate, end, dates }: ToldPeriod & { readonly end: InstantRange },
  periods: readonly ToldPeriod[],
  { facts, calendar, edition, isByDays }: Basis & Pick<Reported, 'isByDays'>,
): boolean {
  const next = periods.filter((other) => other.person === person && other.startDate > startDate);
  const start = startInterval(dates, dates.timeZone, calendar).earliest;
  // What never began is nobody's leaving beside an employment before it.
  if (end.latest <= start && periods.some((other) => other.person === person && other.startDate < startDate)) return true;
  if (next.length === 0) return false;
  const inForce = termsAt(end, { edition, facts });
  if (inForce.length === 0) return true;
  const held = { site: dates.site, privileged: 'NO' } as const;
  const deadline = spanningDeadline(inForce, held, dates, { calendar, workspaceZone: dates.timeZone });
  return next.some((other) => {
    const begins = startInterval(other.dates, other.dates.timeZone, calendar).earliest;
    const isInTime = begins <= deadline.earliest || (isByDays && followsOn(other.dates, dates));
    return isInTime && (other.end === undefined || other.end.latest > begins);
  });
}
