import type { Instant } from '../../kernel/index.ts';

export class GraphError extends Error {
  readonly status: number;
  readonly code: string;
  /** Further headers of the answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.headers = headers;
    this.name = 'GraphError';
    this.status = status;
    this.code = code;
  }
}

export function graphErrorBody(failure: GraphError, request: { at: Instant; requestId: string; clientRequestId: string }): unknown {
  const innerError = { date: request.at.slice(0, 19), 'request-id': request.requestId, 'client-request-id': request.clientRequestId };
  return { error: { code: failure.code, message: failure.message, innerError } };
}

export function insufficientPrivileges(): GraphError {
  return new GraphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
}

/** What policies answer to whoever may not read them. */
export function requiredScopesMissing(): GraphError {
  return new GraphError(403, 'AccessDenied', 'You cannot perform the requested operation, required scopes are missing in the token.');
}

export function resourceNotFound(id: string): GraphError {
  const message = `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`;
  return new GraphError(404, 'Request_ResourceNotFound', message);
}

export function badRequest(message: string): GraphError {
  return new GraphError(400, 'BadRequest', message);
}
