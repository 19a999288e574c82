import type { DirectoryConnectionId, DirectoryCredentialId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { ClientCredential } from './client-credential.ts';

/** Who says when a credential ends, best first; nobody, and a year is assumed. */
export type ExpirySource = 'entra' | 'certificate' | 'entered' | 'assumed';

/** A credential in use, without what is secret of it. */
export interface Credential {
  readonly id: DirectoryCredentialId;
  readonly connectionId: DirectoryConnectionId;
  readonly kind: ClientCredential['kind'];
  readonly thumbprint: string | null;
  readonly expiresAt: Instant;
  readonly expirySource: ExpirySource;
  readonly addedAt: Instant;
  readonly lastUsedAt: Instant | null;
}

export interface SealedCredential extends Credential {
  readonly sealed: Buffer;
}

const columns = `credential.id, credential.connection_id as "connectionId", credential.kind, credential.thumbprint,
  credential.expires_at as "expiresAt", credential.expiry_source as "expirySource", credential.added_at as "addedAt",
  credential.last_used_at as "lastUsedAt"`;

/** The credentials in use of every connection, the newest first. */
export async function listCredentials(q: Queryable, workspaceId: WorkspaceId): Promise<readonly Credential[]> {
  const { rows } = await q.query<Credential>(
    `select ${columns}
     from directory_credential as credential
     where credential.workspace_id = $1 and credential.removed_at is null
     order by credential.connection_id, credential.added_at desc, credential.id desc`,
    [workspaceId],
  );
  return rows;
}

/** The credentials in use of one connection, the newest first. */
export async function sealedCredentials(
  q: Queryable,
  workspaceId: WorkspaceId,
  connectionId: DirectoryConnectionId,
): Promise<readonly SealedCredential[]> {
  const { rows } = await q.query<SealedCredential>(
    `select ${columns}, credential.sealed
     from directory_credential as credential
     where credential.workspace_id = $1 and credential.connection_id = $2 and credential.removed_at is null
     order by credential.added_at desc, credential.id desc`,
    [workspaceId, connectionId],
  );
  return rows;
}

export interface NewCredential {
  readonly id: DirectoryCredentialId;
  readonly connectionId: DirectoryConnectionId;
  readonly kind: ClientCredential['kind'];
  readonly sealed: Buffer;
  readonly thumbprint: string | null;
  readonly expiresAt: Instant;
  readonly expirySource: ExpirySource;
  readonly at: Instant;
  readonly actor: string;
}

export async function insertCredential(tx: Queryable, workspaceId: WorkspaceId, credential: NewCredential): Promise<void> {
  await tx.query(
    `insert into directory_credential
       (workspace_id, id, connection_id, kind, sealed, thumbprint, expires_at, expiry_source, added_at, added_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      workspaceId,
      credential.id,
      credential.connectionId,
      credential.kind,
      credential.sealed,
      credential.thumbprint,
      credential.expiresAt,
      credential.expirySource,
      credential.at,
      credential.actor,
    ],
  );
}

/** Takes a credential out of use and its secret away. */
export async function removeCredential(
  tx: Queryable,
  workspaceId: WorkspaceId,
  id: DirectoryCredentialId,
  by: { readonly at: Instant; readonly actor: string },
): Promise<void> {
  await tx.query(
    `update directory_credential
     set removed_at = $3, removed_by = $4, sealed = ''
     where directory_credential.workspace_id = $1 and directory_credential.id = $2 and directory_credential.removed_at is null`,
    [workspaceId, id, by.at, by.actor],
  );
}

export async function noteCredentialUse(q: Queryable, workspaceId: WorkspaceId, id: DirectoryCredentialId, at: Instant): Promise<void> {
  await q.query(
    `update directory_credential
     set last_used_at = greatest(directory_credential.last_used_at, $3)
     where directory_credential.workspace_id = $1 and directory_credential.id = $2`,
    [workspaceId, id, at],
  );
}

/** Entra has said when a secret ends. A later end is another one to warn of. */
export async function noteEndFromEntra(
  q: Queryable,
  workspaceId: WorkspaceId,
  id: DirectoryCredentialId,
  expiresAt: Instant,
): Promise<void> {
  await q.query(
    `update directory_credential
     set expiry_source = 'entra', expires_at = $3,
       expiry_warned_days = case when directory_credential.expires_at < $3 then null else directory_credential.expiry_warned_days end
     where directory_credential.workspace_id = $1
       and directory_credential.id = $2
       and (directory_credential.expires_at, directory_credential.expiry_source) is distinct from ($3, 'entra')`,
    [workspaceId, id, expiresAt],
  );
}

export interface CredentialWarning {
  readonly workspaceId: WorkspaceId;
  readonly connectionId: DirectoryConnectionId;
  readonly credentialId: DirectoryCredentialId;
  readonly expiresAt: Instant;
  readonly expirySource: ExpirySource;
}

/** The credentials in use, of every workspace, that a warning is due for; each is handed out once, to one caller. */
export async function takeCredentialWarnings(
  q: Queryable,
  at: Instant,
  warningDays: readonly number[],
): Promise<readonly CredentialWarning[]> {
  const { rows } = await q.query<CredentialWarning>(
    `update directory_credential set expiry_warned_days = due.days
     from (
       select nearing.workspace_id, nearing.id, min(ahead.days) as days
       from directory_credential as nearing
       join directory_connection as connection
         on connection.workspace_id = nearing.workspace_id and connection.id = nearing.connection_id
       cross join lateral unnest($2::smallint[]) as ahead (days)
       where nearing.removed_at is null
         and connection.removed_at is null
         and nearing.expires_at <= $1::timestamptz + make_interval(hours => ahead.days * 24)
       group by nearing.workspace_id, nearing.id
     ) as due
     where directory_credential.workspace_id = due.workspace_id
       and directory_credential.id = due.id
       and (directory_credential.expiry_warned_days is null or directory_credential.expiry_warned_days > due.days)
     returning directory_credential.workspace_id as "workspaceId", directory_credential.connection_id as "connectionId",
       directory_credential.id as "credentialId", directory_credential.expires_at as "expiresAt",
       directory_credential.expiry_source as "expirySource"`,
    [at, warningDays],
  );
  return rows;
}
