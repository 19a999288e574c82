import type { Request, RequestHandler } from 'express';
import { refuse } from '../kernel/index.ts';
import { bearerToken, contextOf, setPrincipal, workspaceOf } from '../platform/index.ts';
import { type IdentifyDeps, identifyPrincipal, type PresentedCredential } from './identify-principal.ts';
import { readCookie, sessionCookieName } from './session-cookie.ts';

export interface AuthenticateDeps extends IdentifyDeps {
  /** Where browsers reach this server; decides the cookie's name. */
  readonly publicUrl: string;
}

/**
 * Ahead of every administration route of a workspace: who is asking. A bearer token (owner, invitation, API token) or a
 * session's cookie, of this workspace (I12). Throws DomainError `unauthenticated` for anything else, and `forbidden` when
 * another site's page uses the cookie; an `Authorization` header that is no good never falls back to the cookie.
 */
export function authenticate(deps: AuthenticateDeps): RequestHandler {
  return async (request, _response, next) => {
    const presented = presentedBy(request, deps.publicUrl);
    const principal = presented && (await identifyPrincipal(deps, workspaceOf(request), presented));
    if (principal === undefined) {
      refuse('unauthenticated', {
        detail: 'The request carries no credential that is valid in this workspace.',
        next: 'Send "Authorization: Bearer …" with an API token, an invitation or an owner credential of it, or sign in.',
      });
    }
    if (presented?.kind === 'session') refuseForeignPage(request, deps.publicUrl);
    setPrincipal(request, principal);
    next();
  };
}

/**
 * A cookie goes along with what any page of the same site sends, SameSite or not; browsers say which page that is
 * (`Origin`, on everything but GET and HEAD). Throws DomainError `forbidden` for a page that is not ours.
 */
function refuseForeignPage(request: Request, publicUrl: string): void {
  const { origin } = request.headers;
  const changesNothing = request.method === 'GET' || request.method === 'HEAD';
  if (changesNothing || origin === undefined || origin === new URL(publicUrl).origin) return;
  refuse('forbidden', {
    detail: 'A page of another origin sent this request with your session.',
    next: "Use this server's own pages, or an API token.",
  });
}

function presentedBy(request: Request, publicUrl: string): PresentedCredential | undefined {
  const { at } = contextOf(request);
  const { authorization, cookie } = request.headers;
  const token = authorization === undefined ? readCookie(cookie, sessionCookieName(publicUrl)) : bearerToken(authorization);
  if (token === undefined) return undefined;
  return { kind: authorization === undefined ? 'session' : 'bearer', token, at };
}
