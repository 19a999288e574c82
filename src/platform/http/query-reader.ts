import type { Request } from 'express';
import { type Instant, parseInstant, refuse } from '../../kernel/index.ts';
import { refuseUnstorable } from './body-reader.ts';
import { contextOf } from './request-context.ts';

/** One parameter of the query string; undefined when absent. Express parses anew at each access, so read it once. */
export function queryText(request: Request, name: string): string | undefined {
  const value: unknown = request.query[name];
  if (typeof value === 'string') refuseUnstorable(name, value);
  if (value === undefined || typeof value === 'string') return value;
  return refuse('invalid-request', { detail: `The parameter "${name}" may be given once.` });
}

/** `?limit=`, between 1 and `max`, `otherwise` when absent. */
export function queryLimit(request: Request, otherwise: number, max: number): number {
  const text = queryText(request, 'limit');
  if (text === undefined) return otherwise;
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1 || limit > max)
    return refuse('invalid-request', { detail: `"limit" must be a whole number from 1 to ${max}.` });
  return limit;
}

/** `?name=A,B`: some of the words that are known; undefined when absent. */
export function queryWords<Word extends string>(request: Request, name: string, known: readonly Word[]): readonly Word[] | undefined {
  return queryText(request, name)
    ?.split(',')
    .map(
      (text) =>
        known.find((word) => word === text) ?? refuse('invalid-request', { detail: `"${name}" must be some of ${known.join(', ')}.` }),
    );
}

/** An instant; undefined when absent. */
export function queryInstant(request: Request, name: string): Instant | undefined {
  const text = queryText(request, name);
  if (text === undefined) return undefined;
  const instant = parseInstant(text);
  return instant ?? refuse('invalid-request', { detail: `The parameter "${name}" must be a date and time such as 2026-01-31T00:00:00Z.` });
}

/** `?asOf=`, an instant that has passed; undefined when absent. Throws DomainError `invalid-request` for one that has not. */
export function queryPast(request: Request): Instant | undefined {
  const at = queryInstant(request, 'asOf');
  if (at !== undefined && at >= contextOf(request).at) refuse('invalid-request', { detail: '"asOf" must be an instant that has passed.' });
  return at;
}

/** A path parameter; the router guarantees that it is there. */
export function pathText(request: Request, name: string): string {
  const value = request.params[name];
  if (typeof value !== 'string') throw new Error(`the route has no parameter ${name}`);
  return value;
}
