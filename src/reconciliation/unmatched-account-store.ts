import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { Concerned } from './find-concerned.ts';

/**
 * Keeps `unmatched_account` to the accounts that are there and that no link gives to anybody; of those concerned, where only they were
 * matched.
 */
export async function noteUnmatched(tx: Queryable, workspaceId: WorkspaceId, among: Concerned | undefined): Promise<void> {
  await tx.query(
    `with unmatched as (
       select account.account_id, 'directory' as system
       from directory_account as account
       join directory_connection as connection
         on connection.workspace_id = account.workspace_id and connection.id = account.connection_id
       where account.workspace_id = $1 and ($2::uuid[] is null or account.account_id = any ($2::uuid[]))
         and connection.removed_at is null and connection.last_complete_run_id is not null
         and account.state in ('enabled', 'disabled', 'vanished')
       union all
       select scim_user.id, 'scim'
       from scim_user
       where scim_user.workspace_id = $1 and ($3::uuid[] is null or scim_user.id = any ($3::uuid[])) and scim_user.deleted_at is null
     ),
     free as (
       select unmatched.account_id, unmatched.system
       from unmatched
       left join account_link as link
         on link.workspace_id = $1 and link.system = unmatched.system and link.account_id = unmatched.account_id
         and link.ended_at is null and link.standing <> 'barred'
       where link.id is null
     ),
     forgotten as (
       delete from unmatched_account as noted
       where noted.workspace_id = $1
         and ($2::uuid[] is null or noted.account_id = any ($2::uuid[]) or noted.account_id = any ($3::uuid[]))
         and not exists (select from free where free.account_id = noted.account_id)
     )
     insert into unmatched_account (workspace_id, account_id, system)
     select $1, free.account_id, free.system from free
     on conflict (workspace_id, account_id) do nothing`,
    [workspaceId, among?.directory ?? null, among?.scim ?? null],
  );
}
