import { HASH_BYTES, nodeHash } from './merkle-hash.ts';
import type { PerfectNode, ReadNode } from './perfect-node.ts';

/** Levels of the tree that one tile spans, and the hashes in its bottom row (C2SP tlog-tiles). */
export const TILE_HEIGHT = 8;
export const TILE_WIDTH = 256;

/** Where a tile stands: its bottom row holds the perfect nodes of level `8 * level` from `n * 256` on. */
export interface TileAddress {
  readonly level: number;
  readonly n: number;
}

/** The tile in which a perfect node is found or can be computed. */
export function tileOf(node: PerfectNode): TileAddress {
  const level = Math.floor(node.level / TILE_HEIGHT);
  return { level, n: Math.floor(firstInRow(node, level) / TILE_WIDTH) };
}

/**
 * Reads perfect nodes out of a tile's bottom row, each of whose hashes is made once however often it is needed: proofs share most of them.
 * Reading throws a RangeError when the tile is too short for the node.
 */
export function nodesOfTile(row: Uint8Array): ReadNode {
  /** By place in a binary heap: the root is 1, the children of `at` are `2 * at` and `2 * at + 1`. */
  const made: (Uint8Array | undefined)[] = [];
  const read = (at: number, start: number, width: number): Uint8Array => {
    if ((start + width) * HASH_BYTES > row.length) throw new RangeError(`the tile ends before hash ${start + width - 1}`);
    if (width === 1) return row.subarray(start * HASH_BYTES, (start + 1) * HASH_BYTES);
    const half = width / 2;
    return (made[at] ??= nodeHash(read(2 * at, start, half), read(2 * at + 1, start + half, half)));
  };
  return (node) => {
    const width = 2 ** (node.level % TILE_HEIGHT);
    const start = firstInRow(node, Math.floor(node.level / TILE_HEIGHT)) % TILE_WIDTH;
    return read((TILE_WIDTH + start) / width, start, width);
  };
}

function firstInRow(node: PerfectNode, tileLevel: number): number {
  return node.index * 2 ** (node.level - TILE_HEIGHT * tileLevel);
}
