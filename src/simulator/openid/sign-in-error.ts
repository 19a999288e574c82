import { randomUUID } from 'node:crypto';
import type { Instant } from '../../kernel/index.ts';
import { json, type Reply } from '../http/exchange.ts';

/** The ways in which the identity provider says no: AADSTS number → HTTP status and OAuth error (microsoft-graph §1.6). */
const codes = {
  16000: { status: 400, error: 'interaction_required' },
  50011: { status: 400, error: 'invalid_request' },
  50034: { status: 400, error: 'invalid_request' },
  50057: { status: 403, error: 'invalid_grant' },
  50148: { status: 400, error: 'invalid_grant' },
  54005: { status: 400, error: 'invalid_grant' },
  65004: { status: 400, error: 'access_denied' },
  70000: { status: 400, error: 'invalid_grant' },
  70003: { status: 400, error: 'unsupported_grant_type' },
  70008: { status: 400, error: 'invalid_grant' },
  70011: { status: 400, error: 'invalid_scope' },
  75005: { status: 400, error: 'invalid_request' },
  90002: { status: 400, error: 'invalid_request' },
  90023: { status: 400, error: 'invalid_request' },
  500011: { status: 400, error: 'invalid_resource' },
  500112: { status: 401, error: 'invalid_client' },
  700027: { status: 401, error: 'invalid_client' },
  700016: { status: 400, error: 'unauthorized_client' },
  700054: { status: 400, error: 'unsupported_response_type' },
  900144: { status: 400, error: 'invalid_request' },
  7000215: { status: 401, error: 'invalid_client' },
  7000218: { status: 401, error: 'invalid_client' },
  7000222: { status: 401, error: 'invalid_client' },
  9002325: { status: 400, error: 'invalid_request' },
} as const satisfies Record<number, { status: number; error: string }>;

export type SignInErrorCode = keyof typeof codes;

export class SignInError extends Error {
  readonly code: SignInErrorCode;
  readonly status: number;
  readonly error: string;

  constructor(code: SignInErrorCode, message: string) {
    super(`AADSTS${code}: ${message}`);
    this.name = 'SignInError';
    this.code = code;
    this.status = codes[code].status;
    this.error = codes[code].error;
  }
}

export function deny(code: SignInErrorCode, message: string): never {
  throw new SignInError(code, message);
}

/** The body of the token endpoint: `error` is what clients branch on, the number is a diagnosis (microsoft-graph §1.6). */
export function tokenErrorReply(failure: SignInError, at: Instant): Reply {
  const traceId = randomUUID();
  const correlationId = randomUUID();
  const timestamp = `${at.slice(0, 10)} ${at.slice(11, 19)}Z`;
  return json(failure.status, {
    error: failure.error,
    error_description: `${failure.message}\r\nTrace ID: ${traceId}\r\nCorrelation ID: ${correlationId}\r\nTimestamp: ${timestamp}`,
    error_codes: [failure.code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${failure.code}`,
  });
}
