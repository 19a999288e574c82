import { createHash, randomBytes } from 'node:crypto';

/**
 * A new bearer token of 256 random bits: `<prefix>_<base64url>`. The prefix tells people and secret scanners what leaked:
 * `rcs` SCIM credential, `rcc` secret of a SCIM client, `rct` its access token, `rco` owner, `rci` invitation, `rca` API token,
 * `rcw` web session, `rcl` the log's tiles, `rcr` an auditor's link to a report.
 */
export function newToken(prefix: 'rcs' | 'rcc' | 'rct' | 'rco' | 'rci' | 'rca' | 'rcw' | 'rcl' | 'rcr'): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

/** SHA-256 of a token, the only form that is stored. A fast hash is enough for 256 random bits. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}

/** The token of an `Authorization: Bearer` header (RFC 6750 §2.1); undefined when there is none. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization ?? '')?.[1];
}
