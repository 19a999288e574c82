import { newId, type LedgerRecordId, type WorkspaceId } from '../../src/kernel/index.ts';
import { type Checkpoint, type Integrator, logOrigin, readLatestCheckpoint } from '../../src/ledger/index.ts';
import { growTiles, insertCheckpoint } from '../../src/ledger/ledger-store.ts';
import { sequence } from '../../src/ledger/sequence.ts';
import type { Transaction } from '../../src/platform/index.ts';
import {
  emptyFrontier,
  extendFrontier,
  formatCheckpoint,
  leafHash,
  parseCheckpoint,
  parseNote,
  parseVkey,
  rootOf,
  signNote,
  verifyNote,
} from '../../src/tlog/index.ts';
import type { LedgerFixture } from './ledger-fixture.ts';

export interface Entry {
  readonly id: LedgerRecordId;
  readonly leaf: Buffer;
}

/** What an auditor sees wrong, by what they have to look with. */
export interface Detection {
  /** The database refused it. */
  readonly refused: boolean;
  /** The records do not add up to what the pinned key signed. */
  readonly tree: boolean;
  /** They do not begin with the checkpoint that an auditor kept. */
  readonly kept: boolean;
  /** They do not begin with the checkpoint that was anchored, or claim a time before it and stand behind it. */
  readonly anchored: boolean;
}

/** A ledger of ten records, whose checkpoint over all of them an auditor kept and an authority stamped; one over six came before. */
export interface AttackWorld {
  readonly fixture: LedgerFixture;
  readonly workspaceId: WorkspaceId;
  readonly early: Checkpoint;
  readonly kept: Checkpoint;
}

export async function attackWorld(fixture: LedgerFixture): Promise<AttackWorld> {
  const workspaceId = await fixture.open();
  const integrator = fixture.integrator();
  await fixture.write(4);
  await sealed(integrator, workspaceId);
  const early = await present(fixture, workspaceId);
  await fixture.write(4);
  await sealed(integrator, workspaceId);
  return { fixture, workspaceId, early, kept: await present(fixture, workspaceId) };
}

/** The ledger that is attacked. */
export type Target = Pick<AttackWorld, 'fixture' | 'workspaceId'>;

/** All of this ledger, the record of a key or of a fork too; the others of the database may have been attacked. */
export async function sealed(integrator: Integrator, workspaceId: WorkspaceId): Promise<void> {
  await integrator.settle(workspaceId);
  await integrator.settle(workspaceId);
}

async function present({ test }: LedgerFixture, workspaceId: WorkspaceId): Promise<Checkpoint> {
  const checkpoint = await readLatestCheckpoint(test.database, workspaceId);
  if (checkpoint === undefined) throw new Error('there is no checkpoint');
  return checkpoint;
}

export async function entriesOf({ fixture, workspaceId }: Target): Promise<readonly Entry[]> {
  const { rows } = await fixture.test.owner.query<Entry>(
    `select r.id, r.leaf from ledger_leaf f join ledger_record r on r.workspace_id = f.workspace_id and r.id = f.record_id
      where f.workspace_id = $1 order by f.leaf_index`,
    [workspaceId],
  );
  return rows;
}

export function forged(at: string): Entry {
  return { id: newId<'ledger-record'>(at as never), leaf: Buffer.from(JSON.stringify({ forged: true, recorded_at: at })) };
}

/** Replaces the whole ledger by these entries, coherent to the last hash; `signs`: with a fresh checkpoint under the real key. */
export async function rewrite({ fixture, workspaceId }: Target, entries: readonly Entry[], signs: boolean): Promise<void> {
  await fixture.tamper(async (tx) => {
    await clear(tx, workspaceId);
    for (const { id, leaf } of entries) {
      await tx.query('insert into ledger_record (workspace_id, id, recorded_at, type, leaf) values ($1, $2, $3, $4, $5)', [
        workspaceId,
        id,
        fixture.clock.now(),
        'role.set',
        leaf,
      ]);
    }
    const hashes = entries.map(({ leaf }) => leafHash(leaf));
    const { frontier, tiles } = sequence(emptyFrontier, Buffer.concat(hashes));
    await tx.query(
      `insert into ledger_leaf (workspace_id, leaf_index, record_id, leaf_hash)
       select $1, leaf.n - 1, leaf.record_id, leaf.hash from unnest($2::uuid[], $3::bytea[]) with ordinality as leaf (record_id, hash, n)`,
      [workspaceId, entries.map(({ id }) => id), hashes],
    );
    await growTiles(tx, workspaceId, tiles);
    const nodes = frontier.nodes.map((node) => Buffer.from(node));
    await tx.query('update ledger set size = $2, frontier = $3::bytea[] where workspace_id = $1', [workspaceId, frontier.size, nodes]);
    if (signs) await sign(tx, { fixture, workspaceId, entries });
  });
}

async function clear(tx: Transaction, workspaceId: WorkspaceId): Promise<void> {
  for (const table of ['ledger_leaf', 'ledger_record', 'ledger_tile'])
    await tx.query(`delete from ${table} where workspace_id = $1`, [workspaceId]);
}

async function sign(
  tx: Transaction,
  {
    fixture,
    workspaceId,
    entries,
  }: { readonly fixture: LedgerFixture; readonly workspaceId: WorkspaceId; readonly entries: readonly Entry[] },
): Promise<void> {
  await tx.query('delete from ledger_checkpoint where workspace_id = $1', [workspaceId]);
  await insertCheckpoint(tx, workspaceId, { ...headOf(entries), note: noteOver(fixture, workspaceId, entries), at: fixture.clock.now() });
}

function headOf(entries: readonly Entry[]): { readonly size: number; readonly root: Uint8Array } {
  const { size, ...rest } = extendFrontier(
    emptyFrontier,
    entries.map(({ leaf }) => leafHash(leaf)),
  );
  return { size, root: rootOf({ size, ...rest }) };
}

/** A checkpoint under the real key over any entries. */
export function noteOver({ signer }: LedgerFixture, workspaceId: WorkspaceId, entries: readonly Entry[]): string {
  const origin = logOrigin(workspaceId);
  return signNote(formatCheckpoint({ origin, ...headOf(entries) }), [signer.forOrigin(origin)]);
}

/** Looks as an auditor does, who pinned the key when the engagement began. */
export async function audit(world: AttackWorld): Promise<Omit<Detection, 'refused'>> {
  const { fixture, kept, workspaceId } = world;
  const entries = await entriesOf(world);
  const startsWithKept = entries.length >= kept.size && Buffer.compare(headOf(entries.slice(0, kept.size)).root, kept.root) === 0;
  const isBackdated = entries.slice(kept.size).some(({ leaf }) => recordedAt(leaf) < kept.createdAt);
  const { note } = await present(fixture, workspaceId);
  return { tree: !isSigned(world, note, entries), kept: !startsWithKept, anchored: !startsWithKept || isBackdated };
}

/** Whether the checkpoint is signed by the pinned key and over just these entries. */
export function isSigned({ fixture, workspaceId }: AttackWorld, note: string, entries: readonly Entry[]): boolean {
  const parsed = parseNote(note);
  const pinned = parseVkey(fixture.signer.forOrigin(logOrigin(workspaceId)).vkey);
  if (parsed === undefined || pinned === undefined || verifyNote(parsed, [pinned]).kind !== 'verified') return false;
  const head = parseCheckpoint(parsed.text);
  const { root, size } = headOf(entries);
  return head !== undefined && head.size === size && Buffer.compare(head.root, root) === 0;
}

function recordedAt(leaf: Buffer): string {
  return String((JSON.parse(leaf.toString('utf8')) as { recorded_at: unknown }).recorded_at);
}
