import type { CanonicalValue, Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import { HASH_BYTES, TILE_WIDTH, type TileAddress } from '../tlog/index.ts';

/** A signed tree head of a workspace's ledger. */
export interface Checkpoint {
  readonly size: number;
  readonly root: Buffer;
  /** The signed note (C2SP tlog-checkpoint), verbatim. */
  readonly note: string;
  readonly createdAt: Instant;
}

/** A record in its place in the tree. */
export interface SequencedRecord {
  readonly index: number;
  readonly id: LedgerRecordId;
  readonly type: string;
  readonly leaf: Buffer;
}

/** A record as it is shown; `index` is null until it has been sequenced. */
export interface RecordedRecord {
  readonly index: number | null;
  readonly id: LedgerRecordId;
  readonly type: string;
  readonly subjectId: string | null;
  readonly recordedAt: Instant;
  readonly leaf: Buffer;
}

/** A disclosure that has not been erased, with the index of the leaf that holds its digest. */
export interface SequencedDisclosure {
  readonly index: number;
  readonly path: string;
  readonly salt: Buffer;
  readonly value: CanonicalValue;
}

const checkpointColumns = `ledger_checkpoint.size, ledger_checkpoint.root, ledger_checkpoint.note, ledger_checkpoint.created_at as "createdAt"`;

/** The latest checkpoints, newest first. */
export async function readCheckpoints(q: Queryable, workspaceId: WorkspaceId, { after, limit }: Page): Promise<readonly Checkpoint[]> {
  const { rows } = await q.query<Checkpoint>(
    `select ${checkpointColumns}
       from ledger_checkpoint
      where ledger_checkpoint.workspace_id = $1 and ($2::bigint is null or ledger_checkpoint.size < $2::bigint)
      order by ledger_checkpoint.size desc
      limit $3`,
    [workspaceId, after ?? null, limit],
  );
  return rows;
}

export async function readLatestCheckpoint(q: Queryable, workspaceId: WorkspaceId): Promise<Checkpoint | undefined> {
  return (await readCheckpoints(q, workspaceId, { after: undefined, limit: 1 }))[0];
}

/** The checkpoint over a given number of records. */
export async function readCheckpoint(q: Queryable, workspaceId: WorkspaceId, size: number): Promise<Checkpoint | undefined> {
  const { rows } = await q.query<Checkpoint>(
    `select ${checkpointColumns}
       from ledger_checkpoint
      where ledger_checkpoint.workspace_id = $1 and ledger_checkpoint.size = $2`,
    [workspaceId, size],
  );
  return rows[0];
}

/** The first checkpoint whose tree holds a record. */
export async function readCheckpointOver(q: Queryable, workspaceId: WorkspaceId, index: number): Promise<Checkpoint | undefined> {
  const { rows } = await q.query<Checkpoint>(
    `select ${checkpointColumns}
       from ledger_checkpoint
      where ledger_checkpoint.workspace_id = $1 and ledger_checkpoint.size > $2
      order by ledger_checkpoint.size
      limit 1`,
    [workspaceId, index],
  );
  return rows[0];
}

/** Verifier keys of everybody who has signed this ledger, oldest first. */
export async function readVkeys(q: Queryable, workspaceId: WorkspaceId): Promise<readonly string[]> {
  const { rows } = await q.query<{ vkey: string }>(
    `select ledger_key.vkey
       from ledger_key
      where ledger_key.workspace_id = $1
      order by ledger_key.added_at, ledger_key.vkey`,
    [workspaceId],
  );
  return rows.map(({ vkey }) => vkey);
}

/** Records with a leaf index in `[from, to)`, in order. */
export async function readSequencedRecords(
  q: Queryable,
  workspaceId: WorkspaceId,
  range: { from: number; to: number },
): Promise<readonly SequencedRecord[]> {
  const { rows } = await q.query<SequencedRecord>(
    `select ledger_leaf.leaf_index as index, ledger_record.id, ledger_record.type, ledger_record.leaf
       from ledger_leaf
       join ledger_record on ledger_record.workspace_id = ledger_leaf.workspace_id and ledger_record.id = ledger_leaf.record_id
      where ledger_leaf.workspace_id = $1
        and ledger_leaf.leaf_index >= $2
        and ledger_leaf.leaf_index < $3
      order by ledger_leaf.leaf_index`,
    [workspaceId, range.from, range.to],
  );
  return rows;
}

/** The seals of a ledger (`report.sealed`) that have their place in the tree, in order; an index finds them among all other records. */
export async function readSequencedSeals(q: Queryable, workspaceId: WorkspaceId): Promise<readonly SequencedRecord[]> {
  return await readOfReports(q, workspaceId, `ledger_record.type = 'report.sealed'`);
}

/** The same of all that tells what became of reports: frozen, given up, sealed. */
export async function readSequencedReports(q: Queryable, workspaceId: WorkspaceId): Promise<readonly SequencedRecord[]> {
  return await readOfReports(q, workspaceId, `ledger_record.type in ('report.discarded', 'report.frozen', 'report.sealed')`);
}

/** The types are in the statement itself: so any plan of it knows that the index of those types has them all. */
async function readOfReports(q: Queryable, workspaceId: WorkspaceId, isOfType: string): Promise<readonly SequencedRecord[]> {
  const { rows } = await q.query<SequencedRecord>(
    `select ledger_leaf.leaf_index as index, ledger_record.id, ledger_record.type, ledger_record.leaf
       from ledger_record
       join ledger_leaf on ledger_leaf.workspace_id = ledger_record.workspace_id and ledger_leaf.record_id = ledger_record.id
      where ledger_record.workspace_id = $1 and ${isOfType}
      order by ledger_leaf.leaf_index`,
    [workspaceId],
  );
  return rows;
}

/** Disclosures of the records with a leaf index in `[from, to)` that have not been erased, in order. */
export async function readDisclosures(
  q: Queryable,
  workspaceId: WorkspaceId,
  range: { from: number; to: number },
): Promise<readonly SequencedDisclosure[]> {
  const { rows } = await q.query<SequencedDisclosure>(
    `select ledger_leaf.leaf_index as index, ledger_disclosure.path, ledger_disclosure.salt, ledger_disclosure.value
       from ledger_leaf
       join ledger_disclosure
         on ledger_disclosure.workspace_id = ledger_leaf.workspace_id and ledger_disclosure.record_id = ledger_leaf.record_id
      where ledger_leaf.workspace_id = $1
        and ledger_leaf.leaf_index >= $2
        and ledger_leaf.leaf_index < $3
        and ledger_disclosure.erased_at is null
      order by ledger_leaf.leaf_index, ledger_disclosure.path`,
    [workspaceId, range.from, range.to],
  );
  return rows;
}

/** The hashes of the leaves in `[from, to)`, 32 bytes each, from the tree's bottom tiles; `from` is where a tile begins. */
export async function readLeafHashes(q: Queryable, workspaceId: WorkspaceId, range: { from: number; to: number }): Promise<Buffer> {
  const { rows } = await q.query<{ hashes: Buffer }>(
    `select ledger_tile.hashes
       from ledger_tile
      where ledger_tile.workspace_id = $1
        and ledger_tile.level = 0
        and ledger_tile.n >= $2
        and ledger_tile.n < $3
      order by ledger_tile.n`,
    [workspaceId, range.from / TILE_WIDTH, Math.ceil(range.to / TILE_WIDTH)],
  );
  return Buffer.concat(rows.map(({ hashes }) => hashes)).subarray(0, (range.to - range.from) * HASH_BYTES);
}

/** Tiles of the tree, as they are now (a tile at the right edge may be longer than a given checkpoint knows). */
export async function readTiles(
  q: Queryable,
  workspaceId: WorkspaceId,
  addresses: readonly TileAddress[],
): Promise<readonly (TileAddress & { readonly hashes: Buffer })[]> {
  const { rows } = await q.query<TileAddress & { readonly hashes: Buffer | null }>(
    {
      name: 'ledger-read-tiles',
      // Each by its key, whatever PostgreSQL knows of the table: a join might read all of it.
      text: `select wanted.level, wanted.n,
                    (select tile.hashes
                       from ledger_tile as tile
                      where tile.workspace_id = $1 and tile.level = wanted.level and tile.n = wanted.n) as hashes
               from unnest($2::smallint[], $3::bigint[]) as wanted (level, n)`,
    },
    [workspaceId, addresses.map(({ level }) => level), addresses.map(({ n }) => n)],
  );
  return rows.flatMap(({ hashes, ...tile }) => (hashes === null ? [] : [{ ...tile, hashes }]));
}

/** Where a record stands in the tree; undefined when there is no such record or it has not been sequenced yet. */
export async function readLeaf(
  q: Queryable,
  workspaceId: WorkspaceId,
  recordId: LedgerRecordId,
): Promise<{ readonly index: number; readonly hash: Buffer } | undefined> {
  const { rows } = await q.query<{ index: number; hash: Buffer }>(
    `select ledger_leaf.leaf_index as index, ledger_leaf.leaf_hash as hash
       from ledger_leaf
      where ledger_leaf.workspace_id = $1 and ledger_leaf.record_id = $2`,
    [workspaceId, recordId],
  );
  return rows[0];
}

/** The places in the tree of those of the records that have one. */
export async function readLeafIndexes(
  q: Queryable,
  workspaceId: WorkspaceId,
  recordIds: readonly LedgerRecordId[],
): Promise<ReadonlyMap<LedgerRecordId, number>> {
  const { rows } = await q.query<{ id: LedgerRecordId; index: number }>(
    `select ledger_leaf.record_id as id, ledger_leaf.leaf_index as index
       from ledger_leaf
      where ledger_leaf.workspace_id = $1 and ledger_leaf.record_id = any($2::uuid[])`,
    [workspaceId, recordIds],
  );
  return new Map(rows.map(({ id, index }) => [id, index]));
}

/** Records about one subject (all, when none is named), newest first. */
export async function readRecords(
  q: Queryable,
  workspaceId: WorkspaceId,
  wanted: Page & { readonly subjectId: string | null },
): Promise<readonly RecordedRecord[]> {
  const { rows } = await q.query<RecordedRecord>(
    `select ledger_leaf.leaf_index as index, ledger_record.id, ledger_record.type, ledger_record.subject_id as "subjectId",
            ledger_record.recorded_at as "recordedAt", ledger_record.leaf
       from ledger_record
       left join ledger_leaf on ledger_leaf.workspace_id = ledger_record.workspace_id and ledger_leaf.record_id = ledger_record.id
      where ledger_record.workspace_id = $1
        and ($2::uuid is null or ledger_record.subject_id = $2)
        and ($3::uuid is null or (ledger_record.txid, ledger_record.ord) < (
          select last.txid, last.ord from ledger_record as last where last.workspace_id = $1 and last.id = $3::uuid
        ))
      order by ledger_record.txid desc, ledger_record.ord desc
      limit $4`,
    [workspaceId, wanted.subjectId, wanted.after ?? null, wanted.limit],
  );
  return rows;
}

/** What the integrator has before it, in all workspaces: how many records, and since when the oldest of them waits. */
export async function readLedgerLag(q: Queryable): Promise<{ readonly records: number; readonly oldestAt: Instant | null }> {
  const { rows } = await q.query<{ records: number; oldestAt: Instant | null }>(
    `select count(*)::int as records, min(ledger_record.recorded_at) as "oldestAt"
     from ledger
     join ledger_record on ledger_record.workspace_id = ledger.workspace_id and ledger_record.txid >= ledger.watermark
     where not exists (select from ledger_leaf
                        where ledger_leaf.workspace_id = ledger_record.workspace_id and ledger_leaf.record_id = ledger_record.id)`,
  );
  return rows[0] ?? { records: 0, oldestAt: null };
}

/** What the integrator has before it in one workspace. */
export async function readWaiting(
  q: Queryable,
  workspaceId: WorkspaceId,
): Promise<{ readonly records: number; readonly since: Instant | null }> {
  const { rows } = await q.query<{ records: number; since: Instant | null }>(
    `select count(*)::int as records, min(ledger_record.recorded_at) as since
       from ledger
       join ledger_record on ledger_record.workspace_id = ledger.workspace_id and ledger_record.txid >= ledger.watermark
      where ledger.workspace_id = $1
        and not exists (select from ledger_leaf
                         where ledger_leaf.workspace_id = ledger_record.workspace_id and ledger_leaf.record_id = ledger_record.id)`,
    [workspaceId],
  );
  return rows[0] ?? { records: 0, since: null };
}

/** What keeps records from being sequenced: the transaction that has been open the longest, of those that write. */
export interface OpenTransaction {
  readonly pid: number;
  readonly applicationName: string;
  readonly since: Instant;
}

/** Undefined when none is open, or when it is of a login whose transactions this one may not see. */
export async function readOldestTransaction(q: Queryable): Promise<OpenTransaction | undefined> {
  const { rows } = await q.query<OpenTransaction>(
    `select activity.pid, activity.application_name as "applicationName", activity.xact_start as since
       from pg_stat_activity as activity
      where activity.backend_xid is not null and activity.xact_start is not null
      order by activity.xact_start
      limit 1`,
  );
  return rows[0];
}
