import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { CoverageFacts, Look, RosterImportFact } from './coverage.ts';

/** What each source told us, and when, from `start` to `end`. */
export async function readCoverage(
  q: Queryable,
  workspaceId: WorkspaceId,
  { start, end }: { readonly start: Instant; readonly end: Instant },
): Promise<CoverageFacts> {
  const range = [workspaceId, start, end];
  const connections = await q.query<{ id: string; from: Instant; to: Instant | null }>(
    `select directory_connection.id, directory_connection.created_at as "from", directory_connection.removed_at as "to"
       from directory_connection
      where directory_connection.workspace_id = $1
        and directory_connection.created_at < $3
        and (directory_connection.removed_at is null or directory_connection.removed_at >= $2)
      order by directory_connection.created_at, directory_connection.id`,
    range,
  );
  const looks = await q.query<Look>(
    `select directory_run.id as "runId", directory_run.connection_id as "connectionId", directory_run.state = 'complete' as complete,
            coalesce(directory_run.look_from, directory_run.requested_at) as "from",
            coalesce(directory_run.look_to, directory_run.finished_at, directory_run.held_at) as "to",
            coalesce(directory_run.error_code, case when directory_run.state = 'held' then 'held' end) as "errorCode"
       from directory_run
      where directory_run.workspace_id = $1
        and directory_run.requested_at >= $2
        and coalesce(directory_run.finished_at, directory_run.held_at) <= $3
        -- A delta look shows what changed, and confirms nobody who has not: it covers nothing.
        and (directory_run.kind = 'full' or directory_run.state <> 'complete')
      order by directory_run.requested_at, directory_run.id`,
    range,
  );
  const imports = await q.query<RosterImportFact>(
    `select roster_import.id, roster_import.imported_at as at, roster_import.row_count as rows, roster_import.rejected
       from roster_import
      where roster_import.workspace_id = $1
        and roster_import.imported_at <= $2
      order by roster_import.imported_at, roster_import.id`,
    [workspaceId, end],
  );
  const minutes = await q.query<{ minute: Instant }>(
    `select scim_exchange_minute.minute
       from scim_exchange_minute
      where scim_exchange_minute.workspace_id = $1 and scim_exchange_minute.minute >= $2 and scim_exchange_minute.minute < $3
      union
     select date_trunc('minute', scim_exchange.at)
       from scim_exchange
      where scim_exchange.workspace_id = $1 and scim_exchange.at >= $2 and scim_exchange.at < $3
      order by 1`,
    range,
  );
  return { connections: connections.rows, looks: looks.rows, imports: imports.rows, scimMinutes: minutes.rows.map(({ minute }) => minute) };
}

/** How the workspace calls itself. */
export async function readWorkspaceName(q: Queryable, workspaceId: WorkspaceId): Promise<string> {
  const { rows } = await q.query<{ name: string }>('select workspace.name from workspace where workspace.workspace_id = $1', [workspaceId]);
  return rows[0]?.name ?? '';
}
