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
  return storable(body[name]);
}

export function textsAt(body: JsonObject, name: string): readonly string[] {
  return listAt(body, name)
    .map(storable)
    .filter((text) => text !== undefined);
}

function storable(value: unknown): string | undefined {
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd').replaceAll(/\p{Surrogate}/gu, '\ufffd') : undefined;
}
