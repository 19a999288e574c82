import { ObjectFailure, Quarantine, type Step } from './object-failure.ts';
import { objectOf, type ScimResource } from './scim-target.ts';
import { type IncomingAnswer, openConnections } from './send-request.ts';
import { ENTERPRISE_USER_URN } from './scim-urns.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

interface ScimCall {
  readonly step: Step;
  readonly method: Method;
  /** Under the tenant URL, such as `/Users/2819c223`. */
  readonly path: string;
  /** Query parameters, encoded. */
  readonly query?: string;
  readonly body?: unknown;
}

/** The engine as the SCIM server sees it: bearer token, no conditional requests, no retries within a cycle. */
export interface ScimClient {
  readonly requests: Readonly<Record<Method, number>>;
  /** Throws a Quarantine for 401 and 403, an ObjectFailure when no answer comes. Other statuses are the caller's. */
  call(call: ScimCall): Promise<IncomingAnswer>;
  /** Ends the connections that are kept alive. */
  close(): void;
}

export function createScimClient(connection: { tenantUrl: string; secretToken: string }): ScimClient {
  const requests: Record<Method, number> = { GET: 0, POST: 0, PATCH: 0, DELETE: 0 };
  const connections = openConnections();
  const authorization = `Bearer ${connection.secretToken}`;
  return {
    requests,
    close: () => connections.close(),
    async call({ step, method, path, query, body }) {
      requests[method] += 1;
      const headers = body === undefined ? { authorization } : { authorization, 'content-type': 'application/scim+json; charset=utf-8' };
      const outgoing = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
      const answer = await connections.send(scimUrl(connection.tenantUrl, path, query), outgoing).catch((error: unknown) => {
        throw new ObjectFailure(step, 0, error instanceof Error ? error.message : String(error));
      });
      if (answer.status === 401 || answer.status === 403) throw new Quarantine(step, answer.status, answer.text);
      return answer;
    },
  };
}

/** The tenant URL may end in a slash and carry the dialect's flag, which then stands in each request (entra-scim-client §1.3). */
export function scimUrl(tenantUrl: string, path: string, query: string | undefined): string {
  const [base = '', flag] = tenantUrl.split('?', 2);
  const parameters = [query, flag].filter((part) => part !== undefined && part !== '').join('&');
  return `${base.replace(/\/+$/, '')}${path}${parameters === '' ? '' : `?${parameters}`}`;
}

/** `attribute eq "value"` the way the engine writes it into a URL: form-encoded, so that spaces are `+` (entra-scim-client §1.1). */
export function filterQuery(...terms: readonly (readonly [attribute: string, value: string])[]): string {
  const filter = terms.map(([attribute, value]) => `${attribute} eq ${JSON.stringify(value)}`).join(' and ');
  return `filter=${encodeURIComponent(filter).replaceAll('%20', '+')}`;
}

/** The hits of a filter. A 404 here says that the server does not speak SCIM: quarantine (entra-scim-client §4.2). */
export async function findResources(
  client: ScimClient,
  search: { step: Step; path: string; query: string },
): Promise<readonly ScimResource[]> {
  const { step } = search;
  const answer = await client.call({ ...search, method: 'GET' });
  if (answer.status === 404) throw new Quarantine(step, answer.status, answer.text);
  if (answer.status !== 200) throw new ObjectFailure(step, answer.status, answer.text);
  const list = parsed(step, answer);
  const hits = list['Resources'] ?? [];
  if (typeof list['totalResults'] !== 'number' || !Array.isArray(hits)) throw new ObjectFailure(step, answer.status, answer.text);
  return hits.map((hit) => deserialized(step, objectOf(hit)));
}

export function resourceIn(step: Step, answer: IncomingAnswer): ScimResource {
  return deserialized(step, parsed(step, answer));
}

function parsed(step: Step, answer: IncomingAnswer): ScimResource {
  try {
    return objectOf(JSON.parse(answer.text));
  } catch {
    throw new ObjectFailure(step, answer.status, answer.text);
  }
}

/** Entra cannot read a resource without an id, or with a manager that is no object (entra-scim-client §9 #9). */
function deserialized(step: Step, resource: ScimResource): ScimResource {
  const manager = objectOf(resource[ENTERPRISE_USER_URN])['manager'];
  if (typeof resource['id'] !== 'string' || typeof manager === 'string') {
    throw new ObjectFailure(step, 200, 'We are not able to deserialize the resource received from your SCIM endpoint');
  }
  return resource;
}
