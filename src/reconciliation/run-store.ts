import type { Instant, ReconciliationRunId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';

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

export async function insertRun(tx: Queryable, workspaceId: WorkspaceId, run: ReconciliationRun): Promise<void> {
  await tx.query(
    `insert into reconciliation_run (workspace_id, id, as_of, started_by, counts, population, opened, changed, closed)
     values ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8, $9)`,
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

/** How many employment periods the roster has. */
export async function countPeriods(q: Queryable, workspaceId: WorkspaceId): Promise<number> {
  const { rows } = await q.query<{ periods: number }>(
    'select count(*) as periods from employment_period as period where period.workspace_id = $1',
    [workspaceId],
  );
  return rows[0]?.periods ?? 0;
}
