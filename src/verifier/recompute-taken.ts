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
}

/**
 * Whether what was taken from people by hand within the period is listed, by the records: for each account, nothing, or a sentence for the one that was left
 * out. What was taken within the last minutes may be missing.
 */
export function recomputeTaken({ periodStart, taken }: Reported, facts: LedgerFacts): readonly (readonly string[])[] {
  const listed = new Set(listAt(taken, 'takenAccounts').map((row) => keyOf(objectAt(row, 'a taken account'))));
  const found = facts.idsOf('account-link').flatMap((id) => facts.about('account-link', id).filter(isTakenByHand));
  return found.flatMap((record) => {
    if (recordedAt(record) < periodStart) return [];
    const { account, because, decision, person, system } = objectAt(record.leaf['detail'], `the detail of ${named(record)}`);
    if (listed.has(JSON.stringify([decision, person, system, account]))) return [[]];
    if (!wasSettled(record, facts.asOf)) return [];
    return [[`${named(record)} says that a ${String(system)} account was ${String(because)}, and the report does not list it`]];
  });
}

function keyOf({ accountId, id, person, system }: JsonObject): string {
  return JSON.stringify([id, textAt(objectAt(person, 'person')['id'], 'person.id'), system, accountId]);
}
