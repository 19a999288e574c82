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
  return isList(value) ? storableList(value) : storableObject(value);
}

/** Most objects are storable as they are, and are not made anew. Each member is looked at once, so that depth costs no more than length. */
export function storableObject(value: CanonicalObject): CanonicalObject {
  const entries = Object.entries(value).map(([key, member]) => ({ key, member, stored: storableValue(member) }));
  if (entries.every(({ key, member, stored }) => storableText(key) === key && stored === member)) return value;
  return Object.fromEntries(entries.map(({ key, stored }) => [storableText(key), stored]));
}

function storableList(list: readonly CanonicalValue[]): readonly CanonicalValue[] {
  const stored = list.map(storableValue);
  return stored.every((member, index) => member === list[index]) ? list : stored;
}

function storableText(text: string): string {
  const wellFormed = /[\ud800-\udfff]/.test(text) ? text.replaceAll(/\p{Surrogate}/gu, REPLACEMENT) : text;
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', REPLACEMENT) : wellFormed;
}

function isList(value: CanonicalValue): value is readonly CanonicalValue[] {
  return Array.isArray(value);
}
