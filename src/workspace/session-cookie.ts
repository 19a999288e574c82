/**
 * The name of the session's cookie under a public address. `__Host-` makes browsers insist on Secure and Path=/, so that
 * no neighbouring host can set it; a loopback address without TLS can have neither.
 */
export function sessionCookieName(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-rollcall' : 'rollcall';
}

/** The `Set-Cookie` line of a session; it ends with the browser's own session at the latest `maxAgeMs` from now. */
export function sessionCookie(publicUrl: string, token: string, maxAgeMs: number): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${sessionCookieName(publicUrl)}=${token}; Path=/; Max-Age=${Math.floor(maxAgeMs / 1000)}; HttpOnly; SameSite=Lax${secure}`;
}

/** The value of a cookie in a `Cookie` header (RFC 6265 §4.2.1); undefined when it is absent, or there twice (one was planted). */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 ? values[0] : undefined;
}
