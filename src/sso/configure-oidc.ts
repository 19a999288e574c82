import { type Instant, newId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Clock, Database, OutboundHttp, SecretBox } from '../platform/index.ts';
import { fingerprintOf } from './fingerprint.ts';
import { sealContext } from './open-configuration.ts';
import { insertConnection, type SsoConnection } from './sso-store.ts';

export interface ConfigureSsoDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly secrets: SecretBox;
  readonly outbound: OutboundHttp;
  readonly microsoft: { readonly login: string };
  readonly publicUrl: string;
}

export type ConfiguredSso = Pick<SsoConnection, 'id' | 'fingerprint'>;

export interface OidcInput {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** When Entra says that the secret ends. */
  readonly clientSecretExpiresAt: Instant | null;
  readonly actor: string;
}

/**
 * Adds a configuration of OpenID Connect for one Entra tenant as a candidate: it serves nobody until an administrator has really signed
 * in through it. The secret is sealed and never shown again. Throws DomainError `invalid-request`.
 */
export async function configureOidc(deps: ConfigureSsoDeps, workspaceId: WorkspaceId, input: OidcInput): Promise<ConfiguredSso> {
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

function issuerOf(login: string, tenantId: string): string {
  return `${login}/${tenantId}/v2.0`;
}
