import {
  type AttributePath,
  comparison,
  type Filter,
  joined,
  type Literal,
  negation,
  type Operator,
  presence,
  valueFilter,
} from './filter.ts';
import { readLiteral } from './filter-literal.ts';
import { resourceScope, type Scope, sharedScope, valueScope } from './filter-scope.ts';
import { type Findings, tolerate } from './oddity.ts';
import { type Attribute, attributeNamed, type ResourceType } from './schema.ts';
import { ScimError } from './scim-error.ts';
import { type Token, tokenizeFilter } from './tokenize-filter.ts';

/** How deep parentheses and `not` may nest: people write three. Parsing and SQL both recurse. */
const MAX_DEPTH = 25;
/** How many comparisons one filter may hold: each is a condition of the statement. */
const MAX_TERMS = 100;

interface Reader {
  readonly tokens: readonly Token[];
  next: number;
  depth: number;
  terms: number;
  readonly findings: Findings;
}

const OPERATORS: ReadonlySet<string> = new Set<Operator>(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']);

/**
 * A filter on resources of a type: the grammar of RFC 7644 §3.4.2.2 with its precedence (not, and, or), operators and names in
 * any case. Values without quotation marks are tolerated, as is `emails[type eq "work"] eq "x"` (entra-scim-client §1.2).
 * Throws `invalidFilter`, saying what is not understood and where.
 */
export function parseFilter(type: ResourceType, text: string, findings: Findings): Filter {
  return readWhole(text, resourceScope(type, findings), findings);
}

/** The same for a search over several types at once; `others` are the types beside this one. */
export function parseSharedFilter(type: ResourceType, others: readonly ResourceType[], text: string, findings: Findings): Filter {
  return readWhole(text, sharedScope(type, others, findings), findings);
}

/** The filter between the brackets of a value path: its names are sub-attributes of `attribute`. */
export function parseValueFilter(attribute: Attribute, text: string, findings: Findings): Filter {
  return readWhole(text, valueScope(attribute), findings);
}

function readWhole(text: string, scope: Scope, findings: Findings): Filter {
  const reader: Reader = { tokens: tokenizeFilter(text), next: 0, depth: 0, terms: 0, findings };
  const filter = readDisjunction(reader, scope);
  const rest = reader.tokens[reader.next];
  if (rest !== undefined) throw unexpected(rest, '"and", "or" or the end');
  return filter;
}

function readDisjunction(reader: Reader, scope: Scope): Filter {
  reader.depth += 1;
  if (reader.depth > MAX_DEPTH) throw invalid(`The filter nests deeper than ${MAX_DEPTH} levels.`);
  const terms: [Filter, ...Filter[]] = [readConjunction(reader, scope)];
  while (takeWord(reader, 'or')) terms.push(readConjunction(reader, scope));
  reader.depth -= 1;
  return joined('or', terms);
}

function readConjunction(reader: Reader, scope: Scope): Filter {
  const terms: [Filter, ...Filter[]] = [readTerm(reader, scope)];
  while (takeWord(reader, 'and')) terms.push(readTerm(reader, scope));
  return joined('and', terms);
}

function readTerm(reader: Reader, scope: Scope): Filter {
  if (takeSign(reader, '(')) return readGroup(reader, scope);
  if (isNegation(reader)) {
    reader.next += 2;
    return negation(readGroup(reader, scope));
  }
  reader.terms += 1;
  if (reader.terms > MAX_TERMS) throw invalid(`The filter has more than ${MAX_TERMS} comparisons.`);
  const token = takeToken(reader, 'an attribute');
  if (token.kind !== 'word') throw unexpected(token, 'an attribute');
  const path = scope(token.text);
  if (path === undefined) throw invalid(`The filter names an attribute that is not known here: ${token.text.slice(0, 100)}.`);
  return takeSign(reader, '[') ? readValuePath(reader, path) : readComparison(reader, path);
}

/** `not` is the operator only before a parenthesis (RFC 7644 figure 1). */
function isNegation({ tokens, next }: Reader): boolean {
  const [word, sign] = [tokens[next], tokens[next + 1]];
  return word?.kind === 'word' && word.text.toLowerCase() === 'not' && sign?.kind === 'sign' && sign.text === '(';
}

function readGroup(reader: Reader, scope: Scope): Filter {
  const filter = readDisjunction(reader, scope);
  if (!takeSign(reader, ')')) throw invalid('The filter has a parenthesis that is not closed.');
  return filter;
}

/** `emails[type eq "work"]`, alone, followed by `.value eq "x"`, or by the `eq "x"` that Microsoft's pages print. */
function readValuePath(reader: Reader, path: AttributePath): Filter {
  const { attribute } = path;
  if (path.sub !== undefined || attribute.subAttributes.length === 0) {
    throw invalid(`${attribute.name} has no values that a filter in brackets could choose from.`);
  }
  const inner = readDisjunction(reader, valueScope(attribute));
  if (!takeSign(reader, ']')) throw invalid(`The bracket after ${attribute.name} is not closed.`);
  const compared = readComparedSubAttribute(reader, attribute);
  return valueFilter(attribute, compared === undefined ? inner : joined('and', [inner, compared]));
}

function readComparedSubAttribute(reader: Reader, attribute: Attribute): Filter | undefined {
  const token = reader.tokens[reader.next];
  if (token?.kind !== 'word') return undefined;
  if (token.text.startsWith('.')) {
    reader.next += 1;
    return readComparison(reader, subAttribute(attribute, token.text.slice(1)));
  }
  if (!OPERATORS.has(token.text.toLowerCase())) return undefined;
  tolerate(reader.findings, 'filter-without-sub-attribute', attribute.name);
  return readComparison(reader, subAttribute(attribute, 'value'));
}

function subAttribute(attribute: Attribute, name: string): AttributePath {
  const sub = attributeNamed(attribute.subAttributes, name);
  if (sub === undefined) throw invalid(`${attribute.name} has no sub-attribute ${name.slice(0, 100)}.`);
  return { attribute: sub, sub: undefined };
}

function readComparison(reader: Reader, path: AttributePath): Filter {
  const operator = takeToken(reader, 'an operator');
  const word = operator.kind === 'word' ? operator.text.toLowerCase() : '';
  if (word === 'pr') return presence(path);
  if (!OPERATORS.has(word)) throw unexpected(operator, 'one of eq, ne, co, sw, ew, gt, ge, lt, le, pr');
  const value = takeToken(reader, 'a value');
  if (value.kind === 'sign') throw unexpected(value, 'a value');
  const compared = comparedPath(path);
  return comparison(compared, word as Operator, readValue(reader, compared, { operator: word as Operator, token: value }));
}

/** A complex attribute is compared by its `value` (RFC 7644 §3.4.2.2: `emails co "example.com"`); one that has none is not compared. */
function comparedPath({ attribute, sub }: AttributePath): AttributePath {
  if (sub !== undefined || attribute.type !== 'complex') return { attribute, sub };
  const value = attributeNamed(attribute.subAttributes, 'value');
  if (value === undefined)
    throw invalid(
      `${attribute.name} is compared by one of its sub-attributes, such as ${attribute.name}.${attribute.subAttributes[0]?.name}.`,
    );
  return { attribute, sub: value };
}

function readValue(
  { findings }: Reader,
  { attribute, sub }: AttributePath,
  { operator, token }: { readonly operator: Operator; readonly token: Exclude<Token, { kind: 'sign' }> },
): Literal {
  return readLiteral(sub ?? attribute, operator, token, findings);
}

function takeToken(reader: Reader, wanted: string): Token {
  const token = reader.tokens[reader.next];
  if (token === undefined) throw invalid(`The filter ends where ${wanted} was expected; its form is: attribute eq "value".`);
  reader.next += 1;
  return token;
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

function unexpected(token: Token, wanted: string): ScimError {
  const shown = token.kind === 'string' ? 'a quoted value' : `"${token.text.slice(0, 100)}"`;
  return invalid(`The filter has ${shown} where ${wanted} was expected.`);
}

function invalid(detail: string): ScimError {
  return new ScimError('invalidFilter', detail);
}
