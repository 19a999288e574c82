import type { CanonicalObject, CanonicalValue } from '../kernel/index.ts';

const REPLACEMENT = '\ufffd';

/**
 * A value as every store and reader can carry it: U+0000 (which jsonb refuses) and lone surrogates (which have no UTF-8)
 * become U+FFFD, a number that is no safe integer becomes its text. A strange character in a name must never keep a
 * deactivation from being recorded (I1).
 */
export function storableValue(value: CanonicalValue): CanonicalValue {
  return isStorable(value) ? value : madeStorable(value);
}

export function storableObject(value: CanonicalObject): CanonicalObject {
  return isStorable(value) ? value : objectMadeStorable(value);
}

/** Whether nothing of it has to be looked at more closely: most of what we store, so that most is not made anew. */
function isStorable(value: CanonicalValue): boolean {
  if (typeof value === 'string') return !/[\0\ud800-\udfff]/.test(value);
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (value === null || typeof value === 'boolean') return true;
  if (isList(value)) return value.every(isStorable);
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (member === undefined || !isStorable(key) || !isStorable(member)) return false;
  }
  return true;
}

/** Each member is made once, so that depth costs no more than length. */
function madeStorable(value: CanonicalValue): CanonicalValue {
  if (typeof value === 'string') return storableText(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : String(value);
  if (value === null || typeof value === 'boolean') return value;
  return isList(value) ? value.map(madeStorable) : objectMadeStorable(value);
}

function objectMadeStorable(value: CanonicalObject): CanonicalObject {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [storableText(key), madeStorable(member)]));
}

function storableText(text: string): string {
  const wellFormed = /[\ud800-\udfff]/.test(text) ? text.replaceAll(/\p{Surrogate}/gu, REPLACEMENT) : text;
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', REPLACEMENT) : wellFormed;
}

function isList(value: CanonicalValue): value is readonly CanonicalValue[] {
  return Array.isArray(value);
}
