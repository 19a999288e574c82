import { type KeyObject, randomBytes, sign } from 'node:crypto';
import type { Instant } from '../../src/kernel/index.ts';
import { freshRsaKeys } from './fresh-keys.ts';

export interface SelfSigned {
  /** Both in PEM. */
  readonly certificate: string;
  readonly privateKey: string;
}

/** A certificate of its own key (RFC 5280 §4.1), made anew each time, so that no private key lies in the repository. */
export function selfSignedCertificate(valid: { readonly from: Instant; readonly to: Instant }, bits = 2048): SelfSigned {
  const { publicKey, privateKey } = freshRsaKeys(bits);
  const certificate = der(0x30, [toBeSigned(publicKey, valid), algorithm, bitString(signature(publicKey, privateKey, valid))]);
  return {
    certificate: pem('CERTIFICATE', certificate),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** sha256WithRSAEncryption. */
const algorithm = Buffer.from('300d06092a864886f70d01010b0500', 'hex');

/** CN=rollcall-test */
const name = der(0x30, [der(0x31, [der(0x30, [Buffer.from('0603550403', 'hex'), der(0x0c, [Buffer.from('rollcall-test')])])])]);

let serial: Buffer | undefined;

function toBeSigned(publicKey: KeyObject, { from, to }: { readonly from: Instant; readonly to: Instant }): Buffer {
  serial ??= randomBytes(8);
  const version = Buffer.from('a003020102', 'hex');
  const validity = der(0x30, [time(from), time(to)]);
  return der(0x30, [
    version,
    der(0x02, [Buffer.of(1), serial]),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  ]);
}

function signature(publicKey: KeyObject, privateKey: KeyObject, valid: { readonly from: Instant; readonly to: Instant }): Buffer {
  return sign('sha256', toBeSigned(publicKey, valid), privateKey);
}

/** GeneralizedTime. */
function time(at: Instant): Buffer {
  return der(0x18, [Buffer.from(`${at.slice(0, 19).replaceAll(/[-:T]/g, '')}Z`)]);
}

function bitString(bytes: Buffer): Buffer {
  return der(0x03, [Buffer.of(0), bytes]);
}

function der(tag: number, parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const length = body.length < 0x80 ? Buffer.of(body.length) : Buffer.of(0x82, body.length >> 8, body.length & 0xff);
  return Buffer.concat([Buffer.of(tag), length, body]);
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').replaceAll(/.{64}/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
