import type { DirectoryConnectionId, DirectoryRunId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { MicrosoftCloud, Queryable } from '../platform/index.ts';

export interface Connection {
  readonly id: DirectoryConnectionId;
  readonly cloud: MicrosoftCloud;
  readonly tenantId: string;
  readonly clientId: string;
  /** The enterprise application that provisions to this workspace; null when its assignments are not to be read. */
  readonly scimAppId: string | null;
  readonly createdAt: Instant;
  readonly lastCheckedAt: Instant | null;
  readonly lastVerdict: string | null;
  readonly lastCompleteRunId: DirectoryRunId | null;
  readonly lastCompleteRequestedAt: Instant | null;
  /** How often the tenant is looked at, and how often as a whole. */
  readonly syncEveryMinutes: number;
  readonly fullEveryMinutes: number;
}

const columns = `connection.id, connection.cloud, connection.tenant_id as "tenantId", connection.client_id as "clientId",
  connection.scim_app_id as "scimAppId", connection.created_at as "createdAt", connection.last_checked_at as "lastCheckedAt",
  connection.last_verdict as "lastVerdict", connection.last_complete_run_id as "lastCompleteRunId",
  connection.last_complete_requested_at as "lastCompleteRequestedAt",
  connection.sync_every_minutes as "syncEveryMinutes", connection.full_every_minutes as "fullEveryMinutes"`;

export async function listConnections(q: Queryable, workspaceId: WorkspaceId): Promise<readonly Connection[]> {
  const { rows } = await q.query<Connection>(
    `select ${columns}
     from directory_connection as connection
     where connection.workspace_id = $1 and connection.removed_at is null
     order by connection.created_at, connection.id`,
    [workspaceId],
  );
  return rows;
}

export async function findConnection(q: Queryable, workspaceId: WorkspaceId, id: DirectoryConnectionId): Promise<Connection | undefined> {
  const { rows } = await q.query<Connection>(
    `select ${columns}
     from directory_connection as connection
     where connection.workspace_id = $1 and connection.id = $2 and connection.removed_at is null`,
    [workspaceId, id],
  );
  return rows[0];
}

/** As `findConnection`, held until the transaction ends: what applies to one connection takes turns. */
export async function lockConnection(tx: Queryable, workspaceId: WorkspaceId, id: DirectoryConnectionId): Promise<Connection | undefined> {
  const { rows } = await tx.query<Connection>(
    `select ${columns}
     from directory_connection as connection
     where connection.workspace_id = $1 and connection.id = $2 and connection.removed_at is null
     for update`,
    [workspaceId, id],
  );
  return rows[0];
}

export async function readSealedSecret(q: Queryable, workspaceId: WorkspaceId, id: DirectoryConnectionId): Promise<Buffer | undefined> {
  const { rows } = await q.query<{ sealed: Buffer }>(
    `select connection.sealed_secret as sealed
     from directory_connection as connection
     where connection.workspace_id = $1 and connection.id = $2 and connection.removed_at is null`,
    [workspaceId, id],
  );
  return rows[0]?.sealed;
}

export interface NewConnection {
  readonly id: DirectoryConnectionId;
  readonly cloud: MicrosoftCloud;
  readonly tenantId: string;
  readonly clientId: string;
  readonly scimAppId: string | null;
  readonly sealedSecret: Buffer;
  readonly at: Instant;
  readonly actor: string;
}

/** Throws a violation of `directory_connection_tenant` when the workspace reads the tenant already. */
export async function insertConnection(tx: Queryable, workspaceId: WorkspaceId, connection: NewConnection): Promise<void> {
  await tx.query(
    `insert into directory_connection
       (workspace_id, id, cloud, tenant_id, client_id, scim_app_id, sealed_secret, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      workspaceId,
      connection.id,
      connection.cloud,
      connection.tenantId,
      connection.clientId,
      connection.scimAppId,
      connection.sealedSecret,
      connection.at,
      connection.actor,
    ],
  );
}

export async function noteCheck(
  tx: Queryable,
  workspaceId: WorkspaceId,
  id: DirectoryConnectionId,
  check: { readonly verdict: string; readonly at: Instant },
): Promise<void> {
  await tx.query(
    `update directory_connection
     set last_checked_at = $3, last_verdict = $4
     where directory_connection.workspace_id = $1 and directory_connection.id = $2`,
    [workspaceId, id, check.at, check.verdict],
  );
}

export async function noteCompleteRun(
  tx: Queryable,
  workspaceId: WorkspaceId,
  id: DirectoryConnectionId,
  run: { readonly id: DirectoryRunId; readonly requestedAt: Instant },
): Promise<void> {
  await tx.query(
    `update directory_connection
     set last_complete_run_id = $3, last_complete_requested_at = $4
     where directory_connection.workspace_id = $1 and directory_connection.id = $2`,
    [workspaceId, id, run.id, run.requestedAt],
  );
}
