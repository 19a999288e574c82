import type { WantedRecords } from './check-records.ts';
import { actorTypes } from './compare-actors.ts';
import { decisionTypes } from './compare-decisions.ts';
import { ownerTypes, tellsOfOwner } from './compare-owners.ts';
import { settingTypes } from './compare-settings.ts';
import { isObject, type JsonObject } from './json-shape.ts';
import type { ProvenRecord } from './proven-record.ts';
import { madeAt } from './read-report.ts';
import { isTakenByHand } from './recompute-taken.ts';
import { StateFiles } from './state-files.ts';
import { ToldEmployments } from './told-employments.ts';
import { ToldFindings } from './told-findings.ts';
import { isOfLink } from './told-links.ts';
import { ToldNames } from './told-names.ts';
import { ToldOwners } from './told-owners.ts';
import { ToldUsers } from './told-users.ts';

/** Types that what is checked beside the records reads, and of which a ledger has few. */
const fewTypes = /^(ledger|report|sample)\./;

/** Types that the recomputation reads of everybody: whoever left is to be in the report, and what HR told when. */
const recomputedTypes: readonly RegExp[] = [
  /^(hr\.import\..*|hr\.mapping\.set|policy\.set|workspace\.created|directory\.connection\.(added|removed)|graph\.account\.coverage|graph\.sync\.(failed|completed)|scope\.authority\.changed)$/,
  decisionTypes,
  settingTypes,
  actorTypes,
  ownerTypes,
];

/** What is remembered of records that are too many to be kept. */
export interface LedgerNotes {
  /** Of all accounts. */
  readonly states: StateFiles;
  readonly findings: ToldFindings;
  /** SCIM users as of the report, and as of when they were counted for it. */
  readonly users: ToldUsers;
  readonly names: ToldNames;
  /** Of all directory accounts. */
  readonly owners: ToldOwners;
}

/** For a report whose verdicts are to be derived again. */
export function ledgerNotes(report: JsonObject | undefined): LedgerNotes {
  const listed = new Set(listOf(report?.['findings']).map(({ id }) => id));
  const sources = isObject(report?.['sources']) ? report['sources'] : {};
  const scim = isObject(sources['scim']) ? sources['scim'] : {};
  return {
    states: new StateFiles(),
    findings: new ToldFindings({ asOf: report?.['asOf'], madeAt: report && madeAt(report), listed }),
    users: new ToldUsers([report?.['asOf'], scim['countedAt']]),
    names: new ToldNames(listOf(report?.['names'])),
    owners: new ToldOwners(report?.['asOf']),
  };
}

/**
 * Which records have to be remembered for a report: of a million, those that it cites, or that tell of its leavers. `notes`: where verdicts are to be
 * derived again.
 */
export function wantedRecords(
  report: JsonObject | undefined,
  { seal, notes }: { readonly seal: number | undefined; readonly notes: LedgerNotes | undefined },
): WantedRecords {
  const recompute = notes !== undefined;
  const units = listOf(report?.['findings']);
  const systems = units.flatMap((unit) => listOf(unit['systems']));
  const taken = listOf(report?.['takenAccounts']);
  const accounts = new Set<unknown>(recompute ? systems.map(({ accountId }) => accountId).filter((id) => id !== null) : []);
  const people = new Set<unknown>(recompute ? units.flatMap(({ person }) => (isObject(person) ? [person['id']] : [])) : []);
  const ids = new Set([...units, ...systems].flatMap(({ evidence }) => (Array.isArray(evidence) ? evidence.map(String) : [])));
  // What an earlier connection of the tenant saw of an account was told of another one, and is cited.
  const isOfAccount = ({ id, type, leaf }: ProvenRecord) =>
    accounts.has(isObject(leaf['subject']) ? leaf['subject']['id'] : undefined) || (type.startsWith('graph.account.') && ids.has(id));
  const isWanted = (record: ProvenRecord) =>
    recomputedTypes.some((types) => types.test(record.type)) ||
    isTakenByHand(record) ||
    tellsOfOwner(record) ||
    isOfLink(record, people, accounts) ||
    isOfAccount(record) ||
    isOfPerson(record, people);
  const employed = new ToldEmployments();
  return {
    ids: new Set([...ids, ...taken.flatMap(({ recordIds }) => (Array.isArray(recordIds) ? recordIds.map(String) : []))]),
    kept: (record, shown) => {
      if (record.index === seal || fewTypes.test(record.type) || (recompute && isWanted(record))) return { ...record, shown };
      // Of whoever has no finding, when they were employed is asked.
      return recompute && record.type.startsWith('hr.period.') ? employed.of(record) : undefined;
    },
    note: (record, shown) => {
      notes?.states.note(record);
      notes?.findings.note(record);
      notes?.users.note(record);
      notes?.names.note(record, shown);
      notes?.owners.note(record);
    },
  };
}

/** Whether HR tells of one of those people: of an employment, or of the person. */
function isOfPerson({ leaf, type }: ProvenRecord, people: ReadonlySet<unknown>): boolean {
  if (!/^hr\.(period|person)\./.test(type)) return false;
  const { detail, subject } = leaf;
  return (isObject(detail) && people.has(detail['person'])) || (isObject(subject) && people.has(subject['id']));
}

/** What is not as it should be is said where it is read. */
function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
