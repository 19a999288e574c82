import type { Instant, SsoConnectionId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

export interface ExpiryWarning {
  readonly workspaceId: WorkspaceId;
  readonly connectionId: SsoConnectionId;
  readonly expiresAt: Instant;
}

/** The active connections, of every workspace, whose client secret a warning is due for; each is handed out once, to one caller. */
export async function takeSecretWarnings(q: Queryable, at: Instant, warningDays: readonly number[]): Promise<readonly ExpiryWarning[]> {
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

export interface CertificateWarning extends ExpiryWarning {
  readonly der: Buffer;
}

/** The certificates of active connections, of every workspace, that a warning is due for; each is handed out once, to one caller. */
export async function takeCertificateWarnings(
  q: Queryable,
  at: Instant,
  warningDays: readonly number[],
): Promise<readonly CertificateWarning[]> {
  const { rows } = await q.query<CertificateWarning>(
    `update sso_certificate set expiry_warned_days = due.days
     from (
       select nearing.workspace_id, nearing.connection_id, nearing.position, min(ahead.days) as days
       from sso_certificate nearing
       join sso_connection on sso_connection.workspace_id = nearing.workspace_id and sso_connection.id = nearing.connection_id
         and sso_connection.state = 'active'
       cross join lateral unnest($2::smallint[]) as ahead (days)
       where nearing.expires_at <= $1::timestamptz + make_interval(hours => ahead.days * 24)
       group by nearing.workspace_id, nearing.connection_id, nearing.position
     ) as due
     where sso_certificate.workspace_id = due.workspace_id and sso_certificate.connection_id = due.connection_id
       and sso_certificate.position = due.position
       and (sso_certificate.expiry_warned_days is null or sso_certificate.expiry_warned_days > due.days)
     returning sso_certificate.workspace_id as "workspaceId", sso_certificate.connection_id as "connectionId",
       sso_certificate.expires_at as "expiresAt", sso_certificate.der`,
    [at, warningDays],
  );
  return rows;
}
