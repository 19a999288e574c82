import { nodeHash, sameHash } from './merkle-hash.ts';

export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly leafHash: Uint8Array;
}

/** Whether the proof shows that the leaf stands at the index of the tree (RFC 9162 §2.1.3.2). */
export function verifyInclusion(claim: InclusionClaim, proof: readonly Uint8Array[]): boolean {
  if (!(claim.index >= 0 && claim.index < claim.size)) return false;
  let position = claim.index;
  let last = claim.size - 1;
  let hash = claim.leafHash;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      hash = nodeHash(sibling, hash);
      [position, last] = skipMissingRightSiblings(position, last);
    } else {
      hash = nodeHash(hash, sibling);
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && sameHash(hash, claim.root);
}

/** At the right edge a node without a sibling moves up unchanged. */
function skipMissingRightSiblings(position: number, last: number): [number, number] {
  let [at, end] = [position, last];
  while (at % 2 === 0 && at !== 0) {
    at = at / 2;
    end = Math.floor(end / 2);
  }
  return [at, end];
}

export interface ConsistencyClaim {
  readonly older: { readonly size: number; readonly root: Uint8Array };
  readonly newer: { readonly size: number; readonly root: Uint8Array };
}

/** Whether the proof shows that the newer tree begins with the whole older one (RFC 9162 §2.1.4.2). */
export function verifyConsistency({ older, newer }: ConsistencyClaim, proof: readonly Uint8Array[]): boolean {
  if (!(older.size >= 0 && older.size <= newer.size)) return false;
  if (older.size === newer.size) return proof.length === 0 && sameHash(older.root, newer.root);
  if (older.size === 0) return proof.length === 0;
  let position = older.size - 1;
  let last = newer.size - 1;
  while (position % 2 === 1) {
    position = (position - 1) / 2;
    last = Math.floor(last / 2);
  }
  // A power of two is a perfect subtree: its root is the older root itself and is left out of the proof.
  const path = position === 0 ? [older.root, ...proof] : [...proof];
  const seed = path.shift();
  return seed !== undefined && climb({ position, last, seed, path }, older.root, newer.root);
}

interface Climb {
  readonly position: number;
  readonly last: number;
  readonly seed: Uint8Array;
  readonly path: readonly Uint8Array[];
}

function climb({ position, last, seed, path }: Climb, olderRoot: Uint8Array, newerRoot: Uint8Array): boolean {
  let [at, end] = [position, last];
  let [fromOlder, fromNewer] = [seed, seed];
  for (const hash of path) {
    if (end === 0) return false;
    if (at % 2 === 1 || at === end) {
      fromOlder = nodeHash(hash, fromOlder);
      fromNewer = nodeHash(hash, fromNewer);
      [at, end] = skipMissingRightSiblings(at, end);
    } else {
      fromNewer = nodeHash(fromNewer, hash);
    }
    at = Math.floor(at / 2);
    end = Math.floor(end / 2);
  }
  return end === 0 && sameHash(fromOlder, olderRoot) && sameHash(fromNewer, newerRoot);
}
