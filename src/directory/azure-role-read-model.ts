import type { DirectoryConnectionId, Instant, WorkspaceId } from '../kernel/index.ts';
import { expectFewRows, type Page, type Transaction } from '../platform/index.ts';

/** Who has which role in Azure, directly or by being in a group that has; what the directory knows of the holder beside it. */
export interface AzureRoleRow {
  readonly id: string;
  readonly connectionId: DirectoryConnectionId;
  readonly assignmentId: string;
  readonly subscriptionId: string;
  /** The holder: whom Azure names, or a user in the group that it names. */
  readonly principalId: string;
  readonly principalType: string;
  readonly userPrincipalName: string | null;
  /** Of a user: its state when it was last looked at; null for others, and for users that were never seen. */
  readonly accountState: string | null;
  readonly method: { readonly kind: 'direct' | 'group'; readonly groupId: string | null; readonly groupName: string | null };
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

/** Behind what the page goes on: the connection, the holder, the assignment. */
export function positionOfAzureRole({ connectionId, principalId, id }: AzureRoleRow): string {
  return `${connectionId}.${principalId}.${id}`;
}

export const azureRolePosition = /^[0-9a-f-]{36}\.[0-9a-f-]{36}\.[0-9a-f-]{36}$/i;

/**
 * By holder, so that all that one person has stands together. Azure counts members of groups in groups too; a group that is gone gives nobody
 * anything, and members that could not be read are not known.
 */
const statement = `with recursive
     -- union, not union all: groups may hold each other in a circle.
     within (connection_id, root_id, group_id) as (
       select root.connection_id, root.object_id, root.object_id
       from directory_group as root
       where root.workspace_id = $1 and root.gone_at is null
         and (root.connection_id, root.object_id) in (
           select assignment.connection_id, assignment.principal_id
           from directory_azure_role_assignment as assignment
           where assignment.workspace_id = $1
         )
       union
       select within.connection_id, within.root_id, inner_group.object_id
       from within
       join directory_group_member as member
         on member.workspace_id = $1 and member.connection_id = within.connection_id and member.group_id = within.group_id
       join directory_group as inner_group
         on inner_group.workspace_id = $1 and inner_group.connection_id = within.connection_id and inner_group.object_id = member.member_id
         and inner_group.gone_at is null
     ),
     reached as (
       select distinct within.connection_id, within.root_id, member.member_id
       from within
       join directory_group_member as member
         on member.workspace_id = $1 and member.connection_id = within.connection_id and member.group_id = within.group_id
     ),
     held as (
       select assignment.connection_id, assignment.id, assignment.principal_id as holder_id, assignment.principal_type, null::uuid as group_id
       from directory_azure_role_assignment as assignment
       where assignment.workspace_id = $1
       union all
       select assignment.connection_id, assignment.id, account.object_id, 'User', assignment.principal_id
       from directory_azure_role_assignment as assignment
       join reached on reached.connection_id = assignment.connection_id and reached.root_id = assignment.principal_id
       join directory_account as account
         on account.workspace_id = $1 and account.connection_id = reached.connection_id and account.object_id = reached.member_id
       where assignment.workspace_id = $1
     )
     select assignment.id, held.connection_id as "connectionId", assignment.assignment_id as "assignmentId",
       assignment.subscription_id as "subscriptionId", held.holder_id as "principalId", held.principal_type as "principalType",
       account.user_principal_name as "userPrincipalName", account.state as "accountState",
       jsonb_build_object('kind', case when held.group_id is null then 'direct' else 'group' end, 'groupId', held.group_id,
         'groupName', through.display_name) as method,
       assignment.role_definition_id as "roleDefinitionId", assignment.role_name as "roleName",
       assignment.target, assignment.has_condition as "hasCondition", assignment.created_on as "createdOn",
       assignment.first_seen_at as "firstSeenAt", assignment.gone_at as "goneAt",
       assignment.subscription_id = any (connection.subscription_ids) and connection.removed_at is null as "isRead"
     from held
     join directory_azure_role_assignment as assignment on assignment.workspace_id = $1 and assignment.id = held.id
     join directory_connection as connection on connection.workspace_id = $1 and connection.id = held.connection_id
     left join directory_account as account
       on account.workspace_id = $1 and account.connection_id = held.connection_id and account.object_id = held.holder_id
     left join directory_group as through
       on through.workspace_id = $1 and through.connection_id = held.connection_id and through.object_id = held.group_id
     where ($2::uuid is null or held.holder_id = $2::uuid)
       and ($3::uuid is null or (held.connection_id, held.holder_id, held.id) > ($3::uuid, $4::uuid, $5::uuid))
     order by held.connection_id, held.holder_id, held.id
     limit $6`;

/** Of one holder, or of all. */
export async function listAzureRoles(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { principalId, after, limit }: Page & { readonly principalId: string | undefined },
): Promise<readonly AzureRoleRow[]> {
  const [connection = null, holder = null, assignment = null] = after?.split('.') ?? [];
  await expectFewRows(tx);
  const { rows } = await tx.query<AzureRoleRow>(statement, [workspaceId, principalId ?? null, connection, holder, assignment, limit]);
  return rows;
}
