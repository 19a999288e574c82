import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { planInclusion } from '../tlog/index.ts';
import { type CollectedCheckpoint, type MetaAnchor, readCollected, readCoveringAnchors, readDailyCollected } from './meta-log-store.ts';
import { readProof } from './read-proof.ts';

/** That a checkpoint is in the meta-log, and who outside signed the meta-log since: all that it takes to check that offline. */
export interface MetaProof extends CollectedCheckpoint, Pick<MetaAnchor, 'id' | 'token'> {
  /** The meta-log's checkpoint that was signed, and the hashes that lead to its root. */
  readonly metaNote: string;
  readonly hashes: readonly Uint8Array[];
}

/** The proofs of an anchor of the kind `meta`, one for each of the first who signed the meta-log since; empty while nobody has, and for other anchors. */
export async function proveCollected(q: Queryable, workspaceId: WorkspaceId, anchorId: string): Promise<readonly MetaProof[]> {
  const collected = await readCollected(q, workspaceId, anchorId);
  if (collected === undefined) return [];
  const { index, metaLog } = collected;
  const proofs: MetaProof[] = [];
  for (const { id, note, size, token } of await readCoveringAnchors(q, metaLog, index)) {
    proofs.push({ ...collected, id, token, metaNote: note, hashes: await readProof(q, metaLog, planInclusion(index, size)) });
  }
  return proofs;
}

/** Of the last checkpoint of each day since an instant, oldest first. */
export async function proveDailyCollected(q: Queryable, workspaceId: WorkspaceId, from: Instant): Promise<readonly MetaProof[]> {
  const proofs: MetaProof[] = [];
  for (const { id } of await readDailyCollected(q, workspaceId, from)) proofs.push(...(await proveCollected(q, workspaceId, id)));
  return proofs;
}
