import type { AdministratorId, Instant, SsoConnectionId, SsoVerificationId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';

export interface SsoConnection {
  readonly id: SsoConnectionId;
  readonly protocol: 'oidc';
  readonly tenantId: string;
  readonly clientId: string;
  readonly issuer: string;
  readonly clientSecretSealed: Buffer;
  readonly fingerprint: Buffer;
  readonly state: 'candidate' | 'active' | 'retired';
  readonly createdAt: Instant;
  /** Until when sign-ins may start through it while it is a candidate; null when nobody asked. */
  readonly verificationOpenUntil: Instant | null;
  readonly activatedAt: Instant | null;
  readonly retiredAt: Instant | null;
  /** When an administrator said that the secret ends; null when nobody did: the provider does not tell. */
  readonly clientSecretExpiresAt: Instant | null;
  /** The last real sign-in through this very configuration; null when there was none. */
  readonly verifiedAt: Instant | null;
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

export type NewSsoConnection = Pick<
  SsoConnection,
  'id' | 'protocol' | 'tenantId' | 'clientId' | 'issuer' | 'clientSecretSealed' | 'fingerprint' | 'createdAt' | 'clientSecretExpiresAt'
> & { readonly actor: string };

const columns = `sso_connection.id, sso_connection.protocol, sso_connection.tenant_id as "tenantId",
  sso_connection.client_id as "clientId", sso_connection.issuer, sso_connection.client_secret_sealed as "clientSecretSealed",
  sso_connection.fingerprint, sso_connection.state, sso_connection.created_at as "createdAt",
  sso_connection.verification_open_until as "verificationOpenUntil",
  sso_connection.activated_at as "activatedAt", sso_connection.retired_at as "retiredAt",
  sso_connection.client_secret_expires_at as "clientSecretExpiresAt",
  (select max(sso_verification.verified_at) from sso_verification
   where sso_verification.workspace_id = sso_connection.workspace_id
     and sso_verification.connection_id = sso_connection.id
     and sso_verification.fingerprint = sso_connection.fingerprint) as "verifiedAt"`;

export async function insertConnection(tx: Queryable, workspaceId: WorkspaceId, connection: NewSsoConnection): Promise<void> {
  await tx.query(
    `insert into sso_connection
       (workspace_id, id, protocol, tenant_id, client_id, issuer, client_secret_sealed, fingerprint, created_at, created_by,
        client_secret_expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      workspaceId,
      connection.id,
      connection.protocol,
      connection.tenantId,
      connection.clientId,
      connection.issuer,
      connection.clientSecretSealed,
      connection.fingerprint,
      connection.createdAt,
      connection.actor,
      connection.clientSecretExpiresAt,
    ],
  );
}

/** All configurations there ever were, the latest first. */
export async function listConnections(q: Queryable, workspaceId: WorkspaceId): Promise<readonly SsoConnection[]> {
  const { rows } = await q.query<SsoConnection>(
    `select ${columns} from sso_connection
     where sso_connection.workspace_id = $1
     order by sso_connection.created_at desc, sso_connection.id desc`,
    [workspaceId],
  );
  return rows;
}

export async function findConnection(q: Queryable, workspaceId: WorkspaceId, id: SsoConnectionId): Promise<SsoConnection | undefined> {
  const { rows } = await q.query<SsoConnection>(
    `select ${columns} from sso_connection where sso_connection.workspace_id = $1 and sso_connection.id = $2`,
    [workspaceId, id],
  );
  return rows[0];
}

/** The one that people sign in through; undefined when there is none. */
export async function findActiveConnection(q: Queryable, workspaceId: WorkspaceId): Promise<SsoConnection | undefined> {
  const { rows } = await q.query<SsoConnection>(
    `select ${columns} from sso_connection where sso_connection.workspace_id = $1 and sso_connection.state = 'active'`,
    [workspaceId],
  );
  return rows[0];
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

export interface ExpiryWarning {
  readonly workspaceId: WorkspaceId;
  readonly connectionId: SsoConnectionId;
  readonly expiresAt: Instant;
}

/** The active connections, of every workspace, that a warning is due for; each is handed out once, to one caller. */
export async function takeExpiryWarnings(q: Queryable, at: Instant, warningDays: readonly number[]): Promise<readonly ExpiryWarning[]> {
  const { rows } = await q.query<ExpiryWarning>(
    `update sso_connection set expiry_warned_days = due.days
     from (
       select nearing.workspace_id, nearing.id, min(ahead.days) as days
       from sso_connection nearing
       cross join lateral unnest($2::smallint[]) as ahead (days)
       where nearing.state = 'active' and nearing.client_secret_expires_at <= $1::timestamptz + make_interval(hours => ahead.days * 24)
       group by nearing.workspace_id, nearing.id
     ) as due
     where sso_connection.workspace_id = due.workspace_id and sso_connection.id = due.id
       and (sso_connection.expiry_warned_days is null or sso_connection.expiry_warned_days > due.days)
     returning sso_connection.workspace_id as "workspaceId", sso_connection.id as "connectionId",
       sso_connection.client_secret_expires_at as "expiresAt"`,
    [at, warningDays],
  );
  return rows;
}
