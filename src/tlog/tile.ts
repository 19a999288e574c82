import { HASH_BYTES, nodeHash } from './merkle-hash.ts';
import type { PerfectNode } from './perfect-node.ts';

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

/** The hash of a perfect node, from the bottom row of the tile that `tileOf` names. Throws a RangeError when the tile is too short. */
export function nodeInTile(row: Uint8Array, node: PerfectNode): Uint8Array {
  const level = Math.floor(node.level / TILE_HEIGHT);
  const start = firstInRow(node, level) % TILE_WIDTH;
  return subtree(row, start, 2 ** (node.level - TILE_HEIGHT * level));
}

function firstInRow(node: PerfectNode, tileLevel: number): number {
  return node.index * 2 ** (node.level - TILE_HEIGHT * tileLevel);
}

function subtree(row: Uint8Array, start: number, width: number): Uint8Array {
  if ((start + width) * HASH_BYTES > row.length) throw new RangeError(`the tile ends before hash ${start + width - 1}`);
  if (width === 1) return row.subarray(start * HASH_BYTES, (start + 1) * HASH_BYTES);
  const half = width / 2;
  return nodeHash(subtree(row, start, half), subtree(row, start + half, half));
}
