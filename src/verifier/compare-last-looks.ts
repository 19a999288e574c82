import { epochMs, type Instant, instantOf } from '../kernel/index.ts';
import type { Comparison } from './compare-identities.ts';
import { differing, objectsOf } from './compare-sources.ts';
import { isObject, type JsonObject, objectAt, textAt } from './json-shape.ts';
import { named, wasSettled } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';
import { instantAt } from './read-report.ts';

/**
 * Holds which look at each directory was the last, whole or not, against the records of complete looks: nobody can call an earlier one the last, by which more of the time would count
 * as read. When a look was asked for stands in the id of its run (RFC 9562 §5.7). One that was recorded within minutes of the as-of, or since, may have been known or not.
 */
export function compareLastLooks(document: JsonObject, records: readonly ProvenRecord[]): Comparison {
  const asOf = instantAt(document['asOf'], 'asOf');
  const looks = records
    .filter(({ type }) => type === 'graph.sync.completed')
    .map((record) => lookOf(record, asOf))
    .filter(({ requestedAt }) => requestedAt <= asOf);
  const directories = objectsOf(objectAt(document['sources'], 'sources')['directories'], 'sources.directories');
  return {
    name: 'last looks at directories, from the records of all complete ones',
    outcomes: directories.map((given) => {
      const theirs = looks.filter(({ connectionId }) => connectionId === given['connectionId']);
      const what = `connection ${String(given['connectionId'])}`;
      const whole = theirs.filter(({ isFull }) => isFull);
      return [...compareLast(what, given, mayBeLast(theirs)), ...compareLastFull(what, given, mayBeLast(whole))];
    }),
  };
}

interface Look {
  readonly record: ProvenRecord;
  readonly connectionId: unknown;
  readonly runId: string;
  readonly requestedAt: Instant;
  /** Before looks told of which kind they are, all were whole. */
  readonly isFull: boolean;
  /** How many accounts it showed; undefined where its record does not say. */
  readonly accounts: unknown;
  readonly isSettled: boolean;
}

function lookOf(record: ProvenRecord, asOf: Instant): Look {
  const runId = textAt(objectAt(record.leaf['subject'], `the subject of ${named(record)}`)['id'], `the run of ${named(record)}`);
  const { connection, kind = 'full', users } = objectAt(record.leaf['detail'], `the detail of ${named(record)}`);
  return {
    record,
    connectionId: connection,
    runId,
    requestedAt: madeAt(runId),
    isFull: kind === 'full',
    accounts: users,
    isSettled: wasSettled(record, asOf),
  };
}

/** The first 48 bits of a UUIDv7 are the milliseconds since 1970. */
function madeAt(id: string): Instant {
  return instantOf(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
}

/** Looks that may have been the last when the report was made. */
interface Last {
  readonly looks: readonly Look[];
  /** None need have been known. */
  readonly mayBeNone: boolean;
}

/** The last of those that were settled, and whichever was asked for later. */
function mayBeLast(looks: readonly Look[]): Last {
  const inOrder = looks.toSorted((a, b) => epochMs(a.requestedAt) - epochMs(b.requestedAt));
  const settled = inOrder.findLastIndex(({ isSettled }) => isSettled);
  return { looks: inOrder.slice(Math.max(settled, 0)), mayBeNone: settled === -1 };
}

function compareLast(what: string, { lastLookAt }: JsonObject, { looks, mayBeNone }: Last): readonly string[] {
  const isKnown = lastLookAt === null ? mayBeNone : looks.some(({ requestedAt }) => requestedAt === lastLookAt);
  return isKnown ? [] : [`${what}: its last look is given as asked for at ${String(lastLookAt)}; ${saidOf(looks)}`];
}

function compareLastFull(what: string, { lastFullLook: given }: JsonObject, { looks, mayBeNone }: Last): readonly string[] {
  if (!isObject(given)) return mayBeNone ? [] : [`${what}: no whole look is given; ${saidOf(looks)}`];
  const look = looks.find(({ runId }) => runId === given['runId']);
  if (look === undefined) return [`${what}: its last whole look is given as ${String(given['runId'])}; ${saidOf(looks)}`];
  const { accounts = given['accounts'], record, requestedAt } = look;
  return differing(`${what}: its last whole look`, given, { requestedAt, accounts }, record);
}

function saidOf([look]: readonly Look[]): string {
  return look === undefined ? 'no record tells of one' : `${named(look.record)} tells of one that was asked for at ${look.requestedAt}`;
}
