import type { DirectoryConnectionId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { RunKey } from './stage-store.ts';

/** The accounts that a page of a listing shows, each by its id and as `listedAs` tells, in the same order. */
export interface ShownAccounts {
  readonly objectIds: readonly string[];
  readonly listedAs: Buffer;
}

/**
 * Of the accounts that a page shows, those that it does not show as they are known: new, shown by other bytes than those that were last
 * understood as what is known of them, or known in another state than the one that they were understood as. Nothing but a complete run of the
 * same connection changes that, and one is at work at a time, so it still holds when the page is applied. Each account is looked up by its key: a
 * page must not cost more in a large tenant.
 */
export async function differingAccounts(
  q: Queryable,
  { workspaceId, connectionId }: RunKey,
  { objectIds, listedAs }: ShownAccounts,
): Promise<ReadonlySet<string>> {
  const { rows } = await q.query<{ objectId: string }>(
    {
      name: 'directory-differing-accounts',
      text: `select shown.object_id as "objectId"
             from unnest($3::uuid[]) with ordinality as shown (object_id, ordinal)
             where (
               select listed.listed_as = substr($4::bytea, (shown.ordinal::integer - 1) * 33 + 1, 33)
                 and listed.row_hash = account.row_hash
                 and account.state = case when account.account_enabled then 'enabled' else 'disabled' end
               from directory_listed_account as listed
               join directory_account as account
                 on account.workspace_id = $1 and account.connection_id = $2 and account.object_id = shown.object_id
               where listed.workspace_id = $1 and listed.connection_id = $2 and listed.object_id = shown.object_id
             ) is not true`,
    },
    [workspaceId, connectionId, listOf(objectIds), listedAs],
  );
  return new Set(rows.map(({ objectId }) => objectId));
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

/** As PostgreSQL writes an array of what needs no quotes, such as ids. Whoever writes any array would look through each of them for what does. */
export function listOf(texts: readonly string[]): string {
  return `{${texts.join(',')}}`;
}
