import { types } from 'node:util';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { DomainError, type RefusalCode, refusals, refuse } from '../../kernel/index.ts';
import { errorFields, type Log } from '../log.ts';
import { contextOf } from './request-context.ts';

/** Where the slugs live; an address that need not answer (RFC 9457 §3.1.1). */
const TYPE_BASE = 'https://rollcall.example/problems/';

/** How long a caller should wait before it tries again when the database is down, in seconds. */
export const RETRY_AFTER_SECONDS = 5;

/** The refusals that pass by themselves, in seconds. */
const retryAfter: Readonly<Partial<Record<RefusalCode, number>>> = {
  'database-unavailable': RETRY_AFTER_SECONDS,
  'idempotency-key-in-use': 1,
};

/** RFC 9457 problem details for a refusal. */
export function problemOf(error: DomainError): Record<string, unknown> {
  const { status, title } = refusals[error.code];
  return {
    ...error.extra,
    type: `${TYPE_BASE}${error.code}`,
    title,
    status,
    detail: error.message,
    ...(error.next === undefined ? {} : { next: error.next }),
  };
}

/** The last handler of an Express app: refusals as they are, anything else as 500 with the request's id and no detail. */
export function problemHandler(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const refusal = toRefusal(error);
    const { requestId } = contextOf(request);
    if (refusal.code === 'internal') log.error('request.failed', { requestId, ...errorFields(error) });
    send(response, refusal, requestId);
  };
}

/** Ends the chain of routes: an address that nobody took. */
export const refuseUnknownAddress: RequestHandler = (request) => {
  refuse('not-found', {
    detail: `There is nothing at ${request.method} ${request.path}.`,
    next: 'The addresses are listed in openapi.yaml.',
  });
};

function send(response: Response, refusal: DomainError, requestId: string): void {
  const problem = problemOf(refusal);
  if (refusal.code === 'unauthenticated') response.setHeader('www-authenticate', 'Bearer');
  const wait = retryAfter[refusal.code];
  if (wait !== undefined) response.setHeader('retry-after', String(wait));
  response
    .status(refusals[refusal.code].status)
    .type('application/problem+json')
    .send(JSON.stringify({ ...problem, requestId }));
}

/**
 * What body-parser throws carries the status that it blames on the client: 400 for what does not parse or inflate, or ended
 * too early; 413 and 415. Anything else that it throws is ours.
 */
const byParserStatus: ReadonlyMap<unknown, RefusalCode> = new Map<unknown, RefusalCode>([
  [400, 'invalid-request'],
  [413, 'payload-too-large'],
  [415, 'unsupported-media-type'],
]);

function toRefusal(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (error instanceof URIError) return new DomainError('invalid-request', { detail: 'The address holds a malformed escape.' });
  const code = types.isNativeError(error) && 'status' in error ? byParserStatus.get(error.status) : undefined;
  if (code !== undefined)
    return new DomainError(code, { detail: 'The body could not be read.', next: 'Send JSON in UTF-8 within the size limit.' });
  return new DomainError('internal', { detail: 'The request failed for a reason on our side; the log has it under the request id.' });
}
