import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Seals secrets at rest. `context` says what the secret belongs to and is authenticated: a sealed value cannot be moved. */
export interface SecretBox {
  seal(plain: Uint8Array | string, context: string): Buffer;
  /** As `seal`, piece by piece, for what is too large to stand in memory twice. */
  sealLarge(plain: Uint8Array, context: string): SealedPieces;
  /** Throws when the key or the context is another one, or a byte was changed. */
  open(sealed: Uint8Array, context: string): Buffer;
}

/** What is sealed is the head, and behind it the body; the head is known once all of the body has been taken. */
export interface SealedPieces {
  readonly body: Iterable<Buffer>;
  readonly head: () => Buffer;
}

const PIECE_BYTES = 1 << 20;
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** AES-256-GCM with a random nonce; layout: version, nonce, tag, ciphertext. `key` is 32 bytes. */
export function createSecretBox(key: Uint8Array): SecretBox {
  if (key.length !== KEY_BYTES) throw new Error(`an encryption key has ${KEY_BYTES} bytes, this one has ${key.length}`);
  return {
    seal: (plain, context) => {
      const { body, head } = sealPieces(key, Buffer.from(plain as Uint8Array), context);
      const pieces = [...body];
      return Buffer.concat([head(), ...pieces]);
    },
    sealLarge: (plain, context) => sealPieces(key, plain, context),
    open: (sealed, context) => {
      const bytes = Buffer.from(sealed);
      if (bytes[0] !== VERSION || bytes.length < 1 + NONCE_BYTES + TAG_BYTES) throw new Error('this is not a sealed secret');
      const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
      const tag = bytes.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context, 'utf8')).setAuthTag(tag);
      return Buffer.concat([decipher.update(bytes.subarray(1 + NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    },
  };
}

function sealPieces(key: Uint8Array, plain: Uint8Array, context: string): SealedPieces {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context, 'utf8'));
  function* body(): Generator<Buffer> {
    for (let start = 0; start < plain.length; start += PIECE_BYTES) yield cipher.update(plain.subarray(start, start + PIECE_BYTES));
    cipher.final(); // of this mode it is empty, and without it there is no tag
  }
  return { body: body(), head: () => Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag()]) };
}
