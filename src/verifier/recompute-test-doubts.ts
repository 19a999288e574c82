import { DAY_MS, type Instant, msBetween } from '../kernel/index.ts';
import { complianceTestIds } from '../verdict/index.ts';
import { LEAVERS } from './check-conclusion.ts';
import { OWNERS } from './compare-owners.ts';
import { objectsOf } from './compare-sources.ts';
import { type JsonObject, objectAt, textAt } from './json-shape.ts';
import { type LedgerFacts, mayHaveBeenThere, named, recordedAt, wasSettled } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';
import { instantAt } from './read-report.ts';
import { type Doubt, lastHeard, rosterDoubts, saidOf } from './recompute-doubts.ts';

/** How old the last whole look at a directory may be before it says nothing of now. */
export const DIRECTORY_FRESH_MS = DAY_MS;

/** How old HR's latest word may be: a month and some days, since many rosters come with the payroll. */
export const ROSTER_FRESH_MS = 35 * DAY_MS;

/** It is judged by what its own look read. */
const OWN_DOUBTS = 'mfa-on-azure';

interface Expected extends Doubt {
  /** Whose doubt it is among several of one code. */
  readonly about?: string;
}

/**
 * Whether each test tells what stands in the way of a pass besides its members: that a directory was not read as a whole of late, or never, and that HR was not heard of
 * everybody, or a roster of it not taken. For each test nothing, or a sentence for each doubt that was left out.
 */
export function recomputeTestDoubts(
  { asOf, tests }: JsonObject,
  { facts, records }: { readonly facts: LedgerFacts; readonly records: readonly ProvenRecord[] },
): readonly (readonly string[])[] {
  const at = instantAt(asOf, 'asOf');
  const ofDirectories = directoryDoubts(records, at);
  const ofRoster = [
    ...rosterDoubts({ isStrict: true, periodEnd: null }, facts).filter((doubt) => doubt !== undefined),
    ...staleRoster(facts),
  ];
  return objectsOf(tests, 'tests')
    .filter(({ id }) => id !== OWN_DOUBTS && complianceTestIds.some((each) => each === id))
    .map((test) => {
      const id = textAt(test['id'], 'the id of a test');
      const told = objectsOf(test['doubts'], `${id}.doubts`);
      // Of the one about leavers these of the roster are asked elsewhere, by its period.
      const roster = id === LEAVERS ? staleRoster(facts) : ofRoster;
      return [...roster, ...(id === OWNERS ? [] : ofDirectories)]
        .filter((doubt) => !told.some((each) => isSaid(each, doubt)))
        .map((doubt) => `the test ${id} leaves out the doubt ${saidOf(doubt)}`);
    });
}

function isSaid({ code, detail }: JsonObject, { about = '', codes }: Expected): boolean {
  return codes.some((each) => each === code) && String(detail).includes(about);
}

function staleRoster(facts: LedgerFacts): readonly Expected[] {
  const last = lastHeard(facts);
  if (last === undefined || msBetween(last.at, facts.asOf) <= ROSTER_FRESH_MS) return [];
  return [{ codes: ['roster-stale'], because: `HR’s latest roster of everybody by ${named(last.record)} came at ${last.at}` }];
}

/** Of connections that were certainly there: what was added, removed or looked at within the last minutes may have been known or not. */
function directoryDoubts(records: readonly ProvenRecord[], asOf: Instant): readonly Expected[] {
  const known = records.filter((record) => mayHaveBeenThere(record, asOf));
  const removed = new Set(ofType(known, 'directory.connection.removed').map(subjectOf));
  const added = ofType(known, 'directory.connection.added');
  const sure = added.filter((record) => wasSettled(record, asOf) && !removed.has(subjectOf(record)));
  const mayBeThere = added.some((record) => {
    const end = ofType(known, 'directory.connection.removed').find((each) => subjectOf(each) === subjectOf(record));
    return end === undefined || !wasSettled(end, asOf);
  });
  if (!mayBeThere) return [{ codes: ['directory-never-read'], because: 'no record tells of a directory that was connected' }];
  return sure.flatMap((record): readonly Expected[] => {
    const id = String(subjectOf(record));
    const looks = ofType(known, 'graph.sync.completed').filter((each) => isWholeLookAt(each, id));
    const last = looks.map(lookedFrom).sort().at(-1);
    if (last === undefined)
      return [
        { codes: ['directory-never-read'], about: id, because: `no record tells that the directory of connection ${id} was read whole` },
      ];
    if (msBetween(last, asOf) <= DIRECTORY_FRESH_MS) return [];
    return [
      { codes: ['directory-stale'], about: id, because: `by the records the directory of connection ${id} was last read whole at ${last}` },
    ];
  });
}

function ofType(records: readonly ProvenRecord[], type: string): readonly ProvenRecord[] {
  return records.filter((record) => record.type === type);
}

function subjectOf({ leaf }: ProvenRecord): unknown {
  return objectAt(leaf['subject'], 'the subject of a record')['id'];
}

/** Before looks told of which kind they are, all were whole. */
function isWholeLookAt({ leaf }: ProvenRecord, id: string): boolean {
  const { connection, kind = 'full' } = objectAt(leaf['detail'], 'the detail of a look');
  return connection === id && kind === 'full';
}

/** One of before looks told when they were made is as late as its record. */
function lookedFrom(record: ProvenRecord): Instant {
  const { observed } = record.leaf;
  return observed === undefined ? recordedAt(record) : instantAt(objectAt(observed, 'observed')['from'], 'observed.from');
}
