import { isUuid } from '../kernel/index.ts';
import type { ExchangeContent } from './exchange-store.ts';

/**
 * The wire log is read by people who need not know whom a request was about, and is kept longer than the people are: of what a
 * client wrote it keeps our own ids and names of attributes. Values go, wherever a client may have put them.
 */
const REDACTED = '…';

/** Literals that describe a value and are none: the canonical types of RFC 7643 §4.1.2, and booleans. */
const DESCRIBING = new Set(['work', 'home', 'other', 'mobile', 'fax', 'pager', 'true', 'false']);

/** Words of our own sentences that stand in quotation marks. */
const OUR_WORDS = new Set(['Operations', 'op', 'path', 'value', 'and', 'or', 'sortBy', 'sortOrder', 'startIndex', 'count', 'filter']);

/** Segments of an address that name an endpoint. */
const ENDPOINTS = new Set(
  'workspaces scim v2 Users Groups .search Bulk Me ServiceProviderConfig ResourceTypes Schemas User Group'.split(' '),
);

/** An address with everything gone that is neither an endpoint, nor an id, nor a schema. */
export function redactAddress(path: string): string {
  return path
    .split('/')
    .map((segment) => (segment === '' || isNamed(segment) ? segment : REDACTED))
    .join('/');
}

function isNamed(segment: string): boolean {
  return ENDPOINTS.has(segment) || isUuid(segment) || /^urn:ietf:params:scim:[A-Za-z0-9:.]+$/.test(segment);
}

/** A path of an operation without the values that it compares with; whole where it is the name of an attribute. */
export function redactPath(path: string): string {
  if (NAME.test(path)) return path;
  const { attribute, filter = '', sub = '' } = VALUE_PATH.exec(path)?.groups ?? {};
  return attribute === undefined ? REDACTED : `${attribute}[${redactFilter(filter)}]${sub}`;
}

/** An attribute, qualified by a schema or not, with a sub-attribute or not (RFC 7644 §3.5.2); or none, or what says how many more there were. */
const NAME = /^[A-Za-z$][\w$.:-]*$|^\d+ more$|^$/;

/** `emails[type eq "work"].value` */
const VALUE_PATH = /^(?<attribute>[A-Za-z$][\w$.:-]*)\[(?<filter>[^]*)\](?<sub>\.[\w$-]+)?$/;

function redactFilter(filter: string): string {
  const { attribute, operator, value } = COMPARISON.exec(filter)?.groups ?? {};
  if (attribute === undefined || operator === undefined) return REDACTED;
  if (value === undefined) return `${attribute} ${operator}`;
  return `${attribute} ${operator} ${isHarmless(value.replaceAll('"', '')) ? value : `"${REDACTED}"`}`;
}

/** One comparison; longer filters of a path are no dialect of Entra's. What is compared without quotation marks is a value all the same. */
const COMPARISON = /^\s*(?<attribute>[A-Za-z$][\w$.:-]*)\s+(?<operator>[a-z]{2})(?:\s+(?<value>[^]*\S))?\s*$/i;

/** Our ids, what describes a value, and a number too short to be anybody's. */
function isHarmless(literal: string): boolean {
  return isUuid(literal) || DESCRIBING.has(literal.toLowerCase()) || /^\d{1,3}$/.test(literal);
}

/** The detail of an error without what it repeats of the request: that stands in quotation marks, or at the end behind our words. */
export function redactDetail(detail: string): string {
  return detail
    .replace(/((?:not known here:|no sub-attribute) )[^]+$/, `$1"${REDACTED}".`)
    .replaceAll(/"([^"]*)"/g, (quoted, inner: string) => (OUR_WORDS.has(inner) ? quoted : `"${REDACTED}"`));
}

/** What an exchange says of its request, with values redacted. */
export function redactContent(content: Partial<ExchangeContent>): Pick<ExchangeContent, 'tolerated' | 'ignored' | 'canonical'> {
  const { canonical = [], ignored = [], tolerated = [] } = content;
  return {
    tolerated: tolerated.map((one) => (one.path === undefined ? one : { ...one, path: redactPath(one.path) })),
    ignored: ignored.map((one) => ({ ...one, op: redactPath(one.op), path: redactPath(one.path) })),
    canonical: canonical.map((one) => ({ ...one, path: redactPath(one.path) })),
  };
}
