import {
  type ComplianceTestId,
  type Effect,
  effects,
  judgeDirectoryAccount,
  judgeScimRole,
  judgeScimUser,
  type MemberVerdict,
  type TestedAccount,
} from '../verdict/index.ts';
import type { Comparison } from './compare-identities.ts';
import { areDirectoriesPlain } from './compare-links.ts';
import { objectsOf } from './compare-sources.ts';
import { isObject, type JsonObject, objectAt } from './json-shape.ts';
import { type LedgerFacts, wasSettled } from './ledger-facts.ts';
import { madeAt, type ReportedSystem, readUnit } from './read-report.ts';
import { COVERAGE } from './state-files.ts';
import { type ToldLink, toldLinks } from './told-links.ts';
import type { LedgerNotes } from './wanted-records.ts';

interface AccountTest {
  readonly id: ComplianceTestId;
  readonly system: 'directory' | 'scim';
  readonly state: string;
  readonly judge: (account: TestedAccount) => MemberVerdict;
}

const accountTests: readonly AccountTest[] = [
  { id: 'directory-accounts-have-people', system: 'directory', state: 'ENABLED', judge: judgeDirectoryAccount },
  { id: 'scim-users-are-assigned', system: 'scim', state: 'ACTIVE', judge: judgeScimUser },
  { id: 'roles-match', system: 'scim', state: 'ACTIVE', judge: judgeScimRole },
];

/** Places of the instants at which SCIM users are counted. */
const [AS_OF, COUNTED] = [0, 1];

interface Ledger extends Pick<LedgerNotes, 'owners' | 'states' | 'users'> {
  readonly facts: LedgerFacts;
}

/**
 * Holds the figures of the tests about accounts against the findings, of which none that has something wrong in it is left out: each account of them that certainly is a member is
 * judged again, and there are no fewer in doubt, failed or not due than these; nor than accounts that vanished while they were enabled, whether or not the person has another one. And no more accounts are counted than looks found enabled, or were made active over SCIM. Members that pass are not listed.
 */
export function compareMembers(document: JsonObject, ledger: Ledger): Comparison {
  const tests = new Map(objectsOf(document['tests'], 'tests').map((test) => [test['id'], test]));
  const accounts = certainAccounts(document, ledger);
  const most = { directory: mostEnabled(ledger), scim: ledger.users.countsAt(AS_OF).active.most };
  const vanished = vanishedAccounts(document, ledger);
  return {
    name: 'figures of the tests about accounts, from the findings and the records of all accounts',
    outcomes: accountTests.map(({ id, judge, state, system }) => {
      const test = objectAt(tests.get(id), `the test ${id}`);
      const counted = objectAt(test['effects'], `${id}.effects`);
      const judged = [
        ...accounts.filter((each) => each.system === system && each.state === state).map(({ tested }) => judge(tested).effect),
        ...(system === 'directory' ? vanished : []),
      ];
      return [
        ...effects.flatMap((effect) => fewer(id, { effect, counted, judged })),
        ...(Number(test['of']) > most[system]
          ? [`the test ${id} is of ${String(test['of'])} accounts; by the records ${most[system]} were ${state} at most`]
          : []),
      ];
    }),
  };
}

interface Figures {
  readonly effect: Effect;
  readonly counted: JsonObject;
  readonly judged: readonly Effect[];
}

function fewer(id: string, { counted, effect, judged }: Figures): readonly string[] {
  const least = judged.filter((each) => each === effect).length;
  const count = Number(counted[effect] ?? 0);
  if (effect === 'PASS' || count >= least) return [];
  return [`the test ${id} counts ${count} × ${effect}; of the accounts of findings, and of those that vanished, ${least} are`];
}

interface CertainAccount {
  readonly system: 'directory' | 'scim';
  readonly state: string;
  readonly tested: TestedAccount;
}

/**
 * Accounts that stand with their finding and with no other. What is behind a SCIM user of somebody with several accounts is not in reports up to format 4. Of somebody with several employments, and
 * of an account that may be several people's, it depends on findings that need not be listed. What a human decides after the as-of counts with the next run.
 */
function certainAccounts({ findings }: JsonObject, { facts }: Ledger): readonly CertainAccount[] {
  const links = new Map<unknown, ToldLink[]>();
  for (const link of toldLinks(facts)) links.set(link.accountId, [...(links.get(link.accountId) ?? []), link]);
  const employments = employmentsByPerson(facts);
  return objectsOf(findings, 'findings').flatMap((value) => {
    const { systems, vector } = readUnit(value);
    const personId = isObject(value['person']) ? value['person']['id'] : null;
    if (personId !== null && (employments.get(personId) ?? 0) !== 1) return [];
    const given = objectsOf(value['systems'], 'systems');
    const isEnded = vector.employment === 'ENDED';
    return systems.flatMap((system, index) => {
      const { accountId = null, judged = null, taken = null } = given[index] ?? {};
      const whose = { personId, links: links.get(accountId) ?? [], isEnded };
      if (accountId === null || taken !== null || !isCertain(system, whose) || isUntold(system, given.length, personId)) return [];
      return [{ system: system.system, state: system.state, tested: testedOf(system, judged, vector) }];
    });
  });
}

/**
 * What the test is to say of accounts that were enabled, and vanished, of people with one employment: that each is in doubt. Not asked where a directory was removed or is connected twice, since
 * another connection may go on showing them.
 */
function vanishedAccounts({ findings }: JsonObject, { facts, owners, states }: Ledger): readonly Effect[] {
  if (!areDirectoriesPlain(facts)) return [];
  const employments = employmentsByPerson(facts);
  const unowned = new Set(objectsOf(findings, 'findings').flatMap(unownedAccounts));
  return [...states.vanishedWhileEnabled(lastSettledLook(facts))].flatMap((accountId): readonly Effect[] => {
    const personId = owners.of(accountId);
    return unowned.has(accountId) || (personId !== undefined && employments.get(personId) === 1) ? ['INSUF'] : [];
  });
}

/** Of a finding on an account that nobody answers for. */
function unownedAccounts(unit: JsonObject): readonly unknown[] {
  const { vector } = readUnit(unit);
  if (unit['kind'] !== 'account' || vector.classification !== 'HUMAN') return [];
  return objectsOf(unit['systems'], 'systems').flatMap(({ accountId, state }) => (state === 'VANISHED' ? [accountId] : []));
}

function employmentsByPerson(facts: LedgerFacts): ReadonlyMap<unknown, number> {
  const employments = new Map<unknown, number>();
  for (const id of facts.idsOf('employment-period')) {
    const { detail } = facts.about('employment-period', id)[0]?.leaf ?? {};
    const person = isObject(detail) ? detail['person'] : undefined;
    employments.set(person, (employments.get(person) ?? 0) + 1);
  }
  return employments;
}

/** Whether nothing says what is behind a SCIM user of somebody who has several accounts. */
function isUntold({ behind, system }: ReportedSystem, accounts: number, personId: unknown): boolean {
  return system === 'scim' && personId !== null && accounts > 2 && behind === undefined;
}

function testedOf({ behind, role, standing }: ReportedSystem, judged: unknown, vector: TestedAccount['vector']): TestedAccount {
  const outcome = isObject(judged) ? (judged['outcome'] as TestedAccount['outcome']) : null;
  return {
    vector,
    standing: standing === 'linked' ? 'linked' : 'none',
    outcome,
    ...(behind !== undefined && { behind }),
    ...(role !== undefined && { role }),
  };
}

interface Whose {
  readonly personId: unknown;
  readonly isEnded: boolean;
  /** Of the account. */
  readonly links: readonly ToldLink[];
}

function isCertain({ standing }: ReportedSystem, { isEnded, links, personId }: Whose): boolean {
  if (standing === 'none') return true;
  if (standing !== 'linked') return false;
  const present = links.filter(({ ended }) => ended === undefined);
  if (isEnded) return present.some((link) => link.standing === 'linked' && link.personId === personId);
  return !present.some((link) => link.standing === 'ambiguous');
}

/** By the latest look at each connection that was settled, and whatever turned since. */
function mostEnabled({ facts, states }: Ledger): number {
  return states.enabledSince(lastSettledLook(facts));
}

/** The place of its record. */
function lastSettledLook(facts: LedgerFacts): (connectionId: string) => number | undefined {
  const looks = facts.ofType(COVERAGE).filter((record) => wasSettled(record, facts.asOf));
  const last = new Map(looks.map(({ index, leaf }) => [String(objectAt(leaf['subject'], 'the subject of a look')['id']), index]));
  return (connectionId) => last.get(connectionId);
}

/** How many SCIM users the report counts, by the records of all of them, and that they were counted when it was made. */
export function compareUsers(document: JsonObject, users: LedgerNotes['users']): Comparison {
  const counted = users.countsAt(COUNTED);
  const given = objectAt(objectAt(document['sources'], 'sources')['scim'], 'sources.scim');
  const { countedAt } = given;
  const made = madeAt(document);
  return {
    name: 'counts of SCIM users, from the records of all of them',
    outcomes: (['users', 'active'] as const).map((name) => {
      const { least, most } = counted[name];
      const said = Number(given[name]);
      return [
        ...(said >= least && said <= most
          ? []
          : [`SCIM: ${name} is given as ${said}; the records give ${least === most ? most : `${least} to ${most}`}`]),
        ...(countedAt === made ? [] : [`SCIM: countedAt is given as ${String(countedAt)}; the report was made at ${String(made)}`]),
      ];
    }),
  };
}
