import { digesting, digestOf } from '../kernel/index.ts';

/** Length of a SHA-256 hash, and so of every node of the tree. */
export const HASH_BYTES = 32;

const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;

/** Where input is put together, so that it can be hashed at one go: half the time of hashing it in parts. Long input is not. */
const input = Buffer.alloc(8_192);

/** The root of a tree without leaves: the hash of nothing (RFC 6962 §2.1). */
export const EMPTY_ROOT: Uint8Array = digestOf('sha256', new Uint8Array());

/** The hash of an entry: `SHA-256(0x00 || entry)` (RFC 6962 §2.1). */
export function leafHash(entry: Uint8Array): Buffer {
  input[0] = LEAF_PREFIX;
  if (entry.length >= input.length) return longLeafHash(entry);
  input.set(entry, 1);
  return digestOf('sha256', input.subarray(0, 1 + entry.length));
}

function longLeafHash(entry: Uint8Array): Buffer {
  const state = digesting('sha256');
  state.update(input.subarray(0, 1));
  state.update(entry);
  return state.end();
}

/** The hash over two subtrees: `SHA-256(0x01 || left || right)`. The prefix keeps a node from ever passing as a leaf. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  input[0] = NODE_PREFIX;
  input.set(left, 1);
  input.set(right, 1 + left.length);
  return digestOf('sha256', input.subarray(0, 1 + left.length + right.length));
}

export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
