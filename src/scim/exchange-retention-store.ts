import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { firstIdAt } from './exchange-id.ts';

export async function listWorkspaces(q: Queryable): Promise<readonly WorkspaceId[]> {
  const { rows } = await q.query<{ id: WorkspaceId }>('select workspace.workspace_id as id from workspace order by workspace.workspace_id');
  return rows.map(({ id }) => id);
}

/** Deletes the oldest rows of the wire log from before an instant, so many at most; says how many. */
export async function deleteExchanges(q: Queryable, workspaceId: WorkspaceId, before: Instant, limit: number): Promise<number> {
  const { count } = await q.query(
    `delete from scim_exchange
     where scim_exchange.workspace_id = $1 and scim_exchange.id in (
       select old.id from scim_exchange as old where old.workspace_id = $1 and old.id < $2::uuid order by old.id limit $3::int
     )`,
    [workspaceId, firstIdAt(before), limit],
  );
  return count;
}

/** The same for the counters, by whole minutes: so many minutes at most. */
export async function deleteReadCounts(q: Queryable, workspaceId: WorkspaceId, before: Instant, limit: number): Promise<number> {
  const { count } = await q.query(
    `delete from scim_exchange_minute
     where scim_exchange_minute.workspace_id = $1 and scim_exchange_minute.minute in (
       select distinct old.minute from scim_exchange_minute as old
       where old.workspace_id = $1 and old.minute < $2 order by old.minute limit $3::int
     )`,
    [workspaceId, before, limit],
  );
  return count;
}
