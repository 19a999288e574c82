import type { CanonicalObject, CanonicalValue } from '../kernel/index.ts';
import type { Comparison, Filter, Operator } from './filter.ts';
import type { Attribute } from './schema.ts';

/**
 * Whether one value of a multi-valued attribute meets the filter in brackets. Its sub-attributes are simple and single-valued
 * (RFC 7643 §2.3.8), so that a filter in brackets within brackets is met by nothing.
 */
export function meets(value: CanonicalObject, filter: Filter): boolean {
  switch (filter.kind) {
    case 'comparison':
      return compares(value[filter.path.attribute.name], filter);
    case 'present':
      return value[filter.path.attribute.name] !== undefined;
    case 'and':
      return filter.terms.every((term) => meets(value, term));
    case 'or':
      return filter.terms.some((term) => meets(value, term));
    case 'not':
      return !meets(value, filter.term);
    default:
      return false;
  }
}

function compares(actual: CanonicalValue | undefined, { path, operator, value }: Comparison): boolean {
  if (actual === undefined || value === null)
    return operator === 'ne' ? (actual === undefined) !== (value === null) : value === null && actual === undefined;
  if (typeof actual === 'boolean' || typeof value === 'boolean') return operator === 'ne' ? actual !== value : actual === value;
  if (typeof actual !== 'string') return false;
  return texts[operator](folded(path.attribute, actual), folded(path.attribute, value));
}

function folded(attribute: Attribute, text: string): string {
  return attribute.caseExact ? text : text.toLowerCase();
}

const texts: Readonly<Record<Operator, (actual: string, wanted: string) => boolean>> = {
  eq: (actual, wanted) => actual === wanted,
  ne: (actual, wanted) => actual !== wanted,
  co: (actual, wanted) => actual.includes(wanted),
  sw: (actual, wanted) => actual.startsWith(wanted),
  ew: (actual, wanted) => actual.endsWith(wanted),
  gt: (actual, wanted) => actual > wanted,
  ge: (actual, wanted) => actual >= wanted,
  lt: (actual, wanted) => actual < wanted,
  le: (actual, wanted) => actual <= wanted,
};
