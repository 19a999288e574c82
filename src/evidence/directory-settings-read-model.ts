import type { Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { Stretch } from '../verdict/index.ts';
import type { SentRequests } from './report-sources.ts';

/** A record of how a directory was to be looked at, or of whom to sync from it. */
export interface SettingRecord {
  readonly id: LedgerRecordId;
  readonly type: 'directory.schedule.set' | 'scope.changed';
  readonly connectionId: string;
  readonly at: Instant;
  readonly actor: string;
  readonly before: Readonly<Record<string, number>>;
  readonly after: Readonly<Record<string, number>>;
  /** By path; a value that was erased is not there. */
  readonly disclosed: Readonly<Record<string, readonly string[]>>;
}

/** Every such record up to an instant, in the order in which they were made: the tables hold what is set now. */
export async function readSettingRecords(q: Queryable, workspaceId: WorkspaceId, until: Instant): Promise<readonly SettingRecord[]> {
  const { rows } = await q.query<SettingRecord>(
    `select record.id, record.type, record.subject_id::text as "connectionId", record.recorded_at as at, told.leaf ->> 'actor' as actor,
            coalesce(told.leaf -> 'before', '{}') as before, coalesce(told.leaf -> 'after', '{}') as after,
            coalesce((select jsonb_object_agg(disclosure.path, disclosure.value)
                        from ledger_disclosure as disclosure
                       where disclosure.workspace_id = $1 and disclosure.record_id = record.id and disclosure.erased_at is null), '{}') as disclosed
       from directory_connection as connection
       join ledger_record as record on record.workspace_id = $1 and record.subject_id = connection.id
       cross join lateral (select convert_from(record.leaf, 'UTF8')::jsonb as leaf) as told
      where connection.workspace_id = $1
        and record.type in ('directory.schedule.set', 'scope.changed')
        and record.recorded_at <= $2
      order by record.ord`,
    [workspaceId, until],
  );
  return rows;
}

/** Complete looks of each connection that lie within a period, whole or at what changed, in the order of their beginnings. */
export async function readLooks(
  q: Queryable,
  workspaceId: WorkspaceId,
  { from, to }: Stretch,
): Promise<ReadonlyMap<string, readonly Stretch[]>> {
  const { rows } = await q.query<Stretch & { readonly connectionId: string }>(
    `select run.connection_id::text as "connectionId", run.look_from as "from", run.look_to as "to"
       from directory_run as run
      where run.workspace_id = $1 and run.state = 'complete' and run.look_from >= $2 and run.look_to <= $3
      order by run.look_from, run.id`,
    [workspaceId, from, to],
  );
  const looks = new Map<string, Stretch[]>();
  for (const { connectionId, ...look } of rows) {
    const list = looks.get(connectionId);
    if (list === undefined) looks.set(connectionId, [look]);
    else list.push(look);
  }
  return looks;
}

/** What the looks of each connection that `readLooks` gives asked. */
export async function readSentRequests(
  q: Queryable,
  workspaceId: WorkspaceId,
  { from, to }: Stretch,
): Promise<readonly (SentRequests & { readonly connectionId: string })[]> {
  const { rows } = await q.query<SentRequests & { readonly connectionId: string }>(
    `select run.connection_id::text as "connectionId", run.kind, count(*)::int as looks,
            encode(run.queries_sha256, 'hex') as sha256, list.queries
       from directory_run as run
       left join directory_query_list as list on list.workspace_id = $1 and list.sha256 = run.queries_sha256
      where run.workspace_id = $1 and run.state = 'complete' and run.look_from >= $2 and run.look_to <= $3
      group by run.connection_id, run.kind, run.queries_sha256, list.queries
      order by run.connection_id, run.kind desc, looks desc, sha256`,
    [workspaceId, from, to],
  );
  return rows;
}

/** Who turned the SCIM switch, by the instant of the turn. */
export async function readTurns(
  q: Queryable,
  workspaceId: WorkspaceId,
): Promise<ReadonlyMap<Instant, { readonly recordId: LedgerRecordId; readonly by: string }>> {
  const { rows } = await q.query<{ at: Instant; recordId: LedgerRecordId; by: string }>(
    `select record.recorded_at as at, record.id as "recordId", convert_from(record.leaf, 'UTF8')::jsonb ->> 'actor' as by
       from ledger_record as record
      where record.workspace_id = $1 and record.subject_id = $1 and record.type = 'scope.authority.changed'`,
    [workspaceId],
  );
  return new Map(rows.map(({ at, ...turn }) => [at, turn]));
}
