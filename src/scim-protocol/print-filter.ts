import type { AttributePath, Filter, Literal } from './filter.ts';
import { qualifiedName, type ResourceType } from './schema.ts';

/** A filter as text in the form of RFC 7644 §3.4.2.2; `parseFilter` reads it back as the same nodes. */
export function printFilter(type: ResourceType, filter: Filter): string {
  return print(filter, ({ attribute, sub }) => qualifiedName(type, attribute) + (sub === undefined ? '' : `.${sub.name}`));
}

type Name = (path: AttributePath) => string;

/** The names within brackets are sub-attributes, bare. */
const bare: Name = ({ attribute }) => attribute.name;

function print(filter: Filter, name: Name): string {
  switch (filter.kind) {
    case 'comparison':
      return `${name(filter.path)} ${filter.operator} ${printLiteral(filter.value)}`;
    case 'present':
      return `${name(filter.path)} pr`;
    case 'and':
      return filter.terms.map((term) => (term.kind === 'or' ? `(${print(term, name)})` : print(term, name))).join(' and ');
    case 'or':
      return filter.terms.map((term) => print(term, name)).join(' or ');
    case 'not':
      return `not (${print(filter.term, name)})`;
    default:
      return `${name({ attribute: filter.attribute, sub: undefined })}[${print(filter.filter, bare)}]`;
  }
}

function printLiteral(value: Literal): string {
  return JSON.stringify(value);
}
