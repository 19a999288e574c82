import type { Instant } from '../kernel/index.ts';
import type { Comparison } from './compare-identities.ts';
import { objectsOf } from './compare-sources.ts';
import { isObject, type JsonObject, objectAt } from './json-shape.ts';
import { instantOfRecord, mayHaveBeenThere, named } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';
import { instantAt } from './read-report.ts';

/** A stretch for which the audit log was read without a hole. */
interface Stretch {
  readonly from: Instant;
  readonly until: Instant;
}

/**
 * Whether the audit log of each directory that is said to have been read throughout was, by what its complete looks recorded of their reading: then any allowance can be proven. Where a look of
 * before that was recorded may have read it, that is the report's word.
 */
export function compareAudited(document: JsonObject, records: readonly ProvenRecord[]): Comparison {
  const [asOf, periodStart] = [instantAt(document['asOf'], 'asOf'), instantAt(document['periodStart'], 'periodStart')];
  const looks = records.filter((record) => record.type === 'graph.sync.completed' && mayHaveBeenThere(record, asOf));
  const directories = objectsOf(objectAt(document['sources'], 'sources')['directories'], 'sources.directories');
  return {
    name: 'audit logs that were read throughout, from the records of the looks that read them',
    outcomes: directories
      .filter(({ isAudited }) => isAudited === true)
      .map(({ connectedAt, connectionId, lastLookAt }) => {
        const theirs = looks
          .map((record) => ({ record, detail: detailOf(record) }))
          .filter(({ detail }) => detail['connection'] === connectionId);
        if (theirs.some(({ detail }) => detail['audits'] === undefined)) return [];
        const read = theirs.flatMap(({ detail: { audits }, record }) => (isObject(audits) ? [stretchOf(audits, record)] : []));
        const connected = instantAt(connectedAt, 'connectedAt');
        const from = connected > periodStart ? connected : periodStart;
        const until = instantAt(lastLookAt, 'lastLookAt');
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
