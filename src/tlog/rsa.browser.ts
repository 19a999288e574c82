import { pow } from '@noble/curves/abstract/modular.js';
import { type DigestName, digestOf } from '../kernel/index.ts';

/** An RSA public key (RFC 8017 §3.1) with the length of its modulus. */
export interface RsaKey {
  readonly modulus: bigint;
  readonly exponent: bigint;
  readonly bits: number;
}

export interface SignedDigest {
  readonly name: DigestName;
  readonly digest: Buffer;
  readonly signature: Uint8Array;
}

/** Larger ones are an attack on whoever computes with them; OpenSSL's own limits. */
const MAX_MODULUS_BITS = 16_384;
const MAX_EXPONENT = 2n ** 64n;

/** What stands before each digest in a DigestInfo (RFC 8017 §9.2, note 1); of SHA-1 there is none, since nothing signed over it is believed. */
const digestInfos: Readonly<Partial<Record<DigestName, string>>> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};

/** RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.2): the one message that could have been signed is made, and compared. */
export function isPaddedWithPkcs1(key: RsaKey, { digest, name, signature }: SignedDigest): boolean {
  const info = digestInfos[name];
  const length = Math.ceil(key.bits / 8);
  const encoded = opened(key, signature, length);
  if (info === undefined || encoded === undefined) return false;
  const payload = Buffer.concat([Buffer.from(info, 'hex'), digest]);
  const padding = length - payload.length - 3;
  if (padding < 8) return false;
  return encoded.equals(Buffer.concat([Buffer.from([0, 1]), new Uint8Array(padding).fill(0xff), Buffer.from([0]), payload]));
}

/** RSASSA-PSS (RFC 8017 §8.1.2, §9.1.2), with a salt of whatever length it turns out to have. */
export function isPaddedWithPss(key: RsaKey, { digest, name, signature }: SignedDigest): boolean {
  const length = Math.ceil((key.bits - 1) / 8);
  const encoded = signature.length === Math.ceil(key.bits / 8) ? opened(key, signature, length) : undefined;
  const maskedLength = length - digest.length - 1;
  if (encoded === undefined || maskedLength < 1 || encoded.at(-1) !== 0xbc) return false;
  const masked = encoded.subarray(0, maskedLength);
  const hash = encoded.subarray(maskedLength, -1);
  const spareBits = 8 * length - (key.bits - 1);
  if ((masked[0] ?? 0) >> (8 - spareBits) !== 0) return false;
  const mask = maskFrom(hash, maskedLength, name);
  const block = Buffer.from(masked.map((byte, at) => byte ^ (mask[at] ?? 0)));
  block[0] = (block[0] ?? 0) & (0xff >> spareBits);
  const end = block.findIndex((byte) => byte !== 0);
  if (end < 0 || block[end] !== 1) return false;
  return digestOf(name, Buffer.concat([new Uint8Array(8), digest, block.subarray(end + 1)])).equals(hash);
}

/** RSAVP1 (RFC 8017 §5.2.2), as so many octets; undefined for what is no signature under that key. */
function opened({ bits, exponent, modulus }: RsaKey, signature: Uint8Array, length: number): Buffer | undefined {
  if (signature.length !== Math.ceil(bits / 8) || bits > MAX_MODULUS_BITS || exponent > MAX_EXPONENT || exponent % 2n === 0n)
    return undefined;
  const number = BigInt(`0x${Buffer.from(signature).toString('hex')}`);
  if (number >= modulus) return undefined;
  const hex = pow(number, exponent, modulus).toString(16);
  return hex.length > 2 * length ? undefined : Buffer.from(hex.padStart(2 * length, '0'), 'hex');
}

/** MGF1 (RFC 8017 §B.2.1). */
function maskFrom(seed: Uint8Array, length: number, name: DigestName): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let made = 0, counter = 0; made < length; counter += 1) {
    const part = digestOf(name, Buffer.concat([seed, Buffer.from([0, 0, counter >> 8, counter & 0xff])]));
    parts.push(part);
    made += part.length;
  }
  return Buffer.concat(parts).subarray(0, length);
}
