import type { RequestHandler } from 'express';
import { refuse } from '../../kernel/index.ts';
import type { Database } from '../database/queryable.ts';
import { refuseUnstorable } from './body-reader.ts';

/** Room for a ticket and a sentence or two. */
const MAX_REASON = 1_000;

/**
 * Ahead of every route that changes something: `Rollcall-Reason` says why, percent-encoded where it is not ASCII, and stands in every
 * ledger record of what the request changes. Throws DomainError `invalid-request`.
 */
export function takeReason(database: Database): RequestHandler {
  return (request, _response, next) => {
    const given = request.headers['rollcall-reason'];
    const changesNothing = request.method === 'GET' || request.method === 'HEAD';
    if (given === undefined || changesNothing) next();
    else database.accompany({ reason: reasonOf(String(given)) }, next);
  };
}

function reasonOf(given: string): string {
  const reason = decoded(given).trim();
  refuseUnstorable('Rollcall-Reason', reason);
  if (reason === '' || reason.length > MAX_REASON) {
    refuse('invalid-request', { detail: `The header Rollcall-Reason has 1 to ${MAX_REASON} characters.` });
  }
  return reason;
}

function decoded(given: string): string {
  try {
    return decodeURIComponent(given);
  } catch {
    return refuse('invalid-request', {
      detail: 'The header Rollcall-Reason holds a malformed escape.',
      next: 'Encode it as encodeURIComponent does: a percent sign is %25.',
    });
  }
}
