import { createHash, randomBytes } from 'node:crypto';
import { epochMs, type Instant } from '../../kernel/index.ts';
import type { Application } from '../tenant/application.ts';
import type { DirectoryUser } from '../tenant/directory-user.ts';
import type { AuthenticatedClient } from './authenticate-client.ts';
import type { AuthorizationRequest, OpenidContext } from './openid-context.ts';

/** What the token endpoint says of a token's life; the token itself lives five minutes longer (microsoft-graph §1.4). */
export const EXPIRES_IN_SECONDS = 3599;
const TOKEN_LIFE_SECONDS = 3900;

/** An app-only Graph token. An application without consented permissions gets one too, just without `roles`. */
export function appOnlyToken({ tenant, key }: OpenidContext, { application, by }: AuthenticatedClient, audience: string): string {
  const issuer = `https://sts.windows.net/${tenant.id}/`;
  return key.sign({
    aud: audience,
    iss: issuer,
    ...times(tenant.now()),
    app_displayname: application.displayName,
    appid: application.appId,
    appidacr: by === 'secret' ? '1' : '2',
    idp: issuer,
    idtyp: 'app',
    oid: application.servicePrincipalId,
    ...(application.graphRoles.length > 0 && { roles: application.graphRoles }),
    sub: application.servicePrincipalId,
    tenant_region_scope: 'EU',
    tid: tenant.id,
    uti: tokenId(),
    ver: '1.0',
  });
}

/** A delegated Graph token: it carries `scp`, never `roles`. */
export function delegatedToken({ tenant, key }: OpenidContext, application: Application, user: DirectoryUser): string {
  return key.sign({
    aud: 'https://graph.microsoft.com',
    iss: `https://sts.windows.net/${tenant.id}/`,
    ...times(tenant.now()),
    appid: application.appId,
    appidacr: '1',
    idtyp: 'user',
    name: user.displayName,
    oid: user.id,
    scp: 'openid profile email User.Read',
    sub: pairwiseSubject(application, user),
    tid: tenant.id,
    upn: user.userPrincipalName,
    uti: tokenId(),
    ver: '1.0',
  });
}

/** `oid`, `name` and `preferred_username` come with the scope `profile`, `email` with `email` and only for users that have mail. */
export function idToken(
  { tenant, key, url }: OpenidContext,
  request: AuthorizationRequest,
  subject: { application: Application; user: DirectoryUser },
): string {
  const { application, user } = subject;
  const scopes = request.scope.split(' ');
  return key.sign({
    aud: application.appId,
    iss: `${url}/${tenant.id}/v2.0`,
    ...times(tenant.now()),
    ...(scopes.includes('email') && user.mail !== null && { email: user.mail }),
    ...(scopes.includes('profile') && { name: user.displayName, oid: user.id, preferred_username: user.userPrincipalName }),
    ...(request.nonce !== undefined && { nonce: request.nonce }),
    sub: pairwiseSubject(application, user),
    tid: tenant.id,
    uti: tokenId(),
    ver: '2.0',
  });
}

function times(at: Instant): { iat: number; nbf: number; exp: number } {
  const seconds = Math.floor(epochMs(at) / 1000);
  return { iat: seconds, nbf: seconds, exp: seconds + TOKEN_LIFE_SECONDS };
}

/** The same person has another subject in each application (OpenID Connect Core §8.1). */
function pairwiseSubject(application: Application, user: DirectoryUser): string {
  return createHash('sha256').update(`${application.appId}/${user.id}`).digest('base64url');
}

function tokenId(): string {
  return randomBytes(16).toString('base64url');
}
