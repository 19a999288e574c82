import { createSign, type KeyObject, randomBytes } from 'node:crypto';
import type { Instant } from '../../kernel/index.ts';

/** A certificate (RFC 5280 §4.1) of that key, issued by itself: all that a SAML provider's certificate says is its key and its end. As DER. */
export function selfSignedCertificate(subject: {
  readonly commonName: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly validFrom: Instant;
  readonly expiresAt: Instant;
}): Buffer {
  const { commonName, expiresAt, privateKey, publicKey, validFrom } = subject;
  const name = sequence(der(0x31, sequence(OID_COMMON_NAME, der(0x0c, Buffer.from(commonName, 'utf8')))));
  const version3 = der(0xa0, integer(Buffer.of(2)));
  const validity = sequence(time(validFrom), time(expiresAt));
  const key = publicKey.export({ type: 'spki', format: 'der' });
  const serial = integer(Buffer.concat([Buffer.of(0x01), randomBytes(15)]));
  const toBeSigned = sequence(version3, serial, SHA256_WITH_RSA, name, validity, name, key);
  const signature = createSign('RSA-SHA256').update(toBeSigned).sign(privateKey);
  return sequence(toBeSigned, SHA256_WITH_RSA, der(0x03, Buffer.of(0), signature));
}

/** A value of the Distinguished Encoding Rules (X.690): tag, length, content. */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
  const length = Buffer.from(body.length.toString(16).padStart(4, '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 + length.length), length, body]);
}

function sequence(...content: readonly Buffer[]): Buffer {
  return der(0x30, ...content);
}

function integer(positive: Buffer): Buffer {
  return der(0x02, positive);
}

/** RFC 5280 §4.1.2.5: two digits of the year until 2049. */
function time(at: Instant): Buffer {
  const digits = at.slice(0, 19).replaceAll(/\D/g, '');
  return at < '2050' ? der(0x17, Buffer.from(`${digits.slice(2)}Z`)) : der(0x18, Buffer.from(`${digits}Z`));
}

const OID_COMMON_NAME = der(0x06, Buffer.of(0x55, 0x04, 0x03));
const SHA256_WITH_RSA = sequence(der(0x06, Buffer.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b)), der(0x05));
