import { createHash } from 'node:crypto';
import { canonicalJson } from '../kernel/index.ts';
import type { SigningCertificate } from './saml/certificate.ts';

/** What a configuration consists of: change any of it, and it is another one. */
export type SsoConfiguration = OidcConfiguration | SamlConfiguration;

export interface OidcConfiguration {
  readonly protocol: 'oidc';
  readonly tenantId: string;
  readonly clientId: string;
  readonly issuer: string;
  readonly clientSecret: string;
}

export interface SamlConfiguration {
  readonly protocol: 'saml';
  readonly tenantId: string;
  /** How the provider calls us. */
  readonly entityId: string;
  /** How it calls itself. */
  readonly issuer: string;
  readonly ssoUrl: string;
  readonly certificates: readonly SigningCertificate[];
}

/**
 * SHA-256 over the canonical JSON of a configuration, with the secret's own SHA-256 in its place, and each certificate's: tells two
 * configurations apart and gives nothing away (a client secret is random, not a password).
 */
export function fingerprintOf(configuration: SsoConfiguration): Buffer {
  return createHash('sha256')
    .update(canonicalJson(openPart(configuration)), 'utf8')
    .digest();
}

function openPart(configuration: SsoConfiguration) {
  if (configuration.protocol === 'oidc') {
    const { protocol, tenantId, clientId, issuer, clientSecret } = configuration;
    const clientSecretSha256 = createHash('sha256').update(clientSecret, 'utf8').digest('hex');
    return { protocol, tenantId, clientId, issuer, clientSecretSha256 };
  }
  const { protocol, tenantId, entityId, issuer, ssoUrl, certificates } = configuration;
  return { protocol, tenantId, entityId, issuer, ssoUrl, certificatesSha256: certificates.map(({ sha256 }) => sha256) };
}
