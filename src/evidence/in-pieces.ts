import { setImmediate as othersTurn } from 'node:timers/promises';

/** Characters of a file that are made before others have their turn: a few milliseconds, whatever the file. */
export const PIECE_CHARACTERS = 64 * 1024;

/**
 * The UTF-8 bytes of a text whose pieces are made as they are asked for. However long the text, others have their turn after every
 * `PIECE_CHARACTERS` of it, and it is nowhere whole but in the bytes.
 */
export async function bytesOf(pieces: Iterable<string>): Promise<Buffer> {
  const made: Buffer[] = [];
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < PIECE_CHARACTERS) continue;
    made.push(Buffer.from(text, 'utf8'));
    text = '';
    await othersTurn();
  }
  made.push(Buffer.from(text, 'utf8'));
  await othersTurn();
  return Buffer.concat(made);
}
