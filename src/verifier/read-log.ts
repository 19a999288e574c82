import {
  HASH_BYTES,
  type NoteVerifier,
  type ParsedNote,
  parseCheckpoint,
  parseNote,
  parseVkey,
  type TreeHead,
  verifyNote,
} from '../tlog/index.ts';
import { type BundleFiles, readWhole } from './bundle-files.ts';
import { CONTINUITY_FILES, LOG_FILES, type LogFile } from './check-manifest.ts';
import { MAX_LINE_BYTES } from './limits.ts';
import { type Problem, problem } from './problem.ts';

/** The checkpoint that sealed the report before, and the proof that the ledger goes on from it, as they lie in the bundle. */
export interface Continuity {
  readonly checkpoint: string;
  /** A hash in Base64 on each line (RFC 9162 §2.1.4). */
  readonly proof: string;
}

/** The log as the bundle shows it: a tree head, who signed it, and the hash of each of its leaves. */
export interface BundledLog {
  readonly head: TreeHead;
  /** The signed note, verbatim. */
  readonly note: string;
  /** The keys, in full, whose signatures were verified; empty when none was. A key's id alone is short enough to be forged. */
  readonly signedBy: readonly string[];
  /** One behind another, as they lie in the bundle: a million of them are 32 MB, and as values of their own several times that. */
  readonly leafHashes: Uint8Array;
  readonly seal: string;
  /** What the bundle brings of the report before; undefined where it brings nothing, or not both files. */
  readonly continuity: Continuity | undefined;
}

export interface ReadLog {
  /** Undefined when there is no log to check anything against. */
  readonly log: BundledLog | undefined;
  readonly problems: readonly Problem[];
}

/** Reads `log/`: the checkpoint's signature under the pinned keys, and under those that the bundle brings along. */
export async function readLog(files: BundleFiles, pinned: readonly string[]): Promise<ReadLog> {
  const missing = LOG_FILES.filter((path) => !files.paths.includes(path)).map((path) => problem('missing-file', `${path} is missing`));
  if (missing.length > 0) return { log: undefined, problems: missing };
  const note = await textOf(files, 'log/checkpoint');
  const parsed = parseNote(note);
  const head = parsed === undefined ? undefined : parseCheckpoint(parsed.text);
  if (parsed === undefined || head === undefined)
    return { log: undefined, problems: [problem('malformed', 'log/checkpoint is no signed checkpoint')] };
  const brought = linesOfText(await textOf(files, 'log/vkeys.txt'));
  const signature = checkSignature(parsed, head.origin, { pinned, brought });
  const hashes = await readWhole(files, 'log/leaf_hashes.bin');
  return {
    log: {
      head,
      note,
      signedBy: signature.signedBy,
      leafHashes: hashes,
      seal: await textOf(files, 'log/seal.tlog-proof'),
      continuity: await continuityOf(files),
    },
    problems: [...signature.problems, ...lengthProblems(hashes, head.size)],
  };
}

async function continuityOf(files: BundleFiles): Promise<Continuity | undefined> {
  if (!CONTINUITY_FILES.every((path) => files.paths.includes(path))) return undefined;
  return { checkpoint: await textOf(files, 'log/prev-checkpoint'), proof: await textOf(files, 'log/consistency.txt') };
}

interface CheckedSignature {
  readonly signedBy: readonly string[];
  readonly problems: readonly Problem[];
}

/** The pinned keys decide, where there are any; those that the bundle brings along must have signed in any case. */
function checkSignature(
  note: ParsedNote,
  origin: string,
  vkeys: { readonly pinned: readonly string[]; readonly brought: readonly string[] },
): CheckedSignature {
  const signed = checkUnder(note, readKeys(vkeys.brought, origin), 'log/checkpoint is not signed by any of the keys in log/vkeys.txt');
  const brought = { ...signed, problems: [...signed.problems, ...idleProblems(vkeys.brought, signed.signedBy)] };
  if (vkeys.pinned.length === 0) return brought;
  const pinned = checkUnder(note, readKeys(vkeys.pinned, origin), 'log/checkpoint is not signed by any of the keys given');
  return { signedBy: pinned.signedBy, problems: [...pinned.problems, ...brought.problems] };
}

/** Whoever notes a key from the bundle is to note one that signed it. */
function idleProblems(brought: readonly string[], signedBy: readonly string[]): readonly Problem[] {
  const idle = signedBy.length === 0 ? [] : brought.filter((vkey) => parseVkey(vkey) !== undefined && !signedBy.includes(vkey));
  return idle.map((vkey) =>
    problem('signature', `log/vkeys.txt lists ${JSON.stringify(vkey.slice(0, 200))}, which did not sign log/checkpoint`),
  );
}

function checkUnder(note: ParsedNote, keys: ReadKeys, unsigned: string): CheckedSignature {
  const verifiers = keys.known.map(({ key }) => key);
  const verdict = verifyNote(note, verifiers);
  if (verdict.kind === 'verified') {
    return { signedBy: keys.known.filter(({ key }) => verdict.by.includes(key)).map(({ vkey }) => vkey), problems: keys.problems };
  }
  const changed = `log/checkpoint was changed: the signature of ${verifiers[0]?.name ?? 'its log'} does not fit it`;
  return { signedBy: [], problems: [...keys.problems, problem('signature', verdict.kind === 'unknown-keys' ? unsigned : changed)] };
}

interface KnownKey {
  readonly vkey: string;
  readonly key: NoteVerifier;
}

interface ReadKeys {
  readonly known: readonly KnownKey[];
  readonly problems: readonly Problem[];
}

/** A key vouches for the log of its own name alone. */
function readKeys(vkeys: readonly string[], origin: string): ReadKeys {
  const parsed = vkeys.map((vkey) => ({ vkey, key: parseVkey(vkey) }));
  return {
    known: parsed.flatMap(({ vkey, key }) => (key?.name === origin ? [{ vkey, key }] : [])),
    problems: parsed
      .filter(({ key }) => key === undefined)
      .map(({ vkey }) => problem('malformed', `${JSON.stringify(vkey.slice(0, 200))} is no key`)),
  };
}

function lengthProblems(hashes: Uint8Array, size: number): readonly Problem[] {
  if (hashes.length === size * HASH_BYTES) return [];
  return [
    problem('records-incomplete', `log/leaf_hashes.bin holds ${hashes.length / HASH_BYTES} hashes, the checkpoint is over ${size} records`),
  ];
}

/** The hash of the leaf at an index; undefined beyond them. */
export function leafHashAt({ leafHashes }: BundledLog, index: number): Uint8Array | undefined {
  const hash = leafHashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
  return hash.length === HASH_BYTES ? hash : undefined;
}

/** The hashes of the leaves up to an index, in order, from the first or a later one on. */
export function* leafHashesOf(log: BundledLog, to: number, from = 0): Generator<Uint8Array> {
  for (let index = from; index < to; index += 1) {
    const hash = leafHashAt(log, index);
    if (hash === undefined) return;
    yield hash;
  }
}

function linesOfText(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** Throws a RangeError for a file that is longer than any of its kind: as values of their own, its lines take many times the memory. */
async function textOf(files: BundleFiles, path: LogFile): Promise<string> {
  if ((files.sizeOf(path) ?? 0) > MAX_LINE_BYTES) throw new RangeError(`${path} is larger than such a file can be`);
  return (await readWhole(files, path)).toString('utf8');
}
