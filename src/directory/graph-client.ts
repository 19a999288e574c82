import type { Instant } from '../kernel/index.ts';
import type { TokenDeps, TokenSource } from './access-token.ts';
import { classifyGraphFailure, isTransient } from './classify-failure.ts';
import { GraphFailure } from './graph-failure.ts';
import { asObject, type JsonObject, listAt, parseJsonObject } from './json-shape.ts';
import { patiently, type Try } from './patience.ts';

/** An answer, and the two instants between which Graph looked. */
interface GraphAnswer {
  readonly body: JsonObject;
  readonly requestedAt: Instant;
  readonly receivedAt: Instant;
}

interface GraphPage {
  readonly items: readonly JsonObject[];
  readonly requestedAt: Instant;
  readonly receivedAt: Instant;
}

/** Graph answered, but not with the object: what it said instead, and between which instants. */
interface GraphRefusal {
  readonly refused: GraphFailure;
  readonly requestedAt: Instant;
  readonly receivedAt: Instant;
}

/**
 * Reads Microsoft Graph. There is no way to write with it: no method, no body (I7). Paths start at the version, such as
 * `/v1.0/users?$select=id`. All throw GraphFailure.
 */
export interface GraphClient {
  get(path: string): Promise<GraphAnswer>;
  /** As `get`, but an answer about this one object, such as that it is not there, is returned with its instants. */
  look(path: string): Promise<GraphAnswer | GraphRefusal>;
  /** Every page of a listing, to its end. An error on any page ends it with that error, never early. */
  pages(path: string): AsyncIterable<GraphPage>;
}

export function createGraphClient(deps: TokenDeps, tokens: TokenSource): GraphClient {
  const root = new URL(deps.hosts.graph).origin;
  const look = (path: string) => read({ deps, tokens }, `${root}${path}`);
  return {
    look,
    get: async (path) => accept(await look(path)),
    pages: async function* (path) {
      let next: string | undefined = `${root}${path}`;
      while (next !== undefined) {
        const { body, requestedAt, receivedAt }: GraphAnswer = accept(await read({ deps, tokens }, next));
        yield { items: itemsOf(body), requestedAt, receivedAt };
        next = nextLinkOf(body, root, next);
      }
    },
  };
}

interface Reading {
  readonly deps: TokenDeps;
  readonly tokens: TokenSource;
}

function accept(answer: GraphAnswer | GraphRefusal): GraphAnswer {
  if ('refused' in answer) throw answer.refused;
  return answer;
}

async function read({ deps, tokens }: Reading, url: string): Promise<GraphAnswer | GraphRefusal> {
  let isRenewed = false;
  return patiently(deps, async (): Promise<Try<GraphAnswer | GraphRefusal>> => {
    const first = await attempt(deps, url, await tokens.current());
    if (first !== 'unauthorized') return first;
    // Once only: a token that has just been issued and is not accepted will not be accepted later.
    const second = isRenewed ? first : await attempt(deps, url, await tokens.fresh());
    isRenewed = true;
    return second === 'unauthorized' ? { kind: 'failed', failure: new GraphFailure('token-rejected', { status: 401 }) } : second;
  });
}

async function attempt(deps: TokenDeps, url: string, token: string): Promise<Try<GraphAnswer | GraphRefusal> | 'unauthorized'> {
  const requestedAt = deps.clock.now();
  const response = await deps.outbound.fetch(url, { headers: { authorization: `Bearer ${token}`, accept: 'application/json' } });
  const body = parseJsonObject(await response.text());
  const receivedAt = deps.clock.now();
  const requestId = response.headers.get('request-id');
  const facts = { status: response.status, ...(requestId !== null && { requestId }) };
  if (response.status === 401) return 'unauthorized';
  if (response.status === 200) {
    // A body cut short looks like this too, so it is worth another try.
    if (body === undefined) return { kind: 'again', failure: new GraphFailure('unexpected-answer', facts), retryAfter: null };
    return { kind: 'done', value: { body, requestedAt, receivedAt } };
  }
  const { code, said } = classifyGraphFailure(response.status, body);
  const failure = new GraphFailure(code, { ...facts, ...(said !== undefined && { said }) });
  // A 403 that says UnknownError may pass: microsoft-graph §1.6.
  const isPassing = isTransient(response.status) || (response.status === 403 && said === 'UnknownError');
  if (isPassing) return { kind: 'again', failure, retryAfter: response.headers.get('retry-after') };
  return { kind: 'done', value: { refused: failure, requestedAt, receivedAt } };
}

/** A listing without a `value` is no empty listing (I8). */
function itemsOf(body: JsonObject): readonly JsonObject[] {
  if (!Array.isArray(body['value'])) throw new GraphFailure('unexpected-answer', { said: 'no-value' });
  return listAt(body, 'value').map((item) => asObject(item) ?? fail());
}

function fail(): never {
  throw new GraphFailure('unexpected-answer', { said: 'item-is-no-object' });
}

/** Refuses a link to another origin before any token is attached to it: microsoft-graph §10 #20. */
function nextLinkOf(body: JsonObject, root: string, current: string): string | undefined {
  const link = body['@odata.nextLink'];
  if (link === undefined || link === null) return undefined;
  if (typeof link !== 'string' || !URL.canParse(link) || link === current)
    throw new GraphFailure('unexpected-answer', { said: 'next-link' });
  if (new URL(link).origin !== root) throw new GraphFailure('foreign-next-link');
  return link;
}
