import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { type Instant, instantOf, refuse } from '../kernel/index.ts';

/** What is known of a certificate without asking anybody. */
export interface CertificateFacts {
  /** SHA-256 over its DER form in base64url: `x5t#S256` (RFC 7515 §4.1.8). */
  readonly thumbprint: string;
  readonly notAfter: Instant;
}

/** Entra takes RSA keys alone for client assertions, and shorter ones are broken. In bits. */
const MIN_KEY_BITS = 2048;

/**
 * Reads a certificate with its private key, both in PEM. Throws DomainError `invalid-request` for what is no certificate or key, a
 * pair that does not belong together, a key that Entra would not take, and a certificate that has ended. No message repeats the key.
 */
export function readCertificate(pem: string, privateKey: string, at: Instant): CertificateFacts {
  const certificate = parsed('certificate', () => new X509Certificate(pem));
  const key = parsed('privateKey', () => createPrivateKey(privateKey));
  if (!certificate.checkPrivateKey(key)) {
    refuse('invalid-request', { detail: 'The private key is not that of the certificate.', next: 'Export both from the same place.' });
  }
  if (!isStrong(key)) refuse('invalid-request', { detail: `The key must be RSA of ${MIN_KEY_BITS} bits or more.` });
  const notAfter = instantOf(Date.parse(certificate.validTo));
  if (notAfter <= at) refuse('invalid-request', { detail: `The certificate ended at ${notAfter}.`, next: 'Make a new one.' });
  return { thumbprint: thumbprintOf(certificate), notAfter };
}

export function thumbprintOf(certificate: X509Certificate): string {
  return createHash('sha256').update(certificate.raw).digest('base64url');
}

function isStrong({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_KEY_BITS;
}

function parsed<Value>(name: string, parse: () => Value): Value {
  try {
    return parse();
  } catch {
    return refuse('invalid-request', {
      detail: `"${name}" is not what it should be.`,
      next: 'Both are texts in PEM, without a passphrase.',
    });
  }
}
