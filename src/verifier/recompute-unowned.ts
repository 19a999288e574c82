import {
  decide,
  type DirectoryState,
  directoryStateOf,
  type RuleEdition,
  type ScimState,
  type StateVector,
  scimStateOf,
  worstDirectoryState,
  worstScimState,
} from '../verdict/index.ts';
import { isObject, listAt, objectAt, textAt } from './json-shape.ts';
import { type LedgerFacts, wasSettled } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';
import { directoryObservations, scimObservations } from './read-observations.ts';
import { isCounted, isSeen, type ReportedSystem, type ReportedUnit, readUnit } from './read-report.ts';
import { same } from './same-value.ts';

/** What is wrong with a finding on an account that nobody answers for; undefined for any other finding. */
export interface RecomputedUnowned {
  readonly id: string;
  /** Of each of its accounts. */
  readonly states: readonly (readonly string[])[];
  readonly verdict: readonly string[];
}

/**
 * Derives the states of the accounts of such a finding from all that the ledger tells of them, and the verdict from these. That nobody answers for them, their class,
 * assignments and roles are the report's word. Throws a TypeError for a finding that cannot be read.
 */
export function recomputeUnowned(value: unknown, facts: LedgerFacts, edition: RuleEdition): RecomputedUnowned | undefined {
  if (!isObject(value) || value['period'] !== null) return undefined;
  const unit = readUnit(value);
  const given = listAt(value['systems'], 'systems').map((each) => objectAt(each, 'system')['accountId']);
  const derived = unit.systems.map((system, index) => deriveSystem(system, given[index] ?? null, { facts, edition }));
  return { id: unit.id, states: derived.flatMap(({ wrong }) => (wrong === undefined ? [] : [wrong])), verdict: verdictOf(unit, derived) };

  function verdictOf({ claimed, vector }: ReportedUnit, systems: readonly DerivedState[]): readonly string[] {
    const { primary } = decide(vectorOf(vector, systems), edition);
    return same([primary.rule, primary.verdict, primary.effect], [claimed.rule, claimed.verdict, claimed.effect])
      ? []
      : [
          `it is given as ${String(claimed.effect)} ${String(claimed.verdict)}; the records of its accounts give ${primary.effect} ${primary.verdict}`,
        ];
  }
}

interface Basis {
  readonly facts: LedgerFacts;
  readonly edition: RuleEdition;
}

interface DerivedState extends Pick<ReportedSystem, 'system' | 'standing' | 'state'> {
  /** Undefined for the line that says that there is none. */
  readonly wrong?: readonly string[];
}

/** A verdict may not know what was recorded shortly before it: any of those states may be the one that it went by. */
function deriveSystem(system: ReportedSystem, accountId: unknown, { edition, facts }: Basis): DerivedState {
  if (accountId === null) return system;
  const id = textAt(accountId, 'accountId');
  const told = system.system === 'directory' ? directoryStates(id, { facts, edition }) : scimStates(id, facts);
  const sure = told.findLastIndex(({ record }) => wasSettled(record, facts.asOf));
  const known = told.slice(Math.max(sure, 0)).map(({ state }) => state);
  if (known.some((state) => isSeen(system.state, state))) return { ...system, wrong: [] };
  const last = told.at(-1);
  if (last === undefined) return { ...system, wrong: [`no record tells a state of its ${system.system} account ${id}`] };
  return {
    ...system,
    state: last.state,
    wrong: [
      `its ${system.system} account ${id} is given as ${system.state}; record ${last.record.index} (${last.record.type}) gives ${last.state}`,
    ],
  };
}

interface ToldState {
  readonly record: ProvenRecord;
  readonly state: DirectoryState | ScimState;
}

function directoryStates(id: string, { edition, facts }: Basis): readonly ToldState[] {
  const cited = facts.about('directory-account', id).map((record) => record.id);
  const seen = directoryObservations(id, { facts, cited, until: facts.asOf, edition });
  return seen.map(({ record }, index) => {
    const until = seen.slice(0, index + 1).map(({ sighting }) => sighting);
    return { record, state: directoryStateOf(until, edition) };
  });
}

function scimStates(id: string, facts: LedgerFacts): readonly ToldState[] {
  return scimObservations(id, facts).map(({ record, sighting }) => ({ record, state: scimStateOf(sighting) }));
}

function vectorOf(vector: StateVector, systems: readonly DerivedState[]): StateVector {
  const counted = systems.filter(isCounted);
  const of = <State>(which: 'directory' | 'scim') => counted.flatMap(({ state, system }) => (system === which ? [state as State] : []));
  return { ...vector, directory: worstDirectoryState(of<DirectoryState>('directory')), scim: worstScimState(of<ScimState>('scim')) };
}
