import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { Frontier } from '../tlog/index.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import type { TileGrowth } from './sequence.ts';

/** The integrator's place in a ledger. */
export interface LedgerState {
  readonly origin: string;
  /** Which tree of the workspace: more than 1 after a fork. */
  readonly generation: number;
  readonly frontier: Frontier;
  /** Every record of a transaction below it has its leaf; an xid8 as text. */
  readonly watermark: string;
  /** Of the watermark's transaction: up to which record, by `ord`, a batch has taken it; null where none ended in the middle of it. */
  readonly sequencedUpTo: string | null;
  /** False after a restore into another cluster, whose transaction ids say nothing about the watermark. */
  readonly sameCluster: boolean;
}

/** Records that have been given their places. */
export interface PlacedRecords {
  readonly count: number;
  /** The last one's transaction, an xid8 as text; null of none. */
  readonly lastTxid: string | null;
  /** What their leaves hash to, 32 bytes each, in their order. */
  readonly leafHashes: Buffer;
}

export async function insertLedger(tx: Queryable, workspaceId: WorkspaceId, ledger: { origin: string; at: Instant }): Promise<void> {
  await tx.query(
    `insert into ledger (workspace_id, origin, cluster_id, created_at)
     values ($1, $2, (select system_identifier::text from pg_control_system()), $3)`,
    [workspaceId, ledger.origin, ledger.at],
  );
}

export async function insertEntries(tx: Queryable, workspaceId: WorkspaceId, entries: readonly LedgerEntry[]): Promise<void> {
  const [first] = entries;
  if (first !== undefined && entries.length === 1) await insertRecord(tx, workspaceId, first);
  else await insertRecords(tx, workspaceId, entries);
  await insertDisclosures(tx, workspaceId, entries);
}

/** Most changes say one record, and taking arrays apart to insert one costs PostgreSQL half as much again. */
async function insertRecord(tx: Queryable, workspaceId: WorkspaceId, { record }: LedgerEntry): Promise<void> {
  await tx.query(
    {
      name: 'ledger-insert-record',
      text: 'insert into ledger_record (workspace_id, id, recorded_at, type, subject_id, leaf) values ($1, $2, $3, $4, $5, $6)',
    },
    [workspaceId, record.id, record.recordedAt, record.type, record.subjectId, record.leaf],
  );
}

async function insertRecords(tx: Queryable, workspaceId: WorkspaceId, entries: readonly LedgerEntry[]): Promise<void> {
  const records = entries.map(({ record }) => record);
  await tx.query(
    {
      name: 'ledger-insert-records',
      text: `insert into ledger_record (workspace_id, id, recorded_at, type, subject_id, leaf)
             select $1, r.id, r.recorded_at, r.type, r.subject_id, r.leaf
               from unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::uuid[], $6::bytea[])
                    with ordinality as r (id, recorded_at, type, subject_id, leaf, n)
              order by r.n`,
    },
    [
      workspaceId,
      records.map(({ id }) => id),
      records.map(({ recordedAt }) => recordedAt),
      records.map(({ type }) => type),
      records.map(({ subjectId }) => subjectId),
      records.map(({ leaf }) => leaf),
    ],
  );
}

async function insertDisclosures(tx: Queryable, workspaceId: WorkspaceId, entries: readonly LedgerEntry[]): Promise<void> {
  const rows = entries.flatMap(({ record, disclosures }) => disclosures.map((disclosure) => ({ ...disclosure, recordId: record.id })));
  if (rows.length === 0) return;
  await tx.query(
    {
      name: 'ledger-insert-disclosures',
      text: `insert into ledger_disclosure (workspace_id, digest, record_id, path, salt, value)
             select $1, d.digest, d.record_id, d.path, d.salt, d.value::jsonb
               from unnest($2::bytea[], $3::uuid[], $4::text[], $5::bytea[], $6::text[]) as d (digest, record_id, path, salt, value)`,
    },
    [
      workspaceId,
      rows.map(({ digest }) => digest),
      rows.map(({ recordId }) => recordId),
      rows.map(({ path }) => path),
      rows.map(({ salt }) => salt),
      rows.map(({ value }) => JSON.stringify(value)),
    ],
  );
}

/** Ledgers with records at or above their watermark, or whose watermark is another cluster's. */
export async function ledgersToSequence(q: Queryable): Promise<readonly WorkspaceId[]> {
  const { rows } = await q.query<{ workspace_id: WorkspaceId }>(
    `select ledger.workspace_id
       from ledger
      where ledger.cluster_id <> (select system_identifier::text from pg_control_system())
         or exists (select from ledger_record
                     where ledger_record.workspace_id = ledger.workspace_id
                       and ledger_record.txid >= ledger.watermark)
      order by ledger.workspace_id`,
  );
  return rows.map((row) => row.workspace_id);
}

interface LockedRow {
  readonly origin: string;
  readonly generation: number;
  readonly size: number;
  readonly frontier: Buffer[];
  readonly watermark: string;
  readonly sequenced_up_to: string | null;
  readonly same_cluster: boolean;
}

/**
 * Takes the ledger's row lock, which makes its holder the ledger's only integrator; undefined when another one holds it.
 * The lock dies with its connection, so a killed integrator leaves nothing behind. The last record is looked up by its key: a search among
 * those of its transaction would go through all of them at each batch.
 */
export async function lockLedger(tx: Queryable, workspaceId: WorkspaceId): Promise<LedgerState | undefined> {
  const { rows } = await tx.query<LockedRow>(
    {
      name: 'ledger-lock',
      text: `select ledger.origin, ledger.generation, ledger.size, ledger.frontier, ledger.watermark,
                    (select case when record.txid = ledger.watermark then record.ord end
                       from ledger_record as record
                      where record.workspace_id = ledger.workspace_id
                        and record.id = (select last.record_id
                                           from ledger_leaf as last
                                          where last.workspace_id = ledger.workspace_id
                                            and last.leaf_index = ledger.size - 1)) as sequenced_up_to,
                    ledger.cluster_id = (select system_identifier::text from pg_control_system()) as same_cluster
               from ledger
              where ledger.workspace_id = $1
                for no key update of ledger skip locked`,
    },
    [workspaceId],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    origin: row.origin,
    generation: row.generation,
    frontier: { size: row.size, nodes: row.frontier },
    watermark: row.watermark,
    sequencedUpTo: row.sequenced_up_to,
    sameCluster: row.same_cluster,
  };
}

/**
 * The transaction id below which every transaction has ended. A statement of its own: under READ COMMITTED the next
 * statement sees all of what those transactions committed.
 */
export async function settledBelow(tx: Queryable): Promise<string> {
  const { rows } = await tx.query<{ floor: string }>({
    name: 'ledger-settled-below',
    text: 'select pg_snapshot_xmin(pg_current_snapshot()) as floor',
  });
  return rows[0]?.floor ?? '0';
}

/** Where to look for records without a leaf, and how many to take at most. */
export interface Waiting {
  /** The transaction to begin with, and of its records those behind `after`, where that is given. */
  readonly from: string;
  readonly after: string | null;
  /** The first transaction that is not looked at; null where all are. */
  readonly below: string | null;
  readonly limit: number;
}

/**
 * Gives records without a leaf their places from `size` on, in the order of their transactions.
 * A leaf is looked for record by record, and not by a join, of which nobody could foretell the plan: it lets a batch end in the middle of a
 * transaction, and keeps a record single after a restore. The database hashes (RFC 6962 leaf hash), and only the hashes come back, as one value:
 * neither records nor their ids need travel, and should it ever hash wrongly, no record would fit the signed tree.
 */
export async function placeRecords(tx: Queryable, workspaceId: WorkspaceId, size: number, waiting: Waiting): Promise<PlacedRecords> {
  const { rows } = await tx.query<PlacedRecords>(
    {
      name: 'ledger-place-records',
      text: `with batch as materialized (
               select taken.id, taken.txid, taken.leaf_hash, row_number() over (order by taken.txid, taken.ord) - 1 as n
                 from (select record.id, record.txid, record.ord, sha256('\\x00'::bytea || record.leaf) as leaf_hash
                         from ledger_record as record
                        where record.workspace_id = $1
                          and (record.txid, record.ord) > ($3::xid8, coalesce($4::bigint, 0))
                          and ($5::xid8 is null or record.txid < $5::xid8)
                          and (select leaf.leaf_index
                                 from ledger_leaf as leaf
                                where leaf.workspace_id = record.workspace_id
                                  and leaf.record_id = record.id) is null
                        order by record.txid, record.ord
                        limit $6) as taken
             ), placed as (
               insert into ledger_leaf (workspace_id, leaf_index, record_id, leaf_hash)
               select $1, $2::bigint + batch.n, batch.id, batch.leaf_hash
                 from batch
             )
             select count(*)::int as count, max(batch.txid) as "lastTxid",
                    coalesce(string_agg(batch.leaf_hash, ''::bytea order by batch.n), ''::bytea) as "leafHashes"
               from batch`,
    },
    [workspaceId, size, waiting.from, waiting.after, waiting.below, waiting.limit],
  );
  const [placed] = rows;
  if (placed === undefined) throw new Error('the ledger did not say which records it placed');
  return placed;
}

/** Adds hashes to the ends of tiles. */
export async function growTiles(tx: Queryable, workspaceId: WorkspaceId, tiles: readonly TileGrowth[]): Promise<void> {
  await tx.query(
    {
      name: 'ledger-grow-tiles',
      text: `insert into ledger_tile as tile (workspace_id, level, n, hashes)
             select $1, grown.level, grown.n, grown.hashes
               from unnest($2::smallint[], $3::bigint[], $4::bytea[]) as grown (level, n, hashes)
                 on conflict (workspace_id, level, n)
                 do update set hashes = tile.hashes || excluded.hashes`,
    },
    [workspaceId, tiles.map(({ level }) => level), tiles.map(({ n }) => n), tiles.map(({ hashes }) => hashes)],
  );
}

/** Gives the tree another name, as a later generation. */
export async function renameLedger(
  tx: Queryable,
  workspaceId: WorkspaceId,
  next: { readonly origin: string; readonly generation: number },
): Promise<void> {
  await tx.query('update ledger set origin = $2, generation = $3 where ledger.workspace_id = $1', [
    workspaceId,
    next.origin,
    next.generation,
  ]);
}

/** Records of forks that have no place in the tree yet, as they will stand there. */
export async function readWaitingForks(tx: Queryable, workspaceId: WorkspaceId): Promise<readonly Buffer[]> {
  const { rows } = await tx.query<{ leaf: Buffer }>(
    `select record.leaf
       from ledger
       join ledger_record as record on record.workspace_id = ledger.workspace_id and record.txid >= ledger.watermark
      where ledger.workspace_id = $1 and record.type = 'ledger.forked'
        and not exists (select from ledger_leaf as leaf where leaf.workspace_id = record.workspace_id and leaf.record_id = record.id)`,
    [workspaceId],
  );
  return rows.map(({ leaf }) => leaf);
}

/** Every ledger. */
export async function allLedgers(q: Queryable): Promise<readonly WorkspaceId[]> {
  const { rows } = await q.query<{ workspace_id: WorkspaceId }>('select ledger.workspace_id from ledger order by ledger.workspace_id');
  return rows.map((row) => row.workspace_id);
}

/** Moves a ledger forward. `cluster_id` becomes the present one only when `rebased` (nothing is left of the old one). */
export async function updateLedger(
  tx: Queryable,
  workspaceId: WorkspaceId,
  next: { frontier: Frontier; watermark: string; rebased: boolean },
): Promise<void> {
  await tx.query(
    {
      name: 'ledger-update',
      text: `update ledger
                set size = $2, frontier = $3::bytea[], watermark = $4::xid8,
                    cluster_id = case when $5 then (select system_identifier::text from pg_control_system()) else cluster_id end
              where ledger.workspace_id = $1`,
    },
    [workspaceId, next.frontier.size, next.frontier.nodes.map((hash) => Buffer.from(hash)), next.watermark, next.rebased],
  );
}

export async function insertCheckpoint(
  tx: Queryable,
  workspaceId: WorkspaceId,
  checkpoint: { size: number; root: Uint8Array; note: string; at: Instant },
): Promise<void> {
  await tx.query(
    {
      name: 'ledger-insert-checkpoint',
      text: `insert into ledger_checkpoint (workspace_id, size, root, note, created_at)
             values ($1, $2, $3, $4, $5)`,
    },
    [workspaceId, checkpoint.size, Buffer.from(checkpoint.root), checkpoint.note, checkpoint.at],
  );
}

/** The highest transaction id among the ledger's committed records, as an xid8's text; undefined when there are none. */
export async function newestRecordTxid(q: Queryable, workspaceId: WorkspaceId): Promise<string | undefined> {
  const { rows } = await q.query<{ txid: string }>(
    `select ledger_record.txid
       from ledger_record
      where ledger_record.workspace_id = $1
      order by ledger_record.txid desc
      limit 1`,
    [workspaceId],
  );
  return rows[0]?.txid;
}

/** Whether every committed record of transactions up to this one has its leaf. */
export async function isSequencedUpTo(q: Queryable, workspaceId: WorkspaceId, txid: string): Promise<boolean> {
  const { rows } = await q.query<{ sequenced: boolean }>(
    `select not exists (
              select from ledger_record
               where ledger_record.workspace_id = ledger.workspace_id
                 and ledger_record.txid <= $2::xid8
                 and (ledger_record.txid >= ledger.watermark
                      or ledger.cluster_id <> (select system_identifier::text from pg_control_system()))
                 and not exists (select from ledger_leaf
                                  where ledger_leaf.workspace_id = ledger_record.workspace_id
                                    and ledger_leaf.record_id = ledger_record.id)) as sequenced
       from ledger
      where ledger.workspace_id = $1`,
    [workspaceId, txid],
  );
  return rows[0]?.sequenced ?? false;
}
