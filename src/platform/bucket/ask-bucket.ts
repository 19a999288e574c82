import { type Instant, SECOND_MS } from '../../kernel/index.ts';
import type { Clock } from '../clock.ts';
import type { OutboundHttp } from '../outbound-http.ts';
import { BucketError, bucketFailure } from './bucket-error.ts';
import { readXml, textOf, type XmlElement } from './read-xml.ts';
import { type BucketKey, signRequest } from './sign-request.ts';

/** Where the bucket is and who asks, as the operator set it. */
export interface BucketSettings extends BucketKey {
  /** The service's origin; the bucket is the first part of the path. */
  readonly endpoint: string;
  readonly name: string;
  /** Before every key, such as `rollcall/`; may be empty. */
  readonly prefix: string;
}

export interface BucketDeps {
  readonly settings: BucketSettings;
  readonly outbound: OutboundHttp;
  readonly clock: Clock;
}

export interface BucketRequest {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Of letters, digits and `/._-` alone, so that nothing needs encoding; left out: the bucket itself. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly timeoutMs?: number;
  /** Statuses that are an answer and no failure, beside 200 and 204. */
  readonly expects?: readonly number[];
}

export interface BucketAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

const TIMEOUT_MS = 15 * SECOND_MS;
/** A page of a list has at most 1,000 entries of some hundred bytes; a checkpoint is smaller. */
const MAX_BYTES = 4 * 1024 * 1024;
const EMPTY = new Uint8Array();

/** One signed request, through the one way out. Throws BucketError for what is no success, and what the way out throws. */
export async function askBucket({ clock, outbound, settings }: BucketDeps, request: BucketRequest): Promise<BucketAnswer> {
  const { body = EMPTY, expects = [], key, method = 'GET', query = {}, timeoutMs = TIMEOUT_MS } = request;
  const url = new URL(`${settings.endpoint}/${settings.name}${key === undefined ? '' : `/${key}`}`);
  url.search = new URLSearchParams(query).toString().replaceAll('+', '%20');
  const at: Instant = clock.now();
  const headers = await signRequest(settings, { method, url, headers: request.headers ?? {}, body }, at);
  const answer = await outbound.fetch(url, { method, headers, timeoutMs, maxBytes: MAX_BYTES, ...(method !== 'GET' && { body }) });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const { status } = answer;
  if (status !== 200 && status !== 204 && !expects.includes(status)) throw bucketFailure(status, errorCodeIn(bytes));
  return { status, headers: answer.headers, body: bytes };
}

/** What the bucket calls an error; undefined where the answer names none. */
export function errorCodeIn(body: Buffer): string | undefined {
  const root = readXml(body.toString('utf8'));
  return root?.name === 'Error' ? textOf(root, 'Code') : undefined;
}

/** The answer's document. Throws BucketError for another one than was asked for, and for one that is cut off. */
export function documentIn({ body, status }: BucketAnswer, name: string): XmlElement {
  const root = readXml(body.toString('utf8'));
  if (root?.name === 'Error') throw bucketFailure(status, textOf(root, 'Code'));
  if (root?.name !== name) throw new BucketError('The answer of the bucket is not whole, or not what was asked for.');
  return root;
}
