import { isUuid, refuse } from '../kernel/index.ts';
import type { SignInIdentity } from '../workspace/index.ts';

/** A person, as the identity provider vouches for them. */
export interface ProvenIdentity extends SignInIdentity {
  readonly issuer: string;
  /** For the page that greets them. */
  readonly displayName: string;
}

/**
 * Who a validated ID token is about, or an assertion in the same words. The tenant is pinned once more by its own claim, and the person is `oid`: neither the
 * subject, which differs per application, nor the mail address, which a tenant's users can set to somebody else's.
 * Throws DomainError `sign-in-failed`.
 */
export function readIdentity(claims: Readonly<Record<string, unknown>>, tenantId: string): ProvenIdentity {
  const tid = textClaim(claims, 'tid')?.toLowerCase();
  if (tid !== tenantId) {
    refuse('sign-in-failed', {
      detail: 'The sign-in came from another tenant than the one that this workspace trusts.',
      next: "Sign in with an account of the workspace's own tenant.",
    });
  }
  const objectId = textClaim(claims, 'oid')?.toLowerCase();
  if (objectId === undefined || !isUuid(objectId)) {
    refuse('sign-in-failed', {
      detail: 'The identity provider does not say which object of the directory it vouches for (claim "oid", in SAML "objectidentifier").',
      next: 'With OpenID Connect, grant the application the delegated permission "profile".',
    });
  }
  const userPrincipalName = textClaim(claims, 'preferred_username') ?? null;
  const displayName = textClaim(claims, 'name') ?? userPrincipalName ?? objectId;
  return { tenantId, objectId, userPrincipalName, issuer: textClaim(claims, 'iss') ?? '', displayName };
}

function textClaim(claims: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = claims[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
