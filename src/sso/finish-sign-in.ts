import {
  type AdministratorId,
  DomainError,
  type Instant,
  newId,
  parseId,
  refuse,
  type SsoConnectionId,
  type WorkspaceId,
} from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { hashToken, type Queryable } from '../platform/index.ts';
import {
  admitAdministrator,
  linkIdentity,
  type MayEnter,
  openSession,
  readCookie,
  readSwitch,
  type SignInIdentity,
} from '../workspace/index.ts';
import { openConfiguration } from './open-configuration.ts';
import type { ProvenIdentity } from './read-identity.ts';
import { attemptCookieName, openAttempt, type SignInAttempt } from './sign-in-attempt.ts';
import { findConnection, holdConnectionState, insertVerification, type SsoConnection, takeAttempt } from './sso-store.ts';
import { proveIdentity } from './sign-in-protocol.ts';
import type { StartSignInDeps } from './start-sign-in.ts';

export interface FinishSignInDeps extends StartSignInDeps {
  readonly mayEnter: MayEnter;
  readonly findScimUser: FindScimUser;
}

/** The SCIM user that an identity is or would be, whoever decides at present; null when there never was one. Answered by whoever knows. */
export type FindScimUser = (q: Queryable, workspaceId: WorkspaceId, identity: SignInIdentity) => Promise<ScimUser | null>;

export interface ScimUser {
  readonly id: string;
  readonly standing: 'active' | 'inactive' | 'deleted';
}

export interface Callback {
  readonly protocol: SsoConnection['protocol'];
  readonly parameters: URLSearchParams;
  readonly cookieHeader: string | undefined;
  readonly at: Instant;
}

export interface SignedIn {
  readonly kind: 'signed-in';
  readonly connectionId: SsoConnectionId;
  readonly state: string;
  readonly displayName: string;
  readonly session: { readonly token: string; readonly expiresAt: Instant };
  /** Where the connection is a candidate: what is to be seen in trying it out. */
  readonly trial: Trial | undefined;
}

/** A candidate's sign-in that the provider vouched for and that is refused here: whoever tries it out is told what came back. */
export interface RefusedTrial {
  readonly kind: 'refused-trial';
  readonly trial: Trial;
  readonly problem: DomainError;
}

/** What came back, and which administrator it matches: nobody else enters through a candidate. Shown to the person whom it is about, and kept nowhere. */
export interface Trial {
  readonly protocol: SsoConnection['protocol'];
  readonly identity: ProvenIdentity;
  /** Undefined where they may not enter. */
  readonly match: Pick<Entered, 'graceEndsAt' | 'scimUserId'> | undefined;
  /** Whom they would be once SCIM decides; undefined where it does already. */
  readonly outlook: ScimUser | null | undefined;
}

/**
 * Ends a sign-in: takes the attempt (once), validates the answer, finds or binds the administrator, asks the authority in force, keeps
 * which SCIM user it is, records that the connection works where an administrator signed in, opens a session. What follows the
 * validation commits together (I3).
 * Throws DomainError `sign-in-failed` with what to do about it, or `identity-provider-unavailable`; but answers, of a candidate, whom
 * the provider vouched for and why they may not enter.
 */
export async function finishSignIn(deps: FinishSignInDeps, workspaceId: WorkspaceId, callback: Callback): Promise<RefusedTrial | SignedIn> {
  const attempt = await takeTheAttempt(deps, workspaceId, callback);
  const connection = await connectionOf(deps, workspaceId, attempt);
  const configuration = openConfiguration(deps.secrets, workspaceId, connection);
  const { at, parameters } = callback;
  const identity = await proveIdentity(deps, workspaceId, configuration, { binding: attempt, parameters, at });
  const isTrial = connection.state === 'candidate';
  const outlook = isTrial ? await outlookOf(deps, workspaceId, identity) : undefined;
  const trialWith = (match: Trial['match']): Trial => ({ protocol: connection.protocol, identity, match, outlook });
  try {
    const { session, ...match } = await deps.database.transaction((tx) => enter(tx, workspaceId, { deps, identity, connection, at }));
    const trial = isTrial ? trialWith(match) : undefined;
    return { kind: 'signed-in', connectionId: connection.id, state: attempt.state, displayName: identity.displayName, session, trial };
  } catch (problem) {
    if (!isTrial || !(problem instanceof DomainError)) throw problem;
    return { kind: 'refused-trial', problem, trial: trialWith(undefined) };
  }
}

async function outlookOf(deps: FinishSignInDeps, workspaceId: WorkspaceId, identity: ProvenIdentity): Promise<Trial['outlook']> {
  const { state } = await readSwitch(deps.database, workspaceId);
  return state === 'on' ? undefined : deps.findScimUser(deps.database, workspaceId, identity);
}

async function takeTheAttempt(deps: FinishSignInDeps, workspaceId: WorkspaceId, callback: Callback): Promise<SignInAttempt> {
  const state = callback.parameters.get(callback.protocol === 'saml' ? 'RelayState' : 'state') ?? '';
  const sealed = readCookie(callback.cookieHeader, attemptCookieName(deps.publicUrl, state));
  const attempt = sealed === undefined ? undefined : openAttempt(deps.secrets, workspaceId, sealed);
  const { at } = callback;
  if (attempt?.protocol !== callback.protocol || attempt.state !== state || attempt.expiresAt <= at) {
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

interface Entering {
  readonly deps: Pick<FinishSignInDeps, 'mayEnter'>;
  readonly identity: ProvenIdentity;
  readonly connection: SsoConnection;
  readonly at: Instant;
}

interface Entered {
  readonly session: SignedIn['session'];
  /** The SCIM user that they are, while SCIM decides. */
  readonly scimUserId: string | null;
  /** Until when, for an administrator whom SCIM has not provisioned. */
  readonly graceEndsAt: Instant | null;
}

async function enter(tx: Queryable, workspaceId: WorkspaceId, entering: Entering): Promise<Entered> {
  const { at, connection, deps, identity } = entering;
  if ((await holdConnectionState(tx, workspaceId, connection.id)) === 'retired') {
    refuse('sign-in-failed', { detail: 'The connection was retired while you signed in.', next: 'Start to sign in anew.' });
  }
  const administrator = await admitAdministrator(tx, workspaceId, { identity, at });
  const isAdministrator = administrator !== undefined;
  const entry = await deps.mayEnter(tx, workspaceId, { identity, isAdministrator, at });
  if (entry.kind === 'no') return refuse('sign-in-failed', { detail: entry.because, next: REMEDY });
  if (!isAdministrator && connection.state === 'candidate') {
    return refuse('sign-in-failed', {
      detail: 'This connection is being tried out, and nobody of that sign-in name has an open invitation to administer.',
      next: 'Have an administrator sign in through it.',
    });
  }
  const { scimUser } = entry;
  if (scimUser !== null && scimUser.linkedBy !== null) {
    await linkIdentity(tx, workspaceId, { identity, scimUserId: scimUser.id, linkedBy: scimUser.linkedBy, at });
  }
  if (administrator !== undefined) await recordVerification(tx, workspaceId, entering, administrator.id);
  const { objectId, tenantId } = identity;
  const holder = administrator === undefined ? { administratorId: null, tenantId, objectId } : { administratorId: administrator.id };
  const session = await openSession(tx, workspaceId, { holder, at });
  return { session, scimUserId: scimUser?.id ?? null, graceEndsAt: entry.graceEndsAt };
}

const REMEDY = 'Ask whoever manages access in Entra ID, or have an administrator invite exactly the name that you sign in with there.';

/** A real sign-in of an administrator through the present configuration: what the gate of the SCIM switch asks for (I4). */
async function recordVerification(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { at, connection, identity }: Entering,
  administratorId: AdministratorId,
): Promise<void> {
  const { tenantId, objectId, issuer } = identity;
  const { id: connectionId, fingerprint } = connection;
  await insertVerification(tx, workspaceId, {
    id: newId(at),
    connectionId,
    fingerprint,
    tenantId,
    objectId,
    issuer,
    administratorId,
    verifiedAt: at,
  });
  await append(tx, workspaceId, [
    {
      type: 'sso.verified',
      at,
      actor: `administrator:${administratorId}`,
      subject: { kind: 'sso-connection', id: connectionId },
      detail: { fingerprint: fingerprint.toString('hex'), issuer, tenantId },
      disclose: { objectId },
    },
  ]);
}
