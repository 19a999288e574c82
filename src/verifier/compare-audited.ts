import { type Instant, latest } from '../kernel/index.ts';
import type { Comparison } from './compare-identities.ts';
import { objectsOf } from './compare-sources.ts';
import { isObject, type JsonObject, objectAt } from './json-shape.ts';
import { instantOfRecord, named, recordedAt } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';
import { instantAt } from './read-report.ts';

/** A stretch for which the audit log was read without a hole. */
interface Stretch {
  readonly from: Instant;
  readonly until: Instant;
}

/**
 * Whether the audit log of each directory that is said to have been read throughout was, by what its complete looks recorded of their reading: then any allowance can be proven. What was read
 * of a time counts whenever it was read, also after the report's as-of. Where a look of since then tells nothing of its reading, as those of before that was recorded, it is the report's
 * word: each reading goes on from the one before, so that no look of before then is needed.
 */
export function compareAudited(document: JsonObject, records: readonly ProvenRecord[]): Comparison {
  const periodStart = instantAt(document['periodStart'], 'periodStart');
  const looks = records.filter(({ type }) => type === 'graph.sync.completed').map((record) => ({ record, detail: detailOf(record) }));
  const directories = objectsOf(objectAt(document['sources'], 'sources')['directories'], 'sources.directories');
  return {
    name: 'audit logs that were read throughout, from the records of the looks that read them',
    outcomes: directories
      .filter(({ isAudited }) => isAudited === true)
      .map(({ connectedAt, connectionId, lastLookAt }) => {
        const theirs = looks.filter(({ detail }) => detail['connection'] === connectionId);
        const from = latest(instantAt(connectedAt, 'connectedAt'), periodStart);
        const until = instantAt(lastLookAt, 'lastLookAt');
        if (theirs.some(({ detail, record }) => detail['audits'] === undefined && recordedAt(record) >= from)) return [];
        const read = theirs.flatMap(({ detail: { audits }, record }) => (isObject(audits) ? [stretchOf(audits, record)] : []));
        return joined(read).some((stretch) => stretch.from <= from && stretch.until >= until)
          ? []
          : [
              `connection ${String(connectionId)}: its audit log is said to have been read throughout; the records of its looks tell of no reading from ${from} to ${until}`,
            ];
      }),
  };
}

function detailOf(record: ProvenRecord): JsonObject {
  return objectAt(record.leaf['detail'], `the detail of ${named(record)}`);
}

function stretchOf({ from, until }: JsonObject, record: ProvenRecord): Stretch {
  return { from: instantOfRecord(from, record), until: instantOfRecord(until, record) };
}

/** Each reading goes on from one that had come as far. */
function joined(read: readonly Stretch[]): readonly Stretch[] {
  return read.reduce<readonly Stretch[]>((known, { from, until }) => {
    const isFurther = (each: Stretch) => each.from <= from && each.until >= from;
    return known.some(isFurther)
      ? known.map((each) => (isFurther(each) && each.until < until ? { ...each, until } : each))
      : [...known, { from, until }];
  }, []);
}
