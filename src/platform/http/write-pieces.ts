import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorCode } from '../database/database-error.ts';

/** Makes the next piece when the client has taken the last: a slow client costs no memory, one that goes away no work. */
export async function writePieces(response: ServerResponse, pieces: AsyncIterable<string | Buffer>): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), response);
  } catch (error) {
    // The head is sent, so that only a connection that breaks off can say that the answer is not whole (I8).
    response.destroy();
    if (!isGone(error)) throw error;
  }
}

function isGone(error: unknown): boolean {
  return errorCode(error) === 'ERR_STREAM_PREMATURE_CLOSE';
}
