import type { Instant, LedgerRecordId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { collectedFrom } from './collection-store.ts';
import type { RunKey } from './stage-store.ts';

/**
 * Keeps what a look was told anew: a leave date that an account did not have, another one, or none any more. Who was not listed, such as a
 * deleted account, keeps what was said last. `at`: by when it was told.
 */
export async function keepLeaveDates(tx: Queryable, key: RunKey, at: Instant): Promise<void> {
  await tx.query(
    `insert into directory_leave_date (workspace_id, connection_id, object_id, ordinal, leave_at, not_before, observed_at, run_id)
     select $1, $2, told.object_id, coalesce(last.ordinal, 0) + 1, told.leave_at, case when $5::timestamptz <= $4::timestamptz then $5::timestamptz end, $4, $3
     from (
       select distinct on (stage.object_id) stage.object_id, stage.leave_at
       from directory_stage_leave_date as stage
       where stage.workspace_id = $1 and stage.run_id = $3
       order by stage.object_id, stage.seq desc
     ) as told
     join directory_account as account
       on account.workspace_id = $1 and account.connection_id = $2 and account.object_id = told.object_id
     left join (
       select distinct on (known.object_id) known.object_id, known.ordinal, known.leave_at
       from directory_leave_date as known
       where known.workspace_id = $1 and known.connection_id = $2
       order by known.object_id, known.ordinal desc
     ) as last on last.object_id = told.object_id
     where told.leave_at is distinct from last.leave_at`,
    [key.workspaceId, key.connectionId, key.runId, at, await collectedFrom(tx, key, 'leave-dates')],
  );
}

/** A claim that has no ledger record yet, with the one before it. */
export interface UnrecordedLeaveDate {
  readonly objectId: string;
  readonly ordinal: number;
  readonly accountId: string;
  readonly was: Instant | null;
  readonly leaveAt: Instant | null;
  readonly notBefore: Instant | null;
  readonly observedAt: Instant;
}

export async function unrecordedLeaveDates(
  tx: Queryable,
  { workspaceId, connectionId }: RunKey,
  limit: number,
): Promise<readonly UnrecordedLeaveDate[]> {
  const { rows } = await tx.query<UnrecordedLeaveDate>(
    `select told.object_id as "objectId", told.ordinal, account.account_id as "accountId", before.leave_at as was, told.leave_at as "leaveAt",
       told.not_before as "notBefore", told.observed_at as "observedAt"
     from directory_leave_date as told
     join directory_account as account
       on account.workspace_id = told.workspace_id and account.connection_id = told.connection_id and account.object_id = told.object_id
     left join directory_leave_date as before
       on before.workspace_id = told.workspace_id and before.connection_id = told.connection_id and before.object_id = told.object_id
       and before.ordinal = told.ordinal - 1
     where told.workspace_id = $1 and told.connection_id = $2 and told.record_id is null
     order by told.object_id, told.ordinal
     limit $3`,
    [workspaceId, connectionId, limit],
  );
  return rows;
}

/** Ties each claim to the record that is its evidence; both lists in the same order. */
export async function tieLeaveDates(
  tx: Queryable,
  { workspaceId, connectionId }: RunKey,
  told: readonly UnrecordedLeaveDate[],
  records: readonly LedgerRecordId[],
): Promise<void> {
  await tx.query(
    `update directory_leave_date as told
     set record_id = tied.record_id
     from unnest($3::uuid[], $4::int[], $5::uuid[]) as tied (object_id, ordinal, record_id)
     where told.workspace_id = $1 and told.connection_id = $2 and told.object_id = tied.object_id and told.ordinal = tied.ordinal`,
    [workspaceId, connectionId, told.map(({ objectId }) => objectId), told.map(({ ordinal }) => ordinal), records],
  );
}
