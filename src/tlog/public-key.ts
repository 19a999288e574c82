import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { DigestName } from '../kernel/index.ts';

/** A key that a signature is checked with. */
export type PublicKey = KeyObject;

export interface SignedBytes {
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
}

/** The Ed25519 key of 32 bytes (RFC 8032 §5.1.5). */
export function ed25519Key(bytes: Buffer): PublicKey {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') }, format: 'jwk' });
}

/** `rsa`, `rsa-pss`, `ec`, `ed25519`, or another that nothing here is signed with. */
export function keyTypeOf(key: PublicKey): string | undefined {
  return key.asymmetricKeyType;
}

/** Length of an RSA key's modulus; undefined for another key. */
export function modulusBitsOf(key: PublicKey): number | undefined {
  return key.asymmetricKeyDetails?.modulusLength;
}

export function isSignedWithEd25519(key: PublicKey, { data, signature }: SignedBytes): boolean {
  return verify(null, data, key, signature);
}

/** RSASSA-PKCS1-v1_5 (RFC 8017 §8.2) or ECDSA (the signature in DER, RFC 3279 §2.2.3), as the key is. */
export function isSignedOverDigest(key: PublicKey, digest: DigestName, { data, signature }: SignedBytes): boolean {
  return verify(digest, data, key, signature);
}

/** RSASSA-PSS (RFC 8017 §8.1) with a salt of any length, its mask generated with the same digest. */
export function isSignedWithPss(key: PublicKey, digest: DigestName, { data, signature }: SignedBytes): boolean {
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
  return verify(digest, data, { key, ...padding }, signature);
}
