import {
  type EmploymentDates,
  endInterval,
  type InstantRange,
  type LocalCalendar,
  type RuleEdition,
  startInterval,
} from '../verdict/index.ts';
import { compareListing } from './compare-listing.ts';
import { compareStanding } from './compare-standing.ts';
import type { ProvenRecord } from './proven-record.ts';
import { type JsonObject, objectAt, textAt } from './json-shape.ts';
import { instantOfRecord, type LedgerFacts, named, wasSettled } from './ledger-facts.ts';
import type { CitingUnit } from './read-citing-unit.ts';
import { same } from './same-value.ts';

/** When an employment ended by the cited record of HR. */
export interface DerivedEnd {
  /** With the zone that it was reckoned in. */
  readonly dates: EmploymentDates & { readonly timeZone: string; readonly site: string | null };
  /** Undefined where HR tells no end. */
  readonly end: InstantRange | undefined;
  /** The record names no zone, nor does the ledger name the workspace's. */
  readonly isZoneOfReport: boolean;
}

export interface Derived<Value> {
  readonly value?: Value;
  /** A sentence each for what is wrong. */
  readonly wrong: readonly string[];
}

/** Derives when the employment ended from the cited `hr.period.*` record (I9), and holds the report's end, and how an employment goes on, against it. */
export function recomputeEnd(
  unit: CitingUnit,
  { calendar, edition, facts }: { readonly facts: LedgerFacts; readonly calendar: LocalCalendar; readonly edition: RuleEdition },
): Derived<DerivedEnd> {
  const told = facts.about('employment-period', unit.period.id).filter(({ type }) => type.startsWith('hr.period.'));
  const cited = told.findLast(({ id }) => unit.evidence.includes(id));
  if (cited === undefined) return { wrong: ['it cites no record of HR about its employment period'] };
  const dates = datesOf(cited);
  // A row may have left two records that tell the same dates; one of them is cited.
  const later = told.find(
    (record) =>
      record.index > cited.index && wasSettled(record, facts.asOf) && !same(record.leaf['after'] ?? null, cited.leaf['after'] ?? null),
  );
  const { zone, isZoneOfReport } = zoneOf(cited, unit, facts);
  const zoned = { ...dates, startDate: '', timeZone: zone, site: siteOf(told.filter(({ index }) => index <= cited.index)) };
  const end = endInterval(zoned, zone, calendar);
  const stretch = { start: startOf(told, { zoned, zone, calendar }), end };
  return {
    value: { dates: zoned, end, isZoneOfReport },
    wrong: [
      ...(later === undefined ? [] : [`it rests on ${named(cited)}; ${named(later)} tells otherwise, and is not cited`]),
      ...comparePerson(unit, cited),
      ...compareStanding(unit, cited, stretch, { facts, edition }),
      ...compareListing(unit, stretch, facts),
      ...compareEnd(unit, end, facts).map((what) => `${what}; ${named(cited)} tells ${saidOf(dates)} (${zone})${giving(end)}`),
    ],
  };
}

/** By the last record that tells a first day; undefined where none does. */
function startOf(
  told: readonly ProvenRecord[],
  { calendar, zone, zoned }: { readonly zoned: EmploymentDates; readonly zone: string; readonly calendar: LocalCalendar },
): InstantRange | undefined {
  const afters = told.flatMap(({ leaf }) => (leaf['after'] === undefined ? [] : [objectAt(leaf['after'], 'after')]));
  const startDate = afters.findLast((after) => after['start_date'] !== undefined)?.['start_date'];
  return typeof startDate === 'string' ? startInterval({ ...zoned, startDate }, zone, calendar) : undefined;
}

/** Where HR said last that the person works: an end that was told by leaving somebody out, or when HR was asked, names no site. */
export function siteOf(told: readonly ProvenRecord[]): string | null {
  const afters = told.flatMap(({ leaf }) => (leaf['after'] === undefined ? [] : [objectAt(leaf['after'], 'after')]));
  const site = afters.findLast((after) => after['site'] !== undefined)?.['site'] ?? null;
  return site === null ? null : textAt(site, 'site');
}

function comparePerson({ personId }: CitingUnit, cited: ProvenRecord): readonly string[] {
  const { person } = objectAt(cited.leaf['detail'], `the detail of ${named(cited)}`);
  return person === personId ? [] : [`it is said to be about person ${personId ?? 'nobody'}; ${named(cited)} tells of ${String(person)}`];
}

function compareEnd({ end: claimed, vector }: CitingUnit, end: InstantRange | undefined, { asOf }: LedgerFacts): readonly string[] {
  if (vector.employment !== 'ENDED') return end === undefined || end.earliest > asOf ? [] : ['its employment is said to go on'];
  if (end !== undefined && same(end, claimed)) return [];
  return [`its end is given as ${claimed === null ? 'none' : rangeText(claimed)}`];
}

type ToldDates = Pick<EmploymentDates, 'endDate' | 'lastDay'> & { readonly endedBetween: InstantRange | null };

/** A roster that left the person out tells no day: the employment ended between it and the one before. */
export function datesOf(record: ProvenRecord): ToldDates {
  if (record.type === 'hr.period.ended') {
    const observed = objectAt(record.leaf['observed'], `what ${named(record)} observed`);
    const [earliest, latest] = [observed['from'], observed['to']].map((instant) => instantOfRecord(instant, record));
    if (earliest === undefined || latest === undefined) throw new TypeError(`${named(record)} observed nothing`);
    return { endDate: null, lastDay: null, endedBetween: { earliest, latest } };
  }
  const after = objectAt(record.leaf['after'], `what ${named(record)} tells`);
  return { endDate: dateAt(after, 'end_date'), lastDay: dateAt(after, 'last_day'), endedBetween: null };
}

function dateAt(after: JsonObject, name: string): string | null {
  const value = after[name] ?? null;
  return value === null ? null : textAt(value, name);
}

/** The row's zone; where HR gave none, the workspace's, as the record of its creation names it. */
function zoneOf(
  { leaf }: ProvenRecord,
  { period }: CitingUnit,
  facts: LedgerFacts,
): { readonly zone: string; readonly isZoneOfReport: boolean } {
  const own = leaf['after'] === undefined ? undefined : objectAt(leaf['after'], 'after')['time_zone'];
  if (typeof own === 'string') return { zone: own, isZoneOfReport: false };
  const workspace = workspaceZone(facts);
  // A record that speaks of no zone at all leaves the period the one that it had.
  if (own === null && workspace !== undefined) return { zone: workspace, isZoneOfReport: false };
  return { zone: period.timeZone, isZoneOfReport: true };
}

/** The zone that the workspace was created with, which it keeps; undefined where its record is not in the log. */
export function workspaceZone(facts: LedgerFacts): string | undefined {
  const created = facts.ofType('workspace.created')[0]?.leaf['after'];
  const zone = created === undefined ? undefined : objectAt(created, 'after')['timeZone'];
  return typeof zone === 'string' ? zone : undefined;
}

function saidOf({ lastDay, endDate, endedBetween }: ToldDates): string {
  if (lastDay !== null) return `the last day ${lastDay}`;
  if (endDate !== null) return `the end date ${endDate}`;
  return endedBetween === null ? 'no end' : 'an end between two rosters';
}

function giving(end: InstantRange | undefined): string {
  return end === undefined ? '' : `, which gives ${rangeText(end)}`;
}

/** A range as a sentence has it. */
export function rangeText({ earliest, latest }: InstantRange): string {
  return earliest === latest ? earliest : `${earliest}/${latest}`;
}
