import type { LedgerRecordId } from '../kernel/index.ts';
import { extendFrontier, type Frontier, TILE_HEIGHT, TILE_WIDTH } from '../tlog/index.ts';

export interface SequencedLeaf {
  readonly index: number;
  readonly recordId: LedgerRecordId;
  readonly hash: Buffer;
}

/** Hashes that are added at the end of a tile's bottom row. */
export interface TileGrowth {
  readonly level: number;
  readonly n: number;
  readonly hashes: Buffer;
}

export interface Sequenced {
  readonly frontier: Frontier;
  readonly leaves: readonly SequencedLeaf[];
  readonly tiles: readonly TileGrowth[];
}

/** Adds records to a tree, in the order given. */
export function sequence(frontier: Frontier, records: readonly { readonly id: LedgerRecordId; readonly leafHash: Buffer }[]): Sequenced {
  const leaves = records.map(({ id, leafHash }, at) => ({ index: frontier.size + at, recordId: id, hash: leafHash }));
  const rows = new Map<string, { level: number; n: number; hashes: Uint8Array[] }>();
  const next = extendFrontier(
    frontier,
    leaves.map(({ hash }) => hash),
    ({ level, index }, hash) => {
      if (level % TILE_HEIGHT !== 0) return;
      const tile = { level: level / TILE_HEIGHT, n: Math.floor(index / TILE_WIDTH) };
      const key = `${tile.level}/${tile.n}`;
      const row = rows.get(key);
      if (row === undefined) rows.set(key, { ...tile, hashes: [hash] });
      else row.hashes.push(hash);
    },
  );
  return { frontier: next, leaves, tiles: [...rows.values()].map((row) => ({ ...row, hashes: Buffer.concat(row.hashes) })) };
}
