import { type Instant, MINUTE_MS, parseInstant, plusMs, type WorkspaceId } from '../kernel/index.ts';
import { hashToken, type SecretBox } from '../platform/index.ts';

/** Long enough for a second factor; short enough that a page left open overnight starts anew. */
const ATTEMPT_LIFE_MS = 10 * MINUTE_MS;

/**
 * One sign-in under way. It lives sealed in a cookie of the browser that began it, so that beginning one costs the
 * server no row, and only that browser can end it.
 */
export interface SignInAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly connectionId: string;
  readonly fingerprint: string;
  readonly expiresAt: Instant;
}

/** Each attempt has a cookie of its own, so that two tabs do not disturb each other. */
export function attemptCookieName(publicUrl: string, state: string): string {
  const prefix = publicUrl.startsWith('https:') ? '__Secure-' : '';
  return `${prefix}rollcall-attempt-${hashToken(state).toString('hex').slice(0, 16)}`;
}

/** The `Set-Cookie` line; an empty value ends the cookie. `SameSite=None` is what a form from another site needs. */
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
  const { state, nonce, codeVerifier, connectionId, fingerprint, expiresAt } = value as Partial<Record<keyof SignInAttempt, string>>;
  const until = parseInstant(expiresAt ?? '');
  if (!state || !nonce || !codeVerifier || !connectionId || !fingerprint || until === undefined) return undefined;
  return { state, nonce, codeVerifier, connectionId, fingerprint, expiresAt: until };
}

function attemptContext(workspaceId: WorkspaceId): string {
  return `sign-in-attempt:${workspaceId}`;
}
