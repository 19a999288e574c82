import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { ED25519, isKeyName, keyIdOf } from './note-key.ts';

/** Someone who signs notes under a name (C2SP signed-note). */
export interface NoteSigner {
  readonly name: string;
  readonly keyId: Buffer;
  /** The key as text that a verifier is given: `name+hex(keyId)+base64(0x01 || public key)`. */
  readonly vkey: string;
  sign(text: string): Buffer;
}

/** A signer from an Ed25519 private key. Throws a TypeError for another kind of key or a name that a note cannot carry. */
export function noteSigner(name: string, privateKey: KeyObject): NoteSigner {
  if (privateKey.type !== 'private' || privateKey.asymmetricKeyType !== 'ed25519') {
    throw new TypeError('notes are signed with an Ed25519 private key');
  }
  if (!isKeyName(name)) throw new TypeError('the name of a note key is not empty and holds no space and no plus');
  const publicKey = rawPublicKey(createPublicKey(privateKey));
  const keyId = keyIdOf(name, ED25519, publicKey);
  return {
    name,
    keyId,
    vkey: `${name}+${keyId.toString('hex')}+${Buffer.concat([Uint8Array.of(ED25519), publicKey]).toString('base64')}`,
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), privateKey),
  };
}

function rawPublicKey(key: KeyObject): Buffer {
  const { x } = key.export({ format: 'jwk' });
  if (x === undefined) throw new TypeError('the public key has no Ed25519 coordinate');
  return Buffer.from(x, 'base64url');
}
