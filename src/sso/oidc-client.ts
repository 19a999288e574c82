import * as oidc from 'openid-client';
import { DomainError, refuse, SECOND_MS } from '../kernel/index.ts';
import type { OutboundHttp } from '../platform/index.ts';
import type { OidcConfiguration } from './fingerprint.ts';
import type { SignInAttempt } from './sign-in-attempt.ts';

/** A person waits in front of a browser. */
const PROVIDER_TIMEOUT_MS = 10 * SECOND_MS;
/** Metadata, keys and tokens are a few kilobytes. */
const PROVIDER_MAX_BYTES = 1024 * 1024;

export interface OidcDeps {
  readonly outbound: OutboundHttp;
  /** Whether the login host is a stand-in on loopback, reached by http. */
  readonly allowInsecure: boolean;
}

/**
 * The address at the identity provider that a browser is sent to: authorization code, PKCE S256, state and nonce.
 * Throws DomainError `identity-provider-unavailable` when its metadata cannot be had, or is not the issuer's.
 */
export async function authorizationUrl(
  deps: OidcDeps,
  configuration: OidcConfiguration,
  ask: { readonly attempt: SignInAttempt; readonly redirectUri: string; readonly responseMode: string },
): Promise<URL> {
  const client = await discover(deps, configuration);
  return oidc.buildAuthorizationUrl(client, {
    scope: 'openid profile',
    response_mode: ask.responseMode,
    redirect_uri: ask.redirectUri,
    state: ask.attempt.state,
    nonce: ask.attempt.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(ask.attempt.codeVerifier),
    code_challenge_method: 'S256',
  });
}

/**
 * Exchanges what came back for an ID token and validates it: state, nonce, issuer, audience, times, and the signature by the
 * issuer's own keys (RS256 only), although the token came straight from the token endpoint (OpenID Connect Core §3.1.3.7).
 * Returns its claims. Throws DomainError `sign-in-failed`, or `identity-provider-unavailable`.
 */
export async function exchangeCode(
  deps: OidcDeps,
  configuration: OidcConfiguration,
  answer: { readonly attempt: SignInAttempt; readonly redirectUri: string; readonly parameters: URLSearchParams },
): Promise<Readonly<Record<string, unknown>>> {
  const client = await discover(deps, configuration);
  const url = new URL(answer.redirectUri);
  url.search = answer.parameters.toString();
  try {
    const tokens = await oidc.authorizationCodeGrant(client, url, {
      expectedState: answer.attempt.state,
      expectedNonce: answer.attempt.nonce,
      pkceCodeVerifier: answer.attempt.codeVerifier,
      idTokenExpected: true,
    });
    return tokens.claims() ?? refuse('sign-in-failed', { detail: 'The identity provider sent no ID token.' });
  } catch (error) {
    throw toSignInError(error);
  }
}

async function discover(deps: OidcDeps, configuration: OidcConfiguration): Promise<oidc.Configuration> {
  const { clientId, clientSecret, issuer } = configuration;
  const metadata = { id_token_signed_response_alg: 'RS256' };
  const execute = [oidc.enableNonRepudiationChecks, ...(deps.allowInsecure ? [oidc.allowInsecureRequests] : [])];
  try {
    const client = await oidc.discovery(new URL(issuer), clientId, metadata, oidc.ClientSecretPost(clientSecret), {
      [oidc.customFetch]: fetchThrough(deps.outbound),
      execute,
    });
    refuseForeignEndpoints(client.serverMetadata(), issuer);
    return client;
  } catch (error) {
    throw domainErrorIn(error) ?? unavailable(error);
  }
}

/** The secret and the code go to the token endpoint, and the keys decide what is true: all of them are the issuer's own host. */
function refuseForeignEndpoints(metadata: oidc.ServerMetadata, issuer: string): void {
  const { authorization_endpoint, token_endpoint, jwks_uri } = metadata;
  const isOwn = (address: string | undefined) => address !== undefined && new URL(address).origin === new URL(issuer).origin;
  if (metadata.issuer !== issuer || ![authorization_endpoint, token_endpoint, jwks_uri].every(isOwn)) {
    refuse('identity-provider-unavailable', { detail: "The identity provider's metadata names an issuer or a host that is not its own." });
  }
}

function fetchThrough(outbound: OutboundHttp): oidc.CustomFetch {
  return (url, { method, headers, body }) =>
    outbound.fetch(url, {
      method,
      headers,
      ...(body instanceof URLSearchParams || typeof body === 'string' ? { body: body.toString() } : {}),
      timeoutMs: PROVIDER_TIMEOUT_MS,
      maxBytes: PROVIDER_MAX_BYTES,
    });
}

function unavailable(error: unknown): DomainError {
  return new DomainError(
    'identity-provider-unavailable',
    {
      detail: "The identity provider's metadata could not be read.",
      next: 'Check the tenant id of the connection, and that this server can reach the identity provider.',
    },
    { cause: error },
  );
}

/** What went wrong, without a word of what the browser brought along: only codes from closed vocabularies are repeated. */
function toSignInError(error: unknown): DomainError {
  const own = domainErrorIn(error);
  if (own !== undefined) return own;
  if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError) {
    const code = [errorCode(error.error), entraCode(error.error_description)].filter((part) => part !== undefined).join(', ');
    return new DomainError(
      'sign-in-failed',
      { detail: `The identity provider refused (${code}).`, next: 'Look the code up in the sign-in logs of the tenant.' },
      { cause: error },
    );
  }
  if (error instanceof oidc.ClientError) {
    return new DomainError(
      'sign-in-failed',
      { detail: `What came back from the identity provider does not hold (${error.code ?? 'unknown'}).`, next: 'Start to sign in anew.' },
      { cause: error },
    );
  }
  return unavailable(error);
}

function errorCode(code: string): string {
  return /^[a-z_]{1,60}$/.test(code) ? code : 'unknown error';
}

function entraCode(description: string | undefined): string | undefined {
  return /\bAADSTS\d{4,8}\b/.exec(description ?? '')?.[0];
}

function domainErrorIn(error: unknown): DomainError | undefined {
  if (error instanceof DomainError) return error;
  return error instanceof Error && error.cause !== undefined ? domainErrorIn(error.cause) : undefined;
}
