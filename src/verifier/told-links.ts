import { isObject, objectAt } from './json-shape.ts';
import { type LedgerFacts, named, wasSettled } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';

/** A link of an account to a person, as the records of matching tell it. */
export interface ToldLink {
  readonly personId: unknown;
  readonly system: unknown;
  readonly accountId: unknown;
  /** `ambiguous`: it may be the person's. */
  readonly standing: unknown;
  readonly rule: unknown;
  readonly begun: ProvenRecord;
  /** Undefined while it holds. */
  readonly ended: ProvenRecord | undefined;
  /** The latest run must have known that it began. */
  readonly isSettled: boolean;
}

const types = /^match\.(linked|ambiguous|unlinked)$/;

/** Whether a record tells of a link of one of those people, or to one of those accounts. */
export function isOfLink({ leaf, type }: ProvenRecord, people: ReadonlySet<unknown>, accounts: ReadonlySet<unknown>): boolean {
  if (!types.test(type) || !isObject(leaf['detail'])) return false;
  const { account, person } = leaf['detail'];
  return people.has(person) || accounts.has(account);
}

/**
 * In the ledger's order. By a rule a run alone makes a link, and runs come one after the other: what is recorded of those up to the as-of was known. What a human made within the
 * last minutes may not have been.
 */
export function toldLinks(facts: LedgerFacts): readonly ToldLink[] {
  return facts.idsOf('account-link').flatMap((id) => {
    const records = facts.about('account-link', id);
    const begun = records.find(({ type }) => type === 'match.linked' || type === 'match.ambiguous');
    if (begun === undefined) return []; // a bar is told by the record of an end alone
    const { account, person, rule, standing, system } = objectAt(begun.leaf['detail'], `the detail of ${named(begun)}`);
    const ended = records.find(({ type }) => type === 'match.unlinked');
    const isSettled = rule !== 'M0' || wasSettled(begun, facts.asOf);
    return [{ personId: person, system, accountId: account, standing, rule, begun, ended, isSettled }];
  });
}
