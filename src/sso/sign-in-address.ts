import type { SsoConnectionId, WorkspaceId } from '../kernel/index.ts';

/** Where people start to sign in; with a connection, the one through which a candidate is verified. */
export function signInUrl(publicUrl: string, workspaceId: WorkspaceId, connectionId?: SsoConnectionId): string {
  const base = `${publicUrl}/sign-in/${workspaceId}`;
  return connectionId === undefined ? base : `${base}?connection=${connectionId}`;
}

/** The redirect URI to enter at the identity provider's app registration. */
export function redirectUri(publicUrl: string, workspaceId: WorkspaceId): string {
  return `${signInUrl(publicUrl, workspaceId)}/callback`;
}

/** Our entity id with SAML, which is also where our metadata is served. */
export function entityId(publicUrl: string, workspaceId: WorkspaceId): string {
  return `${acsUrl(publicUrl, workspaceId)}/metadata`;
}

/** The assertion consumer service: where a SAML provider's answer is posted to, the reply URL in Entra. */
export function acsUrl(publicUrl: string, workspaceId: WorkspaceId): string {
  return `${signInUrl(publicUrl, workspaceId)}/saml`;
}

/** The path that an attempt's cookie is limited to. */
export function signInPath(publicUrl: string, workspaceId: WorkspaceId): string {
  return new URL(signInUrl(publicUrl, workspaceId)).pathname;
}

/**
 * How the provider sends the browser back: as a form, so that the code stays out of addresses and logs. A cookie that
 * survives a cross-site POST must be Secure, so on loopback http it is the query.
 */
export function responseModeOf(publicUrl: string): 'form_post' | 'query' {
  return publicUrl.startsWith('https:') ? 'form_post' : 'query';
}
