import { parseInstant } from '../kernel/index.ts';
import type { Literal, Operator } from './filter.ts';
import { type Findings, tolerate } from './oddity.ts';
import type { Attribute } from './schema.ts';
import { ScimError } from './scim-error.ts';
import type { Token } from './tokenize-filter.ts';

const EQUALITY: ReadonlySet<Operator> = new Set<Operator>(['eq', 'ne']);
const ORDER: ReadonlySet<Operator> = new Set<Operator>(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);

/** RFC 7644 §3.4.2.2, table 3: booleans and binaries have no order, and instants no parts. */
const operatorsOf: Readonly<Partial<Record<Attribute['type'], ReadonlySet<Operator>>>> = {
  boolean: EQUALITY,
  binary: EQUALITY,
  dateTime: ORDER,
};

/**
 * The value of a comparison in the type of its attribute. Taken too: texts without quotation marks, numbers for texts, and
 * booleans in quotation marks, as Entra writes them (entra-scim-client §1.2, §2.3).
 * Throws `invalidFilter` for an operator that the type does not have and for a value that is none of the type.
 */
export function readLiteral(
  attribute: Attribute,
  operator: Operator,
  token: Exclude<Token, { kind: 'sign' }>,
  findings: Findings,
): Literal {
  const supported = operatorsOf[attribute.type];
  if (supported !== undefined && !supported.has(operator)) {
    throw invalid(
      `${attribute.name} is a ${attribute.type}; it cannot be compared with "${operator}" but with ${[...supported].join(', ')}.`,
    );
  }
  if (token.kind === 'word' && token.text === 'null') return nullFor(attribute, operator);
  if (attribute.type === 'boolean') return readBoolean(attribute, token, findings);
  if (attribute.type === 'dateTime') return readInstant(attribute, token.text);
  if (token.kind === 'word' && !/^(true|false|-?\d+(\.\d+)?)$/.test(token.text)) tolerate(findings, 'unquoted-filter-value');
  return token.text;
}

function nullFor(attribute: Attribute, operator: Operator): null {
  if (EQUALITY.has(operator)) return null;
  throw invalid(`${attribute.name} can be compared with null by eq and ne alone.`);
}

function readBoolean(attribute: Attribute, { kind, text }: Token, findings: Findings): boolean {
  const lower = text.toLowerCase();
  if (lower !== 'true' && lower !== 'false') throw invalid(`${attribute.name} is true or false.`);
  if (kind === 'string' || text !== lower) tolerate(findings, 'boolean-as-string', attribute.name);
  return lower === 'true';
}

function readInstant(attribute: Attribute, text: string): string {
  const instant = parseInstant(text);
  // PostgreSQL has no year 0; nothing was created in it either.
  if (instant === undefined || instant.startsWith('0000'))
    throw invalid(`${attribute.name} is compared with a date and time such as "2026-01-31T00:00:00Z".`);
  return instant;
}

function invalid(detail: string): ScimError {
  return new ScimError('invalidFilter', detail);
}
