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

/** A text in quotation marks, kept; or white space between what is said, left out. */
const TEXT_OR_SPACE = /("(?:[^"\\]|\\.)*")|\s+/g;

/**
 * Whether JSON says the same to every program: it is what the platform writes of `value`, apart from white space. Of a member that is there twice one program takes
 * the first and another the last, and what they make of a number beyond their precision differs.
 */
export function isReadOneWay(value: unknown, bytes: Uint8Array): boolean {
  const text = utf8.decode(bytes);
  return text === `${JSON.stringify(value, null, 2)}\n` || text.replaceAll(TEXT_OR_SPACE, '$1') === JSON.stringify(value);
}
