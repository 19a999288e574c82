import { type DirectoryConnectionId, type DirectoryRunId, type Instant, plusMs, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { ScheduleFacts } from './decide-next-run.ts';

export interface ScheduledConnection extends ScheduleFacts {
  readonly workspaceId: WorkspaceId;
  readonly connectionId: DirectoryConnectionId;
}

/** Every connection, of every workspace, on which no run waits or is under way. */
export async function idleConnections(q: Queryable): Promise<readonly ScheduledConnection[]> {
  const { rows } = await q.query<ScheduledConnection>(
    `select connection.workspace_id as "workspaceId", connection.id as "connectionId", connection.created_at as "createdAt",
       connection.sync_every_minutes as "syncEveryMinutes", connection.full_every_minutes as "fullEveryMinutes",
       done.started_at as "lastCompleteAt", whole.started_at as "lastFullAt", failed.runs as failures, failed.last_at as "lastFailureAt",
       (select count(*) from directory_delta_link as delta
         where delta.workspace_id = connection.workspace_id and delta.connection_id = connection.id) = 2 as "hasDeltaLinks"
     from directory_connection as connection
     left join directory_run as whole
       on whole.workspace_id = connection.workspace_id and whole.id = connection.last_complete_run_id
     -- Lateral with a limit: found at the end of the index, however many runs there were.
     left join lateral (
       select run.started_at, run.requested_at
       from directory_run as run
       where run.workspace_id = connection.workspace_id and run.connection_id = connection.id and run.state = 'complete'
       order by run.requested_at desc
       limit 1
     ) as done on true
     cross join lateral (
       select count(*)::integer as runs, max(run.finished_at) as last_at
       from directory_run as run
       where run.workspace_id = connection.workspace_id
         and run.connection_id = connection.id
         and run.state = 'failed'
         and run.requested_at > coalesce(done.requested_at, '-infinity')
     ) as failed
     where connection.removed_at is null
       and not exists (
         select 1
         from directory_run as run
         where run.workspace_id = connection.workspace_id
           and run.connection_id = connection.id
           and run.state in ('queued', 'running', 'parked', 'held')
       )`,
  );
  return rows;
}

/**
 * Runs that should have gone on so many milliseconds before `now`: their job was lost, or waits for its turn. Signs of life are by the
 * database's clock, as in `runUnderWay`.
 */
export async function overdueRuns(
  q: Queryable,
  now: Instant,
  overdueMs: number,
): Promise<readonly { readonly workspaceId: WorkspaceId; readonly runId: DirectoryRunId }[]> {
  const { rows } = await q.query<{ workspaceId: WorkspaceId; runId: DirectoryRunId }>(
    `select run.workspace_id as "workspaceId", run.id as "runId"
     from directory_run as run
     join directory_connection as connection
       on connection.workspace_id = run.workspace_id and connection.id = run.connection_id and connection.removed_at is null
     where run.state in ('queued', 'running', 'parked', 'held')
       and case run.state
         when 'parked' then run.resume_at < $1
         when 'running' then run.beat_at < clock_timestamp() - make_interval(secs => $2::double precision / 1000)
         when 'held' then run.decision = 'accepted' and run.decided_at < $1
         else run.requested_at < $1 and not exists (
           select 1
           from directory_run as other
           where other.workspace_id = run.workspace_id
             and other.connection_id = run.connection_id
             and other.state in ('running', 'parked', 'held')
         )
       end`,
    [plusMs(now, -overdueMs), overdueMs],
  );
  return rows;
}

export interface Schedule {
  readonly syncEveryMinutes: number;
  readonly fullEveryMinutes: number;
}

export async function writeSchedule(tx: Queryable, workspaceId: WorkspaceId, id: DirectoryConnectionId, schedule: Schedule): Promise<void> {
  await tx.query(
    `update directory_connection
     set sync_every_minutes = $3, full_every_minutes = $4
     where directory_connection.workspace_id = $1 and directory_connection.id = $2 and directory_connection.removed_at is null`,
    [workspaceId, id, schedule.syncEveryMinutes, schedule.fullEveryMinutes],
  );
}
