import type { Attribute } from './schema.ts';

/** RFC 7644 §3.4.2.2 as plain frozen nodes, each with a `kind`; a store compiles them to SQL, the planner matches values with them. */
export type Filter = Comparison | Presence | Conjunction | Disjunction | Negation | ValueFilter;

/** What a comparison looks at: an attribute, or a sub-attribute of a complex one. */
export interface AttributePath {
  readonly attribute: Attribute;
  readonly sub: Attribute | undefined;
}

export type Operator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/** The right side of a comparison, of the type of the attribute: a text, an instant in text, a boolean; null stands beside eq and ne alone. */
export type Literal = string | boolean | null;

/** `attribute op value`. Of a multi-valued attribute some value must meet it; `ne` is also met where there is no value. */
export interface Comparison {
  readonly kind: 'comparison';
  readonly path: AttributePath;
  readonly operator: Operator;
  readonly value: Literal;
}

/** `attribute pr`: there is a value. */
export interface Presence {
  readonly kind: 'present';
  readonly path: AttributePath;
}

interface Conjunction {
  readonly kind: 'and';
  readonly terms: readonly Filter[];
}

interface Disjunction {
  readonly kind: 'or';
  readonly terms: readonly Filter[];
}

interface Negation {
  readonly kind: 'not';
  readonly term: Filter;
}

/** `emails[…]`: one value of the attribute meets the whole filter, whose paths name its sub-attributes. */
export interface ValueFilter {
  readonly kind: 'value-filter';
  readonly attribute: Attribute;
  readonly filter: Filter;
}

export function comparison(path: AttributePath, operator: Operator, value: Literal): Comparison {
  return Object.freeze({ kind: 'comparison', path: Object.freeze(path), operator, value });
}

export function presence(path: AttributePath): Presence {
  return Object.freeze({ kind: 'present', path: Object.freeze(path) });
}

/** The terms joined by `and` or `or`, those of the same kind flattened; one term stands alone. */
export function joined(kind: 'and' | 'or', terms: readonly [Filter, ...Filter[]]): Filter {
  const flat = terms.flatMap((term) => (term.kind === kind ? term.terms : [term]));
  return flat.length === 1 ? terms[0] : Object.freeze({ kind, terms: Object.freeze(flat) });
}

export function negation(term: Filter): Negation {
  return Object.freeze({ kind: 'not', term });
}

export function valueFilter(attribute: Attribute, filter: Filter): ValueFilter {
  return Object.freeze({ kind: 'value-filter', attribute, filter });
}

/** The comparisons of a filter that is nothing but `eq`s joined by `and`: what it describes can be made. Undefined for any other. */
export function comparisonsOf(filter: Filter): readonly Comparison[] | undefined {
  if (filter.kind === 'comparison') return filter.operator === 'eq' && filter.value !== null ? [filter] : undefined;
  if (filter.kind !== 'and') return undefined;
  const parts = filter.terms.map(comparisonsOf);
  return parts.some((part) => part === undefined) ? undefined : parts.flatMap((part) => part ?? []);
}
