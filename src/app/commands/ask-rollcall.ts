import { createOutboundHttp } from '../../platform/index.ts';
import { UsageError } from './command.ts';

/** A workspace of a running Rollcall, and who asks. */
export interface RemoteWorkspace {
  /** Ends in `/api/v1/workspaces/ID`. */
  readonly url: string;
  readonly token: string;
}

export interface RemoteRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Behind the workspace's address. */
  readonly path: string;
  readonly body?: object;
}

/** A check of a directory asks Microsoft several things, one after the other. */
const TIMEOUT_MS = 120_000;
const MAX_BYTES = 1024 * 1024;

/** What Rollcall answers, whatever that is. Throws an Error that says where nobody answers. */
export async function askRollcall({ token, url }: RemoteWorkspace, { body, method, path }: RemoteRequest): Promise<Response> {
  const http = createOutboundHttp({ allowedOrigins: [url] });
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  const sent =
    body === undefined ? { headers } : { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return await http
    .fetch(`${url.replace(/\/+$/, '')}${path}`, { method, ...sent, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES })
    .catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`Rollcall cannot be reached at ${new URL(url).origin} (${why}): see that it runs and that --url names it`);
    });
}

/**
 * The JSON of an answer of 200. `scopes` says in words what the token must have. Throws UsageError where token or address are wrong, and an Error in
 * the server's own words where it refuses, or cannot.
 */
export async function askForJson<Body>(place: RemoteWorkspace, request: RemoteRequest, scopes: string): Promise<Body> {
  const response = await askRollcall(place, request);
  const { status } = response;
  if (status === 200) return (await response.json()) as Body;
  if (status === 401 || status === 403) throw new UsageError(`the token is not one of that workspace, or lacks ${scopes}`);
  const problem = status === 404 ? undefined : await problemIn(response);
  if (problem === undefined) throw notRollcall(place, status);
  throw new Error(problem);
}

/** What answers is no workspace of Rollcall. */
export function notRollcall({ url }: RemoteWorkspace, status: number): UsageError {
  return new UsageError(`${url} answered ${status}; --url takes an address that ends in /api/v1/workspaces/ID`);
}

/** Of problem details (RFC 9457): what is wrong, and what to do. Undefined where the answer is none. */
export async function problemIn(response: Response): Promise<string | undefined> {
  if (response.headers.get('content-type')?.startsWith('application/problem+json') !== true) return undefined;
  const { detail, next } = (await response.json()) as { readonly detail?: string; readonly next?: string };
  return detail === undefined ? undefined : visible([detail, ...(next === undefined ? [] : [next])].join(' '));
}

/** Words of somebody else's must not steer a terminal. */
export function visible(text: string): string {
  return text.replaceAll(/\p{C}/gu, '?');
}
