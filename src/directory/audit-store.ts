import type { Instant, LedgerRecordId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { RunKey } from './stage-store.ts';

/** Until when the audit log was read without a hole; null when it never was. */
export async function auditsReadUntil(q: Queryable, { workspaceId, connectionId }: RunKey): Promise<Instant | null> {
  const { rows } = await q.query<{ until: Instant | null }>(
    `select max(looked.looked_until) as until
     from directory_audit_window as looked
     where looked.workspace_id = $1 and looked.connection_id = $2`,
    [workspaceId, connectionId],
  );
  return rows[0]?.until ?? null;
}

/** Keeps what was read of the audit log: each entry once, and for which stretch of time there is no hole. */
export async function applyAudits(tx: Queryable, key: RunKey, looked: { readonly from: Instant; readonly until: Instant }): Promise<void> {
  await tx.query(
    `insert into directory_audit_event (workspace_id, connection_id, id, object_id, led_to, at, raw_sha256, run_id)
     select distinct on (stage.id) stage.workspace_id, $2::uuid, stage.id, stage.object_id, stage.led_to, stage.at, stage.raw_sha256, stage.run_id
     from directory_stage_audit as stage
     where stage.workspace_id = $1 and stage.run_id = $3
     order by stage.id, stage.seq desc
     on conflict (workspace_id, connection_id, id) do nothing`,
    [key.workspaceId, key.connectionId, key.runId],
  );
  await tx.query(
    `with extended as (
       update directory_audit_window as known
       set looked_until = greatest(known.looked_until, $4)
       where known.workspace_id = $1 and known.connection_id = $2 and known.looked_from <= $3 and known.looked_until >= $3
       returning 1
     )
     insert into directory_audit_window (workspace_id, connection_id, looked_from, looked_until)
     select $1, $2, $3, $4
     where not exists (select 1 from extended)
     on conflict (workspace_id, connection_id, looked_from) do nothing`,
    [key.workspaceId, key.connectionId, looked.from, looked.until],
  );
}

/** An entry that has no ledger record yet, of an account that is known by now. */
export interface UnrecordedAudit {
  readonly id: string;
  readonly accountId: string;
  readonly ledTo: string;
  readonly at: Instant;
  /** In hex. */
  readonly rawSha256: string;
}

export async function unrecordedAudits(
  tx: Queryable,
  { workspaceId, connectionId }: RunKey,
  limit: number,
): Promise<readonly UnrecordedAudit[]> {
  const { rows } = await tx.query<UnrecordedAudit>(
    `select event.id, account.account_id as "accountId", event.led_to as "ledTo", event.at,
       encode(event.raw_sha256, 'hex') as "rawSha256"
     from directory_audit_event as event
     join directory_account as account
       on account.workspace_id = event.workspace_id
       and account.connection_id = event.connection_id
       and account.object_id = event.object_id
     where event.workspace_id = $1 and event.connection_id = $2 and event.record_id is null
     order by event.at, event.id
     limit $3`,
    [workspaceId, connectionId, limit],
  );
  return rows;
}

/** Ties each entry to the record that is its evidence; both lists in the same order. */
export async function tieAudits(
  tx: Queryable,
  { workspaceId, connectionId }: RunKey,
  events: readonly UnrecordedAudit[],
  records: readonly LedgerRecordId[],
): Promise<void> {
  await tx.query(
    `update directory_audit_event as event
     set record_id = tied.record_id
     from unnest($3::text[], $4::uuid[]) as tied (id, record_id)
     where event.workspace_id = $1 and event.connection_id = $2 and event.id = tied.id`,
    [workspaceId, connectionId, events.map(({ id }) => id), records],
  );
}
