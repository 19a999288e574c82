import { createHash, timingSafeEqual } from 'node:crypto';
import { type Instant, plusMs, type WorkspaceId } from '../kernel/index.ts';
import { hashToken, type Queryable } from '../platform/index.ts';
import { type ClientCredential, liveClientCredentials } from './credential-store.ts';
import type { EntraKeys } from './entra-keys.ts';
import { type AssertionRefusal, judgeAssertion, type PinnedWorkload } from './judge-assertion.ts';
import { OauthError } from './oauth-error.ts';
import type { ClientAuthentication } from './read-token-request.ts';
import { type Claims, MAX_SKEW_MS, peekToken, type SignedToken, textClaim, verifyToken } from './signed-token.ts';

export interface AuthenticateDeps {
  readonly database: Queryable;
  readonly entraKeys: EntraKeys;
}

interface Attempt {
  readonly workspaceId: WorkspaceId;
  readonly at: Instant;
}

/** What a client has proven. An assertion is yet to be used up, in the transaction of what is issued for it. */
export interface ProvenClient {
  readonly credential: ClientCredential;
  readonly assertion: { readonly hash: Buffer; readonly forgottenAt: Instant } | undefined;
}

/**
 * The credential that a client proves itself by. It may have to ask Entra for keys, so no transaction is open here. Throws
 * OauthError `invalid_client`, or DomainError `identity-provider-unavailable` while the keys of its tenant cannot be had.
 */
export async function authenticateClient(
  deps: AuthenticateDeps,
  attempt: Attempt,
  authentication: ClientAuthentication,
): Promise<ProvenClient> {
  const credentials = await liveClientCredentials(deps.database, attempt.workspaceId, authentication.clientId, attempt.at);
  return authentication.kind === 'secret'
    ? { credential: bySecret(credentials, authentication.secret), assertion: undefined }
    : byAssertion(deps.entraKeys, attempt.at, { credentials, assertion: authentication.assertion });
}

/** All of them are compared, each in constant time, and only hashes: how long it takes tells nothing of a secret. */
function bySecret(credentials: readonly ClientCredential[], secret: string): ClientCredential {
  const presented = hashToken(secret);
  const [matching] = credentials.filter(({ tokenHash }) => tokenHash !== null && timingSafeEqual(tokenHash, presented));
  return matching ?? refused('The client is unknown, has ended, or its secret is another one.');
}

interface Asserted {
  readonly credentials: readonly ClientCredential[];
  readonly assertion: string;
}

async function byAssertion(keys: EntraKeys, at: Instant, { credentials, assertion }: Asserted): Promise<ProvenClient> {
  const credential = credentials.find(({ kind }) => kind === 'workload-identity');
  const pinned = credential && pinnedBy(credential);
  const signed = peekToken(assertion);
  if (credential === undefined || pinned === undefined) return refused('The client is unknown, has ended, or takes no assertions.');
  if (signed?.kid === undefined) return refused('The client_assertion is no signed JWT, or names no key.');
  const { claims, expiresAt } = await verify(keys, credential, signed, at);
  const problem = judgeAssertion(pinned, { claims, expiresAt, at });
  if (problem !== undefined) return refused(sentences[problem]);
  return { credential, assertion: { hash: identityOf(claims, signed), forgottenAt: plusMs(expiresAt, MAX_SKEW_MS) } };
}

async function verify(keys: EntraKeys, { cloud, tenantId }: ClientCredential, signed: SignedToken, at: Instant) {
  const { kid } = signed;
  const key = cloud === null || tenantId === null || kid === undefined ? undefined : await keys.find({ cloud, tenantId, version: 2 }, kid);
  if (key === undefined) return refused('The client_assertion is signed with a key that the tenant does not have.');
  const verdict = verifyToken(signed, key, at);
  return verdict.kind === 'genuine' ? verdict : refused(sentences[verdict.because]);
}

function pinnedBy({ tenantId, issuer, subject, audiences }: ClientCredential): PinnedWorkload | undefined {
  return tenantId === null || issuer === null || subject === null || audiences === null
    ? undefined
    : { tenantId, issuer, subject, audiences };
}

/**
 * What an assertion is known by afterwards: its `jti`, or else what was signed. Not the signature as it is written, which can
 * be written in several ways.
 */
function identityOf(claims: Claims, { text }: SignedToken): Buffer {
  const jti = textClaim(claims, 'jti');
  const identity = jti === undefined ? `signed ${text.slice(0, text.lastIndexOf('.'))}` : `jti ${jti}`;
  return createHash('sha256').update(identity, 'utf8').digest();
}

const sentences: Readonly<Record<AssertionRefusal | 'signature' | 'expired' | 'not-yet-valid' | 'no-expiry', string>> = {
  signature: 'The client_assertion is not signed by the tenant with RS256.',
  expired: 'The client_assertion has expired.',
  'not-yet-valid': 'The client_assertion is not valid yet.',
  'no-expiry': 'The client_assertion does not say when it ends.',
  'lives-too-long': 'The client_assertion lives for more than a day.',
  issuer: 'The issuer of the client_assertion is not the one that was enrolled.',
  tenant: 'The client_assertion is of another tenant than was enrolled.',
  subject: 'The subject of the client_assertion is not the one that was enrolled.',
  audience: 'The client_assertion is meant for an audience that was not enrolled.',
};

function refused(description: string): never {
  throw new OauthError('invalid_client', description);
}
