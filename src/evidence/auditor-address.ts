import type { WorkspaceId } from '../kernel/index.ts';

/** Where a link is opened; everything that it shows lies below, and so does its cookie. */
export function auditorPath(workspaceId: string, linkId: string): string {
  return `/workspaces/${workspaceId}/auditor/${linkId}`;
}

/** What is behind the `#` never leaves the browser by itself: no log, no proxy and no scanner of mail sees it. */
export function auditorLinkUrl(
  publicUrl: string,
  workspaceId: WorkspaceId,
  { linkId, token }: { readonly linkId: string; readonly token: string },
): string {
  return `${publicUrl}${auditorPath(workspaceId, linkId)}#${token}`;
}

/** `__Secure-` makes browsers insist on Secure; a loopback address without TLS cannot have it. */
export function auditorCookieName(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Secure-rollcall-auditor' : 'rollcall-auditor';
}

/** The `Set-Cookie` line of a session that was opened by a link: sent back to that link's addresses alone, and by our own pages alone. */
export function auditorCookie(
  publicUrl: string,
  path: string,
  { maxAgeMs, token }: { readonly token: string; readonly maxAgeMs: number },
): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${auditorCookieName(publicUrl)}=${token}; Path=${path}; Max-Age=${Math.floor(maxAgeMs / 1000)}; HttpOnly; SameSite=Strict${secure}`;
}
