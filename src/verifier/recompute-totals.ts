import { type Instant, plusMs } from '../kernel/index.ts';
import { type LocalCalendar, startInterval } from '../verdict/index.ts';
import { WAYS } from './check-sums.ts';
import { indexAt, type JsonObject } from './json-shape.ts';
import { IN_FLIGHT_MS, type LedgerFacts, wasSettled } from './ledger-facts.ts';
import { type ToldPeriod, toldPeriod } from './recompute-population.ts';

type Way = (typeof WAYS)[number];

interface Reported {
  readonly periodStart: Instant;
  readonly periodEnd: Instant;
  readonly totals: JsonObject;
}

/**
 * Whether as many employments went each way as the totals say, by HR's records: of each way nothing, or a sentence. Which way one went is open where HR told of it, or
 * its first or last day passed, within the last minutes before the verdicts; where the person has another employment, which may begin in time; and where it never
 * began. So of each way there are a fewest and a most.
 */
export function recomputeTotals(
  reported: Reported,
  { facts, calendar }: { readonly facts: LedgerFacts; readonly calendar: LocalCalendar },
): readonly (readonly string[])[] {
  const periods = facts.idsOf('employment-period').flatMap((id) => toldPeriod(id, facts, calendar) ?? []);
  const employments = new Map<unknown, number>();
  for (const { person } of periods) employments.set(person, (employments.get(person) ?? 0) + 1);
  const ways = periods.map((period) => ({
    period,
    ways: waysOf(period, reported, { facts, calendar, isAlone: employments.get(period.person) === 1 }),
  }));
  const settled = (period: ToldPeriod) => wasSettled(period.told, facts.asOf) || facts.about('employment-period', period.id).length > 1;
  const there = periods.filter(settled).length;
  return [
    within(reported.totals, 'employmentPeriods', { fewest: there, most: periods.length }),
    ...WAYS.map((way) => {
      const most = ways.filter((each) => each.ways.includes(way)).length;
      const fewest = ways.filter((each) => each.ways.every((one) => one === way)).length;
      return within(reported.totals, way, { fewest, most });
    }),
  ];
}

interface Knowing {
  readonly facts: LedgerFacts;
  readonly calendar: LocalCalendar;
  readonly isAlone: boolean;
}

/** Every way that an employment may have gone: an end, or a beginning, whose zone is not known counts from the earliest instant on. */
function waysOf(
  { dates, end, told }: ToldPeriod,
  { periodEnd, periodStart }: Reported,
  { calendar, facts, isAlone }: Knowing,
): readonly Way[] {
  const { asOf } = facts;
  const start = startInterval(dates, dates.timeZone, calendar);
  if (!wasSettled(told, asOf)) return WAYS;
  const isOpen = (instant: Instant) => instant <= asOf && instant > plusMs(asOf, -IN_FLIGHT_MS);
  const begun: readonly Way[] = isOpen(start.earliest) ? ['active', 'prehire'] : [asOf < start.earliest ? 'prehire' : 'active'];
  if (end === undefined || asOf < end.earliest) return begun;
  const ended: Way = end.earliest >= periodStart && end.earliest < periodEnd ? 'leavers' : 'endedOutsidePeriod';
  const isContinuing = !isAlone || end.latest <= start.earliest;
  return [ended, ...(isContinuing ? (['continued'] as const) : []), ...(isOpen(end.earliest) ? begun : [])];
}

function within(totals: JsonObject, way: string, { fewest, most }: { readonly fewest: number; readonly most: number }): readonly string[] {
  const told = indexAt(totals[way], `totals.${way}`);
  if (told >= fewest && told <= most) return [];
  const given = fewest === most ? String(most) : `${fewest} to ${most}`;
  return [`the totals count ${told} as ${way}; the records of HR give ${given}`];
}
