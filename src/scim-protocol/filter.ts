import type { Attribute } from './schema.ts';

/** RFC 7644 §3.4.2.2 as plain frozen nodes, each with a `kind`; a store compiles them to SQL, the planner matches values with them. */
export type Filter = Comparison | Conjunction | ValueFilter;

/** What a comparison looks at: an attribute, or a sub-attribute of a complex one. */
export interface AttributePath {
  readonly attribute: Attribute;
  readonly sub: Attribute | undefined;
}

/** The right side of a comparison. Unquoted `true`, `7` and `jyoung` are told from `"true"` by `quoted`. */
export interface Literal {
  readonly text: string;
  readonly quoted: boolean;
}

export interface Comparison {
  readonly kind: 'comparison';
  readonly path: AttributePath;
  readonly operator: 'eq';
  readonly value: Literal;
}

interface Conjunction {
  readonly kind: 'and';
  readonly terms: readonly Filter[];
}

/** `emails[…]`: one value of the attribute meets the whole filter, whose paths name its sub-attributes. */
export interface ValueFilter {
  readonly kind: 'value-filter';
  readonly attribute: Attribute;
  readonly filter: Filter;
}

export function comparison(path: AttributePath, value: Literal): Comparison {
  return Object.freeze({ kind: 'comparison', path: Object.freeze(path), operator: 'eq', value: Object.freeze(value) });
}

/** The terms joined by `and`, flattened; one term stands alone. */
export function conjunction(terms: readonly [Filter, ...Filter[]]): Filter {
  const flat = terms.flatMap((term) => (term.kind === 'and' ? term.terms : [term]));
  return flat.length === 1 ? terms[0] : Object.freeze({ kind: 'and', terms: Object.freeze(flat) });
}

export function valueFilter(attribute: Attribute, filter: Filter): ValueFilter {
  return Object.freeze({ kind: 'value-filter', attribute, filter });
}

/** The comparisons of a filter that is nothing but a conjunction of comparisons. */
export function comparisonsOf(filter: Filter): readonly Comparison[] {
  if (filter.kind === 'comparison') return [filter];
  return filter.kind === 'and' ? filter.terms.flatMap(comparisonsOf) : comparisonsOf(filter.filter);
}
