import { type Instant, parseId, type WorkspaceId } from '../kernel/index.ts';
import type { Database, Log, Queryable } from '../platform/index.ts';
import { type UsedAssertion, useAssertion } from './assertion-store.ts';
import { authenticateClient } from './authenticate-client.ts';
import type { EntraKeys } from './entra-keys.ts';
import type { FailedAttempts } from './failed-attempts.ts';
import { type IssuedAccessToken, issueAccessToken } from './issue-access-token.ts';
import { OauthError } from './oauth-error.ts';
import { type ClientAuthentication, readTokenRequest } from './read-token-request.ts';

export interface TokenEndpointDeps {
  readonly database: Database;
  readonly log: Log;
  readonly entraKeys: EntraKeys;
  readonly attempts: FailedAttempts;
}

export interface TokenRequest {
  readonly workspaceId: WorkspaceId | undefined;
  readonly at: Instant;
  /** The body; undefined when it is no form. */
  readonly form: string | undefined;
  readonly authorization: string | undefined;
  /** Where it comes from: somebody elsewhere who guesses must not lock out a client. */
  readonly address: string;
}

/**
 * Answers a request to the token endpoint with an access token, for a client that proves itself. Throws OauthError, and
 * DomainError `database-unavailable` or `identity-provider-unavailable`: an outage is no verdict on a client.
 */
export async function answerTokenRequest(deps: TokenEndpointDeps, request: TokenRequest): Promise<IssuedAccessToken> {
  const { workspaceId, at } = request;
  const authentication = readTokenRequest(request.form, request.authorization);
  const clientId = parseId<'scim-credential'>(authentication.clientId);
  if (workspaceId === undefined || clientId === undefined) throw new OauthError('invalid_client', 'There is no such client.');
  const client = `${workspaceId} ${clientId} ${request.address}`;
  const wait = deps.attempts.waitOf(client, at);
  if (wait !== undefined) throw slowDown(wait);
  try {
    return await exchange(deps, { workspaceId, at, authentication: { ...authentication, clientId } });
  } catch (error) {
    if (!(error instanceof OauthError)) throw error;
    deps.log.warn('scim.token.refused', { workspaceId, clientId, error: error.code, reason: error.message });
    const after = deps.attempts.note(client, at);
    throw after === undefined ? error : slowDown(after);
  }
}

interface Exchange {
  readonly workspaceId: WorkspaceId;
  readonly at: Instant;
  readonly authentication: ClientAuthentication;
}

/** Uses an assertion up and issues what it is for together: one that led to nothing may be sent again. */
async function exchange({ database, entraKeys, log }: TokenEndpointDeps, { workspaceId, at, authentication }: Exchange) {
  const { credential, assertion } = await authenticateClient({ database, entraKeys }, { workspaceId, at }, authentication);
  const issued = await database.transaction(async (tx) => {
    if (assertion !== undefined) await useUp(tx, workspaceId, { credentialId: credential.id, at, ...assertion });
    return issueAccessToken(tx, workspaceId, credential, at);
  });
  log.info('scim.token.issued', { workspaceId, credentialId: credential.id, expiresInSeconds: issued.expiresInSeconds });
  return issued;
}

async function useUp(tx: Queryable, workspaceId: WorkspaceId, assertion: UsedAssertion): Promise<void> {
  const isFirst = await useAssertion(tx, workspaceId, assertion);
  if (!isFirst) throw new OauthError('invalid_client', 'The client_assertion has been used before; each counts once.');
}

function slowDown(seconds: number): OauthError {
  return new OauthError('slow_down', 'Too many attempts of this client have failed; wait before the next.', seconds);
}
