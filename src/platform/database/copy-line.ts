/** What a column of a staging table can be given. */
export type CopyValue = string | number | boolean | null | Buffer | readonly string[] | Readonly<Record<string, unknown>>;

/** One row in the text format of COPY FROM STDIN, line end included. */
export function copyLine(values: readonly CopyValue[]): string {
  return `${values.map(field).join('\t')}\n`;
}

function field(value: CopyValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return escape(value);
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (typeof value === 'number') return String(value);
  if (Buffer.isBuffer(value)) return bytesField(value);
  if (isList(value)) return escape(`{${value.map(arrayItem).join(',')}}`);
  return escape(JSON.stringify(value));
}

/** What is plain text goes as such, in half as many characters (bytea's escape format): a backslash of it is doubled for bytea, and again for COPY. */
function bytesField(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  return /^[\x20-\x7e]*$/.test(text) ? text.replaceAll('\\', '\\\\\\\\') : `\\\\x${bytes.toString('hex')}`;
}

/** Quoted always, so that NULL and empty texts are not mistaken for something else. */
function arrayItem(text: string): string {
  return `"${/["\\]/.test(text) ? text.replaceAll(/["\\]/g, '\\$&') : text}"`;
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** Most texts have nothing to escape, and to see that is several times faster than to replace nothing. */
function escape(text: string): string {
  if (!/[\\\t\n\r]/.test(text)) return text;
  return text.replaceAll(/[\\\t\n\r]/g, (character) => escapes[character] ?? character);
}

function isList(value: CopyValue): value is readonly string[] {
  return Array.isArray(value);
}

/** Room for some hundred rows of a kilobyte or two. */
const ROOM = 1 << 20;

/**
 * Rows in the text format of COPY FROM STDIN, as bytes outside of the heap: many texts that wait to be sent would be looked at and moved, by
 * whoever collects garbage, as often as all that is made meanwhile.
 */
export class CopyRows {
  #bytes: Buffer = Buffer.allocUnsafeSlow(ROOM);
  #used = 0;
  #count = 0;

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  add(values: readonly CopyValue[]): void {
    const line = copyLine(values);
    // A character takes three bytes at most, two of them four.
    const needed = this.#used + 3 * line.length;
    if (needed > this.#bytes.length) this.#bytes = grown(this.#bytes, needed);
    this.#used += this.#bytes.write(line, this.#used);
    this.#count += 1;
  }

  /** As they are until rows are added or left out. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#used);
  }

  /** Leaves all of them out. */
  clear(): void {
    this.#used = 0;
    this.#count = 0;
  }
}

function grown(bytes: Buffer, needed: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(2 * needed);
  bytes.copy(larger);
  return larger;
}
