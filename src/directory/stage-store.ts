import type { DirectoryConnectionId, DirectoryRunId, Instant, WorkspaceId } from '../kernel/index.ts';
import { expectManyRows, type Queryable, type Transaction } from '../platform/index.ts';

/** A run, and the connection that it reads. */
export interface RunKey {
  readonly workspaceId: WorkspaceId;
  readonly connectionId: DirectoryConnectionId;
  readonly runId: DirectoryRunId;
}

/** Columns of the staging tables after `workspace_id, run_id`, in the order in which a line holds them. */
const stageColumns = {
  directory_stage_account: `object_id, seq, state, source, requested_at, received_at, deleted_date_time, user_principal_name, mail,
    display_name, employee_id, address_keys, user_type, created_date_time, account_enabled, attributes, row_hash`,
  directory_stage_group: 'object_id, seq, display_name, members_known',
  directory_stage_member: 'group_id, seq, member_id',
  directory_stage_assignment: 'assignment_id, seq, principal_id, principal_type, app_role_id, app_role_value',
} as const;

export type StageTable = keyof typeof stageColumns;

export const stageTables = Object.keys(stageColumns) as readonly StageTable[];

export async function copyToStage(tx: Transaction, table: StageTable, lines: readonly string[]): Promise<void> {
  await tx.copyIn(`copy ${table} (workspace_id, run_id, ${stageColumns[table]}) from stdin`, lines);
}

/** Lets the planner know how large the accounts have become, for whoever joins them next. */
export async function refreshStatistics(q: Queryable): Promise<void> {
  await q.query('select directory_refresh_statistics()');
}

/** Forgets the pages of every run of the connection: one run stages at a time, and what an earlier one left proves nothing. */
export async function clearStage(tx: Queryable, { workspaceId, connectionId }: RunKey): Promise<void> {
  for (const table of stageTables) {
    await tx.query(
      `delete from ${table} as stage
       using directory_run
       where stage.workspace_id = $1
         and directory_run.workspace_id = stage.workspace_id
         and directory_run.id = stage.run_id
         and directory_run.connection_id = $2`,
      [workspaceId, connectionId],
    );
  }
}

/** Why an account must be asked for by id. */
export interface UnsettledAccount {
  readonly objectId: string;
  /** It is in the recycle bin and among the users: one of the listings is behind. */
  readonly isInBin: boolean;
}

/**
 * Accounts that the two listings leave open, in the order of their ids after `after`: known ones that are in neither, and
 * any that are in both. Absence alone proves nothing (I8).
 */
export async function unsettledAccounts(
  tx: Queryable,
  { workspaceId, connectionId, runId }: RunKey,
  after: string | null,
  limit: number,
): Promise<readonly UnsettledAccount[]> {
  await expectManyRows(tx);
  const { rows } = await tx.query<UnsettledAccount>(
    `select unsettled.object_id as "objectId", unsettled.is_in_bin as "isInBin"
     from (
       select account.object_id, false as is_in_bin
       from directory_account as account
       where account.workspace_id = $1
         and account.connection_id = $2
         and account.state <> 'hard_deleted'
         and not exists (
           select 1
           from directory_stage_account as look
           where look.workspace_id = $1 and look.run_id = $3 and look.object_id = account.object_id
         )
       union all
       select bin.object_id, true
       from directory_stage_account as bin
       where bin.workspace_id = $1
         and bin.run_id = $3
         and bin.source = 'deletedItems'
         and exists (
           select 1
           from directory_stage_account as look
           where look.workspace_id = $1 and look.run_id = $3 and look.object_id = bin.object_id and look.source = 'full'
         )
         and not exists (
           select 1
           from directory_stage_account as later
           where later.workspace_id = $1
             and later.run_id = $3
             and later.object_id = bin.object_id
             and later.seq > bin.seq
             and later.source = 'deletedItems'
         )
     ) as unsettled
     where $4::uuid is null or unsettled.object_id > $4::uuid
     order by unsettled.object_id
     limit $5`,
    [workspaceId, connectionId, runId, after, limit],
  );
  return rows;
}

/** Of two rows for one object the later one counts; the earlier ones go. */
export async function dropShadowed(tx: Queryable, { workspaceId, runId }: RunKey): Promise<void> {
  await tx.query(
    `delete from directory_stage_account as earlier
     using directory_stage_account as later
     where earlier.workspace_id = $1
       and earlier.run_id = $2
       and later.workspace_id = earlier.workspace_id
       and later.run_id = earlier.run_id
       and later.object_id = earlier.object_id
       and later.seq > earlier.seq`,
    [workspaceId, runId],
  );
}

/** What a run has read, by kind. */
export interface StagedCounts {
  readonly users: number;
  readonly deletedUsers: number;
  readonly settledById: number;
  readonly groups: number;
  readonly groupMembers: number;
  readonly appAssignments: number;
}

export async function countStaged(q: Queryable, { workspaceId, runId }: RunKey): Promise<StagedCounts> {
  const { rows } = await q.query<StagedCounts>(
    `select
       (select count(*) from directory_stage_account as look
         where look.workspace_id = $1 and look.run_id = $2 and look.state in ('enabled', 'disabled')) as users,
       (select count(*) from directory_stage_account as look
         where look.workspace_id = $1 and look.run_id = $2 and look.source = 'deletedItems') as "deletedUsers",
       (select count(*) from directory_stage_account as look
         where look.workspace_id = $1 and look.run_id = $2 and look.source = 'get') as "settledById",
       (select count(distinct stage.object_id) from directory_stage_group as stage
         where stage.workspace_id = $1 and stage.run_id = $2) as groups,
       (select count(distinct (stage.group_id, stage.member_id)) from directory_stage_member as stage
         where stage.workspace_id = $1 and stage.run_id = $2) as "groupMembers",
       (select count(distinct stage.assignment_id) from directory_stage_assignment as stage
         where stage.workspace_id = $1 and stage.run_id = $2) as "appAssignments"`,
    [workspaceId, runId],
  );
  const [counts] = rows;
  if (counts === undefined) throw new Error('a count without a row');
  return counts;
}

/** Shows that the run is alive. */
export async function beat(q: Queryable, { workspaceId, runId }: RunKey, at: Instant): Promise<void> {
  await q.query(
    `update directory_run set beat_at = $3
     where directory_run.workspace_id = $1 and directory_run.id = $2 and directory_run.state = 'running'`,
    [workspaceId, runId, at],
  );
}
