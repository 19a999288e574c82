import { MAX_LINE_BYTES } from './limits.ts';

const NEWLINE = 0x0a;

/** The lines of a file of lines, each ended by a newline; as many at a time as a piece of the file ends, so that a large file is never in memory. */
export async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Buffer[]> {
  let begun: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    const bytes = begun.length === 0 ? bufferOf(piece) : Buffer.concat([begun, piece]);
    const { lines, rest } = split(bytes);
    begun = bytes.subarray(rest);
    if (begun.length > MAX_LINE_BYTES) throw new RangeError(`a line is longer than ${MAX_LINE_BYTES} bytes`);
    if (lines.length > 0) yield lines;
  }
  if (begun.length > 0) yield [begun];
}

function split(bytes: Buffer): { readonly lines: readonly Buffer[]; readonly rest: number } {
  const lines: Buffer[] = [];
  let start = 0;
  for (let newline = bytes.indexOf(NEWLINE); newline >= 0; newline = bytes.indexOf(NEWLINE, start)) {
    if (newline - start > MAX_LINE_BYTES) throw new RangeError(`a line is longer than ${MAX_LINE_BYTES} bytes`);
    lines.push(bytes.subarray(start, newline));
    start = newline + 1;
  }
  return { lines, rest: start };
}

function bufferOf(piece: Uint8Array): Buffer {
  return Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
}

/** Lines taken one by one, beside the lines of another file. */
export class LineCursor {
  readonly #batches: AsyncIterator<readonly Buffer[]>;
  #batch: readonly Buffer[] = [];
  #at = 0;
  #taken = 0;
  #isDone = false;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#batches = linesOf(pieces)[Symbol.asyncIterator]();
  }

  /** The next line; undefined where it has not been read yet, or there is none. */
  get head(): Buffer | undefined {
    return this.#batch[this.#at];
  }

  /** The number of the next line, counted from 1. */
  get number(): number {
    return this.#taken + 1;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  take(): void {
    this.#at += 1;
    this.#taken += 1;
  }

  /** Reads on, once all that was read has been taken. */
  async fill(): Promise<void> {
    if (this.#isDone || this.head !== undefined) return;
    const next = await this.#batches.next();
    this.#isDone = next.done === true;
    this.#batch = next.done === true ? [] : next.value;
    this.#at = 0;
  }
}
