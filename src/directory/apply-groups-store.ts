import type { Instant } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { RunKind } from './read-position.ts';
import type { RunKey } from './stage-store.ts';

/**
 * Brings groups and members to what was read, after a full look all of them, after a delta query those that it mentioned. A group
 * that is gone, or whose members could not be read, keeps the members that it had: a scope that names it is held, never emptied
 * (microsoft-graph §10 #8).
 */
export async function applyGroups(
  tx: Queryable,
  key: RunKey,
  look: Change & { readonly kind: RunKind; readonly at: Instant },
): Promise<void> {
  await writeGroups(tx, key);
  await markGoneGroups(tx, key, look);
  await removeMembers(tx, key, look);
  await addMembers(tx, key, look);
}

/** Between what a look shows and what the ones before did. */
export interface Change {
  /** What had not changed by the last complete look held then or later; null where there was none. */
  readonly confirmedUntil: Instant | null;
  /** When the look ended: what it shows is so by then. */
  readonly to: Instant;
}

/** Columns of a past role that ended by `$5`, whatever its other end is; `$4`: it was last confirmed. */
const ended = (notBefore: string, observedAt: string) =>
  `${notBefore}, ${observedAt}, coalesce(greatest(${observedAt}, $4::timestamptz), $5::timestamptz), $5::timestamptz`;

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

/** Whoever was assigned a role through the group was so until then. */
async function removeMembers(tx: Queryable, key: RunKey, { confirmedUntil, to }: Change): Promise<void> {
  await tx.query(
    `with gone as (
       delete from directory_group_member as member
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
         )
       returning member.group_id, member.member_id, member.not_before, member.observed_at
     )
     insert into directory_past_role
       (workspace_id, connection_id, object_id, assignment_id, app_role_value, not_before, observed_at, confirmed_until, gone_at)
     select assignment.workspace_id, assignment.connection_id, gone.member_id, assignment.assignment_id, assignment.app_role_value,
       ${ended('greatest(gone.not_before, assignment.not_before)', 'greatest(gone.observed_at, assignment.observed_at)')}
     from gone
     join directory_app_assignment as assignment
       on assignment.workspace_id = $1 and assignment.connection_id = $2 and assignment.principal_id = gone.group_id
     where assignment.app_role_value is not null`,
    [key.workspaceId, key.connectionId, key.runId, confirmedUntil, to],
  );
}

/** That a member was not there before is known only of a group that is as it was: its members were read then. */
async function addMembers(tx: Queryable, key: RunKey, { confirmedUntil, to }: Change): Promise<void> {
  await tx.query(
    `insert into directory_group_member (workspace_id, connection_id, group_id, member_id, not_before, observed_at)
     select distinct stage.workspace_id, $2::uuid, stage.group_id, stage.member_id,
       case when known.last_run_id <> $3 then $4::timestamptz end, $5::timestamptz
     from directory_stage_member as stage
     left join directory_group as known
       on known.workspace_id = $1 and known.connection_id = $2 and known.object_id = stage.group_id
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
    [key.workspaceId, key.connectionId, key.runId, confirmedUntil, to],
  );
}

/**
 * Replaces the assignments of the enterprise application by what was read; who was assigned a role, directly or through a group, and no longer is,
 * was so until then. That one was not there before is known where the last complete look read those of the same application.
 */
export async function applyAssignments(
  tx: Queryable,
  key: RunKey,
  { assignedAppId, confirmedUntil, to }: Change & { readonly assignedAppId: string | null },
): Promise<void> {
  await tx.query(
    `with gone as (
       delete from directory_app_assignment as assignment
       where assignment.workspace_id = $1
         and assignment.connection_id = $2
         and not exists (
           select 1
           from directory_stage_assignment as stage
           where stage.workspace_id = $1 and stage.run_id = $3 and stage.assignment_id = assignment.assignment_id
             and stage.principal_id = assignment.principal_id and stage.app_role_id = assignment.app_role_id
             and stage.app_role_value is not distinct from assignment.app_role_value
         )
       returning assignment.*
     )
     insert into directory_past_role
       (workspace_id, connection_id, object_id, assignment_id, app_role_value, not_before, observed_at, confirmed_until, gone_at)
     select gone.workspace_id, gone.connection_id, coalesce(member.member_id, gone.principal_id), gone.assignment_id, gone.app_role_value,
       ${ended('greatest(gone.not_before, member.not_before)', 'greatest(gone.observed_at, member.observed_at)')}
     from gone
     left join directory_group_member as member
       on member.workspace_id = $1 and member.connection_id = $2 and member.group_id = gone.principal_id
     where gone.app_role_value is not null`,
    [key.workspaceId, key.connectionId, key.runId, confirmedUntil, to],
  );
  await tx.query(
    `insert into directory_app_assignment
       (workspace_id, connection_id, assignment_id, principal_id, principal_type, app_role_id, app_role_value, not_before, observed_at)
     select distinct on (stage.assignment_id) stage.workspace_id, $2::uuid, stage.assignment_id, stage.principal_id,
       stage.principal_type, stage.app_role_id, stage.app_role_value,
       (select connection.confirmed_until from directory_connection as connection
        where connection.workspace_id = $1 and connection.id = $2 and connection.assigned_app_id = $4::uuid),
       $5::timestamptz
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
    [key.workspaceId, key.connectionId, key.runId, assignedAppId, to],
  );
}
