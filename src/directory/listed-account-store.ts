import type { DirectoryConnectionId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { GraphFailure } from './graph-failure.ts';
import type { ClaimedRun } from './run-store.ts';
import type { RunKey } from './stage-store.ts';

/** The accounts that a page of a listing shows, each by its id and as `listedAs` tells, in the same order. */
export interface ShownAccounts {
  readonly objectIds: readonly string[];
  readonly listedAs: Buffer;
}

/**
 * Keeps the accounts that a page shows as they are known in one row, at the place `seq`, if there are any, and returns the others: new, shown by
 * other bytes than those that were last understood as what is known of them, or known in another state than the one that they were understood as.
 * One that the page shows twice is among the others if it is so once. Nothing but a complete run of the same connection changes what is known, and one
 * is at work at a time, so it still holds when the page is applied. Each account is looked up by its key: a page must not cost more in a large tenant.
 * Throws GraphFailure `interrupted` when the run is no longer the one that was claimed.
 */
export async function keepUnchanged(
  q: Queryable,
  { workspaceId, connectionId, runId, claimedAt }: ClaimedRun,
  seq: number,
  { objectIds, listedAs }: ShownAccounts,
): Promise<ReadonlySet<string>> {
  const { rows } = await q.query<{ isClaimed: boolean; differing: readonly string[] }>(
    {
      name: 'directory-keep-unchanged',
      text: `with claimed as materialized (
               select 1
               from directory_run as run
               where run.workspace_id = $1 and run.id = $5 and run.state = 'running' and run.claimed_at = $6
               for share of run
             ), page as materialized (
               select shown.object_id, shown.ordinal, (
                 select listed.listed_as = substr($4::bytea, (shown.ordinal::integer - 1) * 33 + 1, 33)
                   and listed.row_hash = account.row_hash
                   and account.state = case when account.account_enabled then 'enabled' else 'disabled' end
                 from directory_listed_account as listed
                 join directory_account as account
                   on account.workspace_id = $1 and account.connection_id = $2 and account.object_id = shown.object_id
                 where listed.workspace_id = $1 and listed.connection_id = $2 and listed.object_id = shown.object_id
               ) is true as is_known
               from unnest($3::uuid[]) with ordinality as shown (object_id, ordinal)
             ), differing as materialized (
               select distinct page.object_id from page where not page.is_known
             ), kept as (
               insert into directory_stage_unchanged (workspace_id, run_id, seq, object_ids)
               select $1, $5, $7, array_agg(page.object_id order by page.ordinal)
               from page
               where page.object_id not in (select differing.object_id from differing) and exists (select 1 from claimed)
               having count(*) > 0
             )
             select exists (select 1 from claimed) as "isClaimed", array(select differing.object_id::text from differing) as differing`,
    },
    // As PostgreSQL writes an array of what needs no quotes: the driver would look through each id for what does.
    [workspaceId, connectionId, `{${objectIds.join(',')}}`, listedAs, runId, claimedAt, seq],
  );
  const [page] = rows;
  if (page?.isClaimed !== true) throw new GraphFailure('interrupted');
  return new Set(page.differing);
}

/** Keeps by which bytes a listing showed what is applied now. What each was understood as goes with it, so it is true whatever comes later. */
export async function rememberListed(tx: Queryable, { workspaceId, connectionId, runId }: RunKey): Promise<void> {
  await tx.query(
    `insert into directory_listed_account (workspace_id, connection_id, object_id, listed_as, row_hash)
     select look.workspace_id, $2, look.object_id, look.listed_as, look.row_hash
     from directory_stage_account as look
     where look.workspace_id = $1 and look.run_id = $3 and look.listed_as is not null
     on conflict (workspace_id, connection_id, object_id) do update
     set listed_as = excluded.listed_as, row_hash = excluded.row_hash`,
    [workspaceId, connectionId, runId],
  );
}

/** For a connection that looks no more. */
export async function forgetListed(tx: Queryable, workspaceId: WorkspaceId, connectionId: DirectoryConnectionId): Promise<void> {
  await tx.query('delete from directory_listed_account as listed where listed.workspace_id = $1 and listed.connection_id = $2', [
    workspaceId,
    connectionId,
  ]);
}
