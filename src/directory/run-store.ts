import type { DirectoryConnectionId, DirectoryRunId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import type { RunKey } from './stage-store.ts';

type RunState = 'queued' | 'running' | 'complete' | 'failed';

export interface Run {
  readonly id: DirectoryRunId;
  readonly connectionId: DirectoryConnectionId;
  readonly state: RunState;
  readonly requestedAt: Instant;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  /** Between which instants a complete run looked. */
  readonly lookFrom: Instant | null;
  readonly lookTo: Instant | null;
  readonly counts: RunCounts | null;
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
}

/** What a complete run read and changed; `appAssignments` is null when nothing is known of them. */
export interface RunCounts {
  readonly users: number;
  readonly deletedUsers: number;
  readonly settledById: number;
  readonly groups: number;
  readonly groupMembers: number;
  readonly appAssignments: number | null;
  /** Accounts that are new or whose state turned. */
  readonly observations: number;
}

const columns = `run.id, run.connection_id as "connectionId", run.state, run.requested_at as "requestedAt",
  run.started_at as "startedAt", run.finished_at as "finishedAt", run.look_from as "lookFrom", run.look_to as "lookTo",
  run.counts, run.error_code as "errorCode", run.error_detail as "errorDetail"`;

/** The latest runs, newest first. */
export async function listRuns(q: Queryable, workspaceId: WorkspaceId, { after, limit }: Page): Promise<readonly Run[]> {
  const { rows } = await q.query<Run>(
    `select ${columns}
     from directory_run as run
     where run.workspace_id = $1 and ($2::uuid is null or run.id < $2::uuid)
     order by run.id desc
     limit $3`,
    [workspaceId, after ?? null, limit],
  );
  return rows;
}

/** Every ended run of a connection in the order of their ends. */
export async function endedRuns(q: Queryable, workspaceId: WorkspaceId, connectionId: DirectoryConnectionId): Promise<readonly Run[]> {
  const { rows } = await q.query<Run>(
    `select ${columns}
     from directory_run as run
     where run.workspace_id = $1 and run.connection_id = $2 and run.finished_at is not null
     order by run.finished_at, run.id`,
    [workspaceId, connectionId],
  );
  return rows;
}

export async function findRun(q: Queryable, workspaceId: WorkspaceId, id: DirectoryRunId): Promise<Run | undefined> {
  const { rows } = await q.query<Run>(`select ${columns} from directory_run as run where run.workspace_id = $1 and run.id = $2`, [
    workspaceId,
    id,
  ]);
  return rows[0];
}

/** Queues a run, unless one waits already: that one will see everything that is true now. Returns the id of the one that waits. */
export async function queueRun(
  tx: Queryable,
  { workspaceId, connectionId, runId }: RunKey,
  by: { readonly at: Instant; readonly actor: string },
): Promise<DirectoryRunId> {
  await tx.query(
    `insert into directory_run (workspace_id, id, connection_id, state, requested_at, requested_by)
     values ($1, $2, $3, 'queued', $4, $5)
     on conflict (workspace_id, connection_id) where state = 'queued' do nothing`,
    [workspaceId, runId, connectionId, by.at, by.actor],
  );
  return (await queuedRun(tx, workspaceId, connectionId)) ?? runId;
}

export async function queuedRun(
  q: Queryable,
  workspaceId: WorkspaceId,
  connectionId: DirectoryConnectionId,
): Promise<DirectoryRunId | undefined> {
  const { rows } = await q.query<{ id: DirectoryRunId }>(
    `select run.id
     from directory_run as run
     where run.workspace_id = $1 and run.connection_id = $2 and run.state = 'queued'`,
    [workspaceId, connectionId],
  );
  return rows[0]?.id;
}

/** The running run of a connection, and when it last gave a sign of life. */
export async function runningRun(
  q: Queryable,
  workspaceId: WorkspaceId,
  connectionId: DirectoryConnectionId,
): Promise<{ readonly id: DirectoryRunId; readonly beatAt: Instant } | undefined> {
  const { rows } = await q.query<{ id: DirectoryRunId; beatAt: Instant }>(
    `select run.id, run.beat_at as "beatAt"
     from directory_run as run
     where run.workspace_id = $1 and run.connection_id = $2 and run.state = 'running'`,
    [workspaceId, connectionId],
  );
  return rows[0];
}

export async function startRun(tx: Queryable, { workspaceId, runId }: RunKey, at: Instant): Promise<void> {
  await tx.query(
    `update directory_run
     set state = 'running', started_at = $3, beat_at = $3
     where directory_run.workspace_id = $1 and directory_run.id = $2 and directory_run.state in ('queued', 'running')`,
    [workspaceId, runId, at],
  );
}

/** False when the run is no longer the one that was started at that time: another process has taken it for dead. */
export async function completeRun(
  tx: Queryable,
  { workspaceId, runId }: RunKey,
  end: { readonly startedAt: Instant; readonly at: Instant; readonly from: Instant; readonly to: Instant; readonly counts: RunCounts },
): Promise<boolean> {
  const { count } = await tx.query(
    `update directory_run
     set state = 'complete', finished_at = $4, look_from = $5, look_to = $6, counts = $7
     where directory_run.workspace_id = $1
       and directory_run.id = $2
       and directory_run.state = 'running'
       and directory_run.started_at = $3`,
    [workspaceId, runId, end.startedAt, end.at, end.from, end.to, JSON.stringify(end.counts)],
  );
  return count === 1;
}

/** False when the run has ended already, or was started anew since. */
export async function failRun(
  tx: Queryable,
  { workspaceId, runId }: RunKey,
  end: { readonly startedAt: Instant | null; readonly at: Instant; readonly code: string; readonly detail: string },
): Promise<boolean> {
  const { count } = await tx.query(
    `update directory_run
     set state = 'failed', finished_at = $4, error_code = $5, error_detail = $6
     where directory_run.workspace_id = $1
       and directory_run.id = $2
       and directory_run.state in ('queued', 'running')
       and directory_run.started_at is not distinct from $3`,
    [workspaceId, runId, end.startedAt, end.at, end.code, end.detail],
  );
  return count === 1;
}
