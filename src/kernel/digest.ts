import { createHash, hash } from 'node:crypto';

/** SHA-1 names things that others named by it; nothing is believed because of it. */
export type DigestName = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** A digest over bytes that come in pieces. */
export interface Digesting {
  update(bytes: Uint8Array): void;
  /** Once, at the end. */
  end(): Buffer;
}

/** The digest of bytes that are there whole: at one go, which takes half the time of going by pieces. A text counts as its UTF-8. */
export function digestOf(name: DigestName, bytes: Uint8Array | string): Buffer {
  return hash(name, bytes, 'buffer');
}

export function digesting(name: DigestName): Digesting {
  const state = createHash(name);
  return { update: (bytes) => void state.update(bytes), end: () => state.digest() };
}
