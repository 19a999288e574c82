import type { CanonicalObject } from '../kernel/index.ts';
import { type Comparison, comparisonsOf, type Filter } from './filter.ts';

/**
 * The value that a filter describes when it fixes nothing but which kind of value is meant: `type eq "work"` makes
 * `{type: "work"}`, `primary eq "True"` makes `{primary: true}`. Such a value may be created where there is none, as Entra
 * expects (entra-scim-client §3.1 U7–U9). Undefined for any other filter: what it describes can only be found, not made.
 */
export function fixedByFilter(filter: Filter): CanonicalObject | undefined {
  const comparisons = comparisonsOf(filter);
  if (comparisons === undefined || !comparisons.every(fixesKind)) return undefined;
  const entries = comparisons.map(({ path, value }) => [path.attribute.name, value] as const);
  // `type eq "work" and type eq "home"` describes no value at all.
  return new Set(entries.map(([name]) => name)).size === entries.length ? Object.fromEntries(entries) : undefined;
}

function fixesKind({ path, value }: Comparison): boolean {
  const { name, canonicalValues } = path.attribute;
  if (name === 'primary') return typeof value === 'boolean';
  // Where the schema suggests no types (RFC 7643 §2.4: they may be anything), one is as canonical as another.
  return name === 'type' && typeof value === 'string' && (canonicalValues.length === 0 || isCanonical(canonicalValues, value));
}

function isCanonical(canonicalValues: readonly string[], text: string): boolean {
  return canonicalValues.some((canonical) => canonical.toLowerCase() === text.toLowerCase());
}
