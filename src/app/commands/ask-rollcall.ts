import { createOutboundHttp } from '../../platform/index.ts';

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
