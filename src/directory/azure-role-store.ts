import type { Instant } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { RunKey } from './stage-store.ts';

/** Brings role assignments in Azure to what was read, of all subscriptions. One that is no longer shown stays, as missing since `at`. */
export async function applyAzureRoles(tx: Queryable, key: RunKey, at: Instant): Promise<void> {
  await tx.query(
    `update directory_azure_role_assignment as assignment
     set gone_at = $4
     where assignment.workspace_id = $1
       and assignment.connection_id = $2
       and assignment.gone_at is null
       -- Of a subscription that the connection no longer names nothing was asked.
       and assignment.subscription_id in (
         select unnest(connection.subscription_ids)
         from directory_connection as connection
         where connection.workspace_id = $1 and connection.id = $2
       )
       and not exists (
         select 1
         from directory_stage_azure_role as stage
         where stage.workspace_id = $1 and stage.run_id = $3 and stage.assignment_id = assignment.assignment_id
       )`,
    [key.workspaceId, key.connectionId, key.runId, at],
  );
  await tx.query(
    `insert into directory_azure_role_assignment as assignment
       (workspace_id, connection_id, assignment_id, subscription_id, principal_id, principal_type, role_definition_id, role_name, target,
        has_condition, created_on, first_seen_at)
     select distinct on (stage.assignment_id) stage.workspace_id, $2::uuid, stage.assignment_id, stage.subscription_id, stage.principal_id,
       stage.principal_type, stage.role_definition_id, stage.role_name, stage.target, stage.has_condition, stage.created_on, $4::timestamptz
     from directory_stage_azure_role as stage
     where stage.workspace_id = $1 and stage.run_id = $3
     order by stage.assignment_id, stage.seq desc
     on conflict (workspace_id, connection_id, assignment_id) do update
     set subscription_id = excluded.subscription_id, principal_id = excluded.principal_id, principal_type = excluded.principal_type,
       role_definition_id = excluded.role_definition_id, role_name = excluded.role_name, target = excluded.target,
       has_condition = excluded.has_condition, created_on = excluded.created_on, gone_at = null
     where (assignment.subscription_id, assignment.principal_id, assignment.principal_type, assignment.role_definition_id, assignment.role_name, assignment.target,
            assignment.has_condition, assignment.created_on, assignment.gone_at)
       is distinct from (excluded.subscription_id, excluded.principal_id, excluded.principal_type, excluded.role_definition_id, excluded.role_name, excluded.target,
            excluded.has_condition, excluded.created_on, null)`,
    [key.workspaceId, key.connectionId, key.runId, at],
  );
}
