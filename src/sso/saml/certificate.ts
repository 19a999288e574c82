import { createHash, X509Certificate } from 'node:crypto';
import { type Instant, instantOf } from '../../kernel/index.ts';

/** A certificate that an identity provider signs with. */
export interface SigningCertificate {
  /** As the provider publishes it. */
  readonly der: Buffer;
  /** SHA-256 of it in hexadecimal: what portals call its thumbprint. */
  readonly sha256: string;
  readonly validFrom: Instant;
  readonly expiresAt: Instant;
}

/** Entra makes them with 2048 bits; fewer have not been enough for years (NIST SP 800-131A). */
const MIN_RSA_BITS = 2048;

/** A certificate with an RSA key that is long enough; undefined for anything else. Who has issued it says nothing: it is trusted because an administrator brought it. */
export function readCertificate(der: Buffer): SigningCertificate | undefined {
  const certificate = parse(der);
  if (certificate === undefined) return undefined;
  const { asymmetricKeyDetails, asymmetricKeyType } = certificate.publicKey;
  if (asymmetricKeyType !== 'rsa' || (asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS) return undefined;
  return {
    der,
    sha256: createHash('sha256').update(der).digest('hex'),
    validFrom: instantOf(Date.parse(certificate.validFrom)),
    expiresAt: instantOf(Date.parse(certificate.validTo)),
  };
}

function parse(der: Buffer): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(der);
    return certificate.raw.equals(der) ? certificate : undefined;
  } catch {
    return undefined; // bytes that are no certificate
  }
}

export function isValidAt({ expiresAt, validFrom }: SigningCertificate, at: Instant): boolean {
  return validFrom <= at && at < expiresAt;
}
