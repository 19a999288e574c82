import { listAt, isObject, type JsonObject, objectAt } from './json-shape.ts';
import type { LedgerFacts } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';
import { readCitingUnit } from './read-citing-unit.ts';
import { compareAccountOf, comparePersonOf, compareTelling, knownIdentities, type UntoldIdentities } from './recompute-identities.ts';

/** One kind of thing that is compared: for each, what is wrong with it, in sentences. */
export interface Comparison {
  readonly name: string;
  readonly outcomes: readonly (readonly string[])[];
}

export interface ComparedIdentities {
  readonly comparisons: readonly Comparison[];
  /** What could not be compared, in a line each. */
  readonly left: readonly string[];
}

/** Holds whom the findings name, and when HR told their ends, against the records and the values beside them. */
export function compareIdentities(
  { findings }: JsonObject,
  { facts, records }: { readonly facts: LedgerFacts; readonly records: Iterable<ProvenRecord> },
): ComparedIdentities {
  const known = knownIdentities(records);
  const units = listAt(findings, 'findings').map((value) => objectAt(value, 'the finding'));
  const people = units.filter(({ person }) => isObject(person)).map((unit) => of(unit, comparePersonOf(unit, known)));
  const accounts = units.flatMap((unit) =>
    listAt(unit['systems'], 'systems')
      .map((system) => objectAt(system, 'system'))
      .filter(({ accountId }) => accountId !== null)
      .map((system) => of(unit, compareAccountOf(system, known))),
  );
  const tellings = units
    .filter(({ kind }) => kind === 'employment_period')
    .map((unit) => of(unit, { wrong: tellingOf(unit, facts), renamed: 0, notShown: 0 }).wrong);
  return {
    comparisons: [
      { name: 'people of findings, by the employee ids that the records of HR disclose', outcomes: people.map(({ wrong }) => wrong) },
      { name: 'accounts, by the ids that their records disclose, and user names of SCIM', outcomes: accounts.map(({ wrong }) => wrong) },
      { name: 'dates of employments, and when HR told their ends', outcomes: tellings },
    ],
    left: [
      ...counted(
        people,
        'renamed',
        'people have another name or address than the records of HR disclose, of which a change of those alone was none before hr.person.changed',
      ),
      ...counted(
        accounts,
        'renamed',
        'accounts have another userPrincipalName than their records disclose, which tell no change of that alone',
      ),
      ...counted(people, 'notShown', 'people: no value is shown that says who they are'),
      ...counted(accounts, 'notShown', 'accounts: no value is shown that says what they are called'),
    ],
  };
}

function of({ id }: JsonObject, { wrong, ...rest }: UntoldIdentities): UntoldIdentities {
  return { wrong: wrong.map((what) => `finding ${String(id)}: ${what}`), ...rest };
}

/** What cannot be read has been said where it is derived. */
function tellingOf(unit: JsonObject, facts: LedgerFacts): readonly string[] {
  try {
    const read = readCitingUnit(unit);
    return read === undefined ? [] : compareTelling(read, objectAt(unit['period'], 'period'), facts);
  } catch (error) {
    return [`when HR told its end cannot be compared: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function counted(all: readonly UntoldIdentities[], what: 'renamed' | 'notShown', said: string): readonly string[] {
  const count = all.reduce((sum, each) => sum + each[what], 0);
  return count === 0 ? [] : [`${count} of ${all.length} ${said}`];
}
