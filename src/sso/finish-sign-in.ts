import { type Instant, newId, parseId, refuse, type SsoConnectionId, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { hashToken, type Queryable } from '../platform/index.ts';
import { admitAdministrator, openSession, readCookie, type SignInIdentity } from '../workspace/index.ts';
import { openConfiguration } from './configure-sso.ts';
import { exchangeCode } from './oidc-client.ts';
import { type ProvenIdentity, readIdentity } from './read-identity.ts';
import { redirectUri } from './sign-in-address.ts';
import { attemptCookieName, openAttempt, type SignInAttempt } from './sign-in-attempt.ts';
import { findConnection, holdConnectionState, insertVerification, type SsoConnection, takeAttempt } from './sso-store.ts';
import type { StartSignInDeps } from './start-sign-in.ts';

/** Whether an identity may enter by the authority in force; answered by whoever knows who that is. */
export type MayEnter = (
  workspaceId: WorkspaceId,
  identity: SignInIdentity,
) => Promise<{ readonly kind: 'yes' } | { readonly kind: 'no'; readonly because: string }>;

export interface FinishSignInDeps extends StartSignInDeps {
  readonly mayEnter: MayEnter;
}

export interface Callback {
  readonly parameters: URLSearchParams;
  readonly cookieHeader: string | undefined;
  readonly at: Instant;
}

export interface SignedIn {
  readonly connectionId: SsoConnectionId;
  readonly state: string;
  readonly displayName: string;
  readonly session: { readonly token: string; readonly expiresAt: Instant };
}

/**
 * Ends a sign-in: takes the attempt (once), validates the answer, finds or binds the administrator, records that the
 * connection works, opens a session. The last three commit together (I3).
 * Throws DomainError `sign-in-failed` with what to do about it, or `identity-provider-unavailable`.
 */
export async function finishSignIn(deps: FinishSignInDeps, workspaceId: WorkspaceId, callback: Callback): Promise<SignedIn> {
  const attempt = await takeTheAttempt(deps, workspaceId, callback);
  const connection = await connectionOf(deps, workspaceId, attempt);
  const configuration = openConfiguration(deps.secrets, workspaceId, connection);
  const answer = { attempt, parameters: callback.parameters, redirectUri: redirectUri(deps.publicUrl, workspaceId) };
  const identity = readIdentity(await exchangeCode(deps, configuration, answer), connection.tenantId);
  const entry = await deps.mayEnter(workspaceId, identity);
  if (entry.kind === 'no') refuse('sign-in-failed', { detail: entry.because, next: 'Ask whoever manages access in Entra ID.' });
  const session = await deps.database.transaction((tx) => enter(tx, workspaceId, { identity, connection, at: callback.at }));
  return { connectionId: connection.id, state: attempt.state, displayName: identity.displayName, session };
}

async function takeTheAttempt(deps: FinishSignInDeps, workspaceId: WorkspaceId, callback: Callback): Promise<SignInAttempt> {
  const state = callback.parameters.get('state') ?? '';
  const sealed = readCookie(callback.cookieHeader, attemptCookieName(deps.publicUrl, state));
  const attempt = sealed === undefined ? undefined : openAttempt(deps.secrets, workspaceId, sealed);
  const { at } = callback;
  if (attempt === undefined || attempt.state !== state || attempt.expiresAt <= at) {
    return refuse('sign-in-failed', {
      detail: 'This answer belongs to no sign-in that this browser has begun within the last ten minutes.',
      next: 'Start to sign in anew, and allow cookies for this address.',
    });
  }
  const taken = await takeAttempt(deps.database, workspaceId, { stateHash: hashToken(state), at, expiresAt: attempt.expiresAt });
  if (!taken) refuse('sign-in-failed', { detail: 'This answer has been used before.', next: 'Start to sign in anew.' });
  return attempt;
}

async function connectionOf(deps: FinishSignInDeps, workspaceId: WorkspaceId, attempt: SignInAttempt): Promise<SsoConnection> {
  const id = parseId<'sso-connection'>(attempt.connectionId);
  const connection = id && (await findConnection(deps.database, workspaceId, id));
  if (connection === undefined || connection.state === 'retired' || connection.fingerprint.toString('hex') !== attempt.fingerprint) {
    return refuse('sign-in-failed', { detail: 'The connection has changed since this sign-in began.', next: 'Start to sign in anew.' });
  }
  return connection;
}

async function enter(
  tx: Queryable,
  workspaceId: WorkspaceId,
  entry: { readonly identity: ProvenIdentity; readonly connection: SsoConnection; readonly at: Instant },
): Promise<SignedIn['session']> {
  const { identity, connection, at } = entry;
  if ((await holdConnectionState(tx, workspaceId, connection.id)) === 'retired') {
    refuse('sign-in-failed', { detail: 'The connection was retired while you signed in.', next: 'Start to sign in anew.' });
  }
  const administrator = await admitAdministrator(tx, workspaceId, { identity, at });
  if (administrator === undefined) {
    return refuse('sign-in-failed', {
      detail: 'The identity provider knows you, but nobody of that sign-in name has an open invitation to this workspace.',
      next: 'Have an administrator invite exactly the name that you sign in with at Entra ID.',
    });
  }
  const { tenantId, objectId, issuer } = identity;
  const { id: connectionId, fingerprint } = connection;
  const verified = { connectionId, fingerprint, tenantId, objectId, issuer, administratorId: administrator.id, verifiedAt: at };
  await insertVerification(tx, workspaceId, { id: newId(at), ...verified });
  await append(tx, workspaceId, [
    {
      type: 'sso.verified',
      at,
      actor: `administrator:${administrator.id}`,
      subject: { kind: 'sso-connection', id: connectionId },
      detail: { fingerprint: fingerprint.toString('hex'), issuer, tenantId },
      disclose: { objectId },
    },
  ]);
  return openSession(tx, workspaceId, { administratorId: administrator.id, at });
}
