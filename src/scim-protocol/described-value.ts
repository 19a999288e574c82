import type { CanonicalObject } from '../kernel/index.ts';
import { type Comparison, comparisonsOf, type Filter } from './filter.ts';

/**
 * The value that a filter describes when it fixes nothing but which kind of value is meant: `type eq "work"` makes
 * `{type: "work"}`, `primary eq "True"` makes `{primary: true}`. Such a value may be created where there is none, as Entra
 * expects (entra-scim-client §3.1 U7–U9). Undefined for any other filter: what it describes can only be found, not made.
 */
export function fixedByFilter(filter: Filter): CanonicalObject | undefined {
  const comparisons: readonly Comparison[] | undefined = comparisonsOf(filter);
  if (comparisons === undefined || !comparisons.every(fixesKind)) return undefined;
  const entries = comparisons.map(({ path, value }) => [path.attribute.name, textOrBoolean(path.attribute.name, value.text)] as const);
  // `type eq "work" and type eq "home"` describes no value at all.
  return new Set(entries.map(([name]) => name)).size === entries.length ? Object.fromEntries(entries) : undefined;
}

function fixesKind({ path, value }: Comparison): boolean {
  const { name, canonicalValues } = path.attribute;
  if (name === 'primary') return /^(?:true|false)$/i.test(value.text);
  // Where the schema suggests no types (RFC 7643 §2.4: they may be anything), one is as canonical as another.
  return name === 'type' && (canonicalValues.length === 0 || isCanonical(canonicalValues, value.text));
}

function isCanonical(canonicalValues: readonly string[], text: string): boolean {
  return canonicalValues.some((canonical) => canonical.toLowerCase() === text.toLowerCase());
}

/** The type stays as it was written, since that is how it is looked for again (I13). */
function textOrBoolean(name: string, text: string): string | boolean {
  return name === 'primary' ? text.toLowerCase() === 'true' : text;
}
