import type { Instant, ScimCredentialId } from '../kernel/index.ts';
import type { MicrosoftCloud } from '../platform/index.ts';
import type { PresentedCredential } from './scim-request.ts';

/**
 * How a provisioning service proves itself (entra-scim-client §5). `bearer`: a secret of ours in every request. `oauth-client`:
 * a secret of ours at the token endpoint. `workload-identity`: an assertion of Entra's there (RFC 7523). `entra-jwt`: a token
 * of Entra's in every request.
 */
export type CredentialKind = 'bearer' | 'oauth-client' | 'workload-identity' | 'entra-jwt';

/** `entra`: a deactivation is applied whatever else its request carries (I1). `strict`: RFC-atomic, whole or not at all. */
export const credentialModes = ['entra', 'strict'] as const;

export type CredentialMode = (typeof credentialModes)[number];

/** Who calls with a token of Entra's: an application, and its service principal in the tenant. */
export interface Caller {
  readonly appId: string;
  readonly objectId: string;
}

/** A credential as administrators see it; no secret is ever in it. Members that its kind does not have are null. */
export interface ScimCredential {
  readonly id: ScimCredentialId;
  readonly kind: CredentialKind;
  readonly mode: CredentialMode;
  readonly label: string;
  /** The first characters of the secret. */
  readonly hint: string | null;
  /** The OAuth client, whose secrets share it. */
  readonly clientId: ScimCredentialId | null;
  readonly tokenLifeSeconds: number | null;
  readonly cloud: MicrosoftCloud | null;
  readonly tenantId: string | null;
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly audiences: readonly string[] | null;
  /** The caller who was confirmed. */
  readonly caller: Caller | null;
  /** The first caller whose token was genuine, to be confirmed. */
  readonly seenCaller: Caller | null;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly expiresAt: Instant | null;
  /** To the minute: it is written once a minute at most. */
  readonly lastUsedAt: Instant | null;
  readonly revokedAt: Instant | null;
}

/** What a look-up of a token found. */
export interface FoundCredential extends PresentedCredential {
  /** When the credential, or the token before it, ends by itself. */
  readonly endsAt: Instant | null;
}
