import type { RequestHandler } from 'express';
import type { Database } from '../database/queryable.ts';
import { headerText } from './header-text.ts';

/** Room for a ticket and a sentence or two. */
const MAX_REASON = 1_000;

/**
 * Ahead of every route that changes something: `Rollcall-Reason` says why, percent-encoded where it is not ASCII, and stands in every
 * ledger record of what the request changes. Throws DomainError `invalid-request`.
 */
export function takeReason(database: Database): RequestHandler {
  return (request, _response, next) => {
    const changesNothing = request.method === 'GET' || request.method === 'HEAD';
    const reason = changesNothing ? undefined : headerText(request, 'Rollcall-Reason', MAX_REASON);
    if (reason === undefined) next();
    else database.accompany({ reason }, next);
  };
}
