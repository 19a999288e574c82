import { createHash } from 'node:crypto';
import { canonicalJson } from '../kernel/index.ts';

/** What a configuration consists of: change any of it, and it is another one. */
export interface OidcConfiguration {
  readonly protocol: 'oidc';
  readonly tenantId: string;
  readonly clientId: string;
  readonly issuer: string;
  readonly clientSecret: string;
}

/**
 * SHA-256 over the canonical JSON of a configuration, with the secret's own SHA-256 in its place: tells two configurations
 * apart and gives nothing away (a client secret is random, not a password).
 */
export function fingerprintOf(configuration: OidcConfiguration): Buffer {
  const { protocol, tenantId, clientId, issuer, clientSecret } = configuration;
  const clientSecretSha256 = createHash('sha256').update(clientSecret, 'utf8').digest('hex');
  return createHash('sha256').update(canonicalJson({ protocol, tenantId, clientId, issuer, clientSecretSha256 }), 'utf8').digest();
}
