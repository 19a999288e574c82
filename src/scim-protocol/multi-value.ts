import { type CanonicalObject, type CanonicalValue, canonicalJson } from '../kernel/index.ts';
import type { Filter, Literal } from './filter.ts';
import type { Attribute } from './schema.ts';

/** Sub-attributes that describe a value; a value that has nothing else says nothing. */
const DESCRIPTIVE = new Set(['type', 'primary', 'display', 'displayName']);

/** Whether one value of a multi-valued attribute meets the filter in brackets. */
export function meets(value: CanonicalObject, filter: Filter): boolean {
  if (filter.kind === 'and') return filter.terms.every((term) => meets(value, term));
  // A sub-attribute has no values of its own that a nested filter could choose from (RFC 7643 §2.3.8).
  return filter.kind === 'comparison' && equals(filter.path.attribute, value[filter.path.attribute.name], filter.value);
}

/** `primary eq "True"` compares a boolean with a string (entra-scim-client §2.3), so both sides are compared as texts. */
function equals(attribute: Attribute, actual: CanonicalValue | undefined, wanted: Literal): boolean {
  if (typeof actual !== 'string' && typeof actual !== 'boolean') return false;
  const text = String(actual);
  return attribute.caseExact ? text === wanted.text : text.toLowerCase() === wanted.text.toLowerCase();
}

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
