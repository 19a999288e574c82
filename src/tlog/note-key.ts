import { digestOf } from '../kernel/index.ts';
import { decodeBase64 } from './base64.ts';
import { ed25519Key, isSignedWithEd25519 } from './public-key.ts';

/** Signature types of C2SP signed-note: what a key signs, in its vkey and its id. */
export const ED25519 = 0x01;
export const ED25519_COSIGNATURE = 0x04;

const KEY_BYTES = 32;
const KEY_ID_BYTES = 4;

export interface NoteVerifier {
  readonly name: string;
  readonly keyId: Buffer;
  verify(text: string, signature: Uint8Array): boolean;
}

/** The verifier that a vkey describes; undefined when it is malformed, of another kind, or its id is not its key's. */
export function parseVkey(vkey: string): NoteVerifier | undefined {
  return parseTypedVkey(vkey, ED25519);
}

/** As `parseVkey`, for an Ed25519 key of the given signature type: whose `verify` is over the bytes of that type's own message. */
export function parseTypedVkey(vkey: string, type: number): NoteVerifier | undefined {
  const [name, id, key] = splitVkey(vkey);
  if (name === undefined || id === undefined || key === undefined) return undefined;
  const bytes = decodeBase64(key);
  if (!isKeyName(name) || bytes?.length !== 1 + KEY_BYTES || bytes[0] !== type) return undefined;
  const publicKey = bytes.subarray(1);
  const keyId = keyIdOf(name, type, publicKey);
  if (id !== keyId.toString('hex')) return undefined;
  const key25519 = ed25519Key(publicKey);
  return { name, keyId, verify: (text, signature) => isSignedWithEd25519(key25519, { data: Buffer.from(text, 'utf8'), signature }) };
}

/** The key in a vkey without its name and id, so that one key is recognised under several names: Base64 of its type and the public key. */
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

/** First four bytes of `SHA-256(name || 0x0A || type || public key)`. */
export function keyIdOf(name: string, type: number, publicKey: Uint8Array): Buffer {
  const input = Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), Uint8Array.of(type), publicKey]);
  return digestOf('sha256', input).subarray(0, KEY_ID_BYTES);
}
