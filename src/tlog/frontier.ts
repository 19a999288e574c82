import { EMPTY_ROOT, nodeHash } from './merkle-hash.ts';
import type { PerfectNode } from './perfect-node.ts';

/**
 * All that a growing tree has to remember: how many leaves it has, and the roots of its perfect subtrees from the
 * largest (leftmost) to the smallest, one for each 1 in the binary form of `size`.
 */
export interface Frontier {
  readonly size: number;
  readonly nodes: readonly Uint8Array[];
}

export const emptyFrontier: Frontier = { size: 0, nodes: [] };

/**
 * The frontier after further leaves. `seen` hears of every perfect node as it is completed, leaves (level 0) included:
 * that is what tiles are made of.
 */
export function extendFrontier(
  frontier: Frontier,
  leafHashes: Iterable<Uint8Array>,
  seen: (node: PerfectNode, hash: Uint8Array) => void = () => undefined,
): Frontier {
  const nodes = [...frontier.nodes];
  let size = frontier.size;
  for (const leaf of leafHashes) {
    addLeaf(nodes, size, leaf, seen);
    size += 1;
  }
  return { size, nodes };
}

// A size may pass 2^31, where JavaScript's bit operators overflow: hence division.
function addLeaf(nodes: Uint8Array[], index: number, leaf: Uint8Array, seen: (node: PerfectNode, hash: Uint8Array) => void): void {
  let node: PerfectNode = { level: 0, index };
  let hash = leaf;
  seen(node, hash);
  while (node.index % 2 === 1) {
    const left = nodes.pop();
    if (left === undefined) throw new RangeError(`a frontier of ${index} leaves lacks the node left of level ${node.level}`);
    hash = nodeHash(left, hash);
    node = { level: node.level + 1, index: (node.index - 1) / 2 };
    seen(node, hash);
  }
  nodes.push(hash);
}

/** The root of the tree (RFC 6962 §2.1). */
export function rootOf(frontier: Frontier): Uint8Array {
  return foldRight(frontier.nodes) ?? EMPTY_ROOT;
}

/** The hash over neighbouring subtrees, given left to right, each smaller than the one before it; undefined of none. */
export function foldRight(hashes: readonly Uint8Array[]): Uint8Array | undefined {
  return hashes.length === 0 ? undefined : hashes.reduceRight((right, left) => nodeHash(left, right));
}
