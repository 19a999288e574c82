import { type CanonicalObject, canonicalJson } from '../kernel/index.ts';

/** Sub-attributes that describe a value; a value that has nothing else says nothing. */
const DESCRIPTIVE = new Set(['type', 'primary', 'display', 'displayName']);

export interface Settled {
  readonly values: readonly CanonicalObject[];
  readonly hadDuplicates: boolean;
  readonly hadSeveralPrimaries: boolean;
}

/**
 * A list as the resource holds it: empty values and duplicates dropped, one primary at most (RFC 7643 §2.4).
 * Of several primaries the last of `touched`, those that this request wrote, stays; among untouched ones the first.
 */
export function settleValues(values: readonly CanonicalObject[], touched: ReadonlySet<CanonicalObject>): Settled {
  const kept = new Map<string, CanonicalObject>();
  const fresh = new Set<string>();
  let hadDuplicates = false;
  for (const value of values) {
    if (Object.keys(value).every((sub) => DESCRIPTIVE.has(sub))) continue;
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

/** Two values are the same when they differ in nothing but being primary and how they are displayed. */
function identity(value: CanonicalObject): string {
  const { primary: _primary, display: _display, displayName: _displayName, ...rest } = value;
  return canonicalJson(rest);
}
