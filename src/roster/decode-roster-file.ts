import { TextDecoder } from 'node:util';
import { refuse } from '../kernel/index.ts';

/** How much text is made at a time: a file of hundreds of megabytes never stands in memory twice. */
const SLICE_BYTES = 1 << 20;

/** What is read as it comes. */
export type Pieces<Piece> = Iterable<Piece> | AsyncIterable<Piece>;

/** A file that is in memory, slice by slice. */
export function* slicesOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += SLICE_BYTES) yield bytes.subarray(start, start + SLICE_BYTES);
}

const marks = [
  { encoding: 'utf-16le', mark: Buffer.from([0xff, 0xfe]) },
  { encoding: 'utf-16be', mark: Buffer.from([0xfe, 0xff]) },
] as const;

export type RosterEncoding = 'utf-8' | (typeof marks)[number]['encoding'];

/** By which a spreadsheet's workbooks begin, too. */
const ZIP = Buffer.from('PK\u0003\u0004');

/**
 * The text of a roster file, piece by piece and without a byte order mark: UTF-8, or UTF-16 where its mark, which lies within the first piece, says so
 * (what Excel calls "Unicode text"); `note` is told which, before the first text. Throws DomainError `invalid-request` for anything else: guessing an encoding would bend names and addresses.
 */
export async function* decodeRosterFile(pieces: Pieces<Buffer>, note?: (encoding: RosterEncoding) => void): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  for await (const piece of pieces) {
    if (decoder === undefined) {
      const encoding = encodingOf(piece);
      decoder = new TextDecoder(encoding, { fatal: true });
      note?.(encoding);
    }
    const by = decoder;
    yield decoded(() => by.decode(piece, { stream: true }));
  }
  yield decoded(() => decoder?.decode());
}

function encodingOf(first: Buffer): RosterEncoding {
  const marked = marks.find(({ mark }) => first.subarray(0, 2).equals(mark))?.encoding;
  if (first.subarray(0, ZIP.length).equals(ZIP)) {
    refuse('invalid-request', { detail: 'The file is a workbook or another archive (ZIP), and no CSV.', next: 'Save it as "CSV UTF-8".' });
  }
  if (marked === undefined && first.subarray(0, 4).includes(0)) {
    refuse('invalid-request', { detail: 'The file is UTF-16 without a byte order mark, or no text.', next: 'Save it as "CSV UTF-8".' });
  }
  return marked ?? 'utf-8';
}

function decoded(decode: () => string | undefined): string {
  try {
    return decode() ?? '';
  } catch {
    return refuse('invalid-request', {
      detail: 'The file is neither UTF-8 nor UTF-16 with a byte order mark.',
      next: 'Save it as "CSV UTF-8".',
    });
  }
}
