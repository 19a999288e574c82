import { type Instant, MINUTE_MS, parseInstant, plusMs, type WorkspaceId } from '../kernel/index.ts';
import { hashToken, type SecretBox } from '../platform/index.ts';

/** Long enough for a second factor; short enough that a page left open overnight starts anew. */
const ATTEMPT_LIFE_MS = 10 * MINUTE_MS;

/**
 * One sign-in under way. It lives sealed in a cookie of the browser that began it, so that beginning one costs the
 * server no row, and only that browser can end it.
 */
export type SignInAttempt = Binding & {
  readonly connectionId: string;
  readonly fingerprint: string;
  readonly expiresAt: Instant;
};

/** What ties an answer to the sign-in that it answers, by protocol. */
export type Binding = OidcBinding | SamlBinding;

export interface OidcBinding {
  readonly protocol: 'oidc';
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

export interface SamlBinding {
  readonly protocol: 'saml';
  /** Our relay state. */
  readonly state: string;
  readonly requestId: string;
}

/** Each attempt has a cookie of its own, so that two tabs do not disturb each other. */
export function attemptCookieName(publicUrl: string, state: string): string {
  const prefix = publicUrl.startsWith('https:') ? '__Secure-' : '';
  return `${prefix}rollcall-attempt-${hashToken(state).toString('hex').slice(0, 16)}`;
}

/**
 * The `Set-Cookie` line; an empty value ends the cookie. `SameSite=None` is what a form from another site needs, and only a secure
 * cookie may have it. Over http on loopback such a form brings no cookie, unless it comes from loopback itself: SAML works there with a stand-in alone.
 */
export function attemptCookie(publicUrl: string, path: string, attempt: { readonly state: string; readonly value: string }): string {
  const age = attempt.value === '' ? 0 : ATTEMPT_LIFE_MS / 1000;
  const site = publicUrl.startsWith('https:') ? 'SameSite=None; Secure' : 'SameSite=Lax';
  return `${attemptCookieName(publicUrl, attempt.state)}=${attempt.value}; Path=${path}; Max-Age=${age}; HttpOnly; ${site}`;
}

export function attemptExpiry(at: Instant): Instant {
  return plusMs(at, ATTEMPT_LIFE_MS);
}

export function sealAttempt(secrets: SecretBox, workspaceId: WorkspaceId, attempt: SignInAttempt): string {
  return secrets.seal(JSON.stringify(attempt), attemptContext(workspaceId)).toString('base64url');
}

/** Undefined for anything that this server has not sealed for this workspace. */
export function openAttempt(secrets: SecretBox, workspaceId: WorkspaceId, sealed: string): SignInAttempt | undefined {
  try {
    return parseAttempt(JSON.parse(secrets.open(Buffer.from(sealed, 'base64url'), attemptContext(workspaceId)).toString('utf8')));
  } catch {
    return undefined; // a cookie of another key, another workspace, or nobody's: it opens nothing, whichever it is
  }
}

function parseAttempt(value: Readonly<Record<string, unknown>>): SignInAttempt | undefined {
  const { connectionId, fingerprint, expiresAt } = value as Partial<Record<string, string>>;
  const binding = parseBinding(value);
  const until = parseInstant(expiresAt ?? '');
  if (binding === undefined || !connectionId || !fingerprint || until === undefined) return undefined;
  return { ...binding, connectionId, fingerprint, expiresAt: until };
}

function parseBinding(value: Readonly<Record<string, unknown>>): Binding | undefined {
  const { protocol, state, nonce, codeVerifier, requestId } = value as Partial<Record<string, string>>;
  if (!state) return undefined;
  if (protocol === 'oidc' && nonce && codeVerifier) return { protocol, state, nonce, codeVerifier };
  return protocol === 'saml' && requestId ? { protocol, state, requestId } : undefined;
}

function attemptContext(workspaceId: WorkspaceId): string {
  return `sign-in-attempt:${workspaceId}`;
}
