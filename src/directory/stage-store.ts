import type { DirectoryConnectionId, DirectoryRunId, WorkspaceId } from '../kernel/index.ts';
import { expectManyRows, type Queryable, type Transaction } from '../platform/index.ts';

/** A run, and the connection that it reads. */
export interface RunKey {
  readonly workspaceId: WorkspaceId;
  readonly connectionId: DirectoryConnectionId;
  readonly runId: DirectoryRunId;
}

/** Columns of the staging tables after `workspace_id, run_id, seq`, in the order in which a line holds them. */
const stageColumns = {
  directory_stage_answer: 'requested_at, received_at, server_date, held_from, held_to, request_id, sha256',
  directory_stage_account: `object_id, answer, state, source, deleted_date_time, user_principal_name, mail,
    display_name, employee_id, address_keys, user_type, created_date_time, account_enabled, attributes, row_hash, listed_as`,
  directory_stage_unchanged: 'object_ids',
  directory_stage_mention: 'object_id, resource',
  directory_stage_group: 'object_id, display_name, members_known, is_gone',
  directory_stage_member: 'group_id, member_id',
  directory_stage_assignment: 'assignment_id, principal_id, principal_type, app_role_id, app_role_value',
  directory_stage_audit: 'id, object_id, led_to, at, raw_sha256',
  directory_stage_access: 'key, source, principal_id, body, body_sha256',
  directory_stage_provisioning: 'id, at, action, status, object_id, target_id, error_code, raw_sha256',
  directory_stage_sign_in: 'object_id, last_successful_at',
  directory_stage_leave_date: 'object_id, leave_at',
  directory_stage_azure_role: `assignment_id, subscription_id, principal_id, principal_type, role_definition_id, role_name, target,
    has_condition, created_on`,
} as const;

export type StageTable = keyof typeof stageColumns;

const stageTables = Object.keys(stageColumns) as readonly StageTable[];

export async function copyToStage(tx: Transaction, table: StageTable, lines: readonly string[]): Promise<void> {
  await tx.copyIn(`copy ${table} (workspace_id, run_id, seq, ${stageColumns[table]}) from stdin`, lines);
}

/** Lets the planner know how large the accounts have become, for whoever joins them next. */
export async function refreshStatistics(q: Queryable): Promise<void> {
  await q.query('select directory_refresh_statistics()');
}

/** Forgets the pages of every run of the connection: one run stages at a time, and what an earlier one left proves nothing. */
export async function clearStage(tx: Queryable, { workspaceId, connectionId }: RunKey): Promise<void> {
  const deletions = stageTables.map(
    (table) => `${table}_rows as (
      delete from ${table} as stage
      using directory_run
      where stage.workspace_id = $1
        and directory_run.workspace_id = stage.workspace_id
        and directory_run.id = stage.run_id
        and directory_run.connection_id = $2
    )`,
  );
  await tx.query(`with ${deletions.join(', ')} select 1`, [workspaceId, connectionId]);
}

/**
 * The accounts that the pages of a run showed just as they are known, each with the place of its page among the rows; of the workspace $1. A
 * row of `directory_stage_account` for one of them is of another answer, and the later of the two counts.
 */
const unchangedIn = (run: string) => `(
  select unnest(page.object_ids) as object_id, page.seq
  from directory_stage_unchanged as page
  where page.workspace_id = $1 and page.run_id = ${run}
)`;

/** Why an account must be asked for by id. */
export interface UnsettledAccount {
  readonly objectId: string;
  /** It is in the recycle bin and among the users: one of the listings is behind. */
  readonly isInBin: boolean;
}

/**
 * Accounts that the listings leave open, in the order of their ids after `after`: known ones that are in neither, and
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
           from (
             select look.object_id
             from directory_stage_account as look
             where look.workspace_id = $1 and look.run_id = $3
             union all
             select listed.object_id from ${unchangedIn('$3')} as listed
           ) as shown
           where shown.object_id = account.object_id
         )
       union all
       select bin.object_id, true
       from directory_stage_account as bin
       where bin.workspace_id = $1
         and bin.run_id = $3
         and bin.source = 'deletedItems'
         and exists (
           select 1
           from (
             select look.object_id
             from directory_stage_account as look
             where look.workspace_id = $1 and look.run_id = $3 and look.source = 'full'
             union all
             select listed.object_id from ${unchangedIn('$3')} as listed
           ) as shown
           where shown.object_id = bin.object_id
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

/**
 * What the answers by id and the recycle bin leave open after a delta query: known accounts that it mentions, or that were found nowhere by
 * the look before, and that are in neither; and those that the bin shows although they were usable or were just found: one of the two is behind.
 */
export async function unsettledMentions(
  tx: Queryable,
  { workspaceId, connectionId, runId }: RunKey,
  after: string | null,
  limit: number,
): Promise<readonly UnsettledAccount[]> {
  await expectManyRows(tx);
  const { rows } = await tx.query<UnsettledAccount>(
    `select account.object_id as "objectId", bin.object_id is not null as "isInBin"
     from directory_account as account
     left join (
       select distinct look.object_id
       from directory_stage_account as look
       where look.workspace_id = $1 and look.run_id = $3 and look.source = 'deletedItems'
     ) as bin on bin.object_id = account.object_id
     where account.workspace_id = $1
       and account.connection_id = $2
       and ($4::uuid is null or account.object_id > $4::uuid)
       and case
         when bin.object_id is not null then account.state in ('enabled', 'disabled')
           or exists (
             select 1
             from directory_stage_account as look
             where look.workspace_id = $1 and look.run_id = $3 and look.object_id = account.object_id and look.source = 'get'
           )
         else account.state <> 'hard_deleted'
           and (
             account.missing_since is not null
             or exists (
               select 1
               from directory_stage_mention as mention
               where mention.workspace_id = $1 and mention.run_id = $3 and mention.object_id = account.object_id
                 and mention.resource = 'users'
             )
           )
           and not exists (
             select 1
             from directory_stage_account as look
             where look.workspace_id = $1 and look.run_id = $3 and look.object_id = account.object_id
           )
       end
     order by account.object_id
     limit $5`,
    [workspaceId, connectionId, runId, after, limit],
  );
  return rows;
}

/** The objects that a delta query mentions, each once, in the order of their ids after `after`. */
export async function mentioned(
  q: Queryable,
  { workspaceId, runId }: RunKey,
  { resource, after, limit }: { readonly resource: 'users' | 'groups'; readonly after: string | null; readonly limit: number },
): Promise<readonly { readonly objectId: string }[]> {
  const { rows } = await q.query<{ objectId: string }>(
    `select distinct mention.object_id as "objectId"
     from directory_stage_mention as mention
     where mention.workspace_id = $1
       and mention.run_id = $2
       and mention.resource = $3
       and ($4::uuid is null or mention.object_id > $4::uuid)
     order by mention.object_id
     limit $5`,
    [workspaceId, runId, resource, after, limit],
  );
  return rows;
}

export interface StagedGroup {
  readonly objectId: string;
  readonly displayName: string | null;
}

/** The groups that were read and are there, each once, in the order of their ids after `after`. */
export async function stagedGroups(
  q: Queryable,
  { workspaceId, runId }: RunKey,
  after: string | null,
  limit: number,
): Promise<readonly StagedGroup[]> {
  const { rows } = await q.query<StagedGroup>(
    `select distinct on (stage.object_id) stage.object_id as "objectId", stage.display_name as "displayName"
     from directory_stage_group as stage
     where stage.workspace_id = $1
       and stage.run_id = $2
       and not stage.is_gone
       and ($3::uuid is null or stage.object_id > $3::uuid)
     order by stage.object_id, stage.seq desc
     limit $4`,
    [workspaceId, runId, after, limit],
  );
  return rows;
}

/** The service principals that were read, each once, in the order of their ids after `after`. */
export async function stagedServicePrincipals(
  q: Queryable,
  { workspaceId, runId }: RunKey,
  after: string | null,
  limit: number,
): Promise<readonly { readonly objectId: string }[]> {
  const { rows } = await q.query<{ objectId: string }>(
    `select distinct stage.key as "objectId"
     from directory_stage_access as stage
     where stage.workspace_id = $1
       and stage.run_id = $2
       and stage.source = 'service-principals'
       and ($3::text is null or stage.key > $3::text)
     order by stage.key
     limit $4`,
    [workspaceId, runId, after, limit],
  );
  return rows;
}

/** How many rows wait for a run: the tables are unlogged, so a crash of the database takes them. */
export async function countStagedRows(q: Queryable, { workspaceId, runId }: RunKey): Promise<number> {
  const counts = stageTables.map((table) => `(select count(*) from ${table} as stage where stage.workspace_id = $1 and stage.run_id = $2)`);
  const { rows } = await q.query<{ total: number }>(`select ${counts.join(' + ')} as total`, [workspaceId, runId]);
  return rows[0]?.total ?? 0;
}

/** How many looks at single accounts wait for a run. */
export async function countLooks(q: Queryable, { workspaceId, runId }: RunKey): Promise<number> {
  const { rows } = await q.query<{ total: number }>(
    'select count(*) as total from directory_stage_account as look where look.workspace_id = $1 and look.run_id = $2',
    [workspaceId, runId],
  );
  return rows[0]?.total ?? 0;
}

/** Of two rows for one object the later one counts; the earlier ones go. */
export async function dropShadowed(tx: Queryable, { workspaceId, runId }: RunKey): Promise<void> {
  for (const table of ['directory_stage_account', 'directory_stage_group'] as const) {
    await tx.query(
      `delete from ${table} as earlier
       using ${table} as later
       where earlier.workspace_id = $1
         and earlier.run_id = $2
         and later.workspace_id = earlier.workspace_id
         and later.run_id = earlier.run_id
         and later.object_id = earlier.object_id
         and later.seq > earlier.seq`,
      [workspaceId, runId],
    );
  }
  await tx.query(
    `delete from directory_stage_account as earlier
     using ${unchangedIn('$2')} as later
     where earlier.workspace_id = $1
       and earlier.run_id = $2
       and earlier.object_id = later.object_id
       and later.seq > earlier.seq`,
    [workspaceId, runId],
  );
}

/** What became of the accounts that were usable or disabled before and that a run no longer finds among the users. */
export interface MissingAccounts {
  /** How many accounts there were in the last accepted state. */
  readonly present: number;
  readonly inBin: number;
  /** Not found by id, nor in the recycle bin. */
  readonly gone: number;
  /** Refused by id. */
  readonly hidden: number;
}

export async function missingAccounts(q: Queryable, { workspaceId, connectionId, runId }: RunKey): Promise<MissingAccounts> {
  const { rows } = await q.query<MissingAccounts>(
    `select count(*) as present,
       count(*) filter (where look.state = 'soft_deleted') as "inBin",
       count(*) filter (where look.state = 'not_found') as gone,
       count(*) filter (where look.state = 'vanished') as hidden
     from directory_account as account
     left join directory_stage_account as look
       on look.workspace_id = $1 and look.run_id = $3 and look.object_id = account.object_id
     where account.workspace_id = $1 and account.connection_id = $2 and account.state in ('enabled', 'disabled')`,
    [workspaceId, connectionId, runId],
  );
  const [missing] = rows;
  if (missing === undefined) throw new Error('a count without a row');
  return missing;
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

/** Of rows that shadow none. */
export async function countStaged(q: Queryable, { workspaceId, runId }: RunKey): Promise<StagedCounts> {
  const { rows } = await q.query<StagedCounts>(
    `select
       (select count(*) from directory_stage_account as look
         where look.workspace_id = $1 and look.run_id = $2 and look.state in ('enabled', 'disabled'))
       + (select count(distinct listed.object_id) from ${unchangedIn('$2')} as listed
         where not exists (
           select 1
           from directory_stage_account as look
           where look.workspace_id = $1 and look.run_id = $2 and look.object_id = listed.object_id
         )) as users,
       (select count(*) from directory_stage_account as look
         where look.workspace_id = $1 and look.run_id = $2 and look.source = 'deletedItems') as "deletedUsers",
       (select count(*) from directory_stage_account as look
         where look.workspace_id = $1 and look.run_id = $2 and look.source = 'get') as "settledById",
       (select count(distinct stage.object_id) from directory_stage_group as stage
         where stage.workspace_id = $1 and stage.run_id = $2 and not stage.is_gone) as groups,
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
