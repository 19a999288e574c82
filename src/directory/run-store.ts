import type { DirectoryConnectionId, DirectoryRunId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import type { ReadPosition, RunKind } from './read-position.ts';
import type { MissingAccounts, RunKey } from './stage-store.ts';

/** `parked`: goes on at `resumeAt` where it stopped. `held`: read, and applied only when a person accepts it. */
type RunState = 'queued' | 'running' | 'parked' | 'held' | 'complete' | 'failed';

export interface Run {
  readonly id: DirectoryRunId;
  readonly connectionId: DirectoryConnectionId;
  /** `full`: the whole tenant. `delta`: what changed since the last complete run. */
  readonly kind: RunKind;
  readonly state: RunState;
  readonly requestedAt: Instant;
  readonly requestedBy: string;
  readonly startedAt: Instant | null;
  /** When a parked run goes on. */
  readonly resumeAt: Instant | null;
  readonly finishedAt: Instant | null;
  /** Between which instants a complete run looked. */
  readonly lookFrom: Instant | null;
  readonly lookTo: Instant | null;
  /** By how much the directory's clock and ours differed at most, in milliseconds; 0 where its answers show no difference. */
  readonly clockSkewMs: number | null;
  readonly counts: RunCounts | null;
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
  /** Of a run that was held: how many accounts it no longer found, of how many. */
  readonly missing: MissingAccounts | null;
  readonly heldAt: Instant | null;
  readonly decision: 'accepted' | 'rejected' | null;
  readonly decidedAt: Instant | null;
  readonly decidedBy: string | null;
  readonly decisionReason: string | null;
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

const columns = `run.id, run.connection_id as "connectionId", run.kind, run.state, run.requested_at as "requestedAt",
  run.requested_by as "requestedBy", run.started_at as "startedAt",
  case when run.state = 'parked' then run.resume_at end as "resumeAt", run.finished_at as "finishedAt",
  run.look_from as "lookFrom", run.look_to as "lookTo", run.clock_skew_ms as "clockSkewMs", run.counts, run.error_code as "errorCode",
  run.error_detail as "errorDetail", run.missing, run.held_at as "heldAt", run.decision, run.decided_at as "decidedAt",
  run.decided_by as "decidedBy", run.decision_reason as "decisionReason"`;

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

export async function findRun(q: Queryable, workspaceId: WorkspaceId, id: DirectoryRunId): Promise<Run | undefined> {
  const { rows } = await q.query<Run>(`select ${columns} from directory_run as run where run.workspace_id = $1 and run.id = $2`, [
    workspaceId,
    id,
  ]);
  return rows[0];
}

/**
 * Queues a run, unless one waits already: that one will see everything that is true now, if it looks at as much. Returns the
 * id of the one that waits.
 */
export async function queueRun(
  tx: Queryable,
  { workspaceId, connectionId, runId }: RunKey,
  run: { readonly kind: RunKind; readonly at: Instant; readonly actor: string },
): Promise<DirectoryRunId> {
  await tx.query(
    `insert into directory_run (workspace_id, id, connection_id, kind, state, requested_at, requested_by)
     values ($1, $2, $3, $4, 'queued', $5, $6)
     on conflict (workspace_id, connection_id) where state = 'queued' do update
     set kind = 'full'
     where excluded.kind = 'full'`,
    [workspaceId, runId, connectionId, run.kind, run.at, run.actor],
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

/** Runs of a connection that wait, are under way, rest, or are held. */
export async function unendedRuns(
  q: Queryable,
  workspaceId: WorkspaceId,
  connectionId: DirectoryConnectionId,
): Promise<readonly DirectoryRunId[]> {
  const { rows } = await q.query<{ id: DirectoryRunId }>(
    `select run.id
     from directory_run as run
     where run.workspace_id = $1 and run.connection_id = $2 and run.state in ('queued', 'running', 'parked', 'held')
     order by run.requested_at`,
    [workspaceId, connectionId],
  );
  return rows.map(({ id }) => id);
}

/** A run that has begun and not ended; one of a connection at a time. */
export interface RunUnderWay {
  readonly id: DirectoryRunId;
  readonly state: 'running' | 'parked' | 'held';
  /** It has shown so lately. */
  readonly isAlive: boolean;
}

/**
 * The run that is under way; alive as long as it is silent for less than `silentMs`. Signs of life are stamped and judged by the database's
 * clock, the only one that all processes share: by two that differ, one that is at work looks dead and is taken over again and again.
 */
export async function runUnderWay(
  q: Queryable,
  { workspaceId, connectionId }: Pick<RunKey, 'workspaceId' | 'connectionId'>,
  silentMs: number,
): Promise<RunUnderWay | undefined> {
  const { rows } = await q.query<RunUnderWay>(
    `select run.id, run.state,
       run.beat_at > clock_timestamp() - make_interval(secs => $3::double precision / 1000) as "isAlive"
     from directory_run as run
     where run.workspace_id = $1 and run.connection_id = $2 and run.state in ('running', 'parked', 'held')`,
    [workspaceId, connectionId, silentMs],
  );
  return rows[0];
}

/** How far a parked or held run has read; undefined for one that has not begun. */
export async function readPosition(q: Queryable, { workspaceId, runId }: RunKey): Promise<ReadPosition | undefined> {
  const { rows } = await q.query<{ position: ReadPosition | null }>(
    `select run.position from directory_run as run where run.workspace_id = $1 and run.id = $2`,
    [workspaceId, runId],
  );
  return rows[0]?.position ?? undefined;
}

/**
 * Takes a run up: for the first time, again after a rest, or after whoever was at it died. Returns what it is to look at, since somebody may
 * have asked for more after its row was read.
 */
export async function claimRun(
  tx: Queryable,
  { workspaceId, runId }: RunKey,
  claim: { readonly startedAt: Instant; readonly claimedAt: Instant },
): Promise<RunKind | undefined> {
  const { rows } = await tx.query<{ kind: RunKind }>(
    `update directory_run
     set state = 'running', started_at = $3, claimed_at = $4, beat_at = clock_timestamp()
     where directory_run.workspace_id = $1
       and directory_run.id = $2
       and directory_run.state in ('queued', 'running', 'parked', 'held')
     returning directory_run.kind`,
    [workspaceId, runId, claim.startedAt, claim.claimedAt],
  );
  return rows[0]?.kind;
}

/** A run, and when the process that works on it took it up. */
export interface ClaimedRun extends RunKey {
  readonly claimedAt: Instant;
}

/** Whether the run is still the one that was claimed at that time; if so, nobody takes it over before the transaction ends. */
export async function holdClaim(tx: Queryable, { workspaceId, runId, claimedAt }: ClaimedRun): Promise<boolean> {
  const { count } = await tx.query(
    `select 1
     from directory_run as run
     where run.workspace_id = $1 and run.id = $2 and run.state = 'running' and run.claimed_at = $3
     for share of run`,
    [workspaceId, runId, claimedAt],
  );
  return count === 1;
}

/** Shows that the run is alive, as long as it is the one that was claimed at that time. */
export async function beat(q: Queryable, { workspaceId, runId, claimedAt }: ClaimedRun): Promise<void> {
  await q.query(
    `update directory_run set beat_at = clock_timestamp()
     where directory_run.workspace_id = $1
       and directory_run.id = $2
       and directory_run.state = 'running'
       and directory_run.claimed_at = $3`,
    [workspaceId, runId, claimedAt],
  );
}

/** From now on the run looks at the whole tenant. */
export async function widenRun(tx: Queryable, { workspaceId, runId }: RunKey): Promise<void> {
  await tx.query(
    `update directory_run set kind = 'full'
     where directory_run.workspace_id = $1 and directory_run.id = $2`,
    [workspaceId, runId],
  );
}

/** Lets a run rest. False when somebody else has taken it over. */
export async function parkRun(
  tx: Queryable,
  { workspaceId, runId }: RunKey,
  rest: { readonly claimedAt: Instant; readonly position: ReadPosition; readonly until: Instant },
): Promise<boolean> {
  const { count } = await tx.query(
    `update directory_run
     set state = 'parked', position = $4, resume_at = $5
     where directory_run.workspace_id = $1
       and directory_run.id = $2
       and directory_run.state = 'running'
       and directory_run.claimed_at = $3`,
    [workspaceId, runId, rest.claimedAt, JSON.stringify(rest.position), rest.until],
  );
  return count === 1;
}

/** Holds a run that has been read, until a person decides. False when somebody else has taken it over. */
export async function holdRun(
  tx: Queryable,
  { workspaceId, runId }: RunKey,
  hold: { readonly claimedAt: Instant; readonly position: ReadPosition; readonly missing: MissingAccounts; readonly at: Instant },
): Promise<boolean> {
  const { count } = await tx.query(
    `update directory_run
     set state = 'held', position = $4, missing = $5, held_at = $6
     where directory_run.workspace_id = $1
       and directory_run.id = $2
       and directory_run.state = 'running'
       and directory_run.claimed_at = $3`,
    [workspaceId, runId, hold.claimedAt, JSON.stringify(hold.position), JSON.stringify(hold.missing), hold.at],
  );
  return count === 1;
}

/** Notes what a person decided of a held run. False when it is not held, or was decided already. */
export async function decideRun(
  tx: Queryable,
  workspaceId: WorkspaceId,
  id: DirectoryRunId,
  decision: { readonly decision: 'accepted' | 'rejected'; readonly at: Instant; readonly actor: string; readonly reason: string },
): Promise<boolean> {
  const { count } = await tx.query(
    `update directory_run
     set decision = $3, decided_at = $4, decided_by = $5, decision_reason = $6
     where directory_run.workspace_id = $1
       and directory_run.id = $2
       and directory_run.state = 'held'
       and directory_run.decision is null`,
    [workspaceId, id, decision.decision, decision.at, decision.actor, decision.reason],
  );
  return count === 1;
}

interface CompletedLook {
  readonly from: Instant;
  readonly to: Instant;
  readonly clockSkewMs: number;
  readonly counts: RunCounts;
  /** Of the list of what was asked, in hex; null where it was not noted. */
  readonly queriesSha256: string | null;
}

/** False when the run is no longer the one that was claimed at that time: another process has taken it for dead. */
export async function completeRun(
  tx: Queryable,
  { workspaceId, runId }: RunKey,
  end: CompletedLook & { readonly claimedAt: Instant; readonly at: Instant },
): Promise<boolean> {
  const { count } = await tx.query(
    `update directory_run
     set state = 'complete', position = null, finished_at = $4, look_from = $5, look_to = $6, counts = $7, clock_skew_ms = $8,
         queries_sha256 = decode($9, 'hex')
     where directory_run.workspace_id = $1
       and directory_run.id = $2
       and directory_run.state = 'running'
       and directory_run.claimed_at = $3`,
    [workspaceId, runId, end.claimedAt, end.at, end.from, end.to, JSON.stringify(end.counts), end.clockSkewMs, end.queriesSha256],
  );
  return count === 1;
}

/** False when the run has ended already, or was taken over since. */
export async function failRun(
  tx: Queryable,
  { workspaceId, runId }: RunKey,
  end: { readonly claimedAt: Instant | null; readonly at: Instant; readonly code: string; readonly detail: string },
): Promise<boolean> {
  const { count } = await tx.query(
    `update directory_run
     set state = 'failed', position = null, finished_at = $4, error_code = $5, error_detail = $6
     where directory_run.workspace_id = $1
       and directory_run.id = $2
       and directory_run.state in ('queued', 'running', 'parked', 'held')
       and directory_run.claimed_at is not distinct from $3`,
    [workspaceId, runId, end.claimedAt, end.at, end.code, end.detail],
  );
  return count === 1;
}

/** When the process that works on a run took it up. */
export async function claimedAtOf(q: Queryable, { workspaceId, runId }: RunKey): Promise<Instant | null> {
  const { rows } = await q.query<{ claimedAt: Instant | null }>(
    `select run.claimed_at as "claimedAt" from directory_run as run where run.workspace_id = $1 and run.id = $2`,
    [workspaceId, runId],
  );
  return rows[0]?.claimedAt ?? null;
}
