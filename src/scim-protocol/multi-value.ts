import type { CanonicalObject } from '../kernel/index.ts';

/** Sub-attributes that say which kind of value it is; a value that has nothing else says nothing. */
const KIND = new Set(['type', 'primary']);
/** Sub-attributes that say how a value is shown: two values that differ in nothing else are the same. */
const SHOWN = new Set(['display', 'displayName']);

export interface Settled {
  readonly values: readonly CanonicalObject[];
  readonly hadDuplicates: boolean;
  readonly hadSeveralPrimaries: boolean;
}

/** The values of a list that say something. Asked at the end of a request alone: one operation may set a type, the next the value. */
export function tellingValues(values: readonly CanonicalObject[]): readonly CanonicalObject[] {
  return values.filter((value) => Object.keys(value).some((sub) => !KIND.has(sub)));
}

/**
 * A list as the resource holds it: duplicates dropped, one primary at most (RFC 7643 §2.4).
 * Of several primaries the last of `touched`, those that this request wrote, stays; among untouched ones the first.
 */
export function settleValues(values: readonly CanonicalObject[], touched: ReadonlySet<CanonicalObject>): Settled {
  if (values.length < 2) return { values, hadDuplicates: false, hadSeveralPrimaries: false };
  const kept = new Map<string, CanonicalObject>();
  const fresh = new Set<string>();
  let hadDuplicates = false;
  for (const value of values) {
    const key = identity(value);
    const earlier = kept.get(key);
    hadDuplicates ||= earlier !== undefined;
    kept.set(key, earlier === undefined ? value : { ...earlier, ...value });
    if (touched.has(value)) fresh.add(key);
  }
  const primaries = [...kept].filter(([, value]) => value['primary'] === true).map(([key]) => key);
  const chosen = primaries.filter((key) => fresh.has(key)).at(-1) ?? primaries[0];
  const settled = [...kept].map(([key, value]) => (value['primary'] === true && key !== chosen ? { ...value, primary: false } : value));
  return { values: settled, hadDuplicates, hadSeveralPrimaries: primaries.length > 1 };
}

/** Two values are the same when they differ in nothing but being primary and how they are shown, unless that is all they say. */
function identity(value: CanonicalObject): string {
  const known = identities.get(value);
  if (known !== undefined) return known;
  const subs = Object.keys(value)
    .filter((sub) => sub !== 'primary')
    .sort();
  const telling = subs.filter((sub) => !SHOWN.has(sub));
  const compared = telling.some((sub) => sub !== 'type') ? telling : subs;
  const key = JSON.stringify(compared.map((sub) => [sub, value[sub]]));
  identities.set(value, key);
  return key;
}

/** A request may go through a long list many times; a value in it is never changed, only replaced. */
const identities = new WeakMap<CanonicalObject, string>();
