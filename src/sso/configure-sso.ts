import { type Instant, newId, refuse, type SsoConnectionId, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Clock, Database, SecretBox } from '../platform/index.ts';
import { fingerprintOf, type OidcConfiguration } from './fingerprint.ts';
import { insertConnection, type SsoConnection } from './sso-store.ts';

export interface ConfigureSsoDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly secrets: SecretBox;
  readonly microsoft: { readonly login: string };
}

export interface SsoInput {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** When Entra says that the secret ends. */
  readonly clientSecretExpiresAt: Instant | null;
  readonly actor: string;
}

/**
 * Adds a configuration for one Entra tenant as a candidate: it serves nobody until an administrator has really signed in
 * through it. The secret is sealed and never shown again.
 */
export async function configureSso(
  deps: ConfigureSsoDeps,
  workspaceId: WorkspaceId,
  input: SsoInput,
): Promise<Pick<SsoConnection, 'id' | 'fingerprint'>> {
  const { tenantId, clientId, clientSecret, clientSecretExpiresAt, actor } = input;
  const at = deps.clock.now();
  if (clientSecretExpiresAt !== null && clientSecretExpiresAt <= at) {
    refuse('invalid-request', { detail: '"clientSecretExpiresAt" is over: nobody could sign in with this secret.' });
  }
  const id = newId<'sso-connection'>(at);
  const configuration = { protocol: 'oidc', tenantId, clientId, issuer: issuerOf(deps.microsoft.login, tenantId), clientSecret } as const;
  const fingerprint = fingerprintOf(configuration);
  const { protocol, issuer } = configuration;
  await deps.database.transaction(async (tx) => {
    await insertConnection(tx, workspaceId, {
      id,
      protocol,
      tenantId,
      clientId,
      issuer,
      fingerprint,
      createdAt: at,
      clientSecretExpiresAt,
      actor,
      clientSecretSealed: deps.secrets.seal(clientSecret, sealContext(workspaceId, id)),
    });
    const after = { protocol, tenantId, clientId, issuer, fingerprint: fingerprint.toString('hex'), clientSecretExpiresAt };
    await append(tx, workspaceId, [{ type: 'sso.configured', at, actor, subject: { kind: 'sso-connection', id }, after }]);
  });
  return { id, fingerprint };
}

/**
 * The configuration that a connection holds at present, its secret opened.
 * Throws DomainError `sso-not-verified` when it is not the one that its fingerprint was taken of: somebody has edited the row.
 */
export function openConfiguration(secrets: SecretBox, workspaceId: WorkspaceId, connection: SsoConnection): OidcConfiguration {
  const { protocol, tenantId, clientId, issuer, id } = connection;
  const clientSecret = secrets.open(connection.clientSecretSealed, sealContext(workspaceId, id)).toString('utf8');
  const configuration = { protocol, tenantId, clientId, issuer, clientSecret };
  if (!fingerprintOf(configuration).equals(connection.fingerprint)) {
    refuse('sso-not-verified', {
      detail: 'The stored configuration is not the one that its fingerprint was taken of.',
      next: 'Add the configuration anew, and sign in through it.',
    });
  }
  return configuration;
}

function issuerOf(login: string, tenantId: string): string {
  return `${login}/${tenantId}/v2.0`;
}

function sealContext(workspaceId: WorkspaceId, id: SsoConnectionId): string {
  return `sso-connection:${workspaceId}:${id}`;
}
