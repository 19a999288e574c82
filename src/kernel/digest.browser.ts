import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { bufferOver } from './buffer.browser.ts';

/** As digest.ts has it, where no call of the platform's answers at once: WebCrypto's digests are promises, over bytes that are there whole. */
export type DigestName = keyof typeof digests;

export interface Digesting {
  update(bytes: Uint8Array): void;
  end(): Buffer;
}

const digests = { sha1, sha256, sha384, sha512 };

export function digestOf(name: DigestName, bytes: Uint8Array | string): Buffer {
  return bufferOver(digests[name](plain(typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes)));
}

export function digesting(name: DigestName): Digesting {
  const state = digests[name].create();
  return { update: (bytes) => void state.update(plain(bytes)), end: () => bufferOver(state.digest()) };
}

/** The library cuts its input into pieces, which is several times slower where that makes instances of a subclass. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
