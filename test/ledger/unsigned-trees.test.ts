import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checkpointShelf, type Integrator, logOrigin, readLatestCheckpoint } from '../../src/ledger/index.ts';
import { insertCheckpoint } from '../../src/ledger/ledger-store.ts';
import {
  emptyFrontier,
  extendFrontier,
  formatCheckpoint,
  leafHash,
  parseCheckpoint,
  parseNote,
  rootOf,
  signNote,
} from '../../src/tlog/index.ts';
import { freshSigner } from '../support/fresh-signer.ts';
import { attackWorld, type AttackWorld, type Entry, entriesOf, forged, rewrite, sealed } from './attack-world.ts';
import { type LedgerFixture, ledgerFixture } from './ledger-fixture.ts';

let fixture: LedgerFixture;
let world: AttackWorld;
beforeAll(async () => {
  fixture = await ledgerFixture();
});
afterAll(() => fixture.drop());
beforeEach(async () => {
  world = await attackWorld(fixture);
});

/** A process that signed the head that was kept. */
async function living(): Promise<Integrator> {
  const integrator = fixture.integrator();
  await integrator.settle(world.workspaceId);
  return integrator;
}

async function withOneEdited(): Promise<readonly Entry[]> {
  return (await entriesOf(world)).with(3, { ...forged(fixture.clock.now()), id: (await entriesOf(world))[3]!.id });
}

/** Where the tree that the database has begins with other leaves than were signed, and has grown by one. */
async function otherTree(): Promise<{ readonly size: number; readonly nodes: readonly Buffer[] }> {
  const leaves = [...(await withOneEdited()), forged(fixture.clock.now())].map(({ leaf }) => leafHash(leaf));
  const { nodes, size } = extendFrontier(emptyFrontier, leaves);
  return { size, nodes: nodes.map((node) => Buffer.from(node)) };
}

async function nameAfter(integrator: Integrator): Promise<string | undefined> {
  await fixture.write(1);
  await sealed(integrator, world.workspaceId);
  const latest = await readLatestCheckpoint(fixture.test.database, world.workspaceId);
  return parseCheckpoint(parseNote(latest?.note ?? '')?.text ?? '')?.origin;
}

async function forks(): Promise<readonly object[]> {
  const { rows } = await fixture.test.database.query<{ leaf: Buffer }>(
    `select leaf from ledger_record where workspace_id = $1 and type = 'ledger.forked' order by txid, ord`,
    [world.workspaceId],
  );
  return rows.map(({ leaf }) => JSON.parse(leaf.toString('utf8')) as object);
}

const renamed = () => `${logOrigin(world.workspaceId)}/2`;

describe('a tree that the server did not sign (I11)', () => {
  it('gets no signature under its name from a process that signed another, when an owner of the database edited a record and let it grow', async () => {
    const integrator = await living();
    await rewrite(world, [...(await withOneEdited()), forged(fixture.clock.now())], false);
    expect(await nameAfter(integrator)).toBe(renamed());
    expect(await forks()).toMatchObject([{ detail: { because: 'rewritten' } }]);
  });

  it('gets none from a process that started since, though nothing is kept outside', async () => {
    await rewrite(world, [...(await withOneEdited()), forged(fixture.clock.now())], false);
    expect(await nameAfter(fixture.integrator())).toBe(renamed());
    expect(await forks()).toMatchObject([{ detail: { because: 'unsigned' } }]);
  });

  it('gets none from a process that reads an earlier checkpoint outside, which the tree does not go on from', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-unsigned-'));
    const shelf = checkpointShelf(folder);
    await shelf.keep(world.workspaceId, { generation: 1, size: world.early.size, note: world.early.note });
    await rewrite(world, [...(await withOneEdited()), forged(fixture.clock.now())], false);
    expect(await nameAfter(fixture.integrator({ shelf }))).toBe(renamed());
    expect(await forks()).toMatchObject([{ detail: { because: 'rewritten' } }]);
    rmSync(folder, { recursive: true });
  });

  it.each(['rewritten', 'unsigned'])('gets none when the server’s own login names its roots, by what is %s', async (because) => {
    const integrator = because === 'rewritten' ? await living() : fixture.integrator();
    const { nodes, size } = await otherTree();
    await fixture.test.database.query('update ledger set size = $2, frontier = $3::bytea[] where workspace_id = $1', [
      world.workspaceId,
      size,
      nodes,
    ]);
    expect(await nameAfter(integrator)).toBe(renamed());
    expect(await forks()).toMatchObject([{ detail: { because } }]);
  });

  it('gets none when a key that the owner added signed it', async () => {
    const entries = await withOneEdited();
    await rewrite(world, entries, false);
    const own = freshSigner().forOrigin(logOrigin(world.workspaceId));
    const root = rootOf(
      extendFrontier(
        emptyFrontier,
        entries.map(({ leaf }) => leafHash(leaf)),
      ),
    );
    const note = signNote(formatCheckpoint({ origin: logOrigin(world.workspaceId), size: entries.length, root }), [own]);
    const at = fixture.clock.now();
    await fixture.tamper(async (tx) => {
      await tx.query('delete from ledger_checkpoint where workspace_id = $1', [world.workspaceId]);
      await insertCheckpoint(tx, world.workspaceId, { size: entries.length, root, note, at });
      await tx.query('insert into ledger_key (workspace_id, vkey, added_at) values ($1, $2, $3)', [world.workspaceId, own.vkey, at]);
    });
    expect(await nameAfter(fixture.integrator())).toBe(renamed());
    expect(await forks()).toMatchObject([{ detail: { because: 'unsigned' } }]);
  });

  it('is what it is after its key was lost: the new one vouches under a new name for what another has signed', async () => {
    const signer = freshSigner();
    expect(await nameAfter(fixture.integrator({ signer }))).toBe(renamed());
    expect(await nameAfter(fixture.integrator({ signer }))).toBe(renamed());
    expect(await forks()).toMatchObject([{ detail: { because: 'unsigned' } }]);
  });

  it('is not one that two processes made in turns, or that was restored whole', async () => {
    const [ann, bob] = [await living(), fixture.integrator()];
    for (const integrator of [bob, ann, bob, fixture.integrator()]) expect(await nameAfter(integrator)).toBe(logOrigin(world.workspaceId));
    expect(await forks()).toEqual([]);
  });
});
