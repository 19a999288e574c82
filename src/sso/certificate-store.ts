import type { SsoConnectionId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { SigningCertificate } from './saml/certificate.ts';

/** The certificates of a new connection, in the order in which the provider names them. */
export async function insertCertificates(
  tx: Queryable,
  workspaceId: WorkspaceId,
  connection: { readonly id: SsoConnectionId; readonly certificates: readonly SigningCertificate[] },
): Promise<void> {
  await tx.query(
    `insert into sso_certificate (workspace_id, connection_id, position, der, expires_at)
     select $1::uuid, $2::uuid, given.position, given.der, given.expires_at
     from unnest($3::bytea[], $4::timestamptz[]) with ordinality as given (der, expires_at, position)`,
    [workspaceId, connection.id, connection.certificates.map(({ der }) => der), connection.certificates.map(({ expiresAt }) => expiresAt)],
  );
}
