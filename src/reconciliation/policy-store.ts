import type { Instant, LedgerRecordId, PolicyId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { ReportPolicy } from './report-population.ts';

/** Every version of the workspace's policy, latest first. */
export async function listPolicies(q: Queryable, workspaceId: WorkspaceId): Promise<readonly ReportPolicy[]> {
  const { rows } = await q.query<ReportPolicy>(
    `select policy.id, policy.version, policy.sla_hours as "slaHours", policy.effective_from as "effectiveFrom",
            policy.superseded_at as "supersededAt", policy.record_id as "recordId"
     from policy
     where policy.workspace_id = $1
     order by policy.version desc`,
    [workspaceId],
  );
  return rows;
}

/** Lets one policy be set at a time, so that versions follow one another. */
export async function lockPolicies(tx: Queryable, workspaceId: WorkspaceId): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('policy:' || $1::text, 0))`, [workspaceId]);
}

export interface PolicyRow {
  readonly id: PolicyId;
  readonly version: number;
  readonly slaHours: number;
  readonly at: Instant;
  readonly actor: string;
  readonly recordId: LedgerRecordId;
}

/** Ends the version in force and puts another in its place. */
export async function replacePolicy(tx: Queryable, workspaceId: WorkspaceId, row: PolicyRow): Promise<void> {
  await tx.query(`update policy set superseded_at = $2 where policy.workspace_id = $1 and policy.superseded_at is null`, [
    workspaceId,
    row.at,
  ]);
  await tx.query(
    `insert into policy (workspace_id, id, version, sla_hours, effective_from, created_by, record_id) values ($1, $2, $3, $4, $5, $6, $7)`,
    [workspaceId, row.id, row.version, row.slaHours, row.at, row.actor, row.recordId],
  );
}
