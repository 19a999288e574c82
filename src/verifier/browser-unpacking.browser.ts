import pako from 'pako/lib/inflate.js';
import crc32 from 'pako/lib/zlib/crc32.js';
import type { Inflated, Unpacking } from './open-zip.ts';

/** What is given out at once, and what of the packed data is taken in: deflate makes of it 1,032 times as much at most. */
const PIECE_BYTES = 256 * 1024;
const PACKED_BYTES = 2 * 1024;

/** Unpacking by zlib's own steps in JavaScript: a browser's DecompressionStream does not say what it left unread behind the data. */
export const browserUnpacking: Unpacking = {
  inflate,
  crc32: (bytes, before) => crc32(before, bytes, bytes.length, 0) >>> 0,
};

function inflate(packed: AsyncIterable<Uint8Array>): Inflated {
  const inflater = new pako.Inflate({ raw: true, chunkSize: PIECE_BYTES });
  const pieces: Uint8Array[] = [];
  inflater.onData = (piece) => void pieces.push(piece);
  let consumed = 0;
  async function* unpacked(): AsyncGenerator<Uint8Array> {
    for await (const piece of packed) {
      for (let at = 0; at < piece.length && !inflater.ended; at += PACKED_BYTES) {
        const part = piece.subarray(at, at + PACKED_BYTES);
        inflater.push(part, false);
        consumed += part.length - inflater.strm.avail_in;
        yield* pieces.splice(0);
      }
      if (inflater.ended) break;
    }
    if (!inflater.ended) inflater.push(new Uint8Array(), true);
    yield* pieces.splice(0);
    if (inflater.err !== 0) throw new Error('the data is broken, or ends too early');
  }
  return { [Symbol.asyncIterator]: unpacked, consumed: () => consumed };
}
