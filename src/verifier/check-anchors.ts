import { digestOf, type Instant, instantOf } from '../kernel/index.ts';
import { type Certificate, emptyFrontier, extendFrontier, rootOf, sameHash, verifyConsistency, verifyTimestamp } from '../tlog/index.ts';
import { logOf } from './check-records.ts';
import { type Problem, problem } from './problem.ts';
import { metaProblem } from './meta-proof.ts';
import { type BroughtAnchor, type GrantedStamp, signedOutside } from './read-anchors.ts';
import { type BundledLog, leafHashesOf } from './read-log.ts';

/** What a time stamp proves, once its checkpoint stands in this ledger. */
export interface ProvenTime {
  /** How many records existed. */
  readonly size: number;
  readonly at: Instant;
  /** Whether the seal of the report is among them. */
  readonly coversSeal: boolean;
  /** Who says so; undefined where the signature was not verified, since the reader named no roots. */
  readonly authority: string | undefined;
  /** The origin of the meta-log that was stamped, and holds the checkpoint; left out where the checkpoint itself was. */
  readonly through?: string;
}

type StampedAnchor = BroughtAnchor & { readonly stamp: GrantedStamp };

export interface CheckedAnchors {
  /** Of all anchors: that they are checkpoints of this ledger, and that what was stamped is what lies beside the stamp. */
  readonly misplaced: readonly Problem[];
  /** Of all time stamps, under the roots; empty where there are none. */
  readonly refuted: readonly Problem[];
  /** Those that are checkpoints of this ledger, earlier and later ones, in the order of size. */
  readonly placed: readonly BroughtAnchor[];
  /** In the order of size. */
  readonly times: readonly ProvenTime[];
}

/**
 * Anchored checkpoints against the ledger of the bundle: an earlier one must have the root of the first records, which are all here; a later
 * one comes with the proof that it goes on from the bundle's (RFC 9162 §2.1.4.2). Who signed the checkpoint itself does not matter: its root can be of these records alone.
 */
export function checkAnchors(
  log: BundledLog,
  anchors: readonly BroughtAnchor[],
  roots: readonly Certificate[] | undefined,
): CheckedAnchors {
  const sorted = anchors.toSorted((a, b) => a.head.size - b.head.size);
  const misplaced = new Map(sorted.map((anchor) => [anchor, [] as Problem[]]));
  let frontier = emptyFrontier;
  for (const anchor of sorted) {
    if (anchor.head.size <= log.head.size) {
      frontier = extendFrontier(frontier, leafHashesOf(log, anchor.head.size, frontier.size));
    }
    misplaced.get(anchor)?.push(...problemsOf(log, anchor, rootOf(frontier)));
  }
  const placed = sorted.filter((anchor) => misplaced.get(anchor)?.length === 0);
  const stamped = placed.filter((anchor): anchor is StampedAnchor => anchor.stamp !== undefined);
  const judged = stamped.map((anchor) => ({ anchor, verdict: roots && verifyTimestamp(anchor.stamp, roots) }));
  return {
    misplaced: [...misplaced.values()].flat(),
    placed,
    refuted: judged.flatMap(({ anchor, verdict }) =>
      verdict?.kind === 'refuted' ? [problem('time-stamp', `${anchor.name}.tsr is not believed: ${verdict.because}`)] : [],
    ),
    times: judged.flatMap(({ anchor, verdict }) =>
      verdict?.kind === 'refuted'
        ? []
        : [
            {
              size: anchor.head.size,
              at: instantOf(anchor.stamp.atMs),
              coversSeal: anchor.head.size >= log.head.size,
              authority: verdict?.authority,
              ...(anchor.meta && { through: anchor.meta.head.origin }),
            },
          ],
    ),
  };
}

function problemsOf(log: BundledLog, anchor: BroughtAnchor, rootAtSize: Uint8Array): readonly Problem[] {
  const { meta, name, note, stamp } = anchor;
  const problems: Problem[] = [];
  if (stamp !== undefined && !stamp.digest.equals(digestOf('sha256', signedOutside(anchor)))) {
    problems.push(
      problem('time-stamp', `${name}.tsr is a time stamp over something else than ${name}.${meta === undefined ? 'checkpoint' : 'meta'}`),
    );
  }
  const broken = meta && metaProblem(meta, note);
  if (broken !== undefined) problems.push(problem('time-stamp', `${name}.meta ${broken}`));
  if (logOf(anchor.head.origin) !== logOf(log.head.origin)) {
    problems.push(problem('time-stamp', `${name}.checkpoint is of ${anchor.head.origin}, the bundle is of ${log.head.origin}`));
  } else if (anchor.head.size <= log.head.size ? !sameHash(anchor.head.root, rootAtSize) : !goesOn(log, anchor)) {
    problems.push(problem('time-stamp', strangerOf(log, anchor)));
  }
  return problems;
}

function goesOn({ head }: BundledLog, { consistency, head: later }: BroughtAnchor): boolean {
  return consistency !== undefined && verifyConsistency({ older: head, newer: later }, consistency);
}

function strangerOf(log: BundledLog, { consistency, head, name }: BroughtAnchor): string {
  if (head.size <= log.head.size)
    return `${name}.checkpoint is not over the first ${head.size} records of this ledger: one of the two was rewritten`;
  return consistency === undefined
    ? `${name}.checkpoint is over more records than the bundle, and no proof ties the two: ${name}.consistency is missing`
    : `${name}.consistency does not lead from the bundle's checkpoint to ${name}.checkpoint`;
}
