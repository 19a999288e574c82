import { foldRight } from './frontier.ts';
import { type PerfectNode, perfectNodes, type ReadNode } from './perfect-node.ts';

/**
 * What a proof consists of: for each of its hashes the perfect nodes, left to right, that it is folded from. A plan is
 * made before anything is read, so that a caller can fetch the few tiles that it touches.
 */
export type ProofPlan = readonly (readonly PerfectNode[])[];

/** The audit path of leaf `index` in the tree of `size` leaves, from the leaf's sibling upwards (RFC 6962 §2.1.1). */
export function planInclusion(index: number, size: number): ProofPlan {
  if (!(index >= 0 && index < size)) throw new RangeError(`leaf ${index} is not in a tree of ${size}`);
  const path: (readonly PerfectNode[])[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + leftSize(end - start);
    if (index < middle) {
      path.push(perfectNodes(middle, end));
      end = middle;
    } else {
      path.push(perfectNodes(start, middle));
      start = middle;
    }
  }
  return path.toReversed();
}

/** The proof that the tree of `older` leaves is the beginning of the tree of `size` leaves (RFC 6962 §2.1.2). */
export function planConsistency(older: number, size: number): ProofPlan {
  if (!(older >= 0 && older <= size)) throw new RangeError(`a tree of ${older} is not the beginning of one of ${size}`);
  if (older === 0 || older === size) return [];
  const path: (readonly PerfectNode[])[] = [];
  let [start, end] = [0, size];
  while (older !== end) {
    const middle = start + leftSize(end - start);
    if (older <= middle) {
      path.push(perfectNodes(middle, end));
      end = middle;
    } else {
      path.push(perfectNodes(start, middle));
      start = middle;
    }
  }
  // The verifier knows the older root: the subtree is named only where it is not that root itself.
  if (start > 0) path.push(perfectNodes(start, end));
  return path.toReversed();
}

/** The root of the tree of `size` leaves, as the one hash of a plan. Throws a RangeError for a tree without leaves. */
export function planRoot(size: number): ProofPlan {
  if (!(size > 0)) throw new RangeError('a tree without leaves has no nodes');
  return [perfectNodes(0, size)];
}

/** The hashes of a planned proof. */
export function proofOf(plan: ProofPlan, read: ReadNode): readonly Uint8Array[] {
  return plan.map((nodes) => {
    const hash = foldRight(nodes.map(read));
    if (hash === undefined) throw new RangeError('a proof cannot hold an empty subtree');
    return hash;
  });
}

/** The largest power of two smaller than `size` (RFC 6962 §2.1: k < n <= 2k). */
function leftSize(size: number): number {
  let left = 1;
  while (left * 2 < size) left *= 2;
  return left;
}
