import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/**
 * Until when each complete look of a connection had confirmed what it showed, in time order, by the records that whoever verifies goes by, too. Complete looks are one or few a
 * day, and are read where somebody was employed again, or lost an account.
 */
export async function completeLooks(q: Queryable, workspaceId: WorkspaceId, connectionId: string): Promise<readonly Instant[]> {
  const { rows } = await q.query<{ until: Instant }>(
    `select told.until
     from ledger_record as record
     cross join lateral (select convert_from(record.leaf, 'UTF8')::jsonb #>> '{detail,confirmed_until}' as until offset 0) as told
     where record.workspace_id = $1 and record.subject_id = $2 and record.type = 'graph.account.coverage'
     order by told.until`,
    [workspaceId, connectionId],
  );
  return rows.map(({ until }) => until);
}
