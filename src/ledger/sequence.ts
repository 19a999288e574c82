import { extendFrontier, type Frontier, HASH_BYTES, TILE_HEIGHT, TILE_WIDTH } from '../tlog/index.ts';

/** Hashes that are added at the end of a tile's bottom row. */
export interface TileGrowth {
  readonly level: number;
  readonly n: number;
  readonly hashes: Buffer;
}

export interface Sequenced {
  readonly frontier: Frontier;
  readonly tiles: readonly TileGrowth[];
}

/** Adds leaves to a tree: their hashes, 32 bytes each, in the order given. */
export function sequence(frontier: Frontier, leafHashes: Buffer): Sequenced {
  const rows = new Map<string, { level: number; n: number; hashes: Uint8Array[] }>();
  const next = extendFrontier(frontier, eachHash(leafHashes), ({ level, index }, hash) => {
    if (level % TILE_HEIGHT !== 0) return;
    const tile = { level: level / TILE_HEIGHT, n: Math.floor(index / TILE_WIDTH) };
    const key = `${tile.level}/${tile.n}`;
    const row = rows.get(key);
    if (row === undefined) rows.set(key, { ...tile, hashes: [hash] });
    else row.hashes.push(hash);
  });
  return { frontier: next, tiles: [...rows.values()].map((row) => ({ ...row, hashes: Buffer.concat(row.hashes) })) };
}

function* eachHash(hashes: Buffer): Generator<Buffer> {
  for (let at = 0; at < hashes.length; at += HASH_BYTES) yield hashes.subarray(at, at + HASH_BYTES);
}
