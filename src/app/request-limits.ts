import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { DomainError, MINUTE_MS } from '../kernel/index.ts';
import { bearerToken, hashToken, principalOf } from '../platform/index.ts';

/** How much of one process anybody may take; `ROLLCALL_REQUESTS_PER_MINUTE`, `ROLLCALL_CHANGES_PER_MINUTE`, `ROLLCALL_TRUSTED_PROXIES`. */
export interface RequestLimits {
  readonly requestsPerMinute: number;
  readonly changesPerMinute: number;
  readonly trustedProxies: readonly string[];
}

/** Ahead of every credential: so many requests from one address (of IPv6, from one /56 network) in a minute. */
export function limitRequests({ requestsPerMinute }: RequestLimits): RequestHandler {
  return limit({ most: requestsPerMinute, what: 'requests from this address', keyOf: ({ ip = '' }) => ipKeyGenerator(ip) });
}

/** Behind authentication: so many changes by one credential in a minute, so that a program run wild stops at itself. */
export function limitChanges({ changesPerMinute }: RequestLimits): RequestHandler {
  return limit({ most: changesPerMinute, what: 'changes by this credential', keyOf: credentialOf, isFree: changesNothing });
}

/** Tries to open an auditor's link from one address in a minute: nobody guesses 256 bits, and whoever tries fills no log. */
const OPENINGS_PER_MINUTE = 20;

/** Ahead of the exchange of a link's token: so many from one address in a minute. */
export function limitOpenings(): RequestHandler {
  return limit({
    most: OPENINGS_PER_MINUTE,
    what: 'attempts to open a link from this address',
    keyOf: ({ ip = '' }) => ipKeyGenerator(ip),
  });
}

interface Limit {
  readonly most: number;
  readonly what: string;
  readonly keyOf: (request: Request) => string;
  readonly isFree?: (request: Request) => boolean;
}

/** Throws DomainError `too-many-requests`, under `Retry-After`; every answer says what is left (draft-ietf-httpapi-ratelimit-headers). */
function limit({ most, what, keyOf, isFree = () => false }: Limit): RequestHandler {
  return rateLimit({
    windowMs: MINUTE_MS,
    limit: most,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    identifier: what.replaceAll(' ', '-'),
    keyGenerator: keyOf,
    skip: isFree,
    validate: false, // it would write to the console what the settings leave to the operator
    handler: (_request, response, next) => {
      const wait = response.getHeader('retry-after');
      next(
        new DomainError('too-many-requests', {
          detail: `There were more than ${most} ${what} within a minute.`,
          next: `Wait ${String(wait)} seconds.`,
        }),
      );
    },
  });
}

/** By the token that was presented, since a header may spell one in many ways: what one API token does is not held against the session beside it. */
function credentialOf(request: Request): string {
  const token = bearerToken(request.headers.authorization);
  const { actor, sessionId } = principalOf(request);
  return `${actor} ${token === undefined ? sessionId : hashToken(token).toString('base64')}`;
}

function changesNothing({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}
