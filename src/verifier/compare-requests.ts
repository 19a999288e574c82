import { type CanonicalValue, canonicalJson } from '../kernel/index.ts';
import { sha256Hex } from './check-manifest.ts';
import type { Comparison } from './compare-identities.ts';
import { objectsOf } from './compare-sources.ts';
import { isObject, type JsonObject, objectAt } from './json-shape.ts';
import { named, recordedAt, wasSettled } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';
import { instantAt } from './read-report.ts';

/**
 * Holds what the looks at each directory asked against the records of these: a record names the hash of its list, so the list that is shown is the one that
 * was sent. Formats before 4 tell nothing of it.
 */
export function compareRequests(document: JsonObject, records: readonly ProvenRecord[]): Comparison {
  const directories = objectsOf(objectAt(document['sources'], 'sources')['directories'], 'sources.directories');
  const looks = looksWithin(document, records);
  return {
    name: 'lists of what looks asked, from the hashes that their records name',
    outcomes: directories.flatMap((directory) => {
      const name = `connection ${String(directory['connectionId'])}`;
      const given = objectsOf(directory['requests'], 'requests');
      const made = looks.filter(({ connection }) => connection === directory['connectionId']);
      const keys = new Set([...given.map(keyOf), ...made.map(({ key }) => key)]);
      return [...given.map((each) => hashed(name, each)), ...[...keys].map((key) => counted(name, { key, given, made }))];
    }),
  };
}

/** A complete look, by its record. */
interface RecordedLook {
  readonly connection: unknown;
  /** The kind of the look, and the hash of what it asked. */
  readonly key: string;
  /** It certainly is one of the period that the report knew; else it may be: the report is older than the record, or that does not say when the look was made. */
  readonly isSure: boolean;
}

/** Complete looks that lie within the period, or may. Records of before they told what was asked did not tell when the look was made either. */
function looksWithin(document: JsonObject, records: readonly ProvenRecord[]): readonly RecordedLook[] {
  const [start, asOf] = [instantAt(document['periodStart'], 'periodStart'), instantAt(document['asOf'], 'asOf')];
  return records.flatMap((record) => {
    const { observed } = record.leaf;
    if (record.type !== 'graph.sync.completed') return [];
    if (isObject(observed) ? String(observed['from']) < start || String(observed['to']) > asOf : recordedAt(record) < start) return [];
    const { connection, kind = 'full', queries_sha256: sha256 } = objectAt(record.leaf['detail'], `the detail of ${named(record)}`);
    return [{ connection, key: keyOf({ kind, sha256: sha256 ?? null }), isSure: isObject(observed) && wasSettled(record, asOf) }];
  });
}

function keyOf({ kind, sha256 }: JsonObject): string {
  return `${String(kind)} ${typeof sha256 === 'string' ? sha256 : 'without a list'}`;
}

/** The list that is shown is the one of its hash. */
function hashed(name: string, { queries, sha256 }: JsonObject): readonly string[] {
  if (typeof sha256 !== 'string') return queries === null ? [] : [`${name}: a list is given of looks whose records name none`];
  const own = sha256Hex(Buffer.from(canonicalJson((queries ?? null) as CanonicalValue), 'utf8'));
  return own === sha256 ? [] : [`${name}: the list of queries ${sha256} has the SHA-256 ${own}`];
}

interface Counted {
  readonly key: string;
  readonly given: readonly JsonObject[];
  readonly made: readonly RecordedLook[];
}

function counted(name: string, { key, given, made }: Counted): readonly string[] {
  const said = given.filter((each) => keyOf(each) === key).reduce((sum, { looks }) => sum + Number(looks), 0);
  const own = made.filter((look) => look.key === key);
  const least = own.filter(({ isSure }) => isSure).length;
  const most = own.length;
  return said >= least && said <= most ? [] : [`${name}: ${said} looks (${key}) are given; the records tell of ${most}`];
}
