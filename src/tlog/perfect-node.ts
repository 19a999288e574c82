import { nodeHash } from './merkle-hash.ts';

/** The root of a perfect subtree: it stands over the leaves `index * 2^level` up to, not including, `(index + 1) * 2^level`. */
export interface PerfectNode {
  readonly level: number;
  readonly index: number;
}

/** How a proof gets at the hash of a perfect node. */
export type ReadNode = (node: PerfectNode) => Uint8Array;

/** The perfect nodes that together stand over the leaves `start` up to, not including, `end`, left to right. */
export function perfectNodes(start: number, end: number): readonly PerfectNode[] {
  const nodes: PerfectNode[] = [];
  let at = start;
  while (at < end) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= end) level += 1;
    nodes.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return nodes;
}

/** Reads perfect nodes out of leaf hashes held in memory, 32 bytes each, by hashing upwards. */
export function nodesOverLeaves(leafHashes: readonly Uint8Array[]): ReadNode {
  const read: ReadNode = ({ level, index }) => {
    if (level === 0) return leafHashes[index] ?? missing(index);
    return nodeHash(read({ level: level - 1, index: 2 * index }), read({ level: level - 1, index: 2 * index + 1 }));
  };
  return read;
}

function missing(index: number): never {
  throw new RangeError(`there is no leaf ${index}`);
}
