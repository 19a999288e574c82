import { type Instant, refuse, type SsoConnectionId, type WorkspaceId } from '../kernel/index.ts';
import type { Database, SecretBox } from '../platform/index.ts';
import { openConfiguration } from './open-configuration.ts';
import { signInPath } from './sign-in-address.ts';
import { attemptCookie, attemptExpiry, sealAttempt } from './sign-in-attempt.ts';
import { beginProof, type SignInProtocolDeps } from './sign-in-protocol.ts';
import { findActiveConnection, findConnection, type SsoConnection } from './sso-store.ts';

export interface StartSignInDeps extends SignInProtocolDeps {
  readonly secrets: SecretBox;
}

/**
 * Begins a sign-in: where to send the browser, and the cookie that ties the answer to it. Through the active connection,
 * or through a candidate that is open for verification.
 * Throws DomainError `sign-in-failed` when there is nothing to sign in through, or `identity-provider-unavailable`.
 */
export async function startSignIn(
  deps: StartSignInDeps,
  workspaceId: WorkspaceId,
  ask: { readonly connectionId: SsoConnectionId | undefined; readonly at: Instant },
): Promise<{ readonly location: string; readonly cookie: string }> {
  const { publicUrl } = deps;
  const connection = await connectionFor(deps.database, workspaceId, ask);
  const configuration = openConfiguration(deps.secrets, workspaceId, connection);
  const { binding, location } = await beginProof(deps, workspaceId, configuration, ask.at);
  const attempt = {
    ...binding,
    connectionId: connection.id,
    fingerprint: connection.fingerprint.toString('hex'),
    expiresAt: attemptExpiry(ask.at),
  };
  const value = sealAttempt(deps.secrets, workspaceId, attempt);
  return { location: location.href, cookie: attemptCookie(publicUrl, signInPath(publicUrl, workspaceId), { state: attempt.state, value }) };
}

async function connectionFor(
  database: Database,
  workspaceId: WorkspaceId,
  ask: { readonly connectionId: SsoConnectionId | undefined; readonly at: Instant },
): Promise<SsoConnection> {
  if (ask.connectionId === undefined) {
    const active = await findActiveConnection(database, workspaceId);
    return (
      active ?? refuse('sign-in-failed', { detail: 'This workspace has no active single sign-on.', next: 'An administrator sets it up.' })
    );
  }
  const named = await findConnection(database, workspaceId, ask.connectionId);
  const isOpen = named?.state === 'active' || (named?.state === 'candidate' && (named.verificationOpenUntil ?? '') > ask.at);
  if (named === undefined || !isOpen) {
    refuse('sign-in-failed', {
      detail: 'This connection is not open for a sign-in.',
      next: 'Ask for a verification of it, and use the address that comes back before it expires.',
    });
  }
  return named;
}
