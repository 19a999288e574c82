import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { BeyondPlatform, type DigestName, digestOf } from '../kernel/index.ts';
import { childrenOf, type DerElement, derTags, expectTag, oidOf, readDer, sequenceOf } from './der.ts';
import { isPaddedWithPkcs1, isPaddedWithPss, type RsaKey } from './rsa.browser.ts';

/** As public-key.ts has it, where no call of the platform's answers at once. */
export type PublicKey =
  | { readonly type: 'ed25519'; readonly bytes: Uint8Array }
  | { readonly type: 'ec'; readonly curve: (typeof curves)[string]; readonly point: Uint8Array }
  | ({ readonly type: 'rsa' | 'rsa-pss' } & RsaKey)
  | { readonly type: 'other' };

export interface SignedBytes {
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
}

const ED25519_SIGNATURE_BYTES = 64;

const curves: Readonly<Record<string, typeof p256>> = {
  '2a8648ce3d030107': p256,
  '2b81040022': p384,
  '2b81040023': p521,
};

const algorithms = { ec: '2a8648ce3d0201', ed25519: '2b6570', rsa: '2a864886f70d010101', rsaPss: '2a864886f70d01010a' };

export function ed25519Key(bytes: Buffer): PublicKey {
  return { type: 'ed25519', bytes };
}

/** A SubjectPublicKeyInfo (RFC 5280 §4.1.2.7). Throws a RangeError, and BeyondPlatform for a key that Node.js could use and a browser cannot. */
export function readPublicKey(info: DerElement): PublicKey {
  const [algorithm, key] = sequenceOf(info);
  const [id, parameters] = sequenceOf(algorithm);
  const bits = octetsIn(key);
  switch (oidOf(id)) {
    case algorithms.ed25519:
      return { type: 'ed25519', bytes: bits };
    case algorithms.ec:
      return readEcKey(curveOf(parameters), bits);
    case algorithms.rsa:
      return { type: 'rsa', ...readRsaKey(bits) };
    case algorithms.rsaPss:
      if (parameters !== undefined) throw beyond('an RSA key that is for some signatures only');
      return { type: 'rsa-pss', ...readRsaKey(bits) };
    default:
      return { type: 'other' };
  }
}

function curveOf(parameters: DerElement | undefined): typeof p256 {
  const curve = curves[oidOf(parameters)];
  if (curve === undefined) throw beyond('a key on another curve than P-256, P-384 and P-521');
  return curve;
}

/** Throws an Error for a point that is not on the curve. */
function readEcKey(curve: typeof p256, point: Uint8Array): PublicKey {
  curve.Point.fromBytes(point);
  return { type: 'ec', curve, point };
}

/** A BIT STRING of whole octets. Throws a RangeError for any other. */
export function octetsIn(element: DerElement | undefined): Buffer {
  const { content } = expectTag(element, derTags.bitString);
  if (content[0] !== 0) throw new RangeError('a string of bits does not end with an octet');
  return content.subarray(1);
}

function readRsaKey(bits: Buffer): RsaKey {
  const [modulus, exponent] = childrenOf(expectTag(readDer(bits), derTags.sequence)).map(numberIn);
  if (modulus === undefined || exponent === undefined) throw new RangeError('the RSA key has no modulus or no exponent');
  return { modulus, exponent, bits: modulus.toString(2).length };
}

function numberIn(element: DerElement): bigint {
  return BigInt(`0x${expectTag(element, derTags.integer).content.toString('hex')}`);
}

function beyond(what: string): BeyondPlatform {
  return new BeyondPlatform(`${what} is in it, which no browser computes with: rollcall verify and verify.mjs do`);
}

export function keyTypeOf(key: PublicKey): string | undefined {
  return key.type;
}

export function modulusBitsOf(key: PublicKey): number | undefined {
  return key.type === 'rsa' || key.type === 'rsa-pss' ? key.bits : undefined;
}

/** RFC 8032 §5.1.7; a key of small order, which signs everything, is refused. */
export function isSignedWithEd25519(key: PublicKey, { data, signature }: SignedBytes): boolean {
  if (key.type !== 'ed25519' || signature.length !== ED25519_SIGNATURE_BYTES) return false;
  return ed25519.verify(signature, data, key.bytes, { zip215: false });
}

export function isSignedOverDigest(key: PublicKey, name: DigestName, { data, signature }: SignedBytes): boolean {
  const digest = digestOf(name, data);
  if (key.type === 'rsa') return isPaddedWithPkcs1(key, { name, digest, signature });
  return key.type === 'ec' && isSignedOnCurve(key, digest, signature);
}

export function isSignedWithPss(key: PublicKey, name: DigestName, { data, signature }: SignedBytes): boolean {
  if (key.type !== 'rsa' && key.type !== 'rsa-pss') return false;
  return isPaddedWithPss(key, { name, digest: digestOf(name, data), signature });
}

/** The library throws for what is not the DER of a signature, which is none. */
function isSignedOnCurve({ curve, point }: Extract<PublicKey, { type: 'ec' }>, digest: Uint8Array, signature: Uint8Array): boolean {
  try {
    return curve.verify(signature, digest, point, { prehash: false, lowS: false, format: 'der' });
  } catch {
    return false;
  }
}
