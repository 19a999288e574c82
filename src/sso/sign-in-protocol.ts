import { type Instant, refuse, type WorkspaceId } from '../kernel/index.ts';
import { type Database, hashToken } from '../platform/index.ts';
import type { SamlConfiguration, SsoConfiguration } from './fingerprint.ts';
import type { OidcAdapter } from './oidc-adapter.ts';
import { type ProvenIdentity, readIdentity } from './read-identity.ts';
import { assertionClaims } from './saml/assertion-claims.ts';
import type { ExpectedResponse } from './saml/expected-response.ts';
import { beginSamlSignIn, finishSamlSignIn } from './saml/saml-sign-in.ts';
import { acsUrl, redirectUri, responseModeOf } from './sign-in-address.ts';
import type { Binding, SamlBinding } from './sign-in-attempt.ts';
import { takeAssertion } from './sso-store.ts';

export interface SignInProtocolDeps {
  readonly database: Database;
  readonly oidc: OidcAdapter;
  readonly publicUrl: string;
}

/** Where to send the browser, and what its answer has to bring back. Throws DomainError `identity-provider-unavailable`. */
export async function beginProof(
  deps: SignInProtocolDeps,
  workspaceId: WorkspaceId,
  configuration: SsoConfiguration,
  at: Instant,
): Promise<{ readonly location: URL; readonly binding: Binding }> {
  if (configuration.protocol === 'oidc') return deps.oidc.begin(configuration, oidcAddress(deps, workspaceId));
  return beginSamlSignIn(expectedBy(deps, workspaceId, configuration, at));
}

/** Whom the provider vouches for by this answer, once it holds. Throws DomainError `sign-in-failed` or `identity-provider-unavailable`. */
export async function proveIdentity(
  deps: SignInProtocolDeps,
  workspaceId: WorkspaceId,
  configuration: SsoConfiguration,
  answer: { readonly binding: Binding; readonly parameters: URLSearchParams; readonly at: Instant },
): Promise<ProvenIdentity> {
  const { at, binding, parameters } = answer;
  if (configuration.protocol === 'oidc' && binding.protocol === 'oidc') {
    const claims = await deps.oidc.finish(configuration, { binding, parameters, ...oidcAddress(deps, workspaceId) });
    return readIdentity(claims, configuration.tenantId);
  }
  if (configuration.protocol === 'saml' && binding.protocol === 'saml') {
    return bySaml(deps, workspaceId, configuration, { binding, at, response: parameters.get('SAMLResponse') ?? '' });
  }
  return refuse('sign-in-failed', { detail: 'This answer is in another protocol than the sign-in.', next: 'Start to sign in anew.' });
}

async function bySaml(
  deps: SignInProtocolDeps,
  workspaceId: WorkspaceId,
  configuration: SamlConfiguration,
  answer: { readonly binding: SamlBinding; readonly response: string; readonly at: Instant },
): Promise<ProvenIdentity> {
  const { at, binding, response } = answer;
  const expected = { ...expectedBy(deps, workspaceId, configuration, at), requestId: binding.requestId };
  const assertion = await finishSamlSignIn(response, expected);
  const hash = hashToken(`${assertion.issuer} ${assertion.id}`);
  if (!(await takeAssertion(deps.database, workspaceId, { hash, at, expiresAt: assertion.expiresAt }))) {
    refuse('sign-in-failed', { detail: 'This assertion has been used before.', next: 'Start to sign in anew.' });
  }
  return readIdentity(assertionClaims(assertion), configuration.tenantId);
}

function oidcAddress({ publicUrl }: SignInProtocolDeps, workspaceId: WorkspaceId) {
  return { redirectUri: redirectUri(publicUrl, workspaceId), responseMode: responseModeOf(publicUrl) };
}

function expectedBy(
  { publicUrl }: SignInProtocolDeps,
  workspaceId: WorkspaceId,
  { certificates, entityId, issuer, ssoUrl }: SamlConfiguration,
  at: Instant,
): Omit<ExpectedResponse, 'requestId'> {
  return { issuer, ssoUrl, certificates, entityId, acsUrl: acsUrl(publicUrl, workspaceId), at };
}
