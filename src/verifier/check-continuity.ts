import {
  decodeBase64,
  emptyFrontier,
  extendFrontier,
  HASH_BYTES,
  parseCheckpoint,
  parseNote,
  parseVkey,
  type ParsedNote,
  rootOf,
  sameHash,
  type TreeHead,
  verifyConsistency,
  verifyNote,
} from '../tlog/index.ts';
import { logOf } from './check-records.ts';
import { type Problem, problem } from './problem.ts';
import { type BundledLog, type Continuity, leafHashesOf } from './read-log.ts';

export interface CheckedContinuity {
  readonly problems: readonly Problem[];
  /** Over how many records the checkpoint before is. */
  readonly size?: number;
  /** Whether its signature could be checked: one of a key that was retired since, or of before a fork, cannot with the keys at hand. */
  readonly isSigned?: boolean;
}

/**
 * The ledger goes on from the checkpoint of the report before it: a reader who kept nothing else can hold that checkpoint against the one in the bundle of that
 * report, byte for byte. `sealBefore`: the place of the last seal before the report's own. That the proof holds is looked at, too, since others rely on it.
 */
export function checkContinuity(
  log: BundledLog,
  { checkpoint, proof }: Continuity,
  { sealBefore, vkeys }: { readonly sealBefore: number | undefined; readonly vkeys: readonly string[] },
): CheckedContinuity {
  const note = parseNote(checkpoint);
  const head = note === undefined ? undefined : parseCheckpoint(note.text);
  if (note === undefined || head === undefined) return { problems: [problem('malformed', 'log/prev-checkpoint is no signed checkpoint')] };
  const signed = signatureOf(note, head, vkeys);
  const problems = [
    ...(logOf(head.origin) === logOf(log.head.origin) ? [] : [broken(`log/prev-checkpoint is of another ledger, ${head.origin}`)]),
    ...(signed === 'broken' ? [problem('signature', 'log/prev-checkpoint was changed: the signature does not fit it')] : []),
    ...(sealBefore === undefined
      ? [broken('log/prev-checkpoint is of no report: none was sealed before this one')]
      : head.size > sealBefore
        ? []
        : [
            broken(
              `log/prev-checkpoint is over ${head.size} records, and does not hold the seal of the report before, record ${sealBefore}`,
            ),
          ]),
    ...compare(log, head, proof),
  ];
  return { problems, size: head.size, isSigned: signed === 'signed' };
}

function broken(detail: string): Problem {
  return problem('kept-checkpoint', detail);
}

/** `unknown`: by none of these keys. */
function signatureOf(note: ParsedNote, head: TreeHead, vkeys: readonly string[]): 'signed' | 'unknown' | 'broken' {
  const keys = vkeys.flatMap((vkey) => parseVkey(vkey) ?? []).filter(({ name }) => name === head.origin);
  const { kind } = verifyNote(note, keys);
  return kind === 'verified' ? 'signed' : kind === 'unknown-keys' ? 'unknown' : 'broken';
}

function compare(log: BundledLog, before: TreeHead, proof: string): readonly Problem[] {
  if (before.size > log.head.size)
    return [broken(`the ledger became shorter: log/prev-checkpoint is over ${before.size} records, this one over ${log.head.size}`)];
  const root = rootOf(extendFrontier(emptyFrontier, leafHashesOf(log, before.size)));
  const hashes = hashesOf(proof);
  return [
    ...(sameHash(root, before.root)
      ? []
      : [broken(`the first ${before.size} records are not those that the report before was sealed with: the ledger was rewritten since`)]),
    ...(hashes !== undefined && verifyConsistency({ older: before, newer: log.head }, hashes)
      ? []
      : [broken('log/consistency.txt does not prove that the ledger goes on from log/prev-checkpoint')]),
  ];
}

/** Undefined where a line is no hash. */
function hashesOf(proof: string): readonly Uint8Array[] | undefined {
  if (proof === '') return [];
  if (!proof.endsWith('\n')) return undefined;
  const hashes = proof.slice(0, -1).split('\n').map(decodeBase64);
  return hashes.every((hash) => hash !== undefined && hash.length === HASH_BYTES) ? (hashes as readonly Uint8Array[]) : undefined;
}
