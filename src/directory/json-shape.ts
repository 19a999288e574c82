import type { CanonicalValue } from '../kernel/index.ts';

/** A JSON object from outside, of which nothing is known yet. */
export type JsonObject = { readonly [name: string]: unknown };

/** The text as a JSON object; undefined when it is anything else (HTML, a truncated answer, a list). */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** As `parseJsonObject`, of the bytes of a text in UTF-8. */
export function readObject(bytes: Buffer): JsonObject | undefined {
  return parseJsonObject(bytes.toString('utf8'));
}

export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export function objectAt(body: JsonObject, name: string): JsonObject | undefined {
  return asObject(body[name]);
}

/** The members of a list; nothing when it is absent or no list. */
export function listAt(body: JsonObject, name: string): readonly unknown[] {
  const value = body[name];
  return Array.isArray(value) ? value : [];
}

/**
 * A text that PostgreSQL and JSON can carry: U+0000 and lone surrogates become U+FFFD, so that a strange character in a
 * name cannot make a whole tenant unreadable.
 */
export function textAt(body: JsonObject, name: string): string | undefined {
  return storableText(body[name]);
}

export function textsAt(body: JsonObject, name: string): readonly string[] {
  return listAt(body, name)
    .map(storableText)
    .filter((text) => text !== undefined);
}

function storableText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return value.isWellFormed() && !value.includes('\0') ? value : value.toWellFormed().replaceAll('\0', '\ufffd');
}

/** Nothing of Graph's nests as deep: what does would exhaust the stack. */
const MAX_DEPTH = 64;

/**
 * A JSON value as it can be stored and hashed: texts and names as `textAt` gives them, and a number that is no safe integer as text. Undefined
 * for what nests too deep.
 */
export function storableValue(value: unknown, depth = 0): CanonicalValue | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : String(value);
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) return whole(value.map((member) => storableValue(member, depth + 1)));
  const object = asObject(value);
  if (object === undefined) return storableText(value) ?? null;
  const names = Object.keys(object);
  const members = whole(names.map((name) => storableValue(object[name], depth + 1)));
  return members && Object.fromEntries(names.map((name, index) => [storableText(name) ?? name, members[index] ?? null]));
}

function whole(values: readonly (CanonicalValue | undefined)[]): readonly CanonicalValue[] | undefined {
  const present = values.filter((value) => value !== undefined);
  return present.length === values.length ? present : undefined;
}
