import { caseFolded, isUuid } from '../kernel/index.ts';
import {
  type Attribute,
  type AttributePath,
  type Comparison,
  type Filter,
  type Operator,
  type Presence,
  qualifiedName,
} from '../scim-protocol/index.ts';
import { type FilterTarget, type IndexKind, type ListedSource, type SingleSource, sourceOf } from './filter-columns-store.ts';

/** A filter as a condition on `scim_user` or `scim_group`. It is never null where it stands under a `not`. */
export interface Condition {
  readonly sql: string;
  /** The kind of index that finds the few rows that can meet it; undefined: none does. */
  readonly index: IndexKind | undefined;
}

/** Takes a value and answers its parameter, such as `$7`. */
export type Bind = (value: unknown) => string;

export interface Compiler {
  readonly target: FilterTarget;
  /** The absolute address of the type's endpoint, for `meta.location`. */
  readonly endpoint: string;
  readonly bind: Bind;
}

/**
 * RFC 7644 §3.4.2.2 as SQL, for every attribute of the schemas. Values become parameters; the text depends on the filter's
 * shape alone, so that it can be prepared. SQL's null, which a missing value gives, is false where it decides.
 */
export function compileFilter(compiler: Compiler, filter: Filter): Condition {
  return { sql: compile(compiler, filter), index: indexFor(compiler, filter) };
}

function compile(compiler: Compiler, filter: Filter): string {
  switch (filter.kind) {
    case 'comparison':
      return decidedBeforehand(filter) ?? compileComparison(compiler, filter);
    case 'present':
      return compilePresence(compiler, filter);
    case 'and':
    case 'or':
      return filter.terms.map((term) => `(${compile(compiler, term)})`).join(` ${filter.kind} `);
    case 'not':
      return `not coalesce(${compile(compiler, filter.term)}, false)`;
    default:
      return compileValues(compiler, filter.attribute, filter.filter);
  }
}

function indexFor(compiler: Compiler, filter: Filter): IndexKind | undefined {
  if (filter.kind === 'and') return filter.terms.map((term) => indexFor(compiler, term)).find((index) => index !== undefined);
  if (filter.kind === 'value-filter')
    return emailsWanted(compiler.target, filter.attribute, filter.filter) === undefined ? undefined : 'email';
  if (filter.kind !== 'comparison' || filter.operator !== 'eq' || filter.value === null) return undefined;
  const source = sourceOf(compiler.target, filter.path);
  if (source.kind === 'single') return source.index;
  return isEmailValue(compiler.target, filter) ? 'email' : undefined;
}

/** PostgreSQL holds neither NUL nor lone surrogates, so that no stored text has anything to do with them. */
const NEVER_STORED = /\0|\p{Surrogate}/u;

/** What a comparison with such a text comes to. Asked before anything is bound: a parameter that the text does not use is an error. */
function decidedBeforehand({ operator, value }: Comparison): 'true' | 'false' | undefined {
  if (typeof value !== 'string' || !NEVER_STORED.test(value)) return undefined;
  return operator === 'ne' ? 'true' : 'false';
}

function compileComparison(compiler: Compiler, filter: Comparison): string {
  const { path, operator, value } = filter;
  const source = isLocation(path) ? locationOf(compiler) : sourceOf(compiler.target, path);
  if (source.kind === 'single') return compare(compiler, { source, attribute: path.sub ?? path.attribute, operator, value });
  if (operator !== 'eq' || !isEmailValue(compiler.target, filter)) return compareListed(compiler, source, filter);
  const has = hasEmail(compiler, String(value));
  return FOR_THE_WIRE.test(String(value)) ? `(${has} and ${compareListed(compiler, source, filter)})` : has;
}

/**
 * Such a key may be there for another spelling that was sent, in letters of any script or of full width: it finds rows, and what was sent decides. Letters beyond ASCII are folded in keys alone, so that where some
 * stand before an ordinary domain the key decides.
 */
const FOR_THE_WIRE = /^[\x20-\x7e]*$|@(?:.*\.)?xn--/i;

function isLocation({ attribute, sub }: AttributePath): boolean {
  return attribute.schema === '' && sub?.name === 'location';
}

function locationOf({ bind, endpoint, target }: Compiler): SingleSource {
  return { kind: 'single', sql: `(${bind(`${endpoint}/`)}::text || ${target.table}.id)` };
}

/** Some value meets it; `ne`, and null for "no value", are met by a resource without values too. */
function compareListed(compiler: Compiler, source: ListedSource, { path, operator, value }: Comparison): string {
  const attribute = path.sub ?? path.attribute;
  const item: SingleSource = { kind: 'single', sql: source.item(path.sub) };
  const any = (condition: string) => `exists (select from ${source.rows} where ${condition})`;
  const present = any(`${item.sql} is not null`);
  if (value === null) return operator === 'eq' ? `not ${present}` : present;
  if (operator !== 'ne') return any(compare(compiler, { source: item, attribute, operator, value }));
  const differs = compare(compiler, { source: item, attribute, operator, value });
  return `(not ${present} or ${any(`${item.sql} is not null and ${differs}`)})`;
}

function compilePresence({ target }: Compiler, { path }: Presence): string {
  const { attribute, sub } = path;
  if (attribute.schema === '') return 'true'; // every resource has an id, schemas and a meta
  const source = sourceOf(target, path);
  if (source.kind === 'listed') {
    return `exists (select from ${source.rows}${sub === undefined ? '' : ` where ${source.item(sub)} is not null`})`;
  }
  return `${source.sql} is not null`;
}

/** `emails[type eq "work"].value eq "x"`: one value meets the whole filter; the index of addresses narrows the search first. */
function compileValues(compiler: Compiler, attribute: Attribute, filter: Filter): string {
  const source = sourceOf(compiler.target, { attribute, sub: undefined });
  // A complex attribute that is single-valued is a list of one.
  if (source.kind === 'single')
    return compileWithin(compiler, filter, (sub) => sourceOf(compiler.target, { attribute, sub }) as SingleSource);
  const condition = compileWithin(compiler, filter, (sub) => ({ kind: 'single', sql: source.item(sub) }));
  const wanted = emailsWanted(compiler.target, attribute, filter);
  const narrowed = wanted === undefined ? '' : `${hasEmail(compiler, wanted)} and `;
  return `${narrowed}exists (select from ${source.rows} where ${condition})`;
}

function compileWithin(compiler: Compiler, filter: Filter, source: (sub: Attribute) => SingleSource): string {
  switch (filter.kind) {
    case 'comparison':
      return (
        decidedBeforehand(filter) ??
        compare(compiler, { ...filter, source: source(filter.path.attribute), attribute: filter.path.attribute })
      );
    case 'present':
      return `${source(filter.path.attribute).sql} is not null`;
    case 'and':
    case 'or':
      return filter.terms.map((term) => `(${compileWithin(compiler, term, source)})`).join(` ${filter.kind} `);
    case 'not':
      return `not coalesce(${compileWithin(compiler, filter.term, source)}, false)`;
    default:
      return 'false'; // a sub-attribute has no values of its own (RFC 7643 §2.3.8)
  }
}

interface Compared {
  readonly source: SingleSource;
  readonly attribute: Attribute;
  readonly operator: Operator;
  readonly value: Comparison['value'];
}

function compare(compiler: Compiler, compared: Compared): string {
  const { source, attribute, operator, value } = compared;
  if (value === null) return `${source.sql} is ${operator === 'eq' ? '' : 'not '}null`;
  if (source.uuid === true) return compareUuid(compiler, compared, String(value));
  if (typeof value === 'boolean') return equality(`(${source.sql})::boolean`, operator, `${compiler.bind(value)}::boolean`);
  if (attribute.type === 'dateTime') return ordered(source.sql, operator, `${compiler.bind(value)}::timestamptz`);
  if (attribute.caseExact) return compareTexts(source.sql, operator, `${compiler.bind(value)}::text`);
  return source.folded === true
    ? compareTexts(source.sql, operator, `${compiler.bind(caseFolded(value))}::text`)
    : compareTexts(`lower(${source.sql})`, operator, `lower(${compiler.bind(value)}::text)`);
}

function compareUuid({ bind }: Compiler, { source, operator }: Compared, text: string): string {
  if (operator !== 'eq') return compareTexts(`${source.sql}::text`, operator, `${bind(text)}::text`);
  return isUuid(text) ? `${source.sql} = ${bind(text)}::uuid` : 'false';
}

function compareTexts(left: string, operator: Operator, right: string): string {
  switch (operator) {
    case 'co':
      return `strpos(${left}, ${right}) > 0`;
    case 'sw':
      return `starts_with(${left}, ${right})`;
    case 'ew':
      return `right(${left}, length(${right})) = ${right}`;
    default:
      // Ordered by code point, whatever the database's own order is.
      return operator === 'eq' || operator === 'ne' ? equality(left, operator, right) : ordered(`(${left}) collate "C"`, operator, right);
  }
}

function equality(left: string, operator: Operator, right: string): string {
  return operator === 'eq' ? `${left} = ${right}` : `${left} is distinct from ${right}`;
}

const signs = { gt: '>', ge: '>=', lt: '<', le: '<=' } as const;

function ordered(left: string, operator: Operator, right: string): string {
  return operator in signs ? `${left} ${signs[operator as keyof typeof signs]} ${right}` : equality(left, operator, right);
}

/** The folded addresses of a user stand in an array of their own, which has an index. */
function hasEmail({ bind }: Compiler, address: string): string {
  return NEVER_STORED.test(address) ? 'false' : `scim_user.email_keys @> array[${bind(caseFolded(address))}::text]`;
}

function isEmails(target: FilterTarget, attribute: Attribute): boolean {
  return target.table === 'scim_user' && qualifiedName(target.type, attribute) === 'emails';
}

function isEmailValue(target: FilterTarget, { path, value }: Comparison): boolean {
  return isEmails(target, path.attribute) && path.sub?.name === 'value' && value !== null;
}

/** The address that a filter in brackets asks for among other things; undefined where it asks for none. */
function emailsWanted(target: FilterTarget, attribute: Attribute, filter: Filter): string | undefined {
  if (!isEmails(target, attribute)) return undefined;
  const terms = filter.kind === 'and' ? filter.terms : [filter];
  const wanted = terms.find((term) => term.kind === 'comparison' && term.operator === 'eq' && term.path.attribute.name === 'value');
  return wanted?.kind === 'comparison' && typeof wanted.value === 'string' ? wanted.value : undefined;
}
