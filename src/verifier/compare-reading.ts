import type { Instant } from '../kernel/index.ts';
import type { LocalCalendar } from '../verdict/index.ts';
import type { Comparison } from './compare-identities.ts';
import { isObject, type JsonObject, listAt } from './json-shape.ts';
import { instantOfRecord, type LedgerFacts, named, recordedAt, wasSettled } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';
import { type CitingSystem, type CitingUnit, readCitingUnit } from './read-citing-unit.ts';
import { workspaceZone } from './recompute-end.ts';
import { stateTypes } from './state-files.ts';
import { toldLinks } from './told-links.ts';

/** Types of the records that tell a state of a SCIM user. */
const scimTypes: readonly string[] = ['created', 'deactivated', 'reactivated', 'deleted'].map((event) => `scim.user.${event}`);

/**
 * Holds against the records up to when each leaver's accounts were read: up to the report's as-of, unless the person was employed again or the account was taken from them. One
 * that was read up to an earlier instant would not have been used again yet, or would not be due. And that somebody may have been employed again is told by HR.
 */
export function compareReading({ findings }: JsonObject, { calendar, facts }: Ground): Comparison {
  const ended = new Set(
    toldLinks(facts).flatMap(({ accountId, ended: end, personId }) => (end === undefined ? [] : [keyOf(personId, accountId)])),
  );
  const units = listAt(findings, 'findings').flatMap((value) => readable(value) ?? []);
  const employments = employmentsOf(new Set(units.map(({ personId }) => personId)), { facts, calendar });
  return {
    name: 'times up to which accounts of those who left were read, from all that was recorded of them',
    outcomes: units
      .filter(({ vector }) => vector.employment === 'ENDED')
      .map((unit) => {
        const theirs = employments.get(unit.personId) ?? [];
        const others = theirs.filter(({ periodId }) => periodId !== unit.period.id);
        const isOpen = (system: CitingSystem) =>
          system.standing === 'linked' && others.length === 0 && !ended.has(keyOf(unit.personId, system.accountId));
        return unit.systems
          .flatMap((system) => [...mayNot(system, others), ...(isOpen(system) ? readTooShort(system, facts) : [])])
          .map((what) => `finding ${unit.id}: ${what}`);
      }),
  };
}

/** What cannot be read has been said where it is derived. */
function readable(value: unknown): CitingUnit | undefined {
  try {
    return readCitingUnit(value);
  } catch {
    return undefined;
  }
}

function keyOf(personId: unknown, accountId: unknown): string {
  return JSON.stringify([personId, accountId]);
}

interface Employment {
  readonly periodId: string;
  /** The earliest instants at which a first day that HR told may have begun, in each zone that it ever told; undefined where the workspace's is not known. */
  readonly starts: ReadonlySet<Instant> | undefined;
}

interface Ground {
  readonly facts: LedgerFacts;
  readonly calendar: LocalCalendar;
}

function employmentsOf(people: ReadonlySet<unknown>, { calendar, facts }: Ground): ReadonlyMap<unknown, readonly Employment[]> {
  const byPerson = new Map<unknown, Employment[]>();
  const workspace = workspaceZone(facts);
  for (const periodId of facts.idsOf('employment-period')) {
    const records = facts.about('employment-period', periodId);
    const person = records
      .map(({ leaf }) => (isObject(leaf['detail']) ? leaf['detail']['person'] : undefined))
      .find((id) => people.has(id));
    if (person === undefined) continue;
    const afters = records.flatMap(({ leaf }) => (isObject(leaf['after']) ? [leaf['after']] : []));
    const theirs = byPerson.get(person) ?? [];
    byPerson.set(person, theirs);
    theirs.push({ periodId, starts: workspace === undefined ? undefined : startsIn(afters, workspace, calendar) });
  }
  return byPerson;
}

function startsIn(afters: readonly JsonObject[], workspace: string, calendar: LocalCalendar): ReadonlySet<Instant> {
  const textsOf = (name: string) => afters.flatMap((after) => (typeof after[name] === 'string' ? [after[name]] : []));
  const zones = new Set([...textsOf('time_zone'), workspace]);
  return new Set(textsOf('start_date').flatMap((date) => [...zones].map((zone) => calendar.startOfDay(date, zone).earliest)));
}

function mayNot({ system, timing }: CitingSystem, others: readonly Employment[]): readonly string[] {
  const from = timing?.mayBeEmployedFrom;
  if (from === undefined || others.some(({ starts }) => starts === undefined || starts.has(from))) return [];
  return [
    `its ${system} account is judged as if the person may have been employed again from ${from}; no record of HR tells of an employment that begins then`,
  ];
}

function readTooShort({ accountId, evidence, system, timing }: CitingSystem, facts: LedgerFacts): readonly string[] {
  if (timing === null || accountId === null) return [];
  const { deadline, evaluatedAt, firstProvenUnusable } = timing;
  const later = observations(system, accountId, facts).filter(
    ({ at, record }) => at > evaluatedAt && wasSettled(record, facts.asOf) && !evidence.includes(record.id),
  );
  const read = `its ${system} account ${accountId} was read up to ${evaluatedAt}`;
  const isPendingStill = firstProvenUnusable === null && evaluatedAt <= deadline.earliest && deadline.earliest < facts.asOf;
  return [
    ...later.map(({ record }) => `${read}, and does not cite ${named(record)}, which tells of it since`),
    ...(isPendingStill ? [`${read}, before its deadline, which had passed when the report was made`] : []),
    ...(evaluatedAt > facts.asOf ? [`${read}, which is after what the report knows`] : []),
  ];
}

function observations(
  system: CitingSystem['system'],
  accountId: string,
  facts: LedgerFacts,
): readonly { readonly record: ProvenRecord; readonly at: Instant }[] {
  return system === 'directory'
    ? facts
        .about('directory-account', accountId)
        .filter(({ leaf, type }) => stateTypes.includes(type) && isObject(leaf['observed']))
        .map((record) => ({ record, at: instantOfRecord((record.leaf['observed'] as JsonObject)['to'], record) }))
    : facts
        .about('scim-user', accountId)
        .filter(({ type }) => scimTypes.includes(type))
        .map((record) => ({ record, at: recordedAt(record) }));
}
