import { type ArmedFault, type FaultKind } from './faults.ts';
import { openFaultyConnections } from './faulty-connections.ts';
import { ObjectFailure, Quarantine, type Step } from './object-failure.ts';
import { requestSlots } from './request-slots.ts';
import { objectOf, type ScimResource } from './scim-target.ts';
import { ENTERPRISE_USER_URN } from './scim-urns.ts';
import type { IncomingAnswer } from './send-request.ts';

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

export interface ScimClientOptions {
  readonly tenantUrl: string;
  readonly secretToken: string;
  readonly timeoutSeconds: number;
  readonly workers: number;
  readonly faults: readonly ArmedFault[];
  readonly pause: Pause;
}

/** Resolves after so many milliseconds. */
export type Pause = (ms: number) => Promise<unknown>;

/** What has gone over the wire. */
export interface Traffic {
  readonly requests: Readonly<Record<Method, number>>;
  readonly steps: Readonly<Partial<Record<Step, number>>>;
  readonly faults: Readonly<Record<FaultKind, number>>;
  /** How many answers asked for a pause, and got it. */
  readonly throttled: number;
}

/** The engine as the SCIM server sees it: bearer token, no conditional requests; only a 429 is tried again within a cycle. */
export interface ScimClient {
  traffic(): Traffic;
  /** Throws a Quarantine for 401 and 403, an ObjectFailure when no answer comes. Other statuses are the caller's. */
  call(call: ScimCall): Promise<IncomingAnswer>;
  /** Ends the connections that are kept alive. */
  close(): void;
}

/** How often a request is made that is answered 429 each time. */
const MOST_TRIES = 5;

/** Never more requests at once than there are workers; a 429 makes all of them wait. */
export function createScimClient(options: ScimClientOptions): ScimClient {
  const requests: Record<Method, number> = { GET: 0, POST: 0, PATCH: 0, DELETE: 0 };
  const steps: Partial<Record<Step, number>> = {};
  let throttled = 0;
  let mayGo: Promise<unknown> = Promise.resolve();
  const connections = openFaultyConnections(options.faults, options.timeoutSeconds * 1000);
  const slots = requestSlots(options.workers);
  const authorization = `Bearer ${options.secretToken}`;
  const transmit = async ({ step, method, path, query, body }: ScimCall): Promise<IncomingAnswer> => {
    const headers = body === undefined ? { authorization } : { authorization, 'content-type': 'application/scim+json; charset=utf-8' };
    const url = scimUrl(options.tenantUrl, path, query);
    const request = { method, url, headers, body: body === undefined ? undefined : JSON.stringify(body) };
    const count = () => {
      requests[method] += 1;
      steps[step] = (steps[step] ?? 0) + 1;
    };
    return connections.send(step, request, count).catch((error: unknown) => {
      throw new ObjectFailure(step, 0, error instanceof Error ? error.message : String(error));
    });
  };
  return {
    traffic: () => ({ requests: { ...requests }, steps: { ...steps }, faults: { ...connections.struck }, throttled }),
    close: () => connections.close(),
    async call(call) {
      for (let tries = 1; ; tries += 1) {
        const answer = await slots.use(async () => {
          await mayGo;
          return transmit(call);
        });
        if (answer.status === 401 || answer.status === 403) throw new Quarantine(call.step, answer.status, answer.text);
        const seconds = answer.status === 429 ? secondsIn(answer.retryAfter) : undefined;
        if (seconds === undefined || tries === MOST_TRIES) return answer;
        throttled += 1;
        mayGo = options.pause(seconds * 1000);
      }
    },
  };
}

/** The longest that a cycle waits for a server that asks it to; past this the object fails. */
const MOST_SECONDS = 120;

/** Retry-After in its one form that rate limits use (RFC 9110 §10.2.3); undefined: no pause is worth it. */
function secondsIn(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined || !/^\d{1,5}$/.test(retryAfter)) return undefined;
  return Number(retryAfter) <= MOST_SECONDS ? Number(retryAfter) : undefined;
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
