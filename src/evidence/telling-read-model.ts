import type { Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { type LedgerTelling, lookKey, type PlacedRecord, type ToldRecord } from './ledger-telling.ts';

interface Wanted {
  /** Records that findings cite. */
  readonly records: readonly LedgerRecordId[];
  /** Until when looks may have confirmed what they showed. */
  readonly instants: readonly Instant[];
  readonly scimUsers: readonly string[];
  /** Nothing that was recorded later is read. */
  readonly asOf: Instant;
}

/** Parsed once for each record: without the offset it would be for each member that is asked for. */
const parsed = `cross join lateral (select convert_from(record.leaf, 'UTF8')::jsonb as leaf offset 0) as told`;

/** What the cited records say of when, and the complete looks and ends of sessions that no finding cites but its instants come from. */
export async function readTelling(
  q: Queryable,
  workspaceId: WorkspaceId,
  { records, instants, scimUsers, asOf }: Wanted,
): Promise<LedgerTelling> {
  const told = await q.query<ToldRecord & { readonly id: LedgerRecordId }>(
    `select record.id, record.type, record.recorded_at as "recordedAt",
            array_remove(array[told.leaf #>> '{observed,from}', told.leaf #>> '{observed,to}', told.leaf #>> '{detail,seen_from}'], null) as observed,
            told.leaf #>> '{detail,connection}' as connection
       from ledger_record as record
      ${parsed}
      where record.workspace_id = $1 and record.id = any($2::uuid[])`,
    [workspaceId, records],
  );
  const connections = new Set(told.rows.flatMap(({ connection }) => connection ?? []));
  const looks = await q.query<{ readonly connection: string; readonly until: Instant; readonly index: number }>(
    `select record.subject_id as connection, told.leaf #>> '{detail,confirmed_until}' as until, ledger_leaf.leaf_index as index
       from ledger_record as record
      ${parsed}
       join ledger_leaf on ledger_leaf.workspace_id = record.workspace_id and ledger_leaf.record_id = record.id
      where record.workspace_id = $1 and record.subject_id = any($2::uuid[]) and record.type = 'graph.account.coverage'
        and record.recorded_at <= $4::timestamptz and told.leaf #>> '{detail,confirmed_until}' = any($3::text[])
      order by ledger_leaf.leaf_index`,
    [workspaceId, [...connections], instants, asOf],
  );
  const ended = await q.query<PlacedRecord & { readonly user: string }>(
    `select record.subject_id as "user", record.recorded_at as at, ledger_leaf.leaf_index as index
       from ledger_record as record
       join ledger_leaf on ledger_leaf.workspace_id = record.workspace_id and ledger_leaf.record_id = record.id
      where record.workspace_id = $1 and record.subject_id = any($2::uuid[]) and record.type = 'access.ended' and record.recorded_at <= $3::timestamptz
      order by ledger_leaf.leaf_index`,
    [workspaceId, scimUsers, asOf],
  );
  return {
    records: new Map(told.rows.map(({ id, ...record }) => [id, record])),
    looks: grouped(looks.rows.map(({ connection, until, index }) => [lookKey(connection, until), index])),
    endedSessions: grouped(ended.rows.map(({ user, at, index }) => [user, { at, index }])),
  };
}

function grouped<Value>(pairs: readonly (readonly [string, Value])[]): ReadonlyMap<string, readonly Value[]> {
  const groups = new Map<string, Value[]>();
  for (const [key, value] of pairs) groups.set(key, [...(groups.get(key) ?? []), value]);
  return groups;
}
