import { type Certificate, readCertificates, readTimestampAnswer, type TimestampVerdict, verifyTimestamp } from '../../src/tlog/index.ts';
import { readDer } from '../../src/tlog/der.ts';
import { readPublicKey } from '../../src/tlog/public-key.browser.ts';
import type { DigestName } from '../../src/kernel/index.ts';
import { isSignedBy } from '../../src/tlog/verify-signature.ts';

// What tests ask of tlog as the page has it; they hand in bytes of their own realm.

export function verdictOn(stamp: Uint8Array, roots: string): TimestampVerdict | 'no stamp' {
  const read = readTimestampAnswer(Buffer.from(stamp));
  return read?.kind === 'granted' ? verifyTimestamp(read, readCertificates(roots)) : 'no stamp';
}

export function subjectsOf(pem: string): readonly string[] {
  return readCertificates(pem).map(({ x509 }: Certificate) => x509.subject);
}

export interface SignedForBrowser {
  readonly keyInfo: Uint8Array;
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
  readonly oid: string;
  /** In DER. */
  readonly parameters: Uint8Array | undefined;
  readonly digest: DigestName;
}

export function isSigned({ data, digest, keyInfo, oid, parameters, signature }: SignedForBrowser): boolean {
  const algorithm = { oid, parameters: parameters && readDer(Buffer.from(parameters)) };
  const key = readPublicKey(readDer(Buffer.from(keyInfo)));
  return isSignedBy(key, { data: Buffer.from(data), signature: Buffer.from(signature), algorithm, digest });
}
