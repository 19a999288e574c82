/** JSON from outside, as it is read and, where it is to be handed back, mended. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

export interface JsonObject {
  [name: string]: Json;
}

/** An own member; undefined where there is none, or nothing that has members. */
export function memberAt(value: Json, name: string): Json | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.hasOwn(value, name) ? value[name] : undefined;
}

export function textAt(value: Json, name: string): string | undefined {
  const member = memberAt(value, name);
  return typeof member === 'string' ? member : undefined;
}

export function objectAt(value: Json, name: string): JsonObject | undefined {
  const member = memberAt(value, name);
  return typeof member === 'object' && member !== null && !Array.isArray(member) ? member : undefined;
}

/** Empty where there is none. */
export function listAt(value: Json, name: string): Json[] {
  const member = memberAt(value, name);
  return Array.isArray(member) ? member : [];
}
