import { refuse, type SsoConnectionId, type WorkspaceId } from '../kernel/index.ts';
import type { SecretBox } from '../platform/index.ts';
import { fingerprintOf, type SsoConfiguration } from './fingerprint.ts';
import { readCertificate } from './saml/certificate.ts';
import type { SsoConnection } from './sso-store.ts';

/**
 * The configuration that a connection holds at present, its secret opened.
 * Throws DomainError `sso-not-verified` when it is not the one that its fingerprint was taken of: somebody has edited the row.
 */
export function openConfiguration(secrets: SecretBox, workspaceId: WorkspaceId, connection: SsoConnection): SsoConfiguration {
  const configuration = configurationIn(secrets, workspaceId, connection);
  if (!fingerprintOf(configuration).equals(connection.fingerprint)) {
    refuse('sso-not-verified', {
      detail: 'The stored configuration is not the one that its fingerprint was taken of.',
      next: 'Add the configuration anew, and sign in through it.',
    });
  }
  return configuration;
}

function configurationIn(secrets: SecretBox, workspaceId: WorkspaceId, connection: SsoConnection): SsoConfiguration {
  const { issuer, tenantId } = connection;
  if (connection.protocol === 'oidc') {
    const { clientId, clientSecretSealed, id, protocol } = connection;
    const clientSecret = secrets.open(clientSecretSealed, sealContext(workspaceId, id)).toString('utf8');
    return { protocol, tenantId, clientId, issuer, clientSecret };
  }
  const { entityId, protocol, ssoUrl } = connection;
  return {
    protocol,
    tenantId,
    entityId,
    issuer,
    ssoUrl,
    certificates: connection.certificates.flatMap((der) => readCertificate(der) ?? []),
  };
}

/** What a connection's secret is sealed for: it cannot be moved to another one. */
export function sealContext(workspaceId: WorkspaceId, id: SsoConnectionId): string {
  return `sso-connection:${workspaceId}:${id}`;
}
