import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { Flag } from './flag.ts';

/** Entries that are shown with one account at most: a service that repeats itself says nothing new. */
const MOST_ENTRIES = 10;

/** What Entra's own logs say. */
export async function loggedFlags(q: Queryable, workspaceId: WorkspaceId, accountIds: readonly string[]): Promise<readonly Flag[]> {
  const { rows } = await q.query<Flag>(
    `with account as materialized (
       select known.connection_id, known.object_id, known.account_id, known.state
       from directory_account as known
       where known.workspace_id = $1 and known.account_id = any ($2::uuid[])
     )
     select 'signed-in-after-end' as kind, account.account_id as "accountId", sign_in.last_successful_at as at,
       ended.at as "endedAt", null as entry
     from account
     join directory_sign_in as sign_in
       on sign_in.workspace_id = $1 and sign_in.connection_id = account.connection_id and sign_in.object_id = account.object_id
     cross join lateral (
       -- Where the access ended that has not come back: a deletion that follows a disablement ends nothing.
       select coalesce(exact.at, stretch.observed_at) as at
       from directory_observation as stretch
       left join directory_exact_end as exact
         on exact.workspace_id = stretch.workspace_id and exact.connection_id = stretch.connection_id
         and exact.object_id = stretch.object_id and exact.ordinal = stretch.ordinal
       where stretch.workspace_id = $1 and stretch.connection_id = account.connection_id and stretch.object_id = account.object_id
         and stretch.state in ('disabled', 'soft_deleted', 'hard_deleted')
         and stretch.ordinal > coalesce((
           select max(usable.ordinal)
           from directory_observation as usable
           where usable.workspace_id = $1 and usable.connection_id = account.connection_id and usable.object_id = account.object_id
             and usable.state = 'enabled'
         ), 0)
       order by stretch.ordinal
       limit 1
     ) as ended
     where account.state in ('disabled', 'soft_deleted', 'hard_deleted') and sign_in.last_successful_at > ended.at
     union all
     select event.contradiction, asked.account_id, event.at, null, event.id
     from (
       select asked.id as account_id, null::uuid as connection_id, null::uuid as object_id, asked.id as target_id
       from unnest($2::uuid[]) as asked (id)
       union all
       select account.account_id, account.connection_id, account.object_id, null from account
     ) as asked
     cross join lateral (
       select told.id, told.at, told.contradiction
       from directory_provisioning_event as told
       where told.workspace_id = $1
         and told.contradiction is not null
         and (told.target_id = asked.target_id or (told.object_id = asked.object_id and told.connection_id = asked.connection_id))
       order by told.at desc, told.id
       limit ${MOST_ENTRIES}
     ) as event`,
    [workspaceId, accountIds],
  );
  return rows;
}
