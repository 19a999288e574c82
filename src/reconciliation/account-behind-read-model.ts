import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/**
 * Whether an account of the directory was enabled when it was last shown, by a `stretch` that counts. Those that have vanished are few, so that each is looked up; nothing is joined,
 * since whoever goes through a population joins by hashing, and would read all stretches for each.
 */
export const wasEnabled = (counts: string) => `(
      select (
        select stretch.state = 'enabled'
        from directory_observation as stretch
        where stretch.workspace_id = $1 and stretch.connection_id = account.connection_id and stretch.object_id = account.object_id
          and stretch.state <> 'vanished' and ${counts}
        order by stretch.ordinal desc
        limit 1
      )
      from directory_account as account
      where account.workspace_id = $1 and account.account_id = (held.account ->> 'accountId')::uuid
    )`;

/** A SCIM user, and a directory account of the same person. */
export interface Pair {
  readonly userId: string;
  readonly accountId: string;
}

/** Those of the pairs in which the user carries the account's object id, or the account has signed in through the user. Each is looked up by key. */
export async function ownPairs(q: Queryable, workspaceId: WorkspaceId, pairs: readonly Pair[]): Promise<readonly Pair[]> {
  const { rows } = await q.query<Pair>(
    `select pair.user_id as "userId", pair.account_id as "accountId"
     from unnest($2::uuid[], $3::uuid[]) as pair (user_id, account_id)
     cross join lateral (
       select account.connection_id, account.object_id from directory_account as account
       where account.workspace_id = $1 and account.account_id = pair.account_id
       offset 0
     ) as account
     cross join lateral (
       select lower(scim_user.external_id) as external_id from scim_user where scim_user.workspace_id = $1 and scim_user.id = pair.user_id
       offset 0
     ) as scim_user
     where account.object_id::text = scim_user.external_id
       or exists (
         select from identity_link
         cross join lateral (
           select connection.tenant_id from directory_connection as connection
           where connection.workspace_id = $1 and connection.id = account.connection_id
           offset 0
         ) as connection
         where identity_link.workspace_id = $1 and identity_link.scim_user_id = pair.user_id
           and identity_link.object_id = account.object_id and identity_link.tenant_id = connection.tenant_id
       )
     order by pair.user_id, pair.account_id`,
    [workspaceId, pairs.map(({ userId }) => userId), pairs.map(({ accountId }) => accountId)],
  );
  return rows;
}
