import type { Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { Frontier } from '../tlog/index.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import type { SequencedLeaf, TileGrowth } from './sequence.ts';

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

export interface UnsequencedRecord {
  readonly id: LedgerRecordId;
  readonly txid: string;
  readonly leafHash: Buffer;
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
 * The lock dies with its connection, so a killed integrator leaves nothing behind.
 */
export async function lockLedger(tx: Queryable, workspaceId: WorkspaceId): Promise<LedgerState | undefined> {
  const { rows } = await tx.query<LockedRow>(
    `select ledger.origin, ledger.generation, ledger.size, ledger.frontier, ledger.watermark,
            (select record.ord
               from ledger_leaf as last
               join ledger_record as record on record.workspace_id = last.workspace_id and record.id = last.record_id
              where last.workspace_id = ledger.workspace_id
                and last.leaf_index = ledger.size - 1
                and record.txid = ledger.watermark) as sequenced_up_to,
            ledger.cluster_id = (select system_identifier::text from pg_control_system()) as same_cluster
       from ledger
      where ledger.workspace_id = $1
        for no key update of ledger skip locked`,
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
  const { rows } = await tx.query<{ floor: string }>('select pg_snapshot_xmin(pg_current_snapshot()) as floor');
  return rows[0]?.floor ?? '0';
}

/**
 * Records without a leaf, of transactions from the watermark up to, not including, `below`; in the order of their leaves. Of the watermark's
 * own transaction those behind `after`, where that is given.
 * A leaf is looked for record by record, and not by a join, of which nobody could foretell the plan: it lets a batch end in the middle of a
 * transaction, and keeps a record single after a restore. The database hashes (RFC 6962 leaf hash): records need not travel, and should it ever
 * hash wrongly, no record would fit the signed tree.
 */
export async function readUnsequenced(
  tx: Queryable,
  workspaceId: WorkspaceId,
  range: { from: string; after: string | null; below: string | null; limit: number },
): Promise<readonly UnsequencedRecord[]> {
  const { rows } = await tx.query<UnsequencedRecord>(
    `select ledger_record.id, ledger_record.txid, sha256('\\x00'::bytea || ledger_record.leaf) as "leafHash"
       from ledger_record
      where ledger_record.workspace_id = $1
        and (ledger_record.txid, ledger_record.ord) > ($2::xid8, coalesce($5::bigint, 0))
        and ($3::xid8 is null or ledger_record.txid < $3::xid8)
        and (select leaf.leaf_index
               from ledger_leaf as leaf
              where leaf.workspace_id = ledger_record.workspace_id
                and leaf.record_id = ledger_record.id) is null
      order by ledger_record.txid, ledger_record.ord
      limit $4`,
    [workspaceId, range.from, range.below, range.limit, range.after],
  );
  return rows;
}

/** The hashes go as one value, 32 bytes each: an array of as many would be written and read as text. */
export async function insertLeaves(tx: Queryable, workspaceId: WorkspaceId, leaves: readonly SequencedLeaf[]): Promise<void> {
  const first = leaves[0]?.index ?? 0;
  await tx.query(
    `insert into ledger_leaf (workspace_id, leaf_index, record_id, leaf_hash)
     select $1, $2::bigint + leaf.n - 1, leaf.record_id, substring($4::bytea from ((leaf.n - 1) * 32 + 1)::int for 32)
       from unnest($3::uuid[]) with ordinality as leaf (record_id, n)`,
    [workspaceId, first, leaves.map(({ recordId }) => recordId), Buffer.concat(leaves.map(({ hash }) => hash))],
  );
}

/** Adds hashes to the ends of tiles. */
export async function growTiles(tx: Queryable, workspaceId: WorkspaceId, tiles: readonly TileGrowth[]): Promise<void> {
  await tx.query(
    `insert into ledger_tile as tile (workspace_id, level, n, hashes)
     select $1, grown.level, grown.n, grown.hashes
       from unnest($2::smallint[], $3::bigint[], $4::bytea[]) as grown (level, n, hashes)
         on conflict (workspace_id, level, n)
         do update set hashes = tile.hashes || excluded.hashes`,
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
    `update ledger
        set size = $2, frontier = $3::bytea[], watermark = $4::xid8,
            cluster_id = case when $5 then (select system_identifier::text from pg_control_system()) else cluster_id end
      where ledger.workspace_id = $1`,
    [workspaceId, next.frontier.size, next.frontier.nodes.map((hash) => Buffer.from(hash)), next.watermark, next.rebased],
  );
}

export async function insertCheckpoint(
  tx: Queryable,
  workspaceId: WorkspaceId,
  checkpoint: { size: number; root: Uint8Array; note: string; at: Instant },
): Promise<void> {
  await tx.query(
    `insert into ledger_checkpoint (workspace_id, size, root, note, created_at)
     values ($1, $2, $3, $4, $5)`,
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
