/** JSON Schema (2020-12), as far as the schema of a report uses it. */
export type Schema = Readonly<Record<string, unknown>>;
export type Properties = Readonly<Record<string, Schema>>;

/** An object with exactly the members of a type: one that the type gains and the schema does not name, or the other way, does not compile. */
export function closed<Shape extends object>(properties: Readonly<Record<keyof Shape & string, Schema>>, more: Schema = {}): Schema {
  return { type: 'object', additionalProperties: false, required: Object.keys(properties), properties, ...more };
}

export function listOf(items: Schema, more: Schema = {}): Schema {
  return { type: 'array', items, ...more };
}

export function nullable(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'null' }] };
}

export function oneOf(words: readonly string[]): Schema {
  return { enum: words };
}

/** What another part of the schema defines. */
export function named(name: string): Schema {
  return { $ref: `#/$defs/${name}` };
}

/** How many of each word of a closed list; words of which there are none may be left out. */
export function countsOf(words: readonly string[]): Schema {
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(words.map((word) => [word, count])),
  };
}

export const text: Schema = { type: 'string' };
export const truth: Schema = { type: 'boolean' };
export const count: Schema = { type: 'integer', minimum: 0 };
export const nothing: Schema = { type: 'null' };
