import { isUuid } from '../kernel/index.ts';
import type { Caller } from './scim-credential.ts';
import { type Claims, isMeantFor, textClaim } from './signed-token.ts';

/** Audiences of the tokens that Entra sends when the secret is left blank: the same for every customer on earth (§5). */
export const ENTRA_AUDIENCES = ['8adf8e6e-67b2-4cf2-a259-e3dc5476c621', '00000002-0000-0000-c000-000000000000'] as const;

/** What an enrolment pins of a token of Entra's. */
export interface PinnedTenant {
  readonly tenantId: string;
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** Null until an administrator has confirmed one. */
  readonly caller: Caller | null;
}

export type EntraTokenRefusal = 'issuer' | 'tenant' | 'audience' | 'user-token' | 'caller-unknown';

export type EntraTokenVerdict =
  | { readonly kind: 'accepted' }
  /** Genuine in everything, of a caller whom nobody has confirmed yet. */
  | { readonly kind: 'unconfirmed'; readonly caller: Caller }
  | { readonly kind: 'refused'; readonly because: EntraTokenRefusal };

/** The issuer of version 1 tokens of a tenant. */
export function entraIssuer(tenantId: string): string {
  return `https://sts.windows.net/${tenantId}/`;
}

/**
 * Judges the claims of a token whose signature and times hold (entra-scim-client §5). The audience tells nothing about whose
 * token it is, so issuer, tenant and caller are pinned: a token of tenant A is nothing in a workspace of tenant B (§9 #32).
 */
export function judgeEntraToken(pinned: PinnedTenant, claims: Claims): EntraTokenVerdict {
  if (claims['iss'] !== pinned.issuer) return refused('issuer');
  if (textClaim(claims, 'tid')?.toLowerCase() !== pinned.tenantId) return refused('tenant');
  if (!isMeantFor(claims, pinned.audiences)) return refused('audience');
  if (isOfUser(claims)) return refused('user-token');
  const caller = callerOf(claims);
  if (caller === undefined) return refused('caller-unknown');
  if (pinned.caller === null) return { kind: 'unconfirmed', caller };
  const isConfirmed = caller.appId === pinned.caller.appId && caller.objectId === pinned.caller.objectId;
  return isConfirmed ? { kind: 'accepted' } : refused('caller-unknown');
}

/** A user's token carries delegated permissions or the user's name; `idtyp` is an optional claim. */
function isOfUser(claims: Claims): boolean {
  const names = ['scp', 'upn', 'unique_name', 'preferred_username'];
  return names.some((name) => claims[name] !== undefined) || (claims['idtyp'] !== undefined && claims['idtyp'] !== 'app');
}

function callerOf(claims: Claims): Caller | undefined {
  const appId = textClaim(claims, 'appid')?.toLowerCase() ?? '';
  const objectId = textClaim(claims, 'oid')?.toLowerCase() ?? '';
  return isUuid(appId) && isUuid(objectId) ? { appId, objectId } : undefined;
}

function refused(because: EntraTokenRefusal): EntraTokenVerdict {
  return { kind: 'refused', because };
}
