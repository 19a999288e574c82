import {
  type Filter,
  groupType,
  noFindings,
  parseFilter,
  parseSharedFilter,
  type ResourceType,
  readSelection,
  resourceScope,
  ScimError,
  type Selection,
  type Tolerated,
  userType,
} from '../scim-protocol/index.ts';
import type { AdmittedCall } from './scim-request.ts';
import { namesIn } from './selection-of.ts';
import type { Sort } from './sort-columns-store.ts';

/** The longest page, and the one that a request without `count` gets. A longer one is cut, as RFC 7644 §3.4.2.4 allows. */
export const MAX_PAGE = 100;

/** Beyond any list; what PostgreSQL takes for an offset is more. */
const MAX_START_INDEX = 1_000_000_000;

/** RFC 7644 §3.4.2: what a list is asked for, in an address or in the body of a search, before it is read for one type of resource. */
export interface ListParameters {
  /** RFC 9865: empty for the first page; undefined where pages are asked for by `startIndex`. */
  readonly cursor: string | undefined;
  readonly startIndex: number;
  readonly count: number;
  readonly filter: string | undefined;
  readonly sortBy: string | undefined;
  readonly descending: boolean;
  readonly attributes: readonly string[];
  readonly excludedAttributes: readonly string[];
}

/** The same for one type of resource. */
export interface ListRequest {
  readonly filter: Filter | undefined;
  readonly sort: Sort | undefined;
  readonly selection: Selection | undefined;
  readonly tolerated: readonly Tolerated[];
}

/** Throws `invalidCursor` for a cursor beside a `startIndex`, `invalidCount` for a cursor's page of no length. */
export function listParameters({ query }: AdmittedCall): ListParameters {
  return {
    ...pageAsked({
      cursor: query.get('cursor') ?? undefined,
      startIndex: query.get('startIndex') ?? undefined,
      count: query.get('count') ?? undefined,
    }),
    filter: query.get('filter') ?? undefined,
    sortBy: query.get('sortBy') ?? undefined,
    descending: isDescending(query.get('sortOrder') ?? undefined),
    attributes: namesIn(query, 'attributes'),
    excludedAttributes: namesIn(query, 'excludedAttributes'),
  };
}

/** RFC 7644 §3.4.3: the body of a POST to `.search`, its names read in any case. Throws as `listParameters`, and `invalidValue` for a member of another type. */
export function searchParameters(body: unknown): ListParameters {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new ScimError('invalidSyntax', 'A search request is a JSON object.');
  const members = new Map(Object.entries(body).map(([key, value]) => [key.toLowerCase(), value as unknown]));
  const read = <Value>(name: string, parse: (value: unknown) => Value | undefined, form: string): Value | undefined => {
    const value = members.get(name.toLowerCase());
    if (value === undefined || value === null) return undefined;
    const parsed = parse(value);
    if (parsed === undefined) throw new ScimError('invalidValue', `"${name}" of a search request is ${form}.`);
    return parsed;
  };
  return {
    ...pageAsked({
      cursor: read('cursor', textIn, 'a string'),
      startIndex: read('startIndex', integerIn, 'an integer'),
      count: read('count', integerIn, 'an integer'),
    }),
    filter: read('filter', textIn, 'a string'),
    sortBy: read('sortBy', textIn, 'a string'),
    descending: isDescending(read('sortOrder', textIn, 'a string')),
    attributes: read('attributes', textsIn, 'a list of strings') ?? [],
    excludedAttributes: read('excludedAttributes', textsIn, 'a list of strings') ?? [],
  };
}

/** Reads the parameters for a type; `others` are the types that are searched beside it. Throws `invalidFilter` or `invalidPath`. */
export function listRequest(type: ResourceType, parameters: ListParameters, others: readonly ResourceType[] = []): ListRequest {
  const { attributes, descending, excludedAttributes, filter, sortBy } = parameters;
  const findings = noFindings();
  return {
    filter: filter === undefined ? undefined : parse(type, others, filter, findings),
    sort: sortBy === undefined ? undefined : { path: sortPath(type, others, sortBy), descending },
    selection: readSelection(type, attributes, excludedAttributes),
    tolerated: findings.tolerated,
  };
}

function parse(type: ResourceType, others: readonly ResourceType[], filter: string, findings: ReturnType<typeof noFindings>): Filter {
  return others.length === 0 ? parseFilter(type, filter, findings) : parseSharedFilter(type, others, filter, findings);
}

function sortPath(type: ResourceType, others: readonly ResourceType[], name: string): Sort['path'] {
  const path = [type, ...others].map((one) => resourceScope(one, noFindings())(name)).find((found) => found !== undefined);
  if (path === undefined) throw new ScimError('invalidPath', `"sortBy" names an attribute that is not known here: ${name.slice(0, 100)}.`);
  return path;
}

/** The types that a search at the root goes through, in the order of its results. */
export const searchedTypes: readonly ResourceType[] = [userType, groupType];

interface PageAsked {
  readonly cursor: string | undefined;
  readonly startIndex: string | number | undefined;
  readonly count: string | number | undefined;
}

function pageAsked({ cursor, startIndex, count }: PageAsked): Pick<ListParameters, 'cursor' | 'startIndex' | 'count'> {
  const asked = { cursor, startIndex: clampStart(integerIn(startIndex)), count: clampCount(integerIn(count)) };
  if (cursor === undefined) return asked;
  if (startIndex !== undefined) throw new ScimError('invalidCursor', 'A page is asked for by "cursor" or by "startIndex", not by both.');
  if (count !== undefined && (integerIn(count) ?? 0) < 1) {
    throw new ScimError('invalidCount', `With "cursor", "count" is an integer from 1 on; a page has at most ${MAX_PAGE} resources.`);
  }
  return asked;
}

function clampStart(startIndex = 1): number {
  return Math.min(Math.max(startIndex, 1), MAX_START_INDEX);
}

function clampCount(count = MAX_PAGE): number {
  return Math.min(Math.max(count, 0), MAX_PAGE);
}

/** RFC 7644 §3.4.2.3: ascending unless the request says otherwise. */
function isDescending(sortOrder: string | undefined): boolean {
  const order = sortOrder?.trim().toLowerCase() ?? 'ascending';
  if (order !== 'ascending' && order !== 'descending') throw new ScimError('invalidValue', '"sortOrder" is ascending or descending.');
  return order === 'descending';
}

function integerIn(value: unknown): number | undefined {
  if (typeof value === 'string') return /^[+-]?\d{1,15}$/.test(value) ? Number(value) : undefined;
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textsIn(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return value.split(',');
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}
