import type { DirectoryConnectionId, Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import { expectManyRows, type Page, type Queryable, type Transaction } from '../platform/index.ts';
import type { RunKey } from './stage-store.ts';

/** What the tenant answered about an object that SCIM alone knows. */
type WatchAnswer = 'not_found' | 'refused';

/**
 * A full look asks for so many objects at most that SCIM alone knows, those first that were asked for longest ago: where a second tenant
 * is not connected, all of its users are such objects.
 */
const MOST_WATCHED = 2_000;

/** The audit log of the connection says that the object was purged: its end is proven, and it is not asked for again. */
const isPurged = (connection: string, object: string) => `exists (
  select 1
  from directory_audit_event as event
  where event.workspace_id = $1 and event.connection_id = ${connection} and event.object_id = ${object} and event.led_to = 'hard_deleted'
)`;

/**
 * Objects by which SCIM knows users, of this tenant or of one that it does not say, that no connected directory has shown, in the order of
 * their ids after `after`. Tried once the listings and the recycle bin are read; what the run itself has asked for stays in, so that the
 * selection does not move while it is gone through.
 */
export async function watchedObjects(
  tx: Transaction,
  { workspaceId, connectionId, runId }: RunKey,
  after: string | null,
  limit: number,
): Promise<readonly { readonly objectId: string }[]> {
  await expectManyRows(tx);
  const { rows } = await tx.query<{ objectId: string }>(
    `with known as (
       select distinct known.object_id
       from scim_object_id as known
       join directory_connection as connection on connection.workspace_id = known.workspace_id and connection.id = $2
       where known.workspace_id = $1 and (known.tenant_id is null or known.tenant_id = connection.tenant_id)
     ),
     due as (
       select known.object_id
       from known
       left join directory_watched_object as watched
         on watched.workspace_id = $1 and watched.connection_id = $2 and watched.object_id = known.object_id
       where not exists (
           select 1
           from directory_account as account
           join directory_connection as present
             on present.workspace_id = account.workspace_id and present.id = account.connection_id and present.removed_at is null
           where account.workspace_id = $1 and account.object_id = known.object_id
         )
         and not exists (
           select 1
           from directory_stage_account as look
           where look.workspace_id = $1 and look.run_id = $3 and look.object_id = known.object_id
             and look.source in ('full', 'deletedItems')
         )
         and not ${isPurged('$2', 'known.object_id')}
       order by watched.asked_at nulls first, known.object_id
       limit ${MOST_WATCHED}
     )
     select due.object_id as "objectId"
     from due
     where $4::uuid is null or due.object_id > $4::uuid
     order by due.object_id
     limit $5`,
    [workspaceId, connectionId, runId, after, limit],
  );
  return rows;
}

/** Keeps what was answered about objects that no directory has shown. Found ones have become accounts. */
export async function applyWatched(tx: Queryable, key: RunKey): Promise<void> {
  await tx.query(
    `insert into directory_watched_object as watched (workspace_id, connection_id, object_id, answer, since, asked_at, run_id)
     select look.workspace_id, $2, look.object_id, case look.state when 'not_found' then 'not_found' else 'refused' end,
       answer.received_at, answer.received_at, look.run_id
     from directory_stage_account as look
     join directory_stage_answer as answer
       on answer.workspace_id = look.workspace_id and answer.run_id = look.run_id and answer.seq = look.answer
     where look.workspace_id = $1
       and look.run_id = $3
       and look.source = 'get'
       and look.row_hash is null
       and not exists (
         select 1
         from directory_account as account
         where account.workspace_id = $1 and account.connection_id = $2 and account.object_id = look.object_id
       )
     on conflict (workspace_id, connection_id, object_id) do update
     set answer = excluded.answer, asked_at = excluded.asked_at, run_id = excluded.run_id,
       since = case when watched.answer = excluded.answer then watched.since else excluded.since end,
       record_id = case when watched.answer = excluded.answer then watched.record_id end`,
    [key.workspaceId, key.connectionId, key.runId],
  );
}

/** An answer that has no ledger record yet. */
export interface UnrecordedWatch {
  readonly objectId: string;
  readonly watchId: string;
  readonly answer: WatchAnswer;
  readonly since: Instant;
}

export async function unrecordedWatches(
  tx: Queryable,
  { workspaceId, connectionId }: RunKey,
  limit: number,
): Promise<readonly UnrecordedWatch[]> {
  const { rows } = await tx.query<UnrecordedWatch>(
    `select watched.object_id as "objectId", watched.watch_id as "watchId", watched.answer, watched.since
     from directory_watched_object as watched
     where watched.workspace_id = $1 and watched.connection_id = $2 and watched.record_id is null
     order by watched.object_id
     limit $3`,
    [workspaceId, connectionId, limit],
  );
  return rows;
}

/** Ties each answer to the record that is its evidence; both lists in the same order. */
export async function tieWatches(
  tx: Queryable,
  { workspaceId, connectionId }: RunKey,
  watches: readonly UnrecordedWatch[],
  records: readonly LedgerRecordId[],
): Promise<void> {
  await tx.query(
    `update directory_watched_object as watched
     set record_id = tied.record_id
     from unnest($3::uuid[], $4::uuid[]) as tied (object_id, record_id)
     where watched.workspace_id = $1 and watched.connection_id = $2 and watched.object_id = tied.object_id`,
    [workspaceId, connectionId, watches.map(({ objectId }) => objectId), records],
  );
}

/** An object that SCIM alone knows. */
export interface WatchedObject {
  readonly connectionId: DirectoryConnectionId;
  readonly objectId: string;
  readonly scimUserIds: readonly string[];
  readonly answer: WatchAnswer;
  readonly since: Instant;
  readonly askedAt: Instant;
  /** `deleted` only where the tenant says so itself, in its audit log. */
  readonly standing: 'unknown' | 'deleted';
  readonly deletedAt: Instant | null;
}

/** What no directory has shown to this day. */
const stillUnseen = `not exists (
  select 1
  from directory_account as account
  where account.workspace_id = watched.workspace_id and account.connection_id = watched.connection_id and account.object_id = watched.object_id
)`;

export async function listWatchedObjects(
  q: Queryable,
  workspaceId: WorkspaceId,
  { after, limit }: Page,
): Promise<readonly WatchedObject[]> {
  const [connectionId = null, objectId = null] = after?.split('.') ?? [];
  const { rows } = await q.query<WatchedObject>(
    `select watched.connection_id as "connectionId", watched.object_id as "objectId", watched.answer, watched.since,
       watched.asked_at as "askedAt", case when deleted.at is null then 'unknown' else 'deleted' end as standing,
       deleted.at as "deletedAt",
       -- As scim_object_id has it, but looked up by what there are indexes for.
       array(
         select scim_user.id
         from scim_user
         where scim_user.workspace_id = watched.workspace_id
           and scim_user.external_id in (watched.object_id::text, upper(watched.object_id::text))
         union
         select identity_link.scim_user_id
         from identity_link
         where identity_link.workspace_id = watched.workspace_id
           and identity_link.tenant_id = connection.tenant_id
           and identity_link.object_id = watched.object_id
       ) as "scimUserIds"
     from directory_watched_object as watched
     join directory_connection as connection
       on connection.workspace_id = watched.workspace_id and connection.id = watched.connection_id
     -- The last word of the audit log on it, as long as that is a deletion.
     left join lateral (
       select case when event.led_to in ('soft_deleted', 'hard_deleted') then event.at end as at
       from directory_audit_event as event
       where event.workspace_id = watched.workspace_id and event.connection_id = watched.connection_id
         and event.object_id = watched.object_id
       order by event.at desc, event.id desc
       limit 1
     ) as deleted on true
     where watched.workspace_id = $1
       and ${stillUnseen}
       and ($2::uuid is null or (watched.connection_id, watched.object_id) > ($2::uuid, $3::uuid))
     order by watched.connection_id, watched.object_id
     limit $4`,
    [workspaceId, connectionId, objectId, limit],
  );
  return rows;
}

export async function countWatchedObjects(q: Queryable, workspaceId: WorkspaceId): Promise<number> {
  const { rows } = await q.query<{ total: number }>(
    `select count(*) as total from directory_watched_object as watched where watched.workspace_id = $1 and ${stillUnseen}`,
    [workspaceId],
  );
  return rows[0]?.total ?? 0;
}
