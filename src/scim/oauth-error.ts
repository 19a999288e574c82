/** Errors of the token endpoint (RFC 6749 §5.2), and one for a client that fails too often (RFC 8628 §3.5 has its name). */
const statuses = {
  invalid_request: 400,
  invalid_client: 401,
  unsupported_grant_type: 400,
  slow_down: 429,
} as const;

export type OauthErrorCode = keyof typeof statuses;

/** A token request that is refused. The description is ASCII without quotes and backslashes, as §5.2 wants. */
export class OauthError extends Error {
  readonly code: OauthErrorCode;
  /** For `slow_down`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: OauthErrorCode, description: string, retryAfterSeconds?: number) {
    super(description);
    this.name = 'OauthError';
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get status(): number {
    return statuses[this.code];
  }
}
