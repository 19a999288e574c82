import { type CanonicalValue, canonicalJson, digestOf } from '../kernel/index.ts';

/** One piece of data that a log entry holds only the salted digest of. */
export interface Disclosure {
  /** 16 random bytes: without them nobody can guess the value from the digest. */
  readonly salt: Uint8Array;
  readonly path: string;
  readonly value: CanonicalValue;
}

/**
 * The digest of a disclosure, made the way SD-JWT does (RFC 9901 §4.2.3): SHA-256 over the Base64url text of the JSON
 * array of salt, name and value. The array is canonical, so that the value may pass through any JSON store.
 */
export function disclosureDigest({ salt, path, value }: Disclosure): Buffer {
  const text = canonicalJson([Buffer.from(salt).toString('base64url'), path, value]);
  return digestOf('sha256', Buffer.from(text, 'utf8').toString('base64url'));
}

/** How an entry refers to a disclosure. */
export function digestReference(digest: Uint8Array): string {
  return `d:${Buffer.from(digest).toString('base64url')}`;
}
