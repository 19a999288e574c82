import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Record<string, unknown>;

interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Json | undefined;
}

export interface ScimDouble {
  readonly url: string;
  readonly users: Map<string, Json>;
  readonly groups: Map<string, Json & { members: string[] }>;
  readonly seen: SeenRequest[];
  /** Answers instead of the double when it returns something. */
  intervene: (request: SeenRequest) => { status: number; body: unknown } | undefined;
  /** What a request waits for before it is looked at. */
  hold: (request: SeenRequest) => Promise<void>;
  /** The most requests that were under way at the same moment. */
  readonly mostAtOnce: () => number;
  writes(method?: string): readonly SeenRequest[];
  close(): Promise<void>;
}

const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** The least SCIM server that the engine can talk to: it stores what POST brings and applies what PATCH says. */
export async function startScimDouble(): Promise<ScimDouble> {
  let underWay = 0;
  let most = 0;
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const seen: SeenRequest[] = [];
  const double: ScimDouble = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2`,
    users: new Map(),
    groups: new Map(),
    seen,
    intervene: () => undefined,
    hold: () => Promise.resolve(),
    mostAtOnce: () => most,
    writes: (method) => seen.filter((request) => (method === undefined ? request.method !== 'GET' : request.method === method)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    underWay += 1;
    most = Math.max(most, underWay);
    void respond(double, request, response).finally(() => {
      underWay -= 1;
    });
  });
  return double;
}

async function respond(double: ScimDouble, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const url = new URL(request.url ?? '/', 'http://double.invalid');
  const path = url.pathname.replace('/scim/v2', '');
  const seen: SeenRequest = {
    method: request.method ?? '',
    path,
    query: url.search.slice(1),
    headers: request.headers,
    body: text === '' ? undefined : (JSON.parse(text) as Json),
  };
  double.seen.push(seen);
  await double.hold(seen);
  const { status, body } = double.intervene(seen) ?? answer(double, seen, url.searchParams.get('filter'));
  response.writeHead(status, { 'content-type': 'application/scim+json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

function answer(double: ScimDouble, request: SeenRequest, filter: string | null): Answer {
  const { method, path, body } = request;
  const [, collection, id] = path.split('/');
  const resources: Map<string, Json> = collection === 'Users' ? double.users : double.groups;
  if (id === undefined && method === 'GET') return list([...resources.values()].filter((resource) => matches(resource, filter ?? '')));
  if (id === undefined) return { status: 201, body: store(resources, collection === 'Groups', body ?? {}) };
  const found = resources.get(id);
  if (found === undefined) return { status: 404, body: { status: '404', detail: 'no such resource' } };
  return method === 'GET' ? { status: 200, body: found } : write(resources, found, request);
}

function write(resources: Map<string, Json>, found: Json, { method, path, body }: SeenRequest): Answer {
  const id = String(found['id']);
  if (method === 'DELETE') {
    resources.delete(id);
    return { status: 204, body: undefined };
  }
  for (const operation of (body?.['Operations'] ?? []) as Operation[]) apply(found, operation);
  return path.startsWith('/Groups') ? { status: 204, body: undefined } : { status: 200, body: found };
}

function list(hits: readonly Json[]): Answer {
  return { status: 200, body: { schemas: [LIST], totalResults: hits.length, Resources: hits, startIndex: 1, itemsPerPage: 20 } };
}

function store(resources: Map<string, Json>, isGroup: boolean, body: Json): Json {
  const id = `t${resources.size + 1}-${String(body['externalId']).slice(0, 8)}`;
  const resource = { ...body, id, ...(isGroup && { members: [] }) };
  resources.set(id, resource);
  return resource;
}

function matches(resource: Json, filter: string): boolean {
  return filter.split(' and ').every((term) => {
    const [, attribute = '', value] = /^(\w+|emails\[type eq "work"\]\.value) eq "(.*)"$/.exec(term) ?? [];
    if (attribute === 'members') return (resource['members'] as string[]).includes(String(value));
    if (attribute.startsWith('emails'))
      return (resource['emails'] as Json[] | undefined)?.some((email) => email['value'] === value) === true;
    if (attribute === 'manager') return managerOf(resource) === value;
    return resource[attribute] === value;
  });
}

function managerOf(resource: Json): unknown {
  const enterprise = Object.entries(resource).find(([key]) => key.includes('enterprise'))?.[1] as Json | undefined;
  return (enterprise?.['manager'] as Json | undefined)?.['value'];
}

interface Operation {
  readonly op: string;
  readonly path?: string;
  readonly value?: unknown;
}

function apply(resource: Json, { op, path, value }: Operation): void {
  const removing = op.toLowerCase() === 'remove';
  const members = resource['members'] as string[] | undefined;
  const memberPath = /^members(?:\[value eq "(.+)"\])?$/.exec(path ?? '');
  if (memberPath !== null && members !== undefined) {
    const ids = memberPath[1] === undefined ? (value as { value: string }[]).map((member) => member.value) : [memberPath[1]];
    resource['members'] = [...members.filter((id) => !ids.includes(id)), ...(removing ? [] : ids)];
  } else if (path === undefined) {
    for (const [key, keyed] of Object.entries(value as Json)) set(resource, key, keyed);
  } else {
    set(resource, path, removing ? undefined : value);
  }
}

function set(resource: Json, path: string, given: unknown): void {
  const value = path === 'active' && typeof given === 'string' ? given.toLowerCase() === 'true' : given;
  const [, urn, attribute] = /^(urn:.+):([^:]+)$/.exec(path) ?? [];
  const [, list, type, part] = /^(\w+)\[type eq "(\w+)"\]\.(\w+)$/.exec(path) ?? [];
  const [name = '', sub] = path.split('.');
  if (urn !== undefined && attribute !== undefined) {
    resource[urn] = { ...(resource[urn] as Json | undefined), [attribute]: stored(attribute, value) };
  } else if (list !== undefined && part !== undefined) {
    setTyped(resource, list, { type, part, value });
  } else if (sub === undefined) {
    resource[path] = value;
  } else {
    resource[name] = { ...(resource[name] as Json | undefined), [sub]: value };
  }
}

/** A manager is kept as an object: Entra cannot read anything else. */
function stored(attribute: string, value: unknown): unknown {
  return attribute === 'manager' && value !== undefined ? { value } : value;
}

function setTyped(resource: Json, list: string, { type, part, value }: { type: unknown; part: string; value: unknown }): void {
  const elements = (resource[list] ?? []) as Json[];
  const element = elements.find((candidate) => candidate['type'] === type) ?? { type };
  resource[list] = [...elements.filter((candidate) => candidate !== element), { ...element, [part]: value }];
}
