import type { Instant, ReconciliationRunId, WorkspaceId } from '../kernel/index.ts';
import type { Database, Page, Queryable } from '../platform/index.ts';
import { RULES_VERSION } from '../verdict/index.ts';

/** How many units came to each verdict and effect. */
export interface RunCounts {
  readonly byVerdict: Readonly<Record<string, number>>;
  readonly byEffect: Readonly<Record<string, number>>;
}

export interface ReconciliationRun {
  readonly id: ReconciliationRunId;
  readonly asOf: Instant;
  readonly startedBy: string;
  readonly counts: RunCounts;
  /** What ties the units to the roster: every employment period, and those of them that were continued. */
  readonly population: { readonly employmentPeriods: number; readonly continued: number };
  readonly opened: number;
  readonly changed: number;
  readonly closed: number;
}

/** How a run is told from others when its words are past. */
export interface RunMark {
  readonly ord: number;
  /** From when on its verdicts are the present ones. */
  readonly recordedAt: Instant;
  readonly timeZone: string;
}

/** The runs of a workspace are counted from 1; the caller holds off every other run. */
export async function nextRunOrd(tx: Queryable, workspaceId: WorkspaceId): Promise<number> {
  const { rows } = await tx.query<{ ord: number }>(
    'select coalesce(max(run.ord), 0) + 1 as ord from reconciliation_run as run where run.workspace_id = $1',
    [workspaceId],
  );
  return rows[0]?.ord ?? 1;
}

/**
 * Held, until the transaction ends, by a run that is about to say from when on its verdicts are the present ones: whoever asks for the past waits
 * until they are (`awaitRuns`), so that no answer of an instant changes behind it.
 */
export async function lockRecording(tx: Queryable, workspaceId: WorkspaceId): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('findings:' || $1::text, 0))`, [workspaceId]);
}

/** Returns when every run that has said so can be seen. */
export async function awaitRuns(database: Database, workspaceId: WorkspaceId): Promise<void> {
  await database.query(`select pg_advisory_xact_lock_shared(hashtextextended('findings:' || $1::text, 0))`, [workspaceId]);
}

/** Clocks of several servers may differ: no run is recorded before the one that went ahead of it. */
export async function insertRun(tx: Queryable, workspaceId: WorkspaceId, run: ReconciliationRun, mark: RunMark): Promise<void> {
  await tx.query(
    `insert into reconciliation_run (workspace_id, id, as_of, started_by, counts, population, opened, changed, closed, ord, recorded_at, time_zone, rules)
     values ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8, $9, $10,
             greatest($11::timestamptz, (select max(before.recorded_at) from reconciliation_run as before where before.workspace_id = $1)), $12, $13)`,
    [
      workspaceId,
      run.id,
      run.asOf,
      run.startedBy,
      JSON.stringify(run.counts),
      JSON.stringify(run.population),
      run.opened,
      run.changed,
      run.closed,
      mark.ord,
      mark.recordedAt,
      mark.timeZone,
      RULES_VERSION,
    ],
  );
}

/** The runs of a workspace, latest first. */
export async function listRuns(q: Queryable, workspaceId: WorkspaceId, { after, limit }: Page): Promise<readonly ReconciliationRun[]> {
  const { rows } = await q.query<ReconciliationRun>(
    `select run.id, run.as_of as "asOf", run.started_by as "startedBy", run.counts, run.population, run.opened, run.changed, run.closed
     from reconciliation_run as run
     where run.workspace_id = $1 and ($2::uuid is null or run.id < $2::uuid)
     order by run.id desc
     limit $3`,
    [workspaceId, after ?? null, limit],
  );
  return rows;
}

/** Whether the latest run judged by the rules of this version; false before any since an upgrade that judges otherwise. */
export async function isJudgedByPresentRules(q: Queryable, workspaceId: WorkspaceId): Promise<boolean> {
  const { rows } = await q.query<{ rules: number | null }>(
    'select run.rules from reconciliation_run as run where run.workspace_id = $1 order by run.id desc limit 1',
    [workspaceId],
  );
  return rows[0]?.rules === RULES_VERSION;
}

/** How many employment periods the roster has. */
export async function countPeriods(q: Queryable, workspaceId: WorkspaceId): Promise<number> {
  const { rows } = await q.query<{ periods: number }>(
    'select count(*) as periods from employment_period as period where period.workspace_id = $1',
    [workspaceId],
  );
  return rows[0]?.periods ?? 0;
}
