import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { nodesOfTile, type ProofPlan, proofOf, type TileAddress, tileOf } from '../tlog/index.ts';
import { readTiles } from './ledger-read-model.ts';

/** The hashes of a planned proof, from the few tiles that it touches, in one query. Throws a RangeError when the stored tree is too short. */
export async function readProof(q: Queryable, workspaceId: WorkspaceId, plan: ProofPlan): Promise<readonly Uint8Array[]> {
  const wanted = new Map(plan.flat().map((node) => [keyOf(tileOf(node)), tileOf(node)]));
  const found = await readTiles(q, workspaceId, [...wanted.values()]);
  const tiles = new Map(found.map((tile) => [keyOf(tile), nodesOfTile(tile.hashes)]));
  return proofOf(plan, (node) => (tiles.get(keyOf(tileOf(node))) ?? missingTile)(node));
}

const missingTile = nodesOfTile(new Uint8Array());

function keyOf({ level, n }: TileAddress): string {
  return `${level}/${n}`;
}
