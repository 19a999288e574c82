import { type AttributePath, comparison, conjunction, type Filter, type Literal, valueFilter } from './filter.ts';
import { type Findings, tolerate } from './oddity.ts';
import { findAttributePath } from './resolve-name.ts';
import { type Attribute, attributeNamed, type ResourceType } from './schema.ts';
import { ScimError } from './scim-error.ts';
import { type Token, tokenizeFilter } from './tokenize-filter.ts';

/** What names mean in the filter that is read: those of a resource, or the sub-attributes of one value. */
type Scope = (name: string) => AttributePath | undefined;

interface Reader {
  readonly tokens: readonly Token[];
  next: number;
  readonly findings: Findings;
}

const COMPARISONS = new Set(['ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'pr']);

/**
 * A filter on resources of a type, as Entra writes it: `eq` and `and`, value paths, URN-qualified names, any case.
 * Values without quotation marks are tolerated, as is `emails[type eq "work"] eq "x"` (entra-scim-client §1.2).
 * Throws `invalidFilter` for the rest of RFC 7644 §3.4.2.2, saying what is not taken.
 */
export function parseFilter(type: ResourceType, text: string, findings: Findings): Filter {
  return readWhole({ tokens: tokenizeFilter(text), next: 0, findings }, (name) => findAttributePath(type, name, findings));
}

/** The filter between the brackets of a value path: its names are sub-attributes of `attribute`. */
export function parseValueFilter(attribute: Attribute, text: string, findings: Findings): Filter {
  return readWhole({ tokens: tokenizeFilter(text), next: 0, findings }, subAttributeScope(attribute));
}

function subAttributeScope(attribute: Attribute): Scope {
  return (name) => {
    const sub = attributeNamed(attribute.subAttributes, name);
    return sub && { attribute: sub, sub: undefined };
  };
}

function readWhole(reader: Reader, scope: Scope): Filter {
  const filter = readConjunction(reader, scope);
  const rest = reader.tokens[reader.next];
  if (rest !== undefined) throw unexpected(rest);
  return filter;
}

function readConjunction(reader: Reader, scope: Scope): Filter {
  const terms: [Filter, ...Filter[]] = [readTerm(reader, scope)];
  while (takeWord(reader, 'and')) terms.push(readTerm(reader, scope));
  return conjunction(terms);
}

function readTerm(reader: Reader, scope: Scope): Filter {
  const token = reader.tokens[reader.next];
  if (token?.kind !== 'word') throw token === undefined ? incomplete() : unexpected(token);
  if (token.text.toLowerCase() === 'not') throw new ScimError('invalidFilter', 'The operator "not" is not supported; use "eq" and "and".');
  reader.next += 1;
  const path = scope(token.text);
  if (path === undefined)
    throw new ScimError('invalidFilter', `The filter names an attribute that is not known here: ${token.text.slice(0, 100)}.`);
  if (takeSign(reader, '[')) return readValuePath(reader, path);
  return comparison(path, readComparedValue(reader));
}

/** `emails[type eq "work"]`, alone, followed by `.value eq "x"`, or by the `eq "x"` that Microsoft's pages print. */
function readValuePath(reader: Reader, path: AttributePath): Filter {
  const { attribute } = path;
  if (path.sub !== undefined || attribute.subAttributes.length === 0) {
    throw new ScimError('invalidFilter', `${attribute.name} has no values that a filter in brackets could choose from.`);
  }
  const inner = readConjunction(reader, subAttributeScope(attribute));
  if (!takeSign(reader, ']')) throw new ScimError('invalidFilter', `The bracket after ${attribute.name} is not closed.`);
  const compared = readComparedSubAttribute(reader, attribute);
  return valueFilter(attribute, compared === undefined ? inner : conjunction([inner, compared]));
}

function readComparedSubAttribute(reader: Reader, attribute: Attribute): Filter | undefined {
  const token = reader.tokens[reader.next];
  if (token?.kind !== 'word') return undefined;
  if (token.text.toLowerCase() === 'eq') {
    tolerate(reader.findings, 'filter-without-sub-attribute', attribute.name);
    return compareSubAttribute(reader, attribute, 'value');
  }
  if (!token.text.startsWith('.')) return undefined;
  reader.next += 1;
  return compareSubAttribute(reader, attribute, token.text.slice(1));
}

function compareSubAttribute(reader: Reader, attribute: Attribute, name: string): Filter {
  const sub = attributeNamed(attribute.subAttributes, name);
  if (sub === undefined) throw new ScimError('invalidFilter', `${attribute.name} has no sub-attribute ${name.slice(0, 100)}.`);
  return comparison({ attribute: sub, sub: undefined }, readComparedValue(reader));
}

function readComparedValue(reader: Reader): Literal {
  const operator = reader.tokens[reader.next];
  if (operator?.kind !== 'word') throw operator === undefined ? incomplete() : unexpected(operator);
  if (operator.text.toLowerCase() !== 'eq') throw notEq(operator.text);
  const value = reader.tokens[reader.next + 1];
  if (value === undefined) throw incomplete();
  if (value.kind === 'sign') throw unexpected(value);
  reader.next += 2;
  if (value.kind === 'string') return { text: value.text, quoted: true };
  if (value.text === 'null') throw new ScimError('invalidFilter', 'Comparing with null is not supported.');
  if (!/^(true|false|-?\d+)$/.test(value.text)) tolerate(reader.findings, 'unquoted-filter-value');
  return { text: value.text, quoted: false };
}

function takeWord(reader: Reader, word: string): boolean {
  const token = reader.tokens[reader.next];
  const taken = token?.kind === 'word' && token.text.toLowerCase() === word;
  if (taken) reader.next += 1;
  return taken;
}

function takeSign(reader: Reader, sign: string): boolean {
  const token = reader.tokens[reader.next];
  const taken = token?.kind === 'sign' && token.text === sign;
  if (taken) reader.next += 1;
  return taken;
}

function notEq(operator: string): ScimError {
  const known = COMPARISONS.has(operator.toLowerCase());
  const shown = operator.slice(0, 100);
  return new ScimError(
    'invalidFilter',
    known ? `The operator "${shown}" is not supported; use "eq".` : `"${shown}" stands where "eq" was expected.`,
  );
}

function unexpected(token: Token): ScimError {
  const shown = token.kind === 'string' ? 'a quoted value' : `"${token.text.slice(0, 100)}"`;
  return new ScimError(
    'invalidFilter',
    `The filter has ${shown} where it is not understood; only "eq" and "and" are supported, without parentheses.`,
  );
}

function incomplete(): ScimError {
  return new ScimError('invalidFilter', 'The filter ends before it is complete; it needs the form: attribute eq "value".');
}
