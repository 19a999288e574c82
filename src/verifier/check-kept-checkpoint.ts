import {
  emptyFrontier,
  extendFrontier,
  parseCheckpoint,
  parseNote,
  parseVkey,
  rootOf,
  sameHash,
  type TreeHead,
  verifyNote,
} from '../tlog/index.ts';
import { type Problem, problem } from './problem.ts';
import { type BundledLog, leafHashesOf } from './read-log.ts';

/**
 * The ledger of the bundle goes on from a checkpoint that the reader kept: it is of the same ledger, signed, no longer, and its records come
 * first, unchanged. All leaf hashes are in the bundle, so no consistency proof is needed (RFC 9162 §2.1.4 shows the same with fewer). One that was
 * signed after the seal is none of the bundle's, unless it is among the `later` heads, which are proven to go on from it.
 */
export function checkKeptCheckpoint(
  log: BundledLog,
  kept: string,
  { later, vkeys }: { readonly vkeys: readonly string[]; readonly later: readonly TreeHead[] },
): readonly Problem[] {
  const note = parseNote(kept);
  const head = note === undefined ? undefined : parseCheckpoint(note.text);
  if (note === undefined || head === undefined) return [problem('malformed', 'the checkpoint that you kept is no signed checkpoint')];
  if (head.origin !== log.head.origin) {
    return [
      problem(
        'kept-checkpoint',
        `the checkpoint that you kept is of ${head.origin}, the bundle is of ${log.head.origin}: another ledger, or one that was begun anew`,
      ),
    ];
  }
  const keys = vkeys.flatMap((vkey) => parseVkey(vkey) ?? []).filter(({ name }) => name === head.origin);
  const signed = verifyNote(note, keys);
  return [
    ...(signed.kind === 'verified' ? [] : [problem('signature', 'the checkpoint that you kept is not signed by any of these keys')]),
    ...compare(log, head, later),
  ];
}

function compare(log: BundledLog, kept: TreeHead, later: readonly TreeHead[]): readonly Problem[] {
  const { head } = log;
  if (kept.size > head.size) {
    if (later.some(({ root, size }) => size === kept.size && sameHash(root, kept.root))) return [];
    return [
      problem(
        'kept-checkpoint',
        `the ledger became shorter: the checkpoint that you kept is over ${kept.size} records, this one over ${head.size}; if you got yours after the report was sealed, ask for the anchor of ${kept.size} records and give it with --anchor`,
      ),
    ];
  }
  const root = rootOf(extendFrontier(emptyFrontier, leafHashesOf(log, kept.size)));
  if (sameHash(root, kept.root)) return [];
  return [
    problem(
      'kept-checkpoint',
      `the first ${kept.size} records are not those that the checkpoint which you kept was signed over: the ledger was rewritten`,
    ),
  ];
}
