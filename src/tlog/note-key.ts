import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { decodeBase64 } from './base64.ts';

const ED25519 = 0x01;
const KEY_BYTES = 32;
const KEY_ID_BYTES = 4;

/** Someone who signs notes under a name (C2SP signed-note). */
export interface NoteSigner {
  readonly name: string;
  /** First four bytes of `SHA-256(name || 0x0A || 0x01 || public key)`. */
  readonly keyId: Buffer;
  /** The key as text that a verifier is given: `name+hex(keyId)+base64(0x01 || public key)`. */
  readonly vkey: string;
  sign(text: string): Buffer;
}

export interface NoteVerifier {
  readonly name: string;
  readonly keyId: Buffer;
  verify(text: string, signature: Uint8Array): boolean;
}

/** A signer from an Ed25519 private key. Throws a TypeError for another kind of key or a name that a note cannot carry. */
export function noteSigner(name: string, privateKey: KeyObject): NoteSigner {
  if (privateKey.type !== 'private' || privateKey.asymmetricKeyType !== 'ed25519') {
    throw new TypeError('notes are signed with an Ed25519 private key');
  }
  if (!isKeyName(name)) throw new TypeError('the name of a note key is not empty and holds no space and no plus');
  const publicKey = rawPublicKey(createPublicKey(privateKey));
  const keyId = keyIdOf(name, publicKey);
  return {
    name,
    keyId,
    vkey: `${name}+${keyId.toString('hex')}+${Buffer.concat([Uint8Array.of(ED25519), publicKey]).toString('base64')}`,
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), privateKey),
  };
}

/** The verifier that a vkey describes; undefined when it is malformed, of another kind, or its id is not its key's. */
export function parseVkey(vkey: string): NoteVerifier | undefined {
  const [name, id, key, ...rest] = splitVkey(vkey);
  if (name === undefined || id === undefined || key === undefined || rest.length > 0) return undefined;
  const bytes = decodeBase64(key);
  if (!isKeyName(name) || bytes?.length !== 1 + KEY_BYTES || bytes[0] !== ED25519) return undefined;
  const publicKey = bytes.subarray(1);
  const keyId = keyIdOf(name, publicKey);
  if (id !== keyId.toString('hex')) return undefined;
  const key25519 = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') }, format: 'jwk' });
  return { name, keyId, verify: (text, signature) => verify(null, Buffer.from(text, 'utf8'), key25519, signature) };
}

/** The key in a vkey without its name and id, so that one key is recognised under several names: Base64 of 0x01 and the public key. */
export function publicKeyOf(vkey: string): string | undefined {
  return splitVkey(vkey)[2];
}

/** Base64 may itself hold a plus: only the first two separate. */
function splitVkey(vkey: string): string[] {
  const match = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/s.exec(vkey);
  return match === null ? [] : match.slice(1);
}

/** C2SP signed-note: not empty, no Unicode space, no plus, and nothing below U+0020. */
export function isKeyName(name: string): boolean {
  return /^[^\s+\p{Cc}]+$/u.test(name);
}

function keyIdOf(name: string, publicKey: Uint8Array): Buffer {
  return createHash('sha256')
    .update(`${name}\n`, 'utf8')
    .update(Uint8Array.of(ED25519))
    .update(publicKey)
    .digest()
    .subarray(0, KEY_ID_BYTES);
}

function rawPublicKey(key: KeyObject): Buffer {
  const { x } = key.export({ format: 'jwk' });
  if (x === undefined) throw new TypeError('the public key has no Ed25519 coordinate');
  return Buffer.from(x, 'base64url');
}
