import type { RequestListener, ServerResponse } from 'node:http';
import { type MetricsRegistry, monotonicSeconds } from '../../platform/index.ts';
import { isScimAddress } from '../../scim/index.ts';

/** Who a request is for. */
const faces = ['scim', 'scim-token', 'administration', 'sign-in', 'operation', 'other'] as const;
type Face = (typeof faces)[number];

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'other'];

/** `cut`: the client went away, or the server ended, before the answer was whole. */
const statuses = ['2xx', '3xx', '4xx', '5xx', 'cut', 'other'];

/** In seconds. A look-up takes a millisecond or two; Entra gives up after ten seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Each request by its face, method and class of status, with how long it took until its answer was whole. */
export function measureRequests(listener: RequestListener, registry: MetricsRegistry): RequestListener {
  const observe = registry.histogram({
    name: 'rollcall_http_request_duration_seconds',
    help: 'Requests by how long they took until the answer was whole.',
    labels: { face: faces, method: methods, status: statuses },
    buckets: BUCKETS,
  });
  return (request, response) => {
    const startedAt = monotonicSeconds();
    response.once('close', () => {
      const labels = { face: faceOf(request.url ?? '/'), method: request.method ?? '', status: statusOf(response) };
      observe(labels, monotonicSeconds() - startedAt);
    });
    listener(request, response);
  };
}

function faceOf(url: string): Face {
  if (isScimAddress(url)) return 'scim';
  const [path = ''] = url.split('?', 1);
  if (path.startsWith('/api/')) return 'administration';
  if (path.startsWith('/sign-in/')) return 'sign-in';
  if (/^\/workspaces\/[^/]+\/scim\/oauth\/token\/?$/.test(path)) return 'scim-token';
  return ['/healthz', '/readyz', '/metrics'].includes(path) ? 'operation' : 'other';
}

function statusOf({ statusCode, writableFinished }: ServerResponse): string {
  return writableFinished ? `${Math.floor(statusCode / 100)}xx` : 'cut';
}
