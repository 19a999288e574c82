import { MAX_LINE_BYTES } from './limits.ts';

const NEWLINE = 0x0a;

/** The lines of a file of lines, each ended by a newline; one line at a time, so that a large file is never one string. */
export function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    if (end - start > MAX_LINE_BYTES) throw new RangeError(`a line is longer than ${MAX_LINE_BYTES} bytes`);
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}
