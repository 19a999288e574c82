import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import type { Unpacking } from './open-zip.ts';
import type { ZipSource } from './zip-directory.ts';

const PIECE_BYTES = 256 * 1024;

/** Unpacking with what Node.js brings along. */
export const nodeUnpacking: Unpacking = {
  inflate: (packed) => {
    const inflater = createInflateRaw({ chunkSize: PIECE_BYTES });
    // An error comes out of the iteration below; so do the pieces.
    pipeline(Readable.from(packed, { objectMode: false }), inflater, () => undefined);
    return {
      [Symbol.asyncIterator]: () => inflater[Symbol.asyncIterator](),
      consumed: () => inflater.bytesWritten,
    };
  },
  crc32: (bytes, before) => crc32(bytes, before),
};

/** A ZIP that is in memory. */
export function zipInMemory(zip: Uint8Array): ZipSource {
  const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
  return { size: bytes.length, read: (at, length) => Promise.resolve(bytes.subarray(at, at + length)) };
}
