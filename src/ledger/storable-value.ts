import type { CanonicalObject, CanonicalValue } from '../kernel/index.ts';

const REPLACEMENT = '\ufffd';

/**
 * A value as every store and reader can carry it: U+0000 (which jsonb refuses) and lone surrogates (which have no UTF-8)
 * become U+FFFD, a number that is no safe integer becomes its text. A strange character in a name must never keep a
 * deactivation from being recorded (I1).
 */
export function storableValue(value: CanonicalValue): CanonicalValue {
  if (typeof value === 'string') return storableText(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : String(value);
  if (value === null || typeof value === 'boolean') return value;
  if (isList(value)) return value.map(storableValue);
  return storableObject(value);
}

/** Most objects are storable as they are, and to see that is several times faster than to make them anew. */
export function storableObject(value: CanonicalObject): CanonicalObject {
  if (Object.entries(value).every(([key, member]) => storableText(key) === key && storableValue(member) === member)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [storableText(key), storableValue(member)]));
}

function storableText(text: string): string {
  const wellFormed = /[\ud800-\udfff]/.test(text) ? text.replaceAll(/\p{Surrogate}/gu, REPLACEMENT) : text;
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', REPLACEMENT) : wellFormed;
}

function isList(value: CanonicalValue): value is readonly CanonicalValue[] {
  return Array.isArray(value);
}
