import { X509Certificate } from 'node:crypto';
import type { PublicKey } from './public-key.ts';

/** A certificate (RFC 5280 §4.1): `raw` is all of it in DER; `subject` and `issuer` have an attribute a line. */
export type X509 = X509Certificate;

/** Throws an Error for what is no certificate. */
export function readX509(der: Buffer): X509 {
  return new X509Certificate(der);
}

export function keyIn(certificate: X509): PublicKey {
  return certificate.publicKey;
}

/** An instant in milliseconds since 1970, both ends included. */
export function isValidAt(certificate: X509, atMs: number): boolean {
  return Date.parse(certificate.validFrom) <= atMs && atMs <= Date.parse(certificate.validTo);
}

/** Of an authority by its basic constraints, and by its key usage where it has one. */
export function isAuthority(certificate: X509): boolean {
  return certificate.ca;
}

/** Whether it says that it is of that issuer: by the name, and by the key's identifier where it has one. */
export function namesIssuer(certificate: X509, issuer: X509): boolean {
  return certificate.checkIssued(issuer);
}

export function isSignedByKey(certificate: X509, key: PublicKey): boolean {
  return certificate.verify(key);
}
