import type { Instant } from '../kernel/index.ts';
import { isSince } from './check-conclusion.ts';
import type { Comparison } from './compare-identities.ts';
import { differing, objectsOf } from './compare-sources.ts';
import { isObject, type JsonObject, objectAt } from './json-shape.ts';
import { named, recordedAt, wasSettled } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';
import { instantAt } from './read-report.ts';

/** Which records tell of what somebody decided to be no matter of a test. */
export const decisionTypes = /^(account\.classification|disposition)\.(requested|approved|withdrawn|expired)$/;

/** What the ledger tells of an exception or an exclusion. */
interface Told {
  readonly requested: ProvenRecord;
  readonly approved: ProvenRecord | undefined;
  readonly ended: ProvenRecord | undefined;
}

/**
 * Holds exceptions, exclusions and what else is decided about findings against the records of who asked and who approved, and whether none that was in
 * force since the period began is left out. What came after the as-of may be known to the report, since it is not what was observed.
 */
export function compareDecisions(document: JsonObject, records: readonly ProvenRecord[]): Comparison {
  const told = toldDecisions(records);
  const asOf = instantAt(document['asOf'], 'asOf');
  const listed = objectsOf(document['decisions'], 'decisions');
  return {
    name: 'exceptions and exclusions that were in force, and what is decided about findings, from the records of who asked and who approved',
    outcomes: [
      ...listed.map((given) => compareDecision(given, told, asOf)),
      ...objectsOf(document['findings'], 'findings').flatMap((unit) => besideFinding(unit, told)),
      ...(isSince(document['format'], 5)
        ? objectsOf(document['findings'], 'findings').flatMap((unit) => stillShown(unit, told, asOf))
        : []),
      ...leftOut(document, told),
    ],
  };
}

function toldDecisions(records: readonly ProvenRecord[]): ReadonlyMap<unknown, Told> {
  const told = new Map<unknown, Told>();
  for (const record of records) {
    const [, , step] = decisionTypes.exec(record.type) ?? [];
    if (step === undefined) continue;
    const { id } = objectAt(record.leaf['subject'], `the subject of ${named(record)}`);
    const before = told.get(id);
    if (step === 'requested') told.set(id, { requested: record, approved: undefined, ended: undefined });
    else if (before !== undefined) told.set(id, { ...before, [step === 'approved' ? 'approved' : 'ended']: record });
  }
  return told;
}

function compareDecision(given: JsonObject, told: ReadonlyMap<unknown, Told>, asOf: string): readonly string[] {
  const decision = told.get(given['id']);
  const what = `${String(given['kind'])} ${String(given['id'])}`;
  if (decision?.approved === undefined) return [`${what}: no record tells that it was approved`];
  const { requested, ended } = decision;
  const isExclusion = requested.type.startsWith('account.classification.');
  // One that ended since the report was made is known to its own records alone.
  const isSince = ended !== undefined && given['endedAt'] === null && recordedAt(ended) > asOf;
  return [
    ...differing(what, given, { kind: isExclusion ? 'exclusion' : 'exception', ...aboutOf(requested), ...reasonsOf(requested) }, requested),
    ...askedAndApproved(what, given, decision),
    ...(isSince || ended === undefined
      ? differing(what, given, { endedAt: null, endedBecause: null }, requested)
      : differing(what, given, { endedAt: recordedAt(ended), endedBecause: ended.type.split('.').at(-1) }, ended)),
  ];
}

/** Our own ids alone stand in the record. */
function aboutOf(requested: ProvenRecord): JsonObject {
  const detail = objectAt(requested.leaf['detail'], `the detail of ${named(requested)}`);
  if (requested.type.startsWith('account.classification.')) {
    const { account, class: classed, expires_at: expiresAt, owner_person: ownerPersonId, system } = detail;
    return { findingId: null, test: null, system, accountId: account, class: classed, ownerPersonId, expiresAt };
  }
  const { account, expires_at: expiresAt = null, finding = null, owner_person: ownerPersonId = null, test = null } = detail;
  return { findingId: finding, test, class: null, ownerPersonId, expiresAt, ...(account !== undefined && { accountId: account }) };
}

/** As they are disclosed; what was erased is not compared. */
function reasonsOf({ leaf, shown }: ProvenRecord): JsonObject {
  const promised = isObject(leaf['disclosures']) ? leaf['disclosures'] : {};
  return {
    ...(shown?.has('reason') === true && { reason: shown.get('reason') }),
    ...(shown?.has('ticket') === true && { ticket: shown.get('ticket') }),
    ...(promised['ticket'] === undefined && { ticket: null }),
  };
}

function askedAndApproved(what: string, given: JsonObject, { approved, requested }: Told): readonly string[] {
  const asked = differing(what, given, { requestedBy: requested.leaf['actor'], requestedAt: recordedAt(requested) }, requested);
  if (approved === undefined) return [...asked, ...differing(what, given, { approvedBy: null, approvedAt: null }, requested)];
  return [...asked, ...differing(what, given, { approvedBy: approved.leaf['actor'], approvedAt: recordedAt(approved) }, approved)];
}

/** What stands beside a finding has fewer members. */
function besideFinding(unit: JsonObject, told: ReadonlyMap<unknown, Told>): readonly (readonly string[])[] {
  const beside = [unit['disposition'], unit['exclusion']].filter(isObject);
  return beside.map((given) => {
    const decision = told.get(given['id']);
    const what = `finding ${String(unit['id'])}, what is decided about it`;
    if (decision === undefined) return [`${what}: no record tells of ${String(given['id'])}`];
    const { requested } = decision;
    const has = (members: JsonObject) => Object.fromEntries(Object.entries(members).filter(([name]) => name in given));
    const { approved } = decision;
    const { kind } = objectAt(requested.leaf['detail'], `the detail of ${named(requested)}`);
    return [
      ...differing(what, given, has({ ...(kind !== undefined && { kind }), ...aboutOf(requested), ...reasonsOf(requested) }), requested),
      ...differing(what, given, has({ requestedBy: requested.leaf['actor'], requestedAt: recordedAt(requested) }), requested),
      ...differing(
        what,
        given,
        has({ approvedBy: approved?.leaf['actor'] ?? null, approvedAt: approved === undefined ? null : recordedAt(approved) }),
        approved ?? requested,
      ),
    ];
  });
}

/** What ended before the report was judged stands beside no finding. */
function stillShown(unit: JsonObject, told: ReadonlyMap<unknown, Told>, asOf: Instant): readonly (readonly string[])[] {
  return [unit['disposition'], unit['exclusion']].filter(isObject).map(({ id }) => {
    const ended = told.get(id)?.ended;
    return ended === undefined || !wasSettled(ended, asOf)
      ? []
      : [`finding ${String(unit['id'])}: what is decided about it is shown as in force; ${named(ended)} tells that it ended`];
  });
}

/** In force at some time since the period began, by the records that a report of that as-of must know. */
function leftOut(document: JsonObject, told: ReadonlyMap<unknown, Told>): readonly (readonly string[])[] {
  const [asOf, periodStart] = [instantAt(document['asOf'], 'asOf'), instantAt(document['periodStart'], 'periodStart')];
  const listed = new Set(objectsOf(document['decisions'], 'decisions').map(({ id }) => id));
  return [...told].flatMap(([id, { approved, ended }]) => {
    if (approved === undefined || !wasSettled(approved, asOf) || listed.has(id)) return [];
    if (ended !== undefined && recordedAt(ended) < periodStart) return [];
    return [[`${named(approved)} tells of what was in force since the period began, and it is not listed`]];
  });
}
