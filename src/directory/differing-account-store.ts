import type { Queryable } from '../platform/index.ts';
import type { RunKey } from './stage-store.ts';

/**
 * Of accounts that a page shows, those that are not as they are known: new, with other properties, or known in another state than the one
 * that the page shows, which is among the properties. Nothing but a complete run of the same connection changes that, and one is at work at a time,
 * so it still holds when the page is applied. Each account is looked up by its key: a page must not cost more in a large tenant.
 */
export async function differingAccounts(
  q: Queryable,
  { workspaceId, connectionId }: RunKey,
  accounts: readonly { readonly objectId: string; readonly rowHash: string }[],
): Promise<ReadonlySet<string>> {
  const { rows } = await q.query<{ objectId: string }>(
    {
      name: 'directory-differing-accounts',
      text: `select shown.object_id as "objectId"
             from unnest($3::uuid[], $4::text[]) as shown (object_id, row_hash)
             where (
               select account.row_hash = decode(shown.row_hash, 'hex')
                 and account.state = case when account.account_enabled then 'enabled' else 'disabled' end
               from directory_account as account
               where account.workspace_id = $1 and account.connection_id = $2 and account.object_id = shown.object_id
             ) is not true`,
    },
    [workspaceId, connectionId, listOf(accounts.map(({ objectId }) => objectId)), listOf(accounts.map(({ rowHash }) => rowHash))],
  );
  return new Set(rows.map(({ objectId }) => objectId));
}

/** As PostgreSQL writes an array of what needs no quotes: ids and digests. The driver would look through each of them for what does. */
function listOf(texts: readonly string[]): string {
  return `{${texts.join(',')}}`;
}
