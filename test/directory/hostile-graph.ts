import type { IncomingMessage, ServerResponse } from 'node:http';
import { type LoopbackServer, serve } from '../support/loopback.ts';

/** What the double answers instead of the right thing: `undefined` leaves the request to it. */
export type Fault = (request: { readonly method: string; readonly path: string; readonly count: number }) => Reply | undefined;

export type Reply =
  | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly raw: string; readonly status: number; readonly contentType: string }
  | 'hang-up';

export interface HostileGraph extends LoopbackServer {
  readonly tenantId: string;
  /** Method and path of every request so far. */
  readonly requests: readonly string[];
  /** What the next requests meet. */
  misbehave(fault: Fault): void;
  setUsers(users: readonly object[]): void;
}

const PAGE_SIZE = 2;

/** A Graph of a few users in pages of two, no groups, an empty bin, and whatever faults a test asks for. */
export async function hostileGraph(): Promise<HostileGraph> {
  const requests: string[] = [];
  const counts = new Map<string, number>();
  let fault: Fault = () => undefined;
  let users: readonly object[] = [];
  const server = await serve((request, response) => {
    request.resume();
    const path = request.url ?? '';
    const method = request.method ?? '';
    requests.push(`${method} ${path}`);
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    send(response, fault({ method, path, count }) ?? rightAnswer(request, users));
  });
  return {
    ...server,
    tenantId: '11111111-2222-4333-8444-555555555555',
    requests,
    misbehave: (next) => {
      counts.clear();
      requests.length = 0;
      fault = next;
    },
    setUsers: (next) => {
      users = next;
    },
  };
}

function rightAnswer(request: IncomingMessage, users: readonly object[]): Reply {
  const url = new URL(request.url ?? '', `http://${request.headers.host}`);
  if (url.pathname.endsWith('/oauth2/v2.0/token')) {
    return { status: 200, body: { token_type: 'Bearer', expires_in: 3599, access_token: 'opaque-token' } };
  }
  if (url.pathname.endsWith('/openid-configuration')) return { status: 200, body: { cloud_instance_name: 'microsoftonline.com' } };
  if (url.pathname === '/v1.0/users') return pageOf(url, users);
  if (url.pathname === '/v1.0/groups' || url.pathname.startsWith('/v1.0/directory/deletedItems/'))
    return { status: 200, body: { value: [] } };
  return graphError(404, 'Request_ResourceNotFound');
}

function pageOf(url: URL, users: readonly object[]): Reply {
  const start = Number(url.searchParams.get('$skiptoken') ?? 0);
  const next = start + PAGE_SIZE;
  const link = `${url.origin}/v1.0/users?$skiptoken=${next}`;
  return { status: 200, body: { value: users.slice(start, next), ...(next < users.length && { '@odata.nextLink': link }) } };
}

export function graphError(status: number, code: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers, body: { error: { code, message: 'as told', innerError: {} } } };
}

function send(response: ServerResponse, reply: Reply): void {
  // The machine's clock is none of the tests' business.
  response.sendDate = false;
  if (reply === 'hang-up') {
    response.destroy();
    return;
  }
  if ('raw' in reply) {
    response.writeHead(reply.status, { 'content-type': reply.contentType });
    response.end(reply.raw);
    return;
  }
  response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
  response.end(JSON.stringify(reply.body));
}
