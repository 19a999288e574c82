import type { DirectoryConnectionId, DirectoryRunId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { MicrosoftCloud, Queryable } from '../platform/index.ts';

export const connectionKinds = ['tenant', 'subscription'] as const;

/** `tenant`: the directory alone. `subscription`: that of the tenant of some Azure subscriptions, and who has which role in them. */
export type ConnectionKind = (typeof connectionKinds)[number];

export interface Connection {
  readonly id: DirectoryConnectionId;
  readonly kind: ConnectionKind;
  /** Whose role assignments are read; empty for a tenant. */
  readonly subscriptionIds: readonly string[];
  readonly cloud: MicrosoftCloud;
  readonly tenantId: string;
  readonly clientId: string;
  /** The enterprise application that provisions to this workspace; null when its assignments are not to be read. */
  readonly scimAppId: string | null;
  readonly createdAt: Instant;
  /** When the tenant's own metadata said that it lives in this cloud; null where it could not be asked. */
  readonly cloudConfirmedAt: Instant | null;
  readonly lastCheckedAt: Instant | null;
  readonly lastVerdict: string | null;
  readonly lastCompleteRunId: DirectoryRunId | null;
  readonly lastCompleteRequestedAt: Instant | null;
  /** Every open observation still held at this instant or later, by the last complete look at the whole tenant. */
  readonly confirmedUntil: Instant | null;
  /** How often the tenant is looked at, and how often as a whole. */
  readonly syncEveryMinutes: number;
  readonly fullEveryMinutes: number;
  /** Why the last run did not come to its end, and since when nothing new was learnt; null when it did. */
  readonly brokenBecause: string | null;
  readonly brokenSince: Instant | null;
}

const columns = `connection.id, connection.kind, connection.subscription_ids as "subscriptionIds", connection.cloud, connection.tenant_id as "tenantId", connection.client_id as "clientId",
  connection.scim_app_id as "scimAppId", connection.created_at as "createdAt", connection.last_checked_at as "lastCheckedAt",
  connection.last_verdict as "lastVerdict", connection.last_complete_run_id as "lastCompleteRunId",
  connection.last_complete_requested_at as "lastCompleteRequestedAt", connection.confirmed_until as "confirmedUntil",
  connection.sync_every_minutes as "syncEveryMinutes", connection.full_every_minutes as "fullEveryMinutes",
  connection.cloud_confirmed_at as "cloudConfirmedAt", broken.because as "brokenBecause", broken.since as "brokenSince"`;

/** The runs that failed since the last complete one; a held one says so itself. */
const withBroken = `directory_connection as connection
  left join lateral (
    select (array_agg(run.error_code order by run.finished_at desc))[1] as because, min(run.finished_at) as since
    from directory_run as run
    where run.workspace_id = connection.workspace_id
      and run.connection_id = connection.id
      and run.state = 'failed'
      and run.requested_at > coalesce((
        select done.requested_at
        from directory_run as done
        where done.workspace_id = connection.workspace_id and done.connection_id = connection.id and done.state = 'complete'
        order by done.requested_at desc
        limit 1
      ), '-infinity')
  ) as broken on true`;

export async function listConnections(q: Queryable, workspaceId: WorkspaceId): Promise<readonly Connection[]> {
  const { rows } = await q.query<Connection>(
    `select ${columns}
     from ${withBroken}
     where connection.workspace_id = $1 and connection.removed_at is null
     order by connection.created_at, connection.id`,
    [workspaceId],
  );
  return rows;
}

/** A connection, as far as coverage is concerned. */
export interface EverConnection extends Pick<Connection, 'id' | 'createdAt' | 'lastCompleteRequestedAt'> {
  readonly removedAt: Instant | null;
}

/** Every connection that there ever was. */
export async function everyConnection(q: Queryable, workspaceId: WorkspaceId): Promise<readonly EverConnection[]> {
  const { rows } = await q.query<EverConnection>(
    `select connection.id, connection.created_at as "createdAt", connection.removed_at as "removedAt",
       connection.last_complete_requested_at as "lastCompleteRequestedAt"
     from directory_connection as connection
     where connection.workspace_id = $1
     order by connection.created_at, connection.id`,
    [workspaceId],
  );
  return rows;
}

export async function findConnection(q: Queryable, workspaceId: WorkspaceId, id: DirectoryConnectionId): Promise<Connection | undefined> {
  const { rows } = await q.query<Connection>(
    `select ${columns}
     from ${withBroken}
     where connection.workspace_id = $1 and connection.id = $2 and connection.removed_at is null`,
    [workspaceId, id],
  );
  return rows[0];
}

/** As `findConnection`, held until the transaction ends: what applies to one connection takes turns. */
export async function lockConnection(tx: Queryable, workspaceId: WorkspaceId, id: DirectoryConnectionId): Promise<Connection | undefined> {
  const { rows } = await tx.query<Connection>(
    `select ${columns}
     from ${withBroken}
     where connection.workspace_id = $1 and connection.id = $2 and connection.removed_at is null
     for update of connection`,
    [workspaceId, id],
  );
  return rows[0];
}

export interface NewConnection {
  readonly id: DirectoryConnectionId;
  readonly kind: ConnectionKind;
  readonly subscriptionIds: readonly string[];
  readonly cloud: MicrosoftCloud;
  readonly tenantId: string;
  readonly clientId: string;
  readonly scimAppId: string | null;
  readonly cloudConfirmedAt: Instant | null;
  readonly at: Instant;
  readonly actor: string;
}

/**
 * Throws a violation of `directory_connection_tenant` when the workspace reads the tenant already, and of `directory_connection_one_kind` when
 * it has connections of the other kind.
 */
export async function insertConnection(tx: Queryable, workspaceId: WorkspaceId, connection: NewConnection): Promise<void> {
  await tx.query(
    `insert into directory_connection
       (workspace_id, id, cloud, tenant_id, client_id, scim_app_id, cloud_confirmed_at, created_at, created_by, kind, subscription_ids)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      workspaceId,
      connection.id,
      connection.cloud,
      connection.tenantId,
      connection.clientId,
      connection.scimAppId,
      connection.cloudConfirmedAt,
      connection.at,
      connection.actor,
      connection.kind,
      connection.subscriptionIds,
    ],
  );
}

/** Ends a connection; whatever was observed through it stays. */
export async function markRemoved(
  tx: Queryable,
  workspaceId: WorkspaceId,
  id: DirectoryConnectionId,
  by: { readonly at: Instant; readonly actor: string },
): Promise<void> {
  await tx.query(
    `update directory_connection
     set removed_at = $3, removed_by = $4
     where directory_connection.workspace_id = $1 and directory_connection.id = $2 and directory_connection.removed_at is null`,
    [workspaceId, id, by.at, by.actor],
  );
}

/** What a connection reads of its tenant. */
export async function writeReach(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { id, scimAppId, subscriptionIds }: Pick<Connection, 'id' | 'scimAppId' | 'subscriptionIds'>,
): Promise<void> {
  await tx.query(
    `update directory_connection
     set scim_app_id = $3, subscription_ids = $4::uuid[]
     where directory_connection.workspace_id = $1 and directory_connection.id = $2`,
    [workspaceId, id, scimAppId, subscriptionIds],
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

/** The tenant itself has said that it lives in this cloud. */
export async function noteCloud(tx: Queryable, workspaceId: WorkspaceId, id: DirectoryConnectionId, at: Instant): Promise<void> {
  await tx.query(
    `update directory_connection
     set cloud_confirmed_at = $3
     where directory_connection.workspace_id = $1 and directory_connection.id = $2`,
    [workspaceId, id, at],
  );
}

export async function noteCompleteRun(
  tx: Queryable,
  workspaceId: WorkspaceId,
  id: DirectoryConnectionId,
  run: {
    readonly id: DirectoryRunId;
    readonly requestedAt: Instant;
    readonly confirmedUntil: Instant;
    /** Of which enterprise application it read the assignments. */
    readonly assignedAppId: string | null;
  },
): Promise<void> {
  await tx.query(
    `update directory_connection
     set last_complete_run_id = $3, last_complete_requested_at = $4, confirmed_until = $5, assigned_app_id = $6
     where directory_connection.workspace_id = $1 and directory_connection.id = $2`,
    [workspaceId, id, run.id, run.requestedAt, run.confirmedUntil, run.assignedAppId],
  );
}
