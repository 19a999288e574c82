import { TextDecoder } from 'node:util';
import { refuse } from '../kernel/index.ts';

/** How much text is made at a time: a file of hundreds of megabytes never stands in memory twice. */
const SLICE_BYTES = 1 << 20;

const marks = [
  { encoding: 'utf-16le', mark: Buffer.from([0xff, 0xfe]) },
  { encoding: 'utf-16be', mark: Buffer.from([0xfe, 0xff]) },
] as const;

/**
 * The text of a roster file, slice by slice and without a byte order mark: UTF-8, or UTF-16 where its mark says so (what Excel calls
 * "Unicode text"). Throws DomainError `invalid-request` for anything else: guessing an encoding would bend names and addresses.
 */
export function* decodeRosterFile(bytes: Buffer): Generator<string> {
  const encoding = marks.find(({ mark }) => bytes.subarray(0, 2).equals(mark))?.encoding ?? 'utf-8';
  const decoder = new TextDecoder(encoding, { fatal: true });
  for (let start = 0; start < bytes.length; start += SLICE_BYTES) {
    const isLast = start + SLICE_BYTES >= bytes.length;
    yield decoded(decoder, bytes.subarray(start, start + SLICE_BYTES), isLast);
  }
}

function decoded(decoder: TextDecoder, slice: Buffer, isLast: boolean): string {
  try {
    return decoder.decode(slice, { stream: !isLast });
  } catch {
    return refuse('invalid-request', {
      detail: 'The file is neither UTF-8 nor UTF-16 with a byte order mark.',
      next: 'Save it as "CSV UTF-8".',
    });
  }
}
