import type { WorkspaceId } from '../kernel/index.ts';
import type { Database, Transaction } from '../platform/index.ts';

/** How many users a block of the tally holds: a page walks past half of one on average, and a million users make a thousand rows to sum. */
const BLOCK_USERS = 1000;

/** Half of the key of the advisory lock under which one workspace's tally is folded; the other half is the workspace's. */
const FOLD_LOCK = 7_261_991;

/** How many single comings and goings a list may have to sum before they are folded into the blocks. */
const FOLDED_FROM = 500;

/** Folds the tallies that have grown, workspace by workspace. */
export async function foldTallies(database: Database): Promise<void> {
  const { rows } = await database.query<{ workspaceId: WorkspaceId }>(
    `select scim_user_tally.workspace_id as "workspaceId" from scim_user_tally
     where scim_user_tally.kind <> 0
     group by scim_user_tally.workspace_id having count(*) >= $1::int`,
    [FOLDED_FROM],
  );
  for (const { workspaceId } of rows) await database.transaction((tx) => foldTally(tx, workspaceId));
}

/** Counts all users of a workspace whose users were written without their tally. */
export async function countUsers(tx: Transaction, workspaceId: WorkspaceId): Promise<void> {
  await tx.query("insert into scim_user_tally (workspace_id, id, kind, n) values ($1, '00000000-0000-0000-0000-000000000000', 1, 0)", [
    workspaceId,
  ]);
  await foldTally(tx, workspaceId);
}

/**
 * Counts the blocks anew in which users came or went, and splits those that have grown. All in one statement, and so in one
 * snapshot: what others commit meanwhile stays beside the blocks. One process at a time, or two would count the same users.
 */
export async function foldTally(tx: Transaction, workspaceId: WorkspaceId, blockUsers = BLOCK_USERS): Promise<void> {
  const { rows } = await tx.query<{ locked: boolean }>('select pg_try_advisory_xact_lock($1::int, hashtext($2::text)) as locked', [
    FOLD_LOCK,
    workspaceId,
  ]);
  if (rows[0]?.locked !== true) return;
  await tx.query(
    `with gone as (
       delete from scim_user_tally where scim_user_tally.workspace_id = $1::uuid and scim_user_tally.kind <> 0
       returning scim_user_tally.id
     ), touched as (
       select distinct coalesce(block.id, '00000000-0000-0000-0000-000000000000'::uuid) as id
       from gone left join lateral (
         select scim_user_tally.id from scim_user_tally
         where scim_user_tally.workspace_id = $1::uuid and scim_user_tally.kind = 0 and scim_user_tally.id <= gone.id
         order by scim_user_tally.id desc limit 1
       ) as block on true
     ), span as (
       select touched.id as from_id, (
         select scim_user_tally.id from scim_user_tally
         where scim_user_tally.workspace_id = $1::uuid and scim_user_tally.kind = 0 and scim_user_tally.id > touched.id
         order by scim_user_tally.id limit 1
       ) as to_id
       from touched
     ), placed as (
       select span.from_id, listed.id, (row_number() over (partition by span.from_id order by listed.id) - 1) / $2::int as chunk
       from span left join lateral (
         select scim_user.id from scim_user
         where scim_user.workspace_id = $1::uuid and scim_user.deleted_at is null
           and scim_user.id >= span.from_id and (span.to_id is null or scim_user.id < span.to_id)
         offset 0
       ) as listed on true
     )
     insert into scim_user_tally (workspace_id, id, kind, n)
     select $1::uuid, case when placed.chunk = 0 then placed.from_id else (array_agg(placed.id order by placed.id))[1] end, 0, count(placed.id)
     from placed group by placed.from_id, placed.chunk
     on conflict (workspace_id, id, kind) do update set n = excluded.n`,
    [workspaceId, blockUsers],
  );
}
