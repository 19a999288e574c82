import type { Instant } from '../kernel/index.ts';
import { isObject, type JsonObject } from './json-shape.ts';
import { instantOfRecord, type LedgerFacts, named, recordedAt } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';
import type { CitingUnit } from './read-citing-unit.ts';
import { datesOf } from './recompute-end.ts';
import { same } from './same-value.ts';

/** What the values beside records tell of people and accounts, for all that the bundle shows of them. */
export interface KnownIdentities {
  person(id: string): PersonIdentity;
  account(id: string): AccountIdentity;
}

interface PersonIdentity {
  readonly employeeIds: ReadonlySet<unknown>;
  /** As `nameOf` writes them. */
  readonly names: ReadonlySet<string>;
}

interface AccountIdentity {
  readonly externalIds: ReadonlySet<unknown>;
  readonly names: ReadonlySet<unknown>;
}

/** What the report says that no value which is shown tells. */
export interface UntoldIdentities {
  /** Finding by finding, in sentences. */
  readonly wrong: readonly string[];
  /** People whom the values call otherwise: before `hr.person.changed`, HR's records told names with the dates of an employment alone. */
  readonly renamed: number;
  /** People and accounts of which no value is shown. */
  readonly notShown: number;
}

/** `records`: all that were kept, those of after the report's as-of too: it calls people and accounts by what they were called when it was made. */
export function knownIdentities(records: Iterable<ProvenRecord>): KnownIdentities {
  const people = new Map<string, PersonNoted>();
  const accounts = new Map<string, AccountNoted>();
  for (const record of records) {
    if (record.shown === undefined || record.shown.size === 0) continue;
    notePerson(people, record, record.shown.get('person'));
    noteAccount(accounts, record, record.shown);
  }
  const nobody: PersonNoted = { employeeIds: new Set(), names: new Set() };
  const nothing: AccountNoted = { externalIds: new Set(), names: new Set() };
  return { person: (id) => people.get(id) ?? nobody, account: (id) => accounts.get(id) ?? nothing };
}

interface PersonNoted {
  readonly employeeIds: Set<unknown>;
  readonly names: Set<string>;
}

interface AccountNoted {
  readonly externalIds: Set<unknown>;
  readonly names: Set<unknown>;
}

function notePerson(people: Map<string, PersonNoted>, { leaf }: ProvenRecord, told: unknown): void {
  const id = isObject(leaf['detail']) ? leaf['detail']['person'] : undefined;
  if (!isObject(told) || typeof id !== 'string') return;
  const known = entryOf(people, id, () => ({ employeeIds: new Set(), names: new Set() }));
  known.employeeIds.add(told['employee_id']);
  known.names.add(nameOf(told['display_name'], told['work_email']));
}

/** A SCIM user is told as a whole when it is created, and by each attribute that changes. */
function noteAccount(accounts: Map<string, AccountNoted>, { leaf }: ProvenRecord, shown: ReadonlyMap<string, unknown>): void {
  const { id, kind } = isObject(leaf['subject']) ? leaf['subject'] : {};
  if (typeof id !== 'string' || (kind !== 'directory-account' && kind !== 'scim-user')) return;
  const known = entryOf(accounts, id, () => ({ externalIds: new Set(), names: new Set() }));
  const user = shown.get('user');
  if (isObject(user)) add(known, user['externalId'] ?? null, user['userName']);
  add(known, shown.get('object_id'), shown.get('user_principal_name'));
  add(known, shown.get('externalId'), shown.get('userName'));
}

function entryOf<Entry>(entries: Map<string, Entry>, id: string, make: () => Entry): Entry {
  const entry = entries.get(id) ?? make();
  entries.set(id, entry);
  return entry;
}

function add(known: AccountNoted, externalId: unknown, name: unknown): void {
  if (externalId !== undefined) known.externalIds.add(lowered(externalId));
  if (name !== undefined) known.names.add(name);
}

/** The directory's ids are the same in any letters. */
function lowered(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function nameOf(displayName: unknown, workEmail: unknown): string {
  return JSON.stringify([displayName ?? null, workEmail ?? null]);
}

/** Holds the person of a finding against what HR's records disclose of that person. */
export function comparePersonOf(finding: JsonObject, known: KnownIdentities): UntoldIdentities {
  const person = isObject(finding['person']) ? finding['person'] : undefined;
  if (person === undefined) return { wrong: [], renamed: 0, notShown: 0 };
  const { employeeIds, names } = known.person(String(person['id']));
  if (employeeIds.size === 0) return { wrong: [], renamed: 0, notShown: 1 };
  return {
    wrong: employeeIds.has(person['employeeId']) ? [] : ['its person has another employee id than the records of HR disclose'],
    renamed: names.has(nameOf(person['displayName'], person['workEmail'])) ? 0 : 1,
    notShown: 0,
  };
}

/** Holds an account of a finding against what the records about it disclose. */
export function compareAccountOf(system: JsonObject, known: KnownIdentities): UntoldIdentities {
  const { account, accountId, externalId, system: which } = system;
  if (typeof accountId !== 'string') return { wrong: [], renamed: 0, notShown: 0 };
  const { externalIds, names } = known.account(accountId);
  if (externalIds.size === 0 && names.size === 0) return { wrong: [], renamed: 0, notShown: 1 };
  const isNamed = names.has(account);
  const what = `its ${String(which)} account ${accountId} has another`;
  return {
    wrong: [
      ...(externalIds.has(lowered(externalId))
        ? []
        : [`${what} ${which === 'scim' ? 'externalId' : 'object id'} than its records disclose`]),
      ...(isNamed || which !== 'scim' ? [] : [`${what} userName than its records disclose`]),
    ],
    // A new userPrincipalName alone is no change of state, and has no record.
    renamed: isNamed || which === 'scim' ? 0 : 1,
    notShown: 0,
  };
}

/** A roster that was held told what it tells when it came; its records are of when it was released. */
function toldAt(telling: ProvenRecord, facts: LedgerFacts): Instant {
  const { import: importId } = isObject(telling.leaf['detail']) ? telling.leaf['detail'] : {};
  const released = facts.about('roster-import', String(importId)).find(({ type }) => type === 'hr.import.released');
  const receivedAt = isObject(released?.leaf['detail']) ? released.leaf['detail']['received_at'] : undefined;
  return released === undefined || receivedAt === undefined ? recordedAt(telling) : instantOfRecord(receivedAt, released);
}

/** When HR told the end by the records up to the one that is cited, and whether that was after it. */
export function compareTelling(unit: CitingUnit, given: JsonObject, facts: LedgerFacts): readonly string[] {
  const told = facts.about('employment-period', unit.period.id).filter(({ type }) => type.startsWith('hr.period.'));
  const cited = told.findLast(({ id }) => unit.evidence.includes(id));
  if (cited === undefined) return []; // has been said of its end
  const isJudged = (record: ProvenRecord) =>
    record.index <= cited.index ||
    (recordedAt(record) === recordedAt(cited) && same(record.leaf['after'] ?? null, cited.leaf['after'] ?? null));
  const telling = told.findLast((record) => isJudged(record) && /\.(end_set|end_changed|end_cancelled|ended)$/.test(record.type));
  const at = telling === undefined || telling.type.endsWith('end_cancelled') ? null : toldAt(telling, facts);
  const isBackdated = at !== null && unit.end !== null && at > unit.end.latest;
  const { endDate, lastDay } = datesOf(cited);
  const after = isObject(cited.leaf['after']) ? cited.leaf['after'] : {};
  const recorded = { startDate: after['start_date'] ?? given['startDate'], endDate, lastDay, hrRecordedAt: at, backdated: isBackdated };
  return Object.entries(recorded)
    .filter(([name, value]) => (given[name] ?? null) !== value)
    .map(([name, value]) => `its ${name} is given as ${String(given[name])}; ${named(telling ?? cited)} gives ${String(value)}`);
}
