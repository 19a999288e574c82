import { type Instant, plusMs } from '../kernel/index.ts';
import type { InstantRange } from '../verdict/index.ts';
import { objectAt } from './json-shape.ts';
import { IN_FLIGHT_MS, instantOfRecord, type LedgerFacts, named, wasSettled } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';
import type { CitingUnit } from './read-citing-unit.ts';

const listingTypes = ['hr.person.dropped', 'hr.person.listed', 'hr.person.kept'];

/** When an employment began and ended, as the records tell it; undefined where they do not. */
export interface ToldStretch {
  readonly start: InstantRange | undefined;
  readonly end: InstantRange | undefined;
}

/**
 * Holds against HR's records whether the employment has begun, and whether a roster left the person out of which nobody has said since what that means: a
 * leaver whom no roster names, said to be listed, would pass.
 */
export function compareListing(unit: CitingUnit, told: ToldStretch, facts: LedgerFacts): readonly string[] {
  return [...compareBeginning(unit, told, facts), ...compareDropped(unit, told, facts)];
}

function compareBeginning({ vector: { employment } }: CitingUnit, { start }: ToldStretch, { asOf }: LedgerFacts): readonly string[] {
  if (start === undefined || employment === 'ENDED' || employment === 'NONE') return [];
  const begun = `the records of HR tell a first day that begins at ${start.earliest}`;
  if (employment !== 'PREHIRE') return asOf < start.earliest ? [`its employment is said to have begun; ${begun}`] : [];
  return start.earliest <= plusMs(asOf, -IN_FLIGHT_MS) ? [`its employment is said not to have begun; ${begun}`] : [];
}

/** What was recorded shortly before the verdict may not have been known to it, so any record from the last settled one on may be the last. */
function compareDropped({ personId, vector: { roster } }: CitingUnit, told: ToldStretch, facts: LedgerFacts): readonly string[] {
  if (personId === null) return [];
  const words = facts.about('person', personId).filter(({ type }) => listingTypes.includes(type));
  const sure = words.findLastIndex((record) => wasSettled(record, facts.asOf));
  const last = words.slice(Math.max(sure, 0));
  const dropped = last.findLast(({ type }) => type === 'hr.person.dropped');
  if (roster === 'DROPPED')
    return dropped === undefined
      ? ['it is said that a roster left the person out and nobody has said what that means; no record tells so']
      : [];
  const isSure = sure >= 0 && last.every(({ type }) => type === 'hr.person.dropped');
  if (!isSure || dropped === undefined || !wentOn(told, leftOutAt(dropped))) return [];
  return [`it is said to be listed by HR; ${named(dropped)} tells that a roster left the person out, and no record what that means`];
}

/** Only where that is beyond doubt: it had begun, and no end was ever told. */
function wentOn({ start, end }: ToldStretch, at: Instant): boolean {
  return end === undefined && start !== undefined && start.latest < at;
}

function leftOutAt(dropped: ProvenRecord): Instant {
  return instantOfRecord(objectAt(dropped.leaf['observed'], `what ${named(dropped)} observed`)['to'], dropped);
}
