import { createCipheriv, createDecipheriv, type DecipherGCM, randomBytes } from 'node:crypto';

/** Seals secrets at rest. `context` says what the secret belongs to and is authenticated: a sealed value cannot be moved. */
export interface SecretBox {
  seal(plain: Uint8Array | string, context: string): Buffer;
  /** As `seal`, piece by piece, for what is too large to stand in memory twice. */
  sealLarge(plain: Uint8Array, context: string): SealedPieces;
  /** Throws when the key or the context is another one, or a byte was changed. */
  open(sealed: Uint8Array, context: string): Buffer;
  /** As `open`, piece by piece. Throws in the place of the last piece when a byte was changed: until then nothing of it is to be believed. */
  openLarge(head: Uint8Array, body: AsyncIterable<Uint8Array>, context: string): AsyncIterable<Buffer>;
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
/** Of what is sealed, before the body. */
export const SEALED_HEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

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
      const decipher = decipherOf(key, bytes.subarray(0, SEALED_HEAD_BYTES), context);
      return Buffer.concat([decipher.update(bytes.subarray(SEALED_HEAD_BYTES)), decipher.final()]);
    },
    openLarge: (head, body, context) => openPieces(decipherOf(key, head, context), body),
  };
}

/** Throws for a head that is none. */
function decipherOf(key: Uint8Array, head: Uint8Array, context: string): DecipherGCM {
  if (head[0] !== VERSION || head.length < SEALED_HEAD_BYTES) throw new Error('this is not a sealed secret');
  const nonce = head.subarray(1, 1 + NONCE_BYTES);
  const tag = head.subarray(1 + NONCE_BYTES, SEALED_HEAD_BYTES);
  return createDecipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context, 'utf8')).setAuthTag(tag);
}

async function* openPieces(decipher: DecipherGCM, body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let last: Buffer | undefined;
  for await (const piece of body) {
    if (last !== undefined) yield last;
    last = decipher.update(piece);
  }
  decipher.final(); // of this mode it is empty, and throws where the tag is another one
  if (last !== undefined) yield last;
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
