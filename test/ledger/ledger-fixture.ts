import { expect } from '@jest/globals';
import { type LedgerRecordId, newId, type WorkspaceId } from '../../src/kernel/index.ts';
import {
  append,
  type Checkpoint,
  createIntegrator,
  type Integrator,
  type IntegratorDeps,
  type LedgerSigner,
  readLatestCheckpoint,
  readLeafHashes,
} from '../../src/ledger/index.ts';
import type { Database, Transaction } from '../../src/platform/index.ts';
import { emptyFrontier, extendFrontier, HASH_BYTES, leafHash, rootOf } from '../../src/tlog/index.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { freshSigner } from '../support/fresh-signer.ts';
import { silentLog } from '../support/log.ts';
import { insertWorkspace } from '../support/workspace.ts';

export interface LedgerFixture {
  readonly test: TestDatabase;
  readonly clock: SteppingClock;
  readonly signer: LedgerSigner;
  /** The workspace that the rest is about; `open` makes another one. */
  readonly workspaceId: WorkspaceId;
  open(): Promise<WorkspaceId>;
  integrator(more?: Partial<IntegratorDeps>): Integrator;
  /** Commits so many records in one transaction. */
  write(count: number): Promise<readonly LedgerRecordId[]>;
  /** Has everything sequenced, the records of the integrators themselves too. */
  drain(...integrators: readonly Integrator[]): Promise<void>;
  /** As the owner of the tables, with the triggers out of the way. */
  tamper(work: (tx: Transaction) => Promise<unknown>): Promise<void>;
  /** Puts the ledger back to a checkpoint of it, as a restore to that time would. */
  restoreTo(checkpoint: Checkpoint, of?: WorkspaceId): Promise<void>;
  /** Every record has one leaf, indexes have no hole, each leaf hash is its record's, and their root is what was signed. */
  expectSealedWhole(): Promise<number>;
  drop(): Promise<void>;
}

export async function ledgerFixture(): Promise<LedgerFixture> {
  const clock = steppingClock();
  const test = await testDatabase();
  const signer = freshSigner();
  let workspaceId = await insertWorkspace(test.owner, clock.now());
  const tamper = (work: (tx: Transaction) => Promise<unknown>) => withoutTriggers(test.owner, work);
  return {
    test,
    clock,
    signer,
    get workspaceId() {
      return workspaceId;
    },
    open: async () => {
      workspaceId = await insertWorkspace(test.owner, clock.now());
      return workspaceId;
    },
    integrator: (more = {}) => createIntegrator({ database: test.database, clock, log: silentLog, signer, ...more }),
    write: (count) => test.database.transaction((tx) => append(tx, workspaceId, updates(count, clock))),
    drain: (...integrators) => drain(test, integrators),
    tamper,
    restoreTo: (checkpoint, of = workspaceId) => tamper((tx) => restoreTo(tx, of, checkpoint)),
    expectSealedWhole: () => sealedWhole(test.database, workspaceId),
    drop: () => test.drop(),
  };
}

function updates(count: number, clock: SteppingClock) {
  return Array.from({ length: count }, (_, n) => ({
    type: 'scim.user.updated' as const,
    at: clock.now(),
    actor: 'system',
    subject: { kind: 'scim-user', id: newId(clock.now()) },
    detail: { n },
  }));
}

async function drain(test: TestDatabase, integrators: readonly Integrator[]): Promise<void> {
  let idle = false;
  while (!idle) {
    const rounds = await Promise.all(integrators.map((each) => each.runOnce()));
    idle = rounds.every(({ sequenced }) => sequenced === 0) && !(await hasUnsequenced(test));
  }
}

async function hasUnsequenced({ owner }: TestDatabase): Promise<boolean> {
  const { rows } = await owner.query<{ waiting: boolean }>(
    `select exists (select from ledger_record r where not exists (
       select from ledger_leaf f where f.workspace_id = r.workspace_id and f.record_id = r.id)) as waiting`,
  );
  return rows[0]?.waiting ?? true;
}

const guarded = ['ledger', 'ledger_record', 'ledger_leaf', 'ledger_tile', 'ledger_checkpoint', 'ledger_key', 'ledger_disclosure'];

async function withoutTriggers(owner: Database, work: (tx: Transaction) => Promise<unknown>): Promise<void> {
  await owner.transaction(async (tx) => {
    for (const table of guarded) await tx.query(`alter table ${table} disable trigger user`);
    await work(tx);
    for (const table of guarded) await tx.query(`alter table ${table} enable trigger user`);
  });
}

async function restoreTo(tx: Transaction, workspaceId: WorkspaceId, { size }: Checkpoint): Promise<void> {
  const { rows } = await tx.query<{ leaf_hash: Buffer }>(
    'select leaf_hash from ledger_leaf where workspace_id = $1 and leaf_index < $2 order by leaf_index',
    [workspaceId, size],
  );
  const { nodes } = extendFrontier(
    emptyFrontier,
    rows.map(({ leaf_hash }) => leaf_hash),
  );
  await tx.query('delete from ledger_leaf where workspace_id = $1 and leaf_index >= $2', [workspaceId, size]);
  await tx.query(
    `delete from ledger_record where workspace_id = $1
        and not exists (select from ledger_leaf f where f.workspace_id = $1 and f.record_id = ledger_record.id)`,
    [workspaceId],
  );
  await tx.query('delete from ledger_checkpoint where workspace_id = $1 and size > $2', [workspaceId, size]);
  for (let level = 0, width = size; level < 3; level += 1, width = Math.floor(width / 256)) {
    await tx.query('delete from ledger_tile where workspace_id = $1 and level = $2 and n * 256 >= $3', [workspaceId, level, width]);
    await tx.query(
      'update ledger_tile set hashes = substring(hashes for $4) where workspace_id = $1 and level = $2 and n = $3 and octet_length(hashes) > $4',
      [workspaceId, level, Math.floor(width / 256), (width % 256) * HASH_BYTES],
    );
  }
  const { rows: kept } = await tx.query<{ at: string }>(
    `select coalesce(max(txid), '0')::text as at from ledger_record where workspace_id = $1`,
    [workspaceId],
  );
  await tx.query('update ledger set size = $2, frontier = $3::bytea[], watermark = $4::xid8 where workspace_id = $1', [
    workspaceId,
    size,
    nodes.map((node) => Buffer.from(node)),
    kept[0]?.at,
  ]);
}

/** Every record has one leaf, each leaf hash is its record's, and their root is what was signed. */
export async function sealedWhole(database: Database, workspaceId: WorkspaceId): Promise<number> {
  const { rows } = await database.query<{ leaf_index: number | null; leaf: Buffer; leaf_hash: Buffer | null }>(
    `select f.leaf_index, r.leaf, f.leaf_hash from ledger_record r
       left join ledger_leaf f on f.workspace_id = r.workspace_id and f.record_id = r.id
      where r.workspace_id = $1 order by f.leaf_index`,
    [workspaceId],
  );
  expect(rows.map(({ leaf_index }) => leaf_index)).toEqual(rows.map((_, index) => index));
  const hashes = rows.map(({ leaf }) => leafHash(leaf));
  expect(rows.map(({ leaf_hash }) => leaf_hash)).toEqual(hashes);
  const checkpoint = await readLatestCheckpoint(database, workspaceId);
  expect(checkpoint?.size).toBe(rows.length);
  expect(checkpoint?.root).toEqual(rootOf(extendFrontier(emptyFrontier, hashes)));
  const tiles = await readLeafHashes(database, workspaceId, { from: 0, to: rows.length });
  expect(tiles.equals(Buffer.concat(hashes))).toBe(true);
  return rows.length;
}

/** A transaction that has done its work and stays open until `commit`. */
export async function openTransaction(
  database: Database,
  work: (tx: Transaction) => Promise<unknown>,
): Promise<{ commit(): Promise<void> }> {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let ended: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    ended = database.transaction(async (tx) => {
      await work(tx);
      resolve();
      await released;
    });
    ended.catch(reject);
  });
  return {
    commit: async () => {
      release();
      await ended;
    },
  };
}
