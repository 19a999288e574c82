import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type LoopbackServer, serve } from '../support/loopback.ts';
import { type DoubleAnswer, type DoubleRequest, ENTERPRISE, type Json, listed, MAX_RESULTS, refusal } from './scim-check-double-answer.ts';
import { discovery } from './scim-check-double-discovery.ts';
import { applyPatch } from './scim-check-double-patch.ts';

/** Stands between the request and the double, and answers otherwise than a good server does. */
export type Fault = (
  request: DoubleRequest,
  next: (request: DoubleRequest) => DoubleAnswer,
  double: ScimCheckDouble,
) => DoubleAnswer | Promise<DoubleAnswer>;

export interface ScimCheckDouble extends LoopbackServer {
  readonly token: string;
  readonly resources: Readonly<Record<'Users' | 'Groups', Map<string, Json>>>;
  readonly seen: DoubleRequest[];
}

const TOKEN = 'the-token';
/** A SCIM server in memory that is as good as Entra needs it, with somebody's own user and group in it, but for one planted fault. */
export async function startDouble(fault?: Fault): Promise<ScimCheckDouble> {
  const resources = {
    Users: new Map<string, Json>([['own-user', { id: 'own-user', userName: 'somebody@own.example', active: true, schemas: [], meta: {} }]]),
    Groups: new Map<string, Json>([
      ['own-group', { id: 'own-group', displayName: 'Somebody', members: [{ value: 'own-user' }], schemas: [], meta: {} }],
    ]),
  };
  const seen: DoubleRequest[] = [];
  const server = await serve((request, response) => void respond(request, response));
  const double: ScimCheckDouble = { ...server, url: `${server.url}/scim/v2`, token: TOKEN, resources, seen };
  const next = (request: DoubleRequest) => answer(double, request);
  const respond = async (incoming: IncomingMessage, response: ServerResponse) => {
    const request = await readRequest(incoming);
    seen.push(request);
    const { status, body, headers } = await (fault === undefined ? next(request) : fault(request, next, double));
    response.writeHead(status, { 'content-type': 'application/scim+json', ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  };
  return double;
}

/** The resource that a request names, if there is one. */
export function named(double: ScimCheckDouble, { path }: DoubleRequest): Json | undefined {
  const [, collection, id = ''] = path.split('/');
  return collection === 'Users' || collection === 'Groups' ? double.resources[collection].get(id) : undefined;
}

async function readRequest(incoming: IncomingMessage): Promise<DoubleRequest> {
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  const url = new URL(incoming.url ?? '/', 'http://double.invalid');
  return {
    method: incoming.method ?? '',
    path: decodeURIComponent(url.pathname.replace('/scim/v2', '')),
    query: url.searchParams,
    headers: incoming.headers,
    body: text === '' ? {} : (JSON.parse(text) as Json),
  };
}

function answer(double: ScimCheckDouble, request: DoubleRequest): DoubleAnswer {
  if (request.headers.authorization !== `Bearer ${TOKEN}`) return { ...refusal(401), headers: { 'www-authenticate': 'Bearer' } };
  const [, collection, id] = request.path.split('/');
  if (collection !== 'Users' && collection !== 'Groups') return discovery(request) ?? refusal(404);
  if (id === undefined) return request.method === 'POST' ? create(double, collection, request.body) : list(double, collection, request);
  const found = double.resources[collection].get(id);
  if (found === undefined) return refusal(404);
  if (request.method === 'GET') return show(found, request);
  if (request.method === 'PATCH') return patch(found, collection, request);
  double.resources[collection].delete(id);
  return { status: 204 };
}

function create(double: ScimCheckDouble, collection: 'Users' | 'Groups', sent: Json): DoubleAnswer {
  const all = double.resources[collection];
  const isTaken = [...all.values()].some(({ userName }) => same(userName, sent['userName']));
  if (collection === 'Users' && isTaken) return refusal(409, 'uniqueness');
  const id = `id-${double.seen.length}`;
  const values = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== null));
  const resource = { ...values, id, ...(collection === 'Groups' && { members: [] }), meta: { version: 'W/"1"' } };
  all.set(id, resource);
  return { status: 201, body: resource };
}

function show(found: Json, { query, headers }: DoubleRequest): DoubleAnswer {
  const { version } = found['meta'] as { readonly version?: string };
  const etag = version === undefined ? undefined : { headers: { etag: version } };
  if (version !== undefined && headers['if-none-match'] === version) return { status: 304 };
  return { status: 200, body: project(found, query), ...etag };
}

function project(resource: Json, query: URLSearchParams): Json {
  const without = query.get('excludedAttributes');
  return Object.fromEntries(Object.entries(resource).filter(([name]) => name !== without));
}

function patch(found: Json, collection: 'Users' | 'Groups', { body }: DoubleRequest): DoubleAnswer {
  for (const operation of (body['Operations'] ?? []) as Json[]) applyPatch(found, operation);
  const { version = 'W/"1"' } = found['meta'] as { readonly version?: string };
  found['meta'] = { version: version.replace(/\d+/, (number) => String(Number(number) + 1)) };
  return collection === 'Users' ? { status: 200, body: found } : { status: 204 };
}

function list(double: ScimCheckDouble, collection: 'Users' | 'Groups', { query }: DoubleRequest): DoubleAnswer {
  const hits = [...double.resources[collection].values()].filter((resource) => matches(resource, query.get('filter')));
  if (query.get('sortOrder') === 'descending') hits.sort((one, other) => (String(one['userName']) < String(other['userName']) ? 1 : -1));
  const startIndex = Number(query.get('startIndex') ?? 1);
  const count = Math.min(Number(query.get('count') ?? MAX_RESULTS), MAX_RESULTS);
  const page = hits.slice(startIndex - 1, startIndex - 1 + count).map((hit) => project(hit, query));
  return listed(page, hits.length, startIndex);
}

function matches(resource: Json, filter: string | null): boolean {
  const terms = filter === null ? [] : filter.split(' and ');
  return terms.every((term) => {
    const [, attribute = '', operator = '', value = '""'] = /^(\S+) (eq|sw) (".*")$/i.exec(term) ?? [];
    const wanted = String(JSON.parse(value)).toLowerCase();
    const held = valuesOf(resource, attribute.toLowerCase()).map((one) => String(one).toLowerCase());
    return held.some((one) => (operator.toLowerCase() === 'sw' ? one.startsWith(wanted) : one === wanted));
  });
}

function valuesOf(resource: Json, attribute: string): readonly unknown[] {
  if (attribute === 'members') return ((resource['members'] ?? []) as Json[]).map(({ value }) => value);
  if (attribute === 'manager') return [((resource[ENTERPRISE] as Json | undefined)?.['manager'] as Json | undefined)?.['value']];
  return Object.entries(resource).flatMap(([name, value]) => (name.toLowerCase() === attribute ? [value] : []));
}

function same(one: unknown, other: unknown): boolean {
  return String(one).toLowerCase() === String(other).toLowerCase();
}
