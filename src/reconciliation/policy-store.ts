import type { Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { LookingFacts } from './provable-sla.ts';
import type { ReportPolicy } from './report-population.ts';

/** Every version of the workspace's policy, latest first. */
export async function listPolicies(q: Queryable, workspaceId: WorkspaceId): Promise<readonly ReportPolicy[]> {
  const { rows } = await q.query<ReportPolicy>(
    `select policy.id, policy.version, policy.preset, policy.sla_hours as "slaHours", policy.business_days as "businessDays",
            array(select to_char(listed.day, 'YYYY-MM-DD') from unnest(policy.holidays) as listed (day)) as holidays, policy.sites,
            case when policy.privileged_sla_hours is not null then
              jsonb_build_object('slaHours', policy.privileged_sla_hours, 'roles', policy.privileged_roles) end as privileged,
            policy.effective_from as "effectiveFrom", policy.superseded_at as "supersededAt", policy.record_id as "recordId"
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

/** Ends the version in force and puts another in its place. */
export async function replacePolicy(
  tx: Queryable,
  workspaceId: WorkspaceId,
  row: Omit<ReportPolicy, 'supersededAt'> & { readonly actor: string; readonly recordId: LedgerRecordId; readonly effectiveFrom: Instant },
): Promise<void> {
  await tx.query(`update policy set superseded_at = $2 where policy.workspace_id = $1 and policy.superseded_at is null`, [
    workspaceId,
    row.effectiveFrom,
  ]);
  await tx.query(
    `insert into policy (workspace_id, id, version, preset, sla_hours, business_days, privileged_sla_hours, privileged_roles, effective_from,
                         created_by, record_id, holidays, sites)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::text[]::date[], $13)`,
    [
      workspaceId,
      row.id,
      row.version,
      row.preset,
      row.slaHours,
      row.businessDays,
      row.privileged?.slaHours ?? null,
      row.privileged?.roles ?? [],
      row.effectiveFrom,
      row.actor,
      row.recordId,
      row.holidays,
      JSON.stringify(row.sites),
    ],
  );
}

/** The sites that HR has named, in order; found one by one by the index, however many people are at each. */
export async function listSites(q: Queryable, workspaceId: WorkspaceId): Promise<readonly string[]> {
  const next = (after: string) => `(
      select period.site from employment_period as period
      where period.workspace_id = $1 and period.site is not null ${after}
      order by period.site limit 1)`;
  const { rows } = await q.query<{ site: string }>(
    `with recursive named as (
       select ${next('')} as site
       union all
       select ${next('and period.site > named.site')} from named where named.site is not null
     )
     select named.site from named where named.site is not null limit ${MOST_SITES_LISTED}`,
    [workspaceId],
  );
  return rows.map(({ site }) => site);
}

/** Whether HR says of any employment that it is there. */
export async function hasSite(q: Queryable, workspaceId: WorkspaceId, site: string): Promise<boolean> {
  const { count } = await q.query('select from employment_period as period where period.workspace_id = $1 and period.site = $2 limit 1', [
    workspaceId,
    site,
  ]);
  return count === 1;
}

/** More are no list to read; a policy has fewer. */
const MOST_SITES_LISTED = 1_000;

/** How each connected directory is looked at. */
export async function lookingFacts(q: Queryable, workspaceId: WorkspaceId): Promise<readonly LookingFacts[]> {
  const { rows } = await q.query<LookingFacts>(
    `select connection.id as "connectionId", connection.sync_every_minutes as "syncEveryMinutes",
            exists (
              select from directory_audit_window as looked
              where looked.workspace_id = connection.workspace_id and looked.connection_id = connection.id
                and looked.looked_until >= connection.last_complete_requested_at
            ) as "readsAudits"
     from directory_connection as connection
     where connection.workspace_id = $1 and connection.removed_at is null
     order by connection.id`,
    [workspaceId],
  );
  return rows;
}
