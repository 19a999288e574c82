import * as oidc from 'openid-client';
import { DomainError, refuse } from '../kernel/index.ts';
import type { OidcConfiguration } from './fingerprint.ts';
import {
  type AskProvider,
  askProvider,
  askProviderTogether,
  doesNotHold,
  refusedByProvider,
  refuseForeignEndpoints,
  unavailable,
} from './identity-provider.ts';
import type { OidcAdapter, OidcDeps } from './oidc-adapter.ts';

/** OpenID Connect by openid-client: the adapter that serves unless the operator chooses otherwise. */
export function openidClientAdapter(deps: OidcDeps): OidcAdapter {
  const together = askProviderTogether(deps.outbound);
  const alone: AskProvider = (address, request) => askProvider(deps.outbound, address, request);
  return {
    begin: async (configuration, { redirectUri, responseMode }) => {
      const client = await discover(deps, together, configuration);
      const codeVerifier = oidc.randomPKCECodeVerifier();
      const binding = { protocol: 'oidc', state: oidc.randomState(), nonce: oidc.randomNonce(), codeVerifier } as const;
      const location = oidc.buildAuthorizationUrl(client, {
        scope: 'openid profile',
        response_mode: responseMode,
        redirect_uri: redirectUri,
        state: binding.state,
        nonce: binding.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      });
      return { location, binding };
    },
    finish: async (configuration, { binding, parameters, redirectUri }) => {
      const client = await discover(deps, alone, configuration);
      const url = new URL(redirectUri);
      url.search = parameters.toString();
      try {
        const tokens = await oidc.authorizationCodeGrant(client, url, {
          expectedState: binding.state,
          expectedNonce: binding.nonce,
          pkceCodeVerifier: binding.codeVerifier,
          idTokenExpected: true,
        });
        return tokens.claims() ?? refuse('sign-in-failed', { detail: 'The identity provider sent no ID token.' });
      } catch (error) {
        throw toSignInError(error);
      }
    },
  };
}

async function discover(deps: OidcDeps, ask: AskProvider, configuration: OidcConfiguration): Promise<oidc.Configuration> {
  const { clientId, clientSecret, issuer } = configuration;
  const metadata = { id_token_signed_response_alg: 'RS256' };
  const execute = [oidc.enableNonRepudiationChecks, ...(deps.allowInsecure ? [oidc.allowInsecureRequests] : [])];
  try {
    const client = await oidc.discovery(new URL(issuer), clientId, metadata, oidc.ClientSecretPost(clientSecret), {
      [oidc.customFetch]: fetchThrough(ask),
      execute,
    });
    refuseForeignEndpoints(client.serverMetadata(), issuer);
    return client;
  } catch (error) {
    throw domainErrorIn(error) ?? unavailable(error);
  }
}

function fetchThrough(ask: AskProvider): oidc.CustomFetch {
  return async (url, { method, headers, body }) => {
    const text = body instanceof URLSearchParams || typeof body === 'string' ? { body: body.toString() } : {};
    return (await ask(url, { method, headers, ...text })).response;
  };
}

function toSignInError(error: unknown): DomainError {
  const own = domainErrorIn(error);
  if (own !== undefined) return own;
  if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError) {
    return refusedByProvider(error.error, error.error_description, error);
  }
  return error instanceof oidc.ClientError ? doesNotHold(error.code ?? 'unknown', error) : unavailable(error);
}

function domainErrorIn(error: unknown): DomainError | undefined {
  if (error instanceof DomainError) return error;
  return error instanceof Error && error.cause !== undefined ? domainErrorIn(error.cause) : undefined;
}
