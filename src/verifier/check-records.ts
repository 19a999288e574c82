import { decodeBase64, emptyFrontier, extendFrontier, leafHash, rootOf, sameHash } from '../tlog/index.ts';
import { indexAt, type JsonObject, objectAt, parseJson, textAt } from './json-shape.ts';
import { linesOf } from './lines.ts';
import { type Problem, problem } from './problem.ts';
import type { BundledLog } from './read-log.ts';

/** A record whose bytes are what the tree says. */
export interface ProvenRecord {
  readonly index: number;
  readonly id: string;
  readonly type: string;
  readonly leaf: JsonObject;
  readonly bytes: Uint8Array;
}

export interface CheckedRecords {
  readonly byIndex: ReadonlyMap<number, ProvenRecord>;
  readonly ids: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** The root over the leaf hashes is the one that was signed. */
export function checkRoot({ head, leafHashes }: BundledLog): readonly Problem[] {
  const root = rootOf(extendFrontier(emptyFrontier, leafHashes.slice(0, head.size)));
  return sameHash(root, head.root)
    ? []
    : [
        problem(
          'root-mismatch',
          'the leaf hashes do not add up to the root that was signed: log/leaf_hashes.bin or log/checkpoint was changed',
        ),
      ];
}

/** Every record of the log is there, in order, with the hash that the tree has for it. */
export function checkRecords(log: BundledLog): CheckedRecords {
  const byIndex = new Map<number, ProvenRecord>();
  const ids = new Set<string>();
  const problems: Problem[] = [];
  let expected = 0;
  for (const line of linesOf(log.records)) {
    const { record, problems: found } = checkLine(line, expected, log);
    problems.push(...found);
    if (record !== undefined) {
      byIndex.set(record.index, record);
      ids.add(record.id);
    }
    expected += 1;
  }
  if (expected !== log.head.size) {
    problems.push(problem('records-incomplete', `log/records.jsonl holds ${expected} records, the checkpoint is over ${log.head.size}`));
  }
  return { byIndex, ids, problems };
}

function checkLine(
  line: Uint8Array,
  expected: number,
  log: BundledLog,
): { readonly record?: ProvenRecord; readonly problems: readonly Problem[] } {
  const parsed = readLine(line);
  if (parsed === undefined)
    return { problems: [problem('record-changed', `record ${expected} was changed: its line cannot be read any more`)] };
  if (parsed.index !== expected) {
    return { problems: [problem('records-incomplete', `record ${parsed.index} stands where record ${expected} belongs`)] };
  }
  const hash = log.leafHashes[expected];
  if (hash === undefined) return { problems: [problem('records-incomplete', `the tree has no record ${expected}`)] };
  if (!sameHash(leafHash(parsed.bytes), hash)) {
    return {
      problems: [
        problem('record-changed', `record ${expected} (${nameOf(parsed.bytes)}) was changed: its bytes are not those that were sealed`),
      ],
    };
  }
  return provenRecord(expected, parsed.bytes, log.head.origin);
}

function readLine(line: Uint8Array): { readonly index: number; readonly bytes: Buffer } | undefined {
  try {
    const { i, leaf } = objectAt(parseJson(line), 'the line');
    const bytes = decodeBase64(textAt(leaf, 'leaf'));
    return bytes === undefined ? undefined : { index: indexAt(i, 'i'), bytes };
  } catch {
    return undefined; // the caller says which record it was
  }
}

/** What is left of a changed record's name: its bytes need not be JSON any more. */
function nameOf(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  const [type, id] = ['type', 'id'].map((key) => new RegExp(`"${key}":"([A-Za-z0-9._-]{1,80})"`).exec(text)?.[1]);
  return `${type ?? 'type unreadable'}, id ${id ?? 'unreadable'}`;
}

/** The tree vouches for these bytes; that they are a record of this log is for us to see. */
function provenRecord(
  index: number,
  bytes: Buffer,
  origin: string,
): { readonly record?: ProvenRecord; readonly problems: readonly Problem[] } {
  try {
    const leaf = objectAt(parseJson(bytes), 'the record');
    if (leaf['log'] !== logOf(origin)) return { problems: [problem('malformed', `record ${index} says that it belongs to another log`)] };
    return { record: { index, id: textAt(leaf['id'], 'id'), type: textAt(leaf['type'], 'type'), leaf, bytes }, problems: [] };
  } catch (error) {
    return { problems: [problem('malformed', `record ${index} is no record: ${error instanceof Error ? error.message : String(error)}`)] };
  }
}

/** A tree that forked off has its generation behind the log's name; its records have the name alone, those from before the fork too. */
function logOf(origin: string): string {
  return origin.replace(/\/\d+$/, '');
}
