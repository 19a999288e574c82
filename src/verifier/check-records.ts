import { type CanonicalObject, canonicalJson } from '../kernel/index.ts';
import { decodeBase64, emptyFrontier, extendFrontier, leafHash, rootOf, sameHash } from '../tlog/index.ts';
import type { BundleFiles } from './bundle-files.ts';
import { type CheckedDisclosures, DisclosureCheck } from './check-disclosures.ts';
import { type JsonObject, objectAt, parseJson, textAt } from './json-shape.ts';
import { linesOf } from './lines.ts';
import { brokenCheck, type Problem, ProblemList, problem } from './problem.ts';
import type { ProvenRecord } from './proven-record.ts';
import { type BundledLog, leafHashAt, leafHashesOf } from './read-log.ts';

/** Of a million records a few matter to what else is checked. */
export interface WantedRecords {
  /** Ids of which must be known whether they are proven. */
  readonly ids: ReadonlySet<string>;
  /** What is to be remembered of a record, with the values beside it; undefined: nothing. */
  kept(record: ProvenRecord, shown: ReadonlyMap<string, unknown>): ProvenRecord | undefined;
  /** Is told of every record that is proven, in order, with the values beside it. */
  note(record: ProvenRecord, shown: ReadonlyMap<string, unknown>): void;
}

export interface CheckedRecords {
  /** How many lines there are. */
  readonly read: number;
  /** Those that are wanted, in order. */
  readonly byIndex: ReadonlyMap<number, ProvenRecord>;
  /** The wanted ids that are proven. */
  readonly ids: ReadonlySet<string>;
  readonly problems: readonly Problem[];
  readonly disclosures: CheckedDisclosures;
}

/** The root over the leaf hashes is the one that was signed. */
export function checkRoot(log: BundledLog): readonly Problem[] {
  const root = rootOf(extendFrontier(emptyFrontier, leafHashesOf(log, log.head.size)));
  return sameHash(root, log.head.root)
    ? []
    : [
        problem(
          'root-mismatch',
          'the leaf hashes do not add up to the root that was signed: log/leaf_hashes.bin or log/checkpoint was changed',
        ),
      ];
}

/** Every record of the log is there, in order, with the hash that the tree has for it; and each disclosed value is one of its record's. */
export async function checkRecords(files: BundleFiles, log: BundledLog, wanted: WantedRecords): Promise<CheckedRecords> {
  const [byIndex, ids] = [new Map<number, ProvenRecord>(), new Set<string>()];
  const problems = new ProblemList();
  const disclosures = new DisclosureCheck(files);
  let expected = 0;
  try {
    for await (const lines of linesOf(files.read('log/records.jsonl'))) {
      for (const line of lines) {
        const { record, wrong } = checkLine(line, expected, log);
        if (wrong !== undefined) problems.add(...wrong);
        if (record !== undefined) disclosures.count(record);
        while (!disclosures.checkThose(expected, record)) await disclosures.readOn();
        if (record !== undefined) {
          wanted.note(record, disclosures.shown);
          if (wanted.ids.has(record.id)) ids.add(record.id);
          const kept = wanted.kept(record, disclosures.shown);
          if (kept !== undefined) byIndex.set(record.index, kept);
        }
        expected += 1;
      }
    }
  } catch (error) {
    const { code, detail } = brokenCheck('log/records.jsonl', error);
    problems.add(code, detail);
  }
  if (expected !== log.head.size) {
    problems.add('records-incomplete', `log/records.jsonl holds ${expected} records, the checkpoint is over ${log.head.size}`);
  }
  return { read: expected, byIndex, ids, problems: problems.all(), disclosures: await disclosures.finish() };
}

interface CheckedLine {
  readonly record?: ProvenRecord;
  readonly wrong?: Parameters<ProblemList['add']>;
}

function checkLine(line: Buffer, expected: number, log: BundledLog): CheckedLine {
  const parsed = readLine(line);
  if (parsed === undefined) return { wrong: ['record-changed', `record ${expected} was changed: its line cannot be read any more`] };
  if (parsed.index !== expected) {
    return { wrong: ['records-incomplete', `record ${parsed.index} stands where record ${expected} belongs`] };
  }
  const hash = leafHashAt(log, expected);
  if (hash === undefined) return { wrong: ['records-incomplete', `the tree has no record ${expected}`] };
  if (!sameHash(leafHash(parsed.bytes), hash)) {
    const name = nameOf(parsed.bytes);
    return { wrong: ['record-changed', `record ${expected} (${name}) was changed: its bytes are not those that were sealed`] };
  }
  return provenRecord(expected, parsed.bytes, log.head.origin);
}

/** A line as it is written, and in no other way that JSON would allow; undefined for any other. */
function readLine(line: Buffer): { readonly index: number; readonly bytes: Buffer } | undefined {
  const [, index, leaf] = /^\{"i":(0|[1-9]\d{0,14}),"leaf":"([A-Za-z0-9+/=]*)"\}$/.exec(line.toString('latin1')) ?? [];
  const bytes = leaf === undefined ? undefined : decodeBase64(leaf);
  return bytes === undefined ? undefined : { index: Number(index), bytes };
}

/** What is left of a changed record's name: its bytes need not be JSON any more. */
function nameOf(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  const [type, id] = ['type', 'id'].map((key) => new RegExp(`"${key}":"([A-Za-z0-9._-]{1,80})"`).exec(text)?.[1]);
  return `${type ?? 'type unreadable'}, id ${id ?? 'unreadable'}`;
}

/** The tree vouches for these bytes; that they are a record of this log is for us to see. */
function provenRecord(index: number, bytes: Buffer, origin: string): CheckedLine {
  try {
    const leaf = objectAt(parseJson(bytes), 'the record');
    if (!isWrittenOnce(leaf, bytes))
      return { wrong: ['malformed', `record ${index} is not written in the one way in which it can be read (RFC 8785)`] };
    if (leaf['log'] !== logOf(origin)) return { wrong: ['malformed', `record ${index} says that it belongs to another log`] };
    return { record: { index, id: textAt(leaf['id'], 'id'), type: textAt(leaf['type'], 'type'), leaf } };
  } catch (error) {
    return { wrong: ['malformed', `record ${index} is no record: ${error instanceof Error ? error.message : String(error)}`] };
  }
}

/** Of a member that is there twice one program takes the first, another the last. Most records are written as the platform would; that is found out soonest. */
function isWrittenOnce(leaf: JsonObject, bytes: Buffer): boolean {
  const text = bytes.toString('utf8');
  return JSON.stringify(leaf) === text || canonicalJson(leaf as CanonicalObject) === text;
}

/** A tree that forked off has its generation behind the log's name; its records have the name alone, those from before the fork too. */
export function logOf(origin: string): string {
  return origin.replace(/\/\d+$/, '');
}
