import { badRequest, GraphError } from './graph-error.ts';

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 999;

export interface GraphQuery {
  /** The selected properties; undefined when the request has no $select. */
  readonly select: readonly string[] | undefined;
  readonly top: number;
  /** Ordinal of the last item of the page before; 0 for the first page. */
  readonly after: number;
  /** The query as it came, without $skiptoken, for the nextLink. */
  readonly carried: string;
}

const UNDERSTOOD = new Set(['$select', '$top', '$skiptoken', '$count', '$filter']);

/** Reads the OData query options. An option that the stand-in cannot honour is refused, never ignored. */
export function graphQuery(parameters: URLSearchParams, expandable?: string): GraphQuery {
  for (const name of parameters.keys()) {
    if (name === '$expand' && parameters.get(name) === expandable) continue;
    if (name.startsWith('$') && !UNDERSTOOD.has(name)) {
      throw new GraphError(400, 'Request_UnsupportedQuery', `Query option '${name}' is not supported here.`);
    }
  }
  return {
    select: selection(parameters.get('$select')),
    top: pageSize(parameters.get('$top')),
    after: skipTokenPosition(parameters.get('$skiptoken')),
    carried: carriedQuery(parameters),
  };
}

function carriedQuery(parameters: URLSearchParams): string {
  const carried = [...parameters].filter(([name]) => name !== '$skiptoken');
  return carried.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
}

function selection(text: string | null): readonly string[] | undefined {
  return text === null || text.trim() === '' ? undefined : text.split(',').map((name) => name.trim());
}

function pageSize(text: string | null): number {
  if (text === null) return DEFAULT_PAGE_SIZE;
  const size = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (size < 1 || size > MAX_PAGE_SIZE) {
    throw new GraphError(
      400,
      'Request_UnsupportedQuery',
      `Invalid page size specified: '${text}'. Must be between 1 and ${MAX_PAGE_SIZE} inclusive.`,
    );
  }
  return size;
}

const TOKEN_PREFIX = 'RFNwdAIAAQAAA';

/** Opaque to the client, and no token of anybody else's works. */
export function skipToken(ordinal: number): string {
  return TOKEN_PREFIX + Buffer.from(`after ${ordinal}`).toString('base64url');
}

/** The ordinal that a token stands for; 0 without one. */
export function skipTokenPosition(token: string | null): number {
  if (token === null) return 0;
  const text = token.startsWith(TOKEN_PREFIX) ? Buffer.from(token.slice(TOKEN_PREFIX.length), 'base64url').toString('utf8') : '';
  const ordinal = /^after (\d+)$/.exec(text)?.[1];
  if (ordinal === undefined)
    throw new GraphError(
      400,
      'Directory_ExpiredPageToken',
      'The specified page token value has expired and can no longer be included in your request.',
    );
  return Number(ordinal);
}

/** The value of the one filter that is supported here, `appId eq '…'`; undefined without a filter. */
export function appIdFilter(parameters: URLSearchParams): string | undefined {
  const filter = parameters.get('$filter');
  if (filter === null) return undefined;
  const appId = /^\s*appId\s+eq\s+'([^']*)'\s*$/.exec(filter)?.[1];
  return appId ?? refuseFilter(filter);
}

export function refuseFilter(filter: string): never {
  throw badRequest(`Invalid filter clause: '${filter}' is not supported here.`);
}
