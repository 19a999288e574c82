import type { ComplianceTestId } from '../verdict/index.ts';
import type { Comparison } from './compare-identities.ts';
import { objectsOf } from './compare-sources.ts';
import { isObject, type JsonObject, objectAt } from './json-shape.ts';
import { mayHaveBeenThere, named, recordedAt, wasSettled } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';
import { instantAt, madeAt } from './read-report.ts';

export const OWNERS = 'owners-are-here' satisfies ComplianceTestId;

/** Which records tell who owns the workspace, and that a person is named behind an owner. */
export const ownerTypes = /^owner\.(created|ended|person\.named)$/;

const EXPIRED = 'account.classification.expired';

const endedTypes = ['owner.ended', 'finding.closed', 'account.classification.withdrawn', EXPIRED];

/** Whether a record tells of a finding that the person behind an owner has left. */
export function tellsOfOwner({ leaf, type }: ProvenRecord): boolean {
  const { after, detail, subject } = leaf;
  if (!/^finding\.(opened|closed)$/.test(type) || !isObject(subject) || subject['kind'] !== 'owner-finding') return false;
  return (isObject(after) && after['kind'] === 'person-left') || (isObject(detail) && detail['kind'] === 'person-left');
}

/**
 * Holds the figures of the test about owners against the records of these, and of the accounts that are excluded as nobody's own: there are no fewer members, and no more pass than owners for whom a
 * person was named, and excluded accounts, without those whose person was shown to have left. It is asked of when the report was made: what was recorded within minutes of that may have been known or not.
 */
export function compareOwners(document: JsonObject, records: readonly ProvenRecord[]): Comparison {
  const test = objectsOf(document['tests'], 'tests').find(({ id }) => id === OWNERS) ?? {};
  const members = membersOf(records, document);
  const { PASS: passed = 0 } = objectAt(test['effects'], `${OWNERS}.effects`);
  const least = members.owners.size + members.excluded.size;
  const most = members.mayPass - members.left.size - leftExclusions(document, members.excluded);
  return {
    name: 'figures of the test about owners, from the records of these and of excluded accounts',
    outcomes: [
      Number(test['of']) >= least
        ? []
        : [`the test ${OWNERS} is of ${String(test['of'])} members; the records tell of ${least} owners and excluded accounts`],
      Number(passed) <= most ? [] : [`the test ${OWNERS} counts ${String(passed)} × PASS; by the records ${most} can pass at most`],
    ],
  };
}

interface Members {
  /** Certainly there. */
  readonly owners: ReadonlySet<unknown>;
  readonly excluded: ReadonlySet<unknown>;
  /** Of those owners, whose person certainly has left, or is not known to be here since. */
  readonly left: ReadonlySet<unknown>;
  /** How many there may be of which a person may be known to be here. */
  readonly mayPass: number;
}

function membersOf(records: readonly ProvenRecord[], document: JsonObject): Members {
  const [asOf, at] = [instantAt(document['asOf'], 'asOf'), instantAt(madeAt(document), 'when the report was made')];
  // A run alone says that something expired; one that had ended is the one that the report speaks by, or is missed elsewhere.
  const isSureEnd = (record: ProvenRecord) => wasSettled(record, at) && (record.type !== EXPIRED || recordedAt(record) <= asOf);
  // What ended later counted still.
  const ended = records.filter((record) => endedTypes.includes(record.type) && mayHaveBeenThere(record, at));
  const [ends, sureEnds] = [ended, ended.filter(isSureEnd)].map((each) => new Set(each.map(subjectOf)));
  const begun = (type: string) => records.filter((record) => record.type === type && (type !== 'finding.opened' || tellsOfOwner(record)));
  const sure = (type: string) => begun(type).filter((record) => wasSettled(record, at) && ends?.has(subjectOf(record)) !== true);
  const maybe = (type: string) =>
    new Set(
      begun(type)
        .map(subjectOf)
        .filter((id) => sureEnds?.has(id) !== true),
    );
  const owners = new Set(sure('owner.created').map(subjectOf));
  const left = sure('finding.opened').map((record) => objectAt(record.leaf['detail'], `the detail of ${named(record)}`)['owner']);
  return {
    owners,
    excluded: new Set(sure('account.classification.approved').map(subjectOf)),
    left: new Set(left.filter((id) => ends?.has(id) !== true)),
    mayPass: maybe('owner.person.named').size + maybe('account.classification.approved').size,
  };
}

/** Of the excluded accounts, by the findings: of those whoever answers for it has left, or is not on the roster. */
function leftExclusions({ findings }: JsonObject, excluded: ReadonlySet<unknown>): number {
  return objectsOf(findings, 'findings').filter(({ exclusion, vector }) => {
    const isLeft = isObject(vector) && vector['classification'] !== 'HUMAN' && vector['classification'] !== 'EXCLUDED';
    return isLeft && isObject(exclusion) && excluded.has(exclusion['id']);
  }).length;
}

function subjectOf({ leaf }: ProvenRecord): unknown {
  return objectAt(leaf['subject'], 'the subject of a record')['id'];
}
