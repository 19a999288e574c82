import type { DirectoryConnectionId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { EndedRun } from './coverage.ts';

type Row = Omit<EndedRun, 'between'> & { readonly lookedBefore: Instant; readonly looksAgain: Instant | null };

/**
 * Every run of a connection that covers time or failed to, in the order of their ends: a delta look that came to its end confirms nobody who
 * has not changed, so it is not among them.
 */
export async function endedRuns(q: Queryable, workspaceId: WorkspaceId, connectionId: DirectoryConnectionId): Promise<readonly EndedRun[]> {
  const { rows } = await q.query<Row>(
    `select run.id, run.kind, run.state, coalesce(run.finished_at, run.held_at) as "finishedAt",
       case when run.state = 'complete' then run.look_from end as "lookFrom", case when run.state = 'complete' then run.look_to end as "lookTo",
       case when run.state = 'held' then 'held' else run.error_code end as "errorCode",
       coalesce(before.look_to, run.requested_at) as "lookedBefore", later.look_from as "looksAgain"
     from directory_run as run
     -- Lateral with a limit: found next to the run in the index, however many there were.
     left join lateral (
       select near.look_to
       from directory_run as near
       where run.kind = 'delta'
         and near.workspace_id = run.workspace_id and near.connection_id = run.connection_id
         and near.requested_at < run.requested_at
         and near.state = 'complete'
       order by near.requested_at desc
       limit 1
     ) as before on true
     left join lateral (
       select near.look_from
       from directory_run as near
       where run.kind = 'delta'
         and near.workspace_id = run.workspace_id and near.connection_id = run.connection_id
         and near.requested_at > run.requested_at
         and near.state = 'complete'
       order by near.requested_at
       limit 1
     ) as later on true
     where run.workspace_id = $1 and run.connection_id = $2 and (run.finished_at is not null or run.state = 'held')
       and (run.kind = 'full' or run.state <> 'complete')
     order by coalesce(run.finished_at, run.held_at), run.id`,
    [workspaceId, connectionId],
  );
  return rows.map(({ lookedBefore, looksAgain, ...run }) => ({
    ...run,
    between: run.kind === 'delta' ? { from: lookedBefore, to: looksAgain } : null,
  }));
}
