import type { AdministratorId, Instant, SsoConnectionId, SsoVerificationId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import { insertCertificates } from './certificate-store.ts';
import type { SigningCertificate } from './saml/certificate.ts';

export type SsoConnection = OidcConnection | SamlConnection;

interface AnyConnection {
  readonly id: SsoConnectionId;
  readonly tenantId: string;
  /** How the provider calls itself: the issuer of its tokens, or its entity id. */
  readonly issuer: string;
  readonly fingerprint: Buffer;
  readonly state: 'candidate' | 'active' | 'retired';
  readonly createdAt: Instant;
  /** Until when sign-ins may start through it while it is a candidate; null when nobody asked. */
  readonly verificationOpenUntil: Instant | null;
  readonly activatedAt: Instant | null;
  readonly retiredAt: Instant | null;
  /** The last real sign-in through this very configuration; null when there was none. */
  readonly verifiedAt: Instant | null;
}

export interface OidcConnection extends AnyConnection {
  readonly protocol: 'oidc';
  readonly clientId: string;
  readonly clientSecretSealed: Buffer;
  /** When an administrator said that the secret ends; null when nobody did: the provider does not tell. */
  readonly clientSecretExpiresAt: Instant | null;
}

export interface SamlConnection extends AnyConnection {
  readonly protocol: 'saml';
  /** How the provider calls us. */
  readonly entityId: string;
  readonly ssoUrl: string;
  /** What it signs with, as DER. */
  readonly certificates: readonly Buffer[];
}

export interface SsoVerification {
  readonly id: SsoVerificationId;
  readonly connectionId: SsoConnectionId;
  readonly fingerprint: Buffer;
  readonly administratorId: AdministratorId;
  readonly tenantId: string;
  readonly objectId: string;
  readonly issuer: string;
  readonly verifiedAt: Instant;
}

type NewConnection = Pick<AnyConnection, 'id' | 'tenantId' | 'issuer' | 'fingerprint' | 'createdAt'> & { readonly actor: string };

export type NewSsoConnection =
  | (NewConnection & Pick<OidcConnection, 'protocol' | 'clientId' | 'clientSecretSealed' | 'clientSecretExpiresAt'>)
  | (NewConnection & Pick<SamlConnection, 'protocol' | 'entityId' | 'ssoUrl'> & { readonly certificates: readonly SigningCertificate[] });

interface ConnectionRow extends AnyConnection {
  readonly protocol: SsoConnection['protocol'];
  readonly calledUs: string;
  readonly clientSecretSealed: Buffer | null;
  readonly clientSecretExpiresAt: Instant | null;
  readonly ssoUrl: string | null;
  readonly certificates: readonly Buffer[];
}

const columns = `sso_connection.id, sso_connection.protocol, sso_connection.tenant_id as "tenantId",
  sso_connection.client_id as "calledUs", sso_connection.issuer, sso_connection.client_secret_sealed as "clientSecretSealed",
  sso_connection.sso_url as "ssoUrl", sso_connection.fingerprint, sso_connection.state, sso_connection.created_at as "createdAt",
  sso_connection.verification_open_until as "verificationOpenUntil",
  sso_connection.activated_at as "activatedAt", sso_connection.retired_at as "retiredAt",
  sso_connection.client_secret_expires_at as "clientSecretExpiresAt",
  array(select sso_certificate.der from sso_certificate
   where sso_certificate.workspace_id = sso_connection.workspace_id and sso_certificate.connection_id = sso_connection.id
   order by sso_certificate.position) as certificates,
  (select max(sso_verification.verified_at) from sso_verification
   where sso_verification.workspace_id = sso_connection.workspace_id
     and sso_verification.connection_id = sso_connection.id
     and sso_verification.fingerprint = sso_connection.fingerprint) as "verifiedAt"`;

/** The table's constraints give each protocol what it needs. */
function connectionOf({
  calledUs,
  certificates,
  clientSecretExpiresAt,
  clientSecretSealed,
  protocol,
  ssoUrl,
  ...shared
}: ConnectionRow): SsoConnection {
  return protocol === 'oidc'
    ? { ...shared, protocol, clientId: calledUs, clientSecretSealed: clientSecretSealed ?? Buffer.alloc(0), clientSecretExpiresAt }
    : { ...shared, protocol, entityId: calledUs, ssoUrl: ssoUrl ?? '', certificates };
}

export async function insertConnection(tx: Queryable, workspaceId: WorkspaceId, connection: NewSsoConnection): Promise<void> {
  const { actor, createdAt, fingerprint, id, issuer, protocol, tenantId } = connection;
  const own =
    protocol === 'oidc'
      ? [connection.clientId, connection.clientSecretSealed, connection.clientSecretExpiresAt, null]
      : [connection.entityId, null, null, connection.ssoUrl];
  await tx.query(
    `insert into sso_connection
       (workspace_id, id, protocol, tenant_id, issuer, fingerprint, created_at, created_by,
        client_id, client_secret_sealed, client_secret_expires_at, sso_url)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [workspaceId, id, protocol, tenantId, issuer, fingerprint, createdAt, actor, ...own],
  );
  if (protocol === 'saml') await insertCertificates(tx, workspaceId, connection);
}

/** All configurations there ever were, the latest first. */
export async function listConnections(q: Queryable, workspaceId: WorkspaceId): Promise<readonly SsoConnection[]> {
  const { rows } = await q.query<ConnectionRow>(
    `select ${columns} from sso_connection
     where sso_connection.workspace_id = $1
     order by sso_connection.created_at desc, sso_connection.id desc`,
    [workspaceId],
  );
  return rows.map(connectionOf);
}

export async function findConnection(q: Queryable, workspaceId: WorkspaceId, id: SsoConnectionId): Promise<SsoConnection | undefined> {
  const { rows } = await q.query<ConnectionRow>(
    `select ${columns} from sso_connection where sso_connection.workspace_id = $1 and sso_connection.id = $2`,
    [workspaceId, id],
  );
  return rows[0] && connectionOf(rows[0]);
}

/** The one that people sign in through; undefined when there is none. */
export async function findActiveConnection(q: Queryable, workspaceId: WorkspaceId): Promise<SsoConnection | undefined> {
  const { rows } = await q.query<ConnectionRow>(
    `select ${columns} from sso_connection where sso_connection.workspace_id = $1 and sso_connection.state = 'active'`,
    [workspaceId],
  );
  return rows[0] && connectionOf(rows[0]);
}

/** The connection's state, which nobody changes until the transaction ends. */
export async function holdConnectionState(
  tx: Queryable,
  workspaceId: WorkspaceId,
  id: SsoConnectionId,
): Promise<SsoConnection['state'] | undefined> {
  const { rows } = await tx.query<Pick<SsoConnection, 'state'>>(
    'select sso_connection.state from sso_connection where sso_connection.workspace_id = $1 and sso_connection.id = $2 for share',
    [workspaceId, id],
  );
  return rows[0]?.state;
}

export async function markVerificationOpen(
  tx: Queryable,
  workspaceId: WorkspaceId,
  opening: { readonly id: SsoConnectionId; readonly until: Instant },
): Promise<void> {
  await tx.query(
    'update sso_connection set verification_open_until = $3 where sso_connection.workspace_id = $1 and sso_connection.id = $2',
    [workspaceId, opening.id, opening.until],
  );
}

export async function markActive(
  tx: Queryable,
  workspaceId: WorkspaceId,
  change: { readonly id: SsoConnectionId; readonly at: Instant },
): Promise<void> {
  await tx.query(
    `update sso_connection set state = 'active', activated_at = $3
     where sso_connection.workspace_id = $1 and sso_connection.id = $2`,
    [workspaceId, change.id, change.at],
  );
}

export async function markRetired(
  tx: Queryable,
  workspaceId: WorkspaceId,
  change: { readonly id: SsoConnectionId; readonly at: Instant },
): Promise<void> {
  await tx.query(
    `update sso_connection set state = 'retired', retired_at = $3
     where sso_connection.workspace_id = $1 and sso_connection.id = $2`,
    [workspaceId, change.id, change.at],
  );
}

export async function insertVerification(tx: Queryable, workspaceId: WorkspaceId, verification: SsoVerification): Promise<void> {
  await tx.query(
    `insert into sso_verification
       (workspace_id, id, connection_id, fingerprint, administrator_id, tenant_id, object_id, issuer, verified_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      workspaceId,
      verification.id,
      verification.connectionId,
      verification.fingerprint,
      verification.administratorId,
      verification.tenantId,
      verification.objectId,
      verification.issuer,
      verification.verifiedAt,
    ],
  );
}

/** The latest sign-ins that verified a configuration, newest first. */
export async function listVerifications(
  q: Queryable,
  workspaceId: WorkspaceId,
  { after, limit }: Page,
): Promise<readonly SsoVerification[]> {
  const { rows } = await q.query<SsoVerification>(
    `select sso_verification.id, sso_verification.connection_id as "connectionId", sso_verification.fingerprint,
       sso_verification.administrator_id as "administratorId", sso_verification.tenant_id as "tenantId",
       sso_verification.object_id as "objectId", sso_verification.issuer, sso_verification.verified_at as "verifiedAt"
     from sso_verification
     where sso_verification.workspace_id = $1 and ($2::uuid is null or sso_verification.id < $2::uuid)
     order by sso_verification.id desc
     limit $3`,
    [workspaceId, after ?? null, limit],
  );
  return rows;
}

/** Takes an attempt; false when it was taken before. What has expired by then is swept, as it can no longer come back. */
export async function takeAttempt(
  q: Queryable,
  workspaceId: WorkspaceId,
  attempt: { readonly stateHash: Buffer; readonly at: Instant; readonly expiresAt: Instant },
): Promise<boolean> {
  await q.query('delete from sso_attempt where sso_attempt.workspace_id = $1 and sso_attempt.expires_at <= $2', [workspaceId, attempt.at]);
  const { count } = await q.query(
    `insert into sso_attempt (workspace_id, state_hash, used_at, expires_at) values ($1, $2, $3, $4)
     on conflict (workspace_id, state_hash) do nothing`,
    [workspaceId, attempt.stateHash, attempt.at, attempt.expiresAt],
  );
  return count === 1;
}

/** Takes a SAML assertion; false when it was taken before. What has expired by then is swept, as it can no longer come back. */
export async function takeAssertion(
  q: Queryable,
  workspaceId: WorkspaceId,
  assertion: { readonly hash: Buffer; readonly at: Instant; readonly expiresAt: Instant },
): Promise<boolean> {
  await q.query('delete from sso_assertion where sso_assertion.workspace_id = $1 and sso_assertion.expires_at <= $2', [
    workspaceId,
    assertion.at,
  ]);
  const { count } = await q.query(
    `insert into sso_assertion (workspace_id, assertion_hash, used_at, expires_at) values ($1, $2, $3, $4)
     on conflict (workspace_id, assertion_hash) do nothing`,
    [workspaceId, assertion.hash, assertion.at, assertion.expiresAt],
  );
  return count === 1;
}
