import { endedLooks } from '../directory/index.ts';
import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { connectedAnew } from '../verdict/index.ts';
import type { CoverageFacts, ListedConnection, RosterImportFact } from './coverage.ts';

/** Which connections a report speaks of: those that were there from `start` to `end`, and all of the tenants of those that are `named`. */
export interface ReportRange {
  readonly start: Instant;
  readonly end: Instant;
  readonly named: readonly string[];
}

/** What each source told us, and when, from `start` to `end`. */
export async function readCoverage(q: Queryable, workspaceId: WorkspaceId, asked: ReportRange): Promise<CoverageFacts> {
  const { end, named, start } = asked;
  const { rows: connections } = await q.query<Omit<ListedConnection, 'anewAt'> & { readonly tenantId: string }>(
    `select connection.id, connection.tenant_id::text as "tenantId", connection.created_at as "addedAt", connection.removed_at as "removedAt",
            ${isListed('connection')} as "isListed"
       from directory_connection as connection
      where connection.workspace_id = $1 and connection.created_at < $3
      order by connection.created_at, connection.id`,
    [workspaceId, start, end, named],
  );
  const looking = connections.filter(({ removedAt }) => removedAt === null || removedAt >= start);
  const looks = await endedLooks(
    q,
    workspaceId,
    looking.map(({ id }) => ({ connectionId: id, from: start, to: end })),
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
    [workspaceId, start, end],
  );
  return {
    connections: connectedAnew(connections),
    looks: looks.filter(({ endedAt }) => endedAt <= end),
    imports: imports.rows,
    scimMinutes: minutes.rows.map(({ minute }) => minute),
    since: await readWorkspaceSince(q, workspaceId),
  };
}

/** Whether a report speaks of a connection: `$2` is its start, `$4` the connections that its findings name. */
export function isListed(connection: string): string {
  return `(${connection}.removed_at is null or ${connection}.removed_at >= $2 or ${connection}.tenant_id in (
    select shown.tenant_id from directory_connection as shown where shown.workspace_id = $1 and shown.id = any ($4::uuid[])))`;
}

async function readWorkspaceSince(q: Queryable, workspaceId: WorkspaceId): Promise<Instant> {
  const { rows } = await q.query<{ since: Instant }>(
    'select workspace.created_at as since from workspace where workspace.workspace_id = $1',
    [workspaceId],
  );
  const [workspace] = rows;
  if (workspace === undefined) throw new Error('there is no such workspace');
  return workspace.since;
}

/** How the workspace calls itself. */
export async function readWorkspaceName(q: Queryable, workspaceId: WorkspaceId): Promise<string> {
  const { rows } = await q.query<{ name: string }>('select workspace.name from workspace where workspace.workspace_id = $1', [workspaceId]);
  return rows[0]?.name ?? '';
}
