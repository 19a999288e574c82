import { setTimeout as wait } from 'node:timers/promises';
import { SECOND_MS } from '../../kernel/index.ts';
import type { OutboundHttp } from '../../platform/index.ts';
import { CheckFailure, RunStopped } from './check-failure.ts';
import { objectOf, type Resource } from './resource.ts';

export interface PeerRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';
  /** Under the base URL, with its query: `/Users?count=1`. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the token that the operator gave; null sends none. */
  readonly token?: string | null;
}

export interface Answer {
  readonly request: PeerRequest;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as an object; empty when it is none. */
  readonly body: Resource;
}

/** The server under check, as Entra sees it: bearer token, no Accept header, a Content-Type only beside a body. */
export interface ScimPeer {
  /** Throws a CheckFailure when no answer comes in time, and RunStopped once the run may send nothing more. */
  send(request: PeerRequest): Promise<Answer>;
}

export interface PeerOptions {
  readonly baseUrl: string;
  readonly token: string;
  readonly timeoutMs: number;
  readonly http: OutboundHttp;
  /** Aborted when no further request may be sent. Those under way are waited for, so that nothing is created unseen. */
  readonly stopping: AbortSignal;
}

/** A server may limit the rate of requests (RFC 6585 §4); it is asked again this often before that counts as its answer. */
const MAX_RETRIES = 5;
const MAX_RETRY_AFTER_SECONDS = 30;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export function createScimPeer(options: PeerOptions): ScimPeer {
  const attempt = async (request: PeerRequest): Promise<Answer> => {
    if (options.stopping.aborted) throw new RunStopped();
    const response = await options.http
      .fetch(scimUrl(options.baseUrl, request.path), {
        method: request.method,
        headers: headersOf(request, options.token),
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        timeoutMs: options.timeoutMs,
        maxBytes: MAX_ANSWER_BYTES,
      })
      .catch((error: unknown) => {
        throw new CheckFailure('an answer', `${titleOf(request)}: ${whyNone(error, options.timeoutMs)}`);
      });
    // A server may quote the token in an error, and errors are shown.
    const text = (await response.text()).replaceAll(options.token, '[token]');
    return { request, status: response.status, headers: response.headers, text, body: parsed(text) };
  };
  const send = async (request: PeerRequest, retries = MAX_RETRIES): Promise<Answer> => {
    const answer = await attempt(request);
    const pause = answer.status === 429 && retries > 0 ? Number(answer.headers.get('retry-after') ?? 1) : Number.NaN;
    if (!(pause >= 0 && pause <= MAX_RETRY_AFTER_SECONDS)) return answer;
    await wait(pause * SECOND_MS, undefined, { signal: options.stopping }).catch(() => undefined);
    return send(request, retries - 1);
  };
  return { send };
}

/** `POST /Users: 400 invalidValue "userName is missing"`: what came, in one line. */
export function described({ request, status, body, text }: Answer): string {
  const { scimType, detail } = body;
  const words = [
    `${titleOf(request)}: ${status}`,
    ...(typeof scimType === 'string' ? [scimType] : []),
    ...(typeof detail === 'string' ? [JSON.stringify(cut(detail))] : status >= 400 && text !== '' ? [cut(text)] : []),
  ];
  return words.join(' ');
}

/** The base URL may end in a slash and carry Entra's flag, which then stands in each request (entra-scim-client §1.3). */
function scimUrl(baseUrl: string, path: string): URL {
  const base = new URL(baseUrl);
  const url = new URL(`${base.origin}${base.pathname.replace(/\/+$/, '')}${path}`);
  for (const [name, value] of base.searchParams) url.searchParams.append(name, value);
  return url;
}

function headersOf(request: PeerRequest, ours: string): Readonly<Record<string, string>> {
  const token = request.token === undefined ? ours : request.token;
  return {
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(request.body === undefined ? {} : { 'content-type': 'application/scim+json; charset=utf-8' }),
    ...request.headers,
  };
}

function whyNone(error: unknown, timeoutMs: number): string {
  const { name, code, message } = objectOf(error);
  if (name === 'AbortError' || name === 'TimeoutError') return `no answer within ${timeoutMs / SECOND_MS} s`;
  return `no answer (${[code, message].filter((word) => typeof word === 'string' && word !== '').join(': ')})`;
}

function titleOf({ method, path }: PeerRequest): string {
  return `${method} ${cut(path)}`;
}

function cut(text: string): string {
  return text.length > MAX_WORDS ? `${text.slice(0, MAX_WORDS)}…` : text;
}

const MAX_WORDS = 200;

function parsed(text: string): Resource {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return {};
  }
}
