import type { Instant } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { RunKind } from './read-position.ts';
import type { RunKey } from './stage-store.ts';

/**
 * Brings groups and members to what was read, after a full look all of them, after a delta query those that it mentioned. A group
 * that is gone, or whose members could not be read, keeps the members that it had: a scope that names it is held, never emptied
 * (microsoft-graph §10 #8).
 */
export async function applyGroups(tx: Queryable, key: RunKey, look: { readonly kind: RunKind; readonly at: Instant }): Promise<void> {
  await writeGroups(tx, key);
  await markGoneGroups(tx, key, look);
  await removeMembers(tx, key);
  await addMembers(tx, key);
}

async function writeGroups(tx: Queryable, key: RunKey): Promise<void> {
  await tx.query(
    `insert into directory_group (workspace_id, connection_id, object_id, display_name, members_known, first_run_id, last_run_id)
     select distinct on (stage.object_id) stage.workspace_id, $2::uuid, stage.object_id, stage.display_name, stage.members_known,
       stage.run_id, stage.run_id
     from directory_stage_group as stage
     where stage.workspace_id = $1
       and stage.run_id = $3
       and not stage.is_gone
     order by stage.object_id, stage.seq desc
     on conflict (workspace_id, connection_id, object_id) do update
     set display_name = excluded.display_name, members_known = excluded.members_known, gone_at = null, last_run_id = excluded.last_run_id
     where directory_group.display_name is distinct from excluded.display_name or directory_group.gone_at is not null
       or directory_group.members_known <> excluded.members_known`,
    [key.workspaceId, key.connectionId, key.runId],
  );
}

async function markGoneGroups(tx: Queryable, key: RunKey, { kind, at }: { kind: RunKind; at: Instant }): Promise<void> {
  await tx.query(
    `update directory_group
     set gone_at = $4, last_run_id = $3
     where directory_group.workspace_id = $1
       and directory_group.connection_id = $2
       and directory_group.gone_at is null
       and case
         when $5::text = 'full' then not exists (
           select 1
           from directory_stage_group as stage
           where stage.workspace_id = $1 and stage.run_id = $3 and stage.object_id = directory_group.object_id
         )
         else exists (
           select 1
           from directory_stage_group as stage
           where stage.workspace_id = $1 and stage.run_id = $3 and stage.object_id = directory_group.object_id and stage.is_gone
         )
       end`,
    [key.workspaceId, key.connectionId, key.runId, at, kind],
  );
}

async function removeMembers(tx: Queryable, key: RunKey): Promise<void> {
  await tx.query(
    `delete from directory_group_member as member
     where member.workspace_id = $1
       and member.connection_id = $2
       and exists (
         select 1
         from directory_stage_group as stage
         where stage.workspace_id = $1 and stage.run_id = $3 and stage.object_id = member.group_id and stage.members_known
       )
       and not exists (
         select 1
         from directory_stage_member as stage
         where stage.workspace_id = $1 and stage.run_id = $3 and stage.group_id = member.group_id and stage.member_id = member.member_id
       )`,
    [key.workspaceId, key.connectionId, key.runId],
  );
}

async function addMembers(tx: Queryable, key: RunKey): Promise<void> {
  await tx.query(
    `insert into directory_group_member (workspace_id, connection_id, group_id, member_id)
     select distinct stage.workspace_id, $2::uuid, stage.group_id, stage.member_id
     from directory_stage_member as stage
     where stage.workspace_id = $1
       and stage.run_id = $3
       and not exists (
         select 1
         from directory_group_member as member
         where member.workspace_id = $1
           and member.connection_id = $2
           and member.group_id = stage.group_id
           and member.member_id = stage.member_id
       )`,
    [key.workspaceId, key.connectionId, key.runId],
  );
}

/** Replaces the assignments of the enterprise application by what was read. */
export async function applyAssignments(tx: Queryable, key: RunKey): Promise<void> {
  await tx.query(
    `delete from directory_app_assignment as assignment
     where assignment.workspace_id = $1
       and assignment.connection_id = $2
       and not exists (
         select 1
         from directory_stage_assignment as stage
         where stage.workspace_id = $1 and stage.run_id = $3 and stage.assignment_id = assignment.assignment_id
       )`,
    [key.workspaceId, key.connectionId, key.runId],
  );
  await tx.query(
    `insert into directory_app_assignment
       (workspace_id, connection_id, assignment_id, principal_id, principal_type, app_role_id, app_role_value)
     select distinct on (stage.assignment_id) stage.workspace_id, $2::uuid, stage.assignment_id, stage.principal_id,
       stage.principal_type, stage.app_role_id, stage.app_role_value
     from directory_stage_assignment as stage
     where stage.workspace_id = $1
       and stage.run_id = $3
     order by stage.assignment_id, stage.seq desc
     on conflict (workspace_id, connection_id, assignment_id) do update
     set principal_id = excluded.principal_id, principal_type = excluded.principal_type,
       app_role_id = excluded.app_role_id, app_role_value = excluded.app_role_value
     where (directory_app_assignment.principal_id, directory_app_assignment.principal_type,
            directory_app_assignment.app_role_id, directory_app_assignment.app_role_value)
       is distinct from (excluded.principal_id, excluded.principal_type, excluded.app_role_id, excluded.app_role_value)`,
    [key.workspaceId, key.connectionId, key.runId],
  );
}
