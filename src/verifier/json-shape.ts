/** Reads JSON of unknown shape; every function throws a TypeError that says what was expected where. */

const utf8 = new TextDecoder('utf-8', { fatal: true });

export type JsonObject = Readonly<Record<string, unknown>>;

/** JSON in UTF-8. Throws for invalid UTF-8 too, which would otherwise be read as something that it is not. */
export function parseJson(bytes: Uint8Array): unknown {
  return JSON.parse(utf8.decode(bytes));
}

export function objectAt(value: unknown, where: string): JsonObject {
  if (!isObject(value)) throw new TypeError(`${where} is not an object`);
  return value;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listAt(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`${where} is not a list`);
  return value;
}

export function textAt(value: unknown, where: string): string {
  if (typeof value !== 'string') throw new TypeError(`${where} is not a text`);
  return value;
}

export function indexAt(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new TypeError(`${where} is not an index`);
  return value;
}

/**
 * Whether JSON says the same to every program: it is what the platform writes of `value`, apart from white space. Of a member that is there twice one program takes
 * the first and another the last, and what they make of a number beyond their precision differs. Compared piece by piece: of a report on thousands of people, the
 * whole text once more would be the largest thing in memory.
 */
export function isReadOneWay(value: unknown, bytes: Uint8Array): boolean {
  let at = 0;
  for (const piece of compactPieces(value, 2)) {
    const end = endOfPiece(bytes, at, utf8Encoder.encode(piece));
    if (end === undefined) return false;
    at = end;
  }
  return afterSpace(bytes, at) === bytes.length;
}

const utf8Encoder = new TextEncoder();

/** What `JSON.stringify` says of what was parsed; what lies `depth` members or items below it comes in one. */
function* compactPieces(value: unknown, depth: number): Generator<string> {
  if (depth === 0 || typeof value !== 'object' || value === null) {
    yield JSON.stringify(value);
    return;
  }
  const isList = Array.isArray(value);
  let before = isList ? '[' : '{';
  for (const [key, member] of Object.entries(value)) {
    yield isList ? before : `${before}${JSON.stringify(key)}:`;
    yield* compactPieces(member, depth - 1);
    before = ',';
  }
  const isEmpty = before !== ',';
  yield `${isEmpty ? before : ''}${isList ? ']' : '}'}`;
}

const [SPACE, LINE_FEED, RETURN, TAB] = [0x20, 0x0a, 0x0d, 0x09];
const [QUOTE, BACKSLASH] = [0x22, 0x5c];

function afterSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let byte = bytes[at]; byte === SPACE || byte === LINE_FEED || byte === RETURN || byte === TAB; byte = bytes[at]) at += 1;
  return at;
}

/** Where `piece` is over in `bytes` that hold it from `from` on, with or without white space outside of texts; undefined where they hold something else. */
function endOfPiece(bytes: Uint8Array, from: number, piece: Uint8Array): number | undefined {
  let at = from;
  let isText = false;
  let isEscaped = false;
  for (const byte of piece) {
    if (!isText) at = afterSpace(bytes, at);
    if (bytes[at] !== byte) return undefined;
    at += 1;
    if (byte === QUOTE && !isEscaped) isText = !isText;
    isEscaped = byte === BACKSLASH && !isEscaped;
  }
  return at;
}
