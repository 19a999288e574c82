import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/**
 * Workspaces that were judged once and have something new to judge: a look at a directory was completed, an import or a decision wrote
 * something, a policy was set, the switch was turned, something ends by itself, or a directory went stale. What SCIM writes waits for one of
 * these: it comes all day, and each time next to nothing.
 */
export async function workspacesToFollow(q: Queryable, at: Instant, freshHours: number): Promise<readonly WorkspaceId[]> {
  const { rows } = await q.query<{ workspaceId: WorkspaceId }>(
    `select horizon.workspace_id as "workspaceId"
     from reconciliation_horizon as horizon
     cross join lateral (
       select run.as_of from reconciliation_run as run where run.workspace_id = horizon.workspace_id order by run.as_of desc limit 1
     ) as last
     where exists (select from reconciliation_change as change where change.workspace_id = horizon.workspace_id and change.txid >= horizon.txid)
       or exists (select from policy where policy.workspace_id = horizon.workspace_id and policy.effective_from > last.as_of)
       or exists (select from scim_switch where scim_switch.workspace_id = horizon.workspace_id and scim_switch.changed_at > last.as_of)
       or exists (
         select from directory_connection as connection
         left join directory_run as run on run.workspace_id = connection.workspace_id and run.id = connection.last_complete_run_id
         where connection.workspace_id = horizon.workspace_id
           and (run.finished_at > last.as_of or connection.removed_at > last.as_of
                or connection.last_complete_requested_at + make_interval(hours => $2) between last.as_of and $1::timestamptz))
       or exists (
         select from finding
         where finding.workspace_id = horizon.workspace_id and finding.closed_at is null and finding.due_at <= $1::timestamptz)
       or exists (
         select from account_classification as classification
         where classification.workspace_id = horizon.workspace_id and classification.ended_at is null and classification.expires_at <= $1::timestamptz)
       or exists (
         select from disposition
         where disposition.workspace_id = horizon.workspace_id and disposition.ended_at is null and disposition.expires_at <= $1::timestamptz)
     order by horizon.workspace_id`,
    [at, freshHours],
  );
  return rows.map(({ workspaceId }) => workspaceId);
}

/** Of a connection's latest runs: more than are ever under way or waiting. */
const LATEST_RUNS = 10;

/** Workspaces of which a directory was looked at since, in whichever way. */
export async function workspacesLookedAt(q: Queryable, since: Instant): Promise<readonly WorkspaceId[]> {
  const { rows } = await q.query<{ workspaceId: WorkspaceId }>(
    `select distinct connection.workspace_id as "workspaceId"
     from directory_connection as connection
     cross join lateral (
       select run.state, run.finished_at
       from directory_run as run
       where run.workspace_id = connection.workspace_id and run.connection_id = connection.id
       order by run.requested_at desc
       limit ${LATEST_RUNS}
     ) as latest
     where connection.removed_at is null and latest.state = 'complete' and latest.finished_at > $1
     order by connection.workspace_id`,
    [since],
  );
  return rows.map(({ workspaceId }) => workspaceId);
}
