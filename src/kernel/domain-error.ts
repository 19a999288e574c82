/**
 * Every way in which a request can be refused, with the HTTP status and the title it is shown under (RFC 9457 `title`).
 * The code is the stable end of the problem's `type`; clients branch on it, so a code is never renamed.
 */
export const refusals = {
  'invalid-request': { status: 400, title: 'The request cannot be understood' },
  unauthenticated: { status: 401, title: 'A valid credential is needed' },
  forbidden: { status: 403, title: 'This principal may not do that' },
  'not-found': { status: 404, title: 'There is no such thing here' },
  'method-not-allowed': { status: 405, title: 'The address does not take this method' },
  conflict: { status: 409, title: 'It conflicts with what is there' },
  'already-issued': { status: 409, title: 'It was issued already, and its secret is shown once' },
  'idempotency-key-in-use': { status: 409, title: 'A request with this Idempotency-Key has no answer yet' },
  'idempotency-key-reused': { status: 422, title: 'This Idempotency-Key belongs to another request' },
  'too-many-requests': { status: 429, title: 'There are too many requests' },
  'payload-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body has a media type that is not taken here' },
  'sso-not-verified': { status: 409, title: 'Single sign-on has not been proven by a real sign-in' },
  'activation-blocked': { status: 409, title: 'The SCIM switch cannot be turned yet' },
  'mixed-connection-kinds': { status: 409, title: 'A workspace has directory connections of one kind' },
  'preview-stale': { status: 409, title: 'The acknowledged preview is not the present one' },
  'scope-overridden': { status: 409, title: 'Scope settings have no effect while the SCIM switch is on' },
  'sso-in-use': { status: 409, title: 'Single sign-on cannot be changed while the SCIM switch is on' },
  'last-owner': { status: 409, title: 'A workspace keeps at least one owner' },
  'last-administrator': { status: 409, title: 'A workspace keeps at least one administrator' },
  'report-not-ready': { status: 409, title: 'The report waits for something' },
  'sign-in-failed': { status: 403, title: 'The sign-in did not succeed' },
  'identity-provider-unavailable': { status: 502, title: 'The identity provider could not be reached' },
  'directory-unavailable': { status: 502, title: 'The directory could not be read' },
  'outbound-refused': { status: 502, title: 'The address may not be called' },
  'outbound-failed': { status: 502, title: 'The other server did not answer as it should' },
  'database-unavailable': { status: 503, title: 'The database cannot be reached' },
  'ledger-behind': { status: 503, title: 'The ledger has not caught up' },
  internal: { status: 500, title: 'Something went wrong here' },
} as const satisfies Record<string, { status: number; title: string }>;

export type RefusalCode = keyof typeof refusals;

export interface RefusalText {
  /** What is wrong with this request, for a person. No secret, no personal data that the caller did not send. */
  readonly detail: string;
  /** What to do about it. */
  readonly next?: string;
  /** Further members of the problem document. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** A broken request or a broken world, said in a closed code; the only exception that a room throws on purpose. */
export class DomainError extends Error {
  readonly code: RefusalCode;
  readonly next: string | undefined;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: RefusalCode, text: RefusalText, options?: ErrorOptions) {
    super(text.detail, options);
    this.name = 'DomainError';
    this.code = code;
    this.next = text.next;
    this.extra = text.extra ?? {};
  }
}

export function refuse(code: RefusalCode, text: RefusalText): never {
  throw new DomainError(code, text);
}
