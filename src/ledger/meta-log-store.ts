import type { Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** Which ledger is the meta-log; undefined while there is none. */
export async function readMetaLog(q: Queryable): Promise<WorkspaceId | undefined> {
  const { rows } = await q.query<{ id: WorkspaceId }>('select meta.ledger_id as id from ledger_meta_log as meta');
  return rows[0]?.id;
}

/** So that of two processes one opens it. */
export async function lockMetaLogs(tx: Queryable): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('ledger_meta_log'))`);
}

export async function insertMetaLog(tx: Queryable, workspaceId: WorkspaceId): Promise<void> {
  await tx.query('insert into ledger_meta_log (ledger_id) values ($1)', [workspaceId]);
}

/** Notes that a checkpoint was put into the meta-log; `recordId` is the record `ledger.anchored` of its own ledger. */
export async function insertMetaEntry(
  tx: Queryable,
  workspaceId: WorkspaceId,
  entry: {
    readonly id: string;
    readonly size: number;
    readonly place: string;
    readonly at: Instant;
    readonly recordId: LedgerRecordId;
    readonly metaRecordId: LedgerRecordId;
  },
): Promise<void> {
  await tx.query(
    `insert into ledger_meta_entry (workspace_id, id, size, place, anchored_at, record_id, meta_record_id) values ($1, $2, $3, $4, $5, $6, $7)`,
    [workspaceId, entry.id, entry.size, entry.place, entry.at, entry.recordId, entry.metaRecordId],
  );
}

/** A checkpoint in the meta-log: the record that holds its digest, and the salt. */
export interface CollectedCheckpoint {
  readonly metaLog: WorkspaceId;
  readonly index: number;
  readonly leaf: Buffer;
  readonly salt: Buffer;
  /** Of the checkpoint that was collected. */
  readonly note: string;
  readonly size: number;
}

/** What went into the meta-log by an anchor of the kind `meta`; undefined for another anchor, or while it has no place in the tree. */
export async function readCollected(q: Queryable, workspaceId: WorkspaceId, anchorId: string): Promise<CollectedCheckpoint | undefined> {
  const { rows } = await q.query<CollectedCheckpoint>(
    `select meta.ledger_id as "metaLog", leaf.leaf_index as index, record.leaf, disclosure.salt, checkpoint.note, checkpoint.size
       from ledger_meta_entry as entry
       join ledger_checkpoint as checkpoint on checkpoint.workspace_id = entry.workspace_id and checkpoint.size = entry.size
      cross join ledger_meta_log as meta
       join ledger_record as record on record.workspace_id = meta.ledger_id and record.id = entry.meta_record_id
       join ledger_leaf as leaf on leaf.workspace_id = meta.ledger_id and leaf.record_id = record.id
       join ledger_disclosure as disclosure on disclosure.workspace_id = meta.ledger_id and disclosure.record_id = record.id
      where entry.workspace_id = $1 and entry.id = $2`,
    [workspaceId, anchorId],
  );
  return rows[0];
}

/** An anchor of the meta-log, by somebody outside who signed it. */
export interface MetaAnchor {
  readonly id: string;
  readonly size: number;
  /** The meta-log's checkpoint, with the cosignature of a witness. */
  readonly note: string;
  /** The authority's whole answer; null for a witness. */
  readonly token: Buffer | null;
}

/** The first anchors of the meta-log that cover a record of it: one by an authority, and one by each witness. */
export async function readCoveringAnchors(q: Queryable, metaLog: WorkspaceId, index: number): Promise<readonly MetaAnchor[]> {
  const { rows } = await q.query<MetaAnchor>(
    `select distinct on (anchor.kind, case when anchor.kind = 'witness' then anchor.place end) anchor.id, anchor.size,
            checkpoint.note || case when anchor.kind = 'witness' then convert_from(anchor.token, 'UTF8') else '' end as note,
            case when anchor.kind = 'rfc3161' then anchor.token end as token
       from ledger_anchor as anchor
       join ledger_checkpoint as checkpoint on checkpoint.workspace_id = anchor.workspace_id and checkpoint.size = anchor.size
      where anchor.workspace_id = $1 and anchor.kind in ('rfc3161', 'witness') and anchor.size > $2
      order by anchor.kind, case when anchor.kind = 'witness' then anchor.place end, anchor.id`,
    [metaLog, index],
  );
  return rows;
}

/** More than half a year: each may come with a time stamp and several cosignatures, and a verifier takes so many files and no more. */
const MAX_DAILY_COLLECTED = 200;

/** The last checkpoint of each day (UTC) from an instant on that went into the meta-log, oldest first; where there are too many, the latest of them. */
export async function readDailyCollected(
  q: Queryable,
  workspaceId: WorkspaceId,
  from: string,
): Promise<readonly { readonly id: string }[]> {
  const { rows } = await q.query<{ id: string }>(
    `select daily.id
       from (select distinct on (date_trunc('day', entry.anchored_at, 'UTC')) entry.id
               from ledger_meta_entry as entry
              where entry.workspace_id = $1 and entry.anchored_at >= $2
              order by date_trunc('day', entry.anchored_at, 'UTC') desc, entry.id desc
              limit $3) as daily
      order by daily.id`,
    [workspaceId, from, MAX_DAILY_COLLECTED],
  );
  return rows;
}

/** The latest checkpoint of a ledger that an anchor of the meta-log covers, by each kind that signs. */
export async function readLatestCovered(
  q: Queryable,
  workspaceId: WorkspaceId,
): Promise<readonly { readonly kind: 'rfc3161' | 'witness'; readonly size: number; readonly signature: 'verified' | 'unchecked' }[]> {
  const { rows } = await q.query<{ kind: 'rfc3161' | 'witness'; size: number; signature: 'verified' | 'unchecked' }>(
    `select outside.kind, covered.size, case when outside.is_verified then 'verified' else 'unchecked' end as signature
       from (select distinct on (latest.kind) latest.kind, latest.size, latest.is_verified, latest.workspace_id
               from ledger_meta_log as meta
               join ledger_anchor as latest on latest.workspace_id = meta.ledger_id and latest.kind in ('rfc3161', 'witness')
              order by latest.kind, latest.id desc) as outside
      cross join lateral (select entry.size
                            from ledger_meta_entry as entry
                            join ledger_leaf as leaf on leaf.workspace_id = outside.workspace_id and leaf.record_id = entry.meta_record_id
                           where entry.workspace_id = $1 and leaf.leaf_index < outside.size
                           order by entry.id desc
                           limit 1) as covered`,
    [workspaceId],
  );
  return rows;
}
