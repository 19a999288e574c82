import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { nodeInTile, type ProofPlan, proofOf, type TileAddress, tileOf } from '../tlog/index.ts';
import { readTiles } from './ledger-read-model.ts';

/** The hashes of a planned proof, from the few tiles that it touches, in one query. Throws a RangeError when the stored tree is too short. */
export async function readProof(q: Queryable, workspaceId: WorkspaceId, plan: ProofPlan): Promise<readonly Uint8Array[]> {
  const wanted = new Map(plan.flat().map((node) => [keyOf(tileOf(node)), tileOf(node)]));
  const tiles = new Map((await readTiles(q, workspaceId, [...wanted.values()])).map((tile) => [keyOf(tile), tile.hashes]));
  return proofOf(plan, (node) => nodeInTile(tiles.get(keyOf(tileOf(node))) ?? new Uint8Array(), node));
}

function keyOf({ level, n }: TileAddress): string {
  return `${level}/${n}`;
}
