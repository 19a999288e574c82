import type { Instant } from '../kernel/index.ts';
import { isObject, type JsonObject, listAt, objectAt, textAt } from './json-shape.ts';
import { type LedgerFacts, named, recordedAt, wasSettled } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';

/** Whether a record ends a link since a human took the account from the person. */
export function isTakenByHand({ leaf, type }: Pick<ProvenRecord, 'type' | 'leaf'>): boolean {
  return type === 'match.unlinked' && isObject(leaf['detail']) && leaf['detail']['decision'] !== undefined;
}

interface Reported {
  readonly periodStart: Instant;
  /** `takenAccounts` of the report. */
  readonly taken: unknown;
  /** `findings` of the report. */
  readonly findings: unknown;
}

/**
 * Whether what was taken from people by hand within the period is listed, by the records: for each account, nothing, or a sentence for the one that was left
 * out. What was taken within the last minutes may be missing. And whether records say so of each line of a finding by which nothing is judged since it was
 * taken before the end.
 */
export function recomputeTaken({ findings, periodStart, taken }: Reported, facts: LedgerFacts): readonly (readonly string[])[] {
  const listed = new Set(listAt(taken, 'takenAccounts').map((row) => keyOf(objectAt(row, 'a taken account'))));
  const found = facts.idsOf('account-link').flatMap((id) => facts.about('account-link', id).filter(isTakenByHand));
  const recorded = new Set(found.map((record) => keyIn(record)));
  const unsaid = releasedIn(findings).map(({ key, says }) => (recorded.has(key) ? [] : [says]));
  const unlisted = found.flatMap((record) => {
    if (recordedAt(record) < periodStart) return [];
    const { because, system } = objectAt(record.leaf['detail'], `the detail of ${named(record)}`);
    if (listed.has(keyIn(record))) return [[]];
    if (!wasSettled(record, facts.asOf)) return [];
    return [[`${named(record)} says that a ${String(system)} account was ${String(because)}, and the report does not list it`]];
  });
  return [...unlisted, ...unsaid];
}

function releasedIn(findings: unknown): readonly { readonly key: string; readonly says: string }[] {
  return listAt(findings, 'findings').flatMap((value) => {
    const { id, person, systems } = objectAt(value, 'a finding');
    const lines = listAt(systems, 'systems').map((each) => objectAt(each, 'system'));
    return lines
      .filter(({ standing }) => standing === 'released')
      .map(({ accountId, system, taken }) => ({
        key: keyOf({ id: isObject(taken) ? taken['by'] : null, person, system, accountId }),
        says: `finding ${String(id)}: no record says that the ${String(system)} account ${String(accountId)} was taken from the person`,
      }));
  });
}

function keyIn(record: ProvenRecord): string {
  const { account, decision, person, system } = objectAt(record.leaf['detail'], `the detail of ${named(record)}`);
  return JSON.stringify([decision, person, system, account]);
}

function keyOf({ accountId, id, person, system }: JsonObject): string {
  return JSON.stringify([id, textAt(objectAt(person, 'person')['id'], 'person.id'), system, accountId]);
}
