import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { planConsistency, planRoot, verifyConsistency } from '../tlog/index.ts';
import type { Checkpoint } from './ledger-read-model.ts';
import { readProof } from './read-proof.ts';

/** The proof that an earlier tree is the beginning of a later one. */
export interface ConsistencyProof {
  readonly from: { readonly size: number; readonly root: Uint8Array };
  readonly to: { readonly size: number; readonly root: Uint8Array };
  /** As RFC 6962 §2.1.2 orders them; empty when the two are the same tree. */
  readonly hashes: readonly Uint8Array[];
}

/**
 * Proves that the tree of the first `from` records is the beginning of the tree of the first `to`, which the checkpoint covers: what an auditor
 * holds against the checkpoint that they kept. Throws an Error when the stored tree does not lead to the signed root: it was tampered with.
 */
export async function proveConsistency(
  q: Queryable,
  workspaceId: WorkspaceId,
  { checkpoint, from, to }: { readonly from: number; readonly to: number; readonly checkpoint: Checkpoint },
): Promise<ConsistencyProof> {
  const plans = [planRoot(from), planRoot(to), planConsistency(from, to), planConsistency(to, checkpoint.size)];
  const hashes = await readProof(q, workspaceId, plans.flat());
  const [older, newer, proof, upToSigned] = split(hashes, plans);
  const [fromHead, toHead] = [headOf(from, older), headOf(to, newer)];
  const claims = [
    verifyConsistency({ older: fromHead, newer: toHead }, proof ?? []),
    verifyConsistency({ older: toHead, newer: checkpoint }, upToSigned ?? []),
  ];
  if (claims.includes(false)) throw new Error('the tree in the database does not lead to the signed checkpoint');
  return { from: fromHead, to: toHead, hashes: proof ?? [] };
}

/** The hashes of several plans that were read together, apart again. */
function split(hashes: readonly Uint8Array[], plans: readonly { readonly length: number }[]): readonly (readonly Uint8Array[])[] {
  let at = 0;
  return plans.map(({ length }) => hashes.slice(at, (at += length)));
}

function headOf(size: number, hashes: readonly Uint8Array[] | undefined): { readonly size: number; readonly root: Uint8Array } {
  const root = hashes?.[0];
  if (root === undefined) throw new Error('the tree in the database has no root');
  return { size, root };
}
