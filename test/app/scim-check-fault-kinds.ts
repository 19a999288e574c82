import type { Fault, ScimCheckDouble } from './scim-check-double.ts';
import type { DoubleAnswer, DoubleRequest, Json } from './scim-check-double-answer.ts';

export interface PlantedFault {
  /** Completes "a server that …". */
  readonly name: string;
  /** The checks that must fail because of it. */
  readonly breaks: readonly string[];
  readonly fault: Fault;
}

type Request = DoubleRequest;

export function onAnswer(when: (request: Request) => boolean, change: (answer: DoubleAnswer, request: Request) => DoubleAnswer): Fault {
  return (request, next) => (when(request) ? change(next(request), request) : next(request));
}

export function onRequest(when: (request: Request) => boolean, change: (request: Request) => Request): Fault {
  return (request, next) => next(when(request) ? change(request) : request);
}

export function instead(when: (request: Request, double: ScimCheckDouble) => boolean, answer: () => DoubleAnswer): Fault {
  return (request, next, double) => (when(request, double) ? answer() : next(request));
}

export function onOperations(change: (operation: Json) => readonly Json[]): Fault {
  return onRequest(
    ({ method }) => method === 'PATCH',
    (request) => ({ ...request, body: { ...request.body, Operations: operationsOf(request).flatMap(change) } }),
  );
}

export function operationsOf({ body }: Request): readonly Json[] {
  return (body['Operations'] ?? []) as Json[];
}

export function isSearch({ method, query }: Request): boolean {
  return method === 'GET' && query.has('filter');
}

export function isWrite({ method }: Request): boolean {
  return method === 'POST' || method === 'PATCH';
}

export function isGet(prefix: string): (request: Request) => boolean {
  return ({ method, path }) => method === 'GET' && path.startsWith(prefix);
}

export function isPost(path: string): (request: Request) => boolean {
  return (request) => request.method === 'POST' && request.path === path;
}

export function hits(answer: DoubleAnswer): readonly Json[] {
  return (bodyOf(answer)['Resources'] ?? []) as Json[];
}

export function bodyOf({ body }: DoubleAnswer): Json {
  return (body ?? {}) as Json;
}

export function without(body: Json, name: string): Json {
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));
}
