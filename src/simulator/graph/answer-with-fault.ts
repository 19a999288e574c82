import { epochMs, type Instant, plusMs, SECOND_MS } from '../../kernel/index.ts';
import type { Exchange, Reply } from '../http/exchange.ts';
import { GraphError } from './graph-error.ts';
import type { GraphFault, GraphFaultKind } from './graph-faults.ts';

interface Struck {
  readonly at: Instant;
  /** What would have been answered. */
  readonly right: Reply;
  readonly exchange: Exchange;
}

/** What a fault makes of a right answer. Those that are an error of Graph's own throw GraphError. */
const effects: Readonly<Record<GraphFaultKind, (fault: GraphFault, struck: Struck) => Reply>> = {
  throttle: (fault, { at }) => fail(429, 'TooManyRequests', retryAfter(fault, at)),
  status: ({ status, code }) => fail(status, code),
  html: ({ status }) => ({ status, headers: { 'content-type': 'text/html' }, body: '<html><body>Our gateway says no.</body></html>' }),
  truncate: (_fault, { right }) => ({ ...right, body: right.body.slice(0, Math.floor(right.body.length / 2)) }),
  reset: (_fault, { right }) => ({ ...right, isCutShort: true }),
  gone: ({ elsewhere }, { exchange }) => fail(410, 'resyncRequired', { location: `${elsewhere}${exchange.url.pathname}?$deltatoken=` }),
  'unknown-state': () => fail(404, 'syncStateNotFound'),
  'too-old': () => fail(400, 'Request_UnsupportedQuery'),
  'page-expired': () => fail(400, 'Directory_ExpiredPageToken'),
  'foreign-next-link': ({ elsewhere }, { right, exchange }) => ({
    ...right,
    // Azure Resource Manager has another name for it.
    body: withLink(right.body, exchange.url.pathname.startsWith('/v1.0/') ? '@odata.nextLink' : 'nextLink', elsewhere),
  }),
  'foreign-delta-link': ({ elsewhere }, { right }) => ({ ...right, body: withLink(right.body, '@odata.deltaLink', elsewhere) }),
};

export function answerWithFault(fault: GraphFault, struck: Struck): Reply {
  return effects[fault.kind](fault, struck);
}

function fail(status: number, code: string, headers: Readonly<Record<string, string>> = {}): never {
  throw new GraphError(status, code, 'As the administrator of the stand-in wished.', headers);
}

/** Seconds, or an HTTP date so many seconds from now, as in `date:30`. */
function retryAfter({ retryAfter: asked }: GraphFault, at: Instant): Readonly<Record<string, string>> {
  if (asked === undefined) return {};
  const seconds = /^date:(\d+)$/.exec(asked)?.[1];
  return { 'retry-after': seconds === undefined ? asked : new Date(epochMs(plusMs(at, Number(seconds) * SECOND_MS))).toUTCString() };
}

/** The page with its link led astray; a page without one gets one. */
function withLink(body: string, name: string, origin: string): string {
  const answer = JSON.parse(body) as Record<string, string | undefined>;
  const { pathname, search } = new URL(answer[name] ?? `${origin}/v1.0/users?$skiptoken=x`);
  return JSON.stringify({ ...answer, [name]: `${origin}${pathname}${search}` });
}
