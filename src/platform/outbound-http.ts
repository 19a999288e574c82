import { lookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { BlockList, isIP } from 'node:net';
import { refuse, SECOND_MS } from '../kernel/index.ts';

export interface OutboundRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For the whole exchange, in milliseconds; default 30 s. */
  readonly timeoutMs?: number;
  /** Of the answer's body; default 32 MiB. */
  readonly maxBytes?: number;
}

/** The one way out of the process. */
export interface OutboundHttp {
  /**
   * Sends one request and reads the whole answer; redirects are returned, not followed.
   * Throws DomainError `outbound-refused` for an address that may not be called, and otherwise an error with a `code`: the socket's,
   * or `ANSWER_TOO_LARGE`, `ANSWER_WITHOUT_STATUS` for an answer that nothing can be done with.
   */
  fetch(url: string | URL, request?: OutboundRequest): Promise<ReadResponse>;
}

/** A way out that says beforehand what it refuses. */
export interface ForeseeingHttp extends OutboundHttp {
  /** Whether an address is https, or of an origin that the operator lists: any other is refused whenever it is asked. What its name resolves to is not looked at. */
  mayCall(url: URL): boolean;
}

/** A response whose body has been read to its end. */
export class ReadResponse extends Response {
  /** The body as it came. What `Response` itself gives are copies, two or three of them for one. */
  readonly bytes: Buffer;

  constructor(bytes: Buffer, init: ResponseInit & { readonly status: number }) {
    super(NO_BODY.has(init.status) ? null : streamOf(bytes), init);
    this.bytes = bytes;
  }
}

/** Copies nothing before somebody reads it. */
function streamOf(bytes: Buffer): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: (controller) => {
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
}

export interface OutboundOptions {
  /** Origins that may be called although they are http or private: the operator's list, and stand-ins in demo and tests. */
  readonly allowedOrigins: readonly string[];
}

const DEFAULT_TIMEOUT_MS = 30 * SECOND_MS;
const DEFAULT_MAX_BYTES = 32 * 1024 * 1024;
/** Statuses that `Response` takes no body with. */
const NO_BODY = new Set([204, 205, 304]);

/** https only; the name is resolved once and the connection pinned to that address, so that a second answer cannot move it. */
export function createOutboundHttp(options: OutboundOptions): ForeseeingHttp {
  const allowed = new Set(options.allowedOrigins.map((origin) => new URL(origin).origin));
  const isListed = (url: URL) => allowed.has(url.origin);
  const mayCall = (url: URL) => url.protocol === 'https:' || isListed(url);
  return {
    mayCall,
    fetch: async (input, request = {}) => {
      const url = new URL(input);
      if (url.username !== '' || url.password !== '')
        refuse('outbound-refused', { detail: 'An address with a user name in it is not called.' });
      if (!mayCall(url))
        refuse('outbound-refused', { detail: `${url.origin} is not https, and only https is called.`, next: UNLESS_LISTED });
      const address = await resolvePublic(url, isListed(url));
      return exchange(url, address, request);
    },
  };
}

export const UNLESS_LISTED = 'If it really is meant, the operator can list its origin in ROLLCALL_OUTBOUND_ALLOWED_ORIGINS.';

interface Address {
  readonly address: string;
  readonly family: number;
}

async function resolvePublic(url: URL, isAllowed: boolean): Promise<Address> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  const addresses = family === 0 ? await lookup(host, { all: true }) : [{ address: host, family }];
  const usable = isAllowed ? addresses : addresses.filter((address) => !isPrivate(address));
  return (
    usable[0] ??
    refuse('outbound-refused', {
      detail: `${url.hostname} is a private, loopback or link-local address, which is not called.`,
      next: UNLESS_LISTED,
    })
  );
}

const privateNetworks = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  privateNetworks.addSubnet(network, prefix, 'ipv4');
}
// With those that carry an IPv4 address inside: compatible, NAT64 and 6to4. Mapped ones are checked as IPv4 by BlockList itself.
for (const [network, prefix] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  privateNetworks.addSubnet(network, prefix, 'ipv6');
}

function isPrivate({ address, family }: Address): boolean {
  return privateNetworks.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

function exchange(url: URL, to: Address, request: OutboundRequest): Promise<ReadResponse> {
  const send = url.protocol === 'https:' ? https.request : http.request;
  const signal = AbortSignal.timeout(request.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  return new Promise((resolve, reject) => {
    const outgoing = send(url, {
      method: request.method ?? 'GET',
      headers: {
        'user-agent': 'rollcall',
        ...request.headers,
        ...(request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }),
      },
      lookup: (_name, options, callback) => (options.all === true ? callback(null, [to]) : callback(null, to.address, to.family)),
      signal,
    });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      toResponse(incoming, request.maxBytes ?? DEFAULT_MAX_BYTES).then(resolve, (error: unknown) => {
        outgoing.destroy();
        reject(error instanceof Error ? error : new Error('the answer could not be read'));
      });
    });
    outgoing.end(request.body);
  });
}

/** The other side's fault, and told from our own by its code, as a socket's error is. */
class UnusableAnswer extends Error {
  override readonly name = 'UnusableAnswer';
  readonly code: 'ANSWER_TOO_LARGE' | 'ANSWER_WITHOUT_STATUS';

  constructor(code: UnusableAnswer['code'], message: string) {
    super(message);
    this.code = code;
  }
}

async function collect(incoming: http.IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new UnusableAnswer('ANSWER_TOO_LARGE', `the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function toResponse(incoming: http.IncomingMessage, maxBytes: number): Promise<ReadResponse> {
  const body = await collect(incoming, maxBytes);
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) for (const value of values ?? []) headers.append(name, value);
  const status = incoming.statusCode ?? 0;
  if (status < 200 || status > 599) throw new UnusableAnswer('ANSWER_WITHOUT_STATUS', `the answer has the status ${status}, which is none`);
  return new ReadResponse(body, { status, statusText: incoming.statusMessage ?? '', headers });
}
