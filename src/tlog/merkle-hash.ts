import { createHash } from 'node:crypto';

/** Length of a SHA-256 hash, and so of every node of the tree. */
export const HASH_BYTES = 32;

const LEAF_PREFIX = Uint8Array.of(0x00);
const NODE_PREFIX = Uint8Array.of(0x01);

/** The root of a tree without leaves: the hash of nothing (RFC 6962 §2.1). */
export const EMPTY_ROOT: Uint8Array = createHash('sha256').digest();

/** The hash of an entry: `SHA-256(0x00 || entry)` (RFC 6962 §2.1). */
export function leafHash(entry: Uint8Array): Buffer {
  return createHash('sha256').update(LEAF_PREFIX).update(entry).digest();
}

/** The hash over two subtrees: `SHA-256(0x01 || left || right)`. The prefix keeps a node from ever passing as a leaf. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(NODE_PREFIX).update(left).update(right).digest();
}

export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
