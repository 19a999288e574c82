import { hash } from 'node:crypto';
import { HOUR_MS, instantOf, plusMs } from '../kernel/index.ts';
import type { TokenDeps, TokenSource } from './access-token.ts';
import type { Answered } from './answered.ts';
import { classifyGraphFailure, isTransient } from './classify-failure.ts';
import { GraphFailure } from './graph-failure.ts';
import { readObject } from './json-shape.ts';
import { patiently, retryAfterMs, type Try } from './patience.ts';
import type { Workload } from './workload-queues.ts';

/** An answer as far as it was read, and by which exchange it came. */
export interface GraphAnswer<Body> extends Answered {
  readonly body: Body;
}

/** Microsoft answered, but not with the object: what it said instead. */
export interface GraphRefusal extends Answered {
  readonly refused: GraphFailure;
}

/** A page of 999 users comes to about 1 MB; an answer of this size is none of Graph's. In bytes. */
const ANSWER_MAX_BYTES = 16 * 1024 * 1024;

/** A request-id is a UUID of 36 characters; what is longer is not kept whole. */
const REQUEST_ID_MAX = 64;

/** One answer keeps others from asking for so long at most, in milliseconds: a wrong one must not end all reading of a tenant. */
const MAX_REST_MS = HOUR_MS;

/** Words of a 403 that may pass; tenants with a licence are said to have none at times, which says so only when it stays (microsoft-graph §1.6, §10 #14). */
const passingRefusals = new Set(['UnknownError', 'Authentication_RequestFromNonPremiumTenantOrB2CTenant']);

/** Who asks, and with whose tokens. */
export interface Asking {
  readonly deps: TokenDeps;
  readonly tokens: TokenSource;
}

/** The answer; throws the refusal. */
export function accept<Body>(answer: GraphAnswer<Body> | GraphRefusal): GraphAnswer<Body> {
  if ('refused' in answer) throw answer.refused;
  return answer;
}

/** Understands the body of an answer; undefined when it cannot be what was asked for, or was cut short. */
export type ReadBody<Body> = (bytes: Buffer) => Body | undefined;

/** One GET, in its turn, with patience, and once more with a fresh token. Throws GraphFailure, also as `read` does, and GraphPause. */
export async function askMicrosoft<Body>(
  { deps, tokens }: Asking,
  { url, workload }: Target,
  read: ReadBody<Body>,
): Promise<GraphAnswer<Body> | GraphRefusal> {
  let isRenewed = false;
  return patiently(deps, () =>
    deps.queues.take(deps.asker, workload, deps, async (): Promise<Try<GraphAnswer<Body> | GraphRefusal>> => {
      const first = await attempt(deps, { url, workload, read }, await tokens.current());
      if (first !== 'unauthorized') return first;
      // Once only: a token that has just been issued and is not accepted will not be accepted later.
      const second = isRenewed ? first : await attempt(deps, { url, workload, read }, await tokens.fresh());
      isRenewed = true;
      return second === 'unauthorized' ? { kind: 'failed', failure: new GraphFailure('token-rejected', { status: 401 }) } : second;
    }),
  );
}

export interface Target {
  readonly url: string;
  readonly workload: Workload;
}

async function attempt<Body>(
  deps: TokenDeps,
  target: Target & { readonly read: ReadBody<Body> },
  token: string,
): Promise<Try<GraphAnswer<Body> | GraphRefusal> | 'unauthorized'> {
  const requestedAt = deps.clock.now();
  const response = await deps.outbound.fetch(target.url, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/json', 'x-ms-throttle-priority': 'low' },
    maxBytes: ANSWER_MAX_BYTES,
  });
  const { bytes } = response;
  const answered = answeredBy(response.headers, bytes, { requestedAt, receivedAt: deps.clock.now() });
  const { receivedAt, requestId } = answered;
  const facts = { status: response.status, ...(requestId !== null && { requestId }) };
  if (response.status === 401) return 'unauthorized';
  if (response.status === 200) {
    const body = target.read(bytes);
    // A body cut short looks like this too, so it is worth another try.
    if (body === undefined) return { kind: 'again', failure: new GraphFailure('unexpected-answer', facts), retryAfter: null };
    return { kind: 'done', value: { ...answered, body } };
  }
  const { code, said } = classifyGraphFailure(response.status, readObject(bytes), new URL(target.url));
  const failure = new GraphFailure(code, { ...facts, ...(said !== undefined && { said }) });
  const isPassing = isTransient(response.status) || (response.status === 403 && passingRefusals.has(said ?? ''));
  if (!isPassing) return { kind: 'done', value: { ...answered, refused: failure } };
  const retryAfter = response.headers.get('retry-after');
  const asked = retryAfterMs(retryAfter, deps.clock);
  // Whoever is counted together with us meets the same limit.
  if (asked !== undefined) deps.queues.rest(deps.asker, target.workload, plusMs(receivedAt, Math.min(asked, MAX_REST_MS)));
  return { kind: 'again', failure, retryAfter };
}

function answeredBy(headers: Headers, body: Buffer, times: Pick<Answered, 'requestedAt' | 'receivedAt'>): Answered {
  const date = Date.parse(headers.get('date') ?? '');
  return {
    ...times,
    serverDate: Number.isNaN(date) ? null : instantOf(date),
    requestId: headers.get('request-id')?.slice(0, REQUEST_ID_MAX) ?? null,
    sha256: hash('sha256', body, 'buffer'),
  };
}

/** Refuses a link to another origin than `root`, before any token is attached to it: microsoft-graph §10 #20. */
export function ownLink(link: string, root: string): string {
  if (!URL.canParse(link)) throw new GraphFailure('unexpected-answer', { said: 'link' });
  if (new URL(link).origin !== root) throw new GraphFailure('foreign-next-link');
  return link;
}
