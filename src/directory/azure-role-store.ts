import type { DirectoryConnectionId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
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

/** Who has which role in Azure; what the directory knows of the principal beside it. */
export interface AzureRoleRow {
  readonly id: string;
  readonly connectionId: DirectoryConnectionId;
  readonly assignmentId: string;
  readonly subscriptionId: string;
  readonly principalId: string;
  readonly principalType: string;
  readonly userPrincipalName: string | null;
  /** Of a user: its state when it was last looked at; null for others, and for users that were never seen. */
  readonly accountState: string | null;
  readonly roleDefinitionId: string;
  readonly roleName: string | null;
  readonly target: string;
  readonly hasCondition: boolean;
  readonly createdOn: Instant | null;
  readonly firstSeenAt: Instant;
  /** Whether it is asked for still: its subscription is one of the connection's. What is not stands as it was last shown. */
  readonly isRead: boolean;
  /** When it was first missing; null while it is shown. */
  readonly goneAt: Instant | null;
}

/** By principal, so that all that one person has stands together. */
const byPrincipal = (assignment: string) => `${assignment}.connection_id, ${assignment}.principal_id, ${assignment}.id`;

export async function listAzureRoles(
  q: Queryable,
  workspaceId: WorkspaceId,
  { principalId, after, limit }: Page & { readonly principalId: string | undefined },
): Promise<readonly AzureRoleRow[]> {
  const { rows } = await q.query<AzureRoleRow>(
    `select assignment.id, assignment.connection_id as "connectionId", assignment.assignment_id as "assignmentId",
       assignment.subscription_id as "subscriptionId", assignment.principal_id as "principalId",
       assignment.principal_type as "principalType", account.user_principal_name as "userPrincipalName",
       account.state as "accountState", assignment.role_definition_id as "roleDefinitionId", assignment.role_name as "roleName",
       assignment.target, assignment.has_condition as "hasCondition", assignment.created_on as "createdOn",
       assignment.first_seen_at as "firstSeenAt", assignment.gone_at as "goneAt",
       assignment.subscription_id = any (connection.subscription_ids) and connection.removed_at is null as "isRead"
     from directory_azure_role_assignment as assignment
     join directory_connection as connection
       on connection.workspace_id = assignment.workspace_id and connection.id = assignment.connection_id
     left join directory_account as account
       on account.workspace_id = assignment.workspace_id and account.connection_id = assignment.connection_id
       and account.object_id = assignment.principal_id
     where assignment.workspace_id = $1
       and ($2::uuid is null or assignment.principal_id = $2::uuid)
       and ($3::uuid is null or (${byPrincipal('assignment')}) > (
         select ${byPrincipal('last')} from directory_azure_role_assignment as last where last.workspace_id = $1 and last.id = $3::uuid
       ))
     order by ${byPrincipal('assignment')}
     limit $4`,
    [workspaceId, principalId ?? null, after ?? null, limit],
  );
  return rows;
}
