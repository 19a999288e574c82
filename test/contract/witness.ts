import type { ApiDescription, Exchange } from './api-description.ts';

/** Watches every call that this test file makes to the servers, whoever makes it. */
export interface Witness {
  /** What was answered so far, such as `listOwners 200`. */
  readonly seen: ReadonlySet<string>;
  /** What differed from the description, one line each, so far. */
  readonly violations: readonly string[];
  /** Calls to this origin are looked at from now on. */
  watch(origin: string): void;
  /** Puts `fetch` back. */
  leave(): void;
}

/** The SCIM data plane lies outside the description. */
const outside = /^\/workspaces\/[^/]+\/scim\/v2/;

/**
 * Stands between `fetch` and whoever calls it: the story's clients and the rows of the tests go through the same hands.
 * Calls to other origins (the simulated tenant) pass unseen.
 */
export function callWitness(description: ApiDescription): Witness {
  const origins = new Set<string>();
  const seen = new Set<string>();
  const violations: string[] = [];
  const { fetch } = globalThis;
  const look = (exchange: Exchange): void => {
    const { method, url, status } = exchange;
    const operation = description.operationAt(method, url.pathname);
    if (operation !== undefined) seen.add(`${operation.id} ${status}`);
    for (const violation of description.violations(exchange)) violations.push(`${method} ${url.pathname} → ${status}: ${violation}`);
  };
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const sent = request.body === null ? null : await request.clone().text();
    const response = await fetch(request);
    const url = new URL(request.url);
    if (!origins.has(url.origin) || outside.test(url.pathname)) return response;
    look({
      method: request.method,
      url,
      requestType: request.headers.get('content-type'),
      requestBody: sent,
      status: response.status,
      headers: response.headers,
      body: await response.clone().text(),
    });
    return response;
  };
  return {
    seen,
    violations,
    watch: (origin) => void origins.add(origin),
    leave: () => {
      globalThis.fetch = fetch;
    },
  };
}
