import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import { type Checkpoint, checkpointShelf, type CheckpointShelf, logOrigin, readVkeys } from '../../src/ledger/index.ts';
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
import { recordingLog } from '../support/log.ts';
import { type LedgerFixture, ledgerFixture } from './ledger-fixture.ts';

let fixture: LedgerFixture;
let folder: string;
let shelf: CheckpointShelf;
let workspaceId: WorkspaceId;

beforeAll(async () => {
  fixture = await ledgerFixture();
  folder = mkdtempSync(join(tmpdir(), 'rollcall-shelf-'));
  shelf = checkpointShelf(folder);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await fixture.drop();
});
beforeEach(async () => {
  workspaceId = await fixture.open();
});

async function seal(): Promise<Checkpoint> {
  await fixture.write(3);
  return await fixture.integrator().settle(workspaceId);
}

function originOf({ note }: Checkpoint): string | undefined {
  return parseCheckpoint(parseNote(note)?.text ?? '')?.origin;
}

async function forks() {
  const { rows } = await fixture.test.database.query<{ leaf: Buffer }>(
    `select leaf from ledger_record where workspace_id = $1 and type = 'ledger.forked' order by txid`,
    [workspaceId],
  );
  return rows.map(({ leaf }) => JSON.parse(leaf.toString('utf8')) as { before: object; after: object; detail: object });
}

const head = ({ size, root }: Checkpoint) => ({ size, root: root.toString('base64') });

describe('a ledger that was restored to an earlier time', () => {
  it('goes on under a new name and says so, when the tree is smaller than a checkpoint that is kept outside (I11)', async () => {
    const early = await seal();
    const late = await seal();
    await shelf.keep(workspaceId, { generation: 1, size: late.size, note: late.note });
    await fixture.restoreTo(early);
    const log = recordingLog();
    await fixture.integrator({ shelf, log }).runOnce();
    const after = await fixture.integrator({ shelf }).settle(workspaceId);
    expect(originOf(after)).toBe(`${logOrigin(workspaceId)}/2`);
    expect(await forks()).toMatchObject([
      {
        before: { origin: logOrigin(workspaceId), ...head(late) },
        after: { origin: logOrigin(workspaceId, 2), ...head(early) },
        detail: { because: 'shrunk' },
      },
    ]);
    expect(log.events.filter(({ level }) => level === 'error')).toMatchObject([{ event: 'ledger.forked', fields: { workspaceId } }]);
    await fixture.drain(fixture.integrator({ shelf }));
    expect(await fixture.expectSealedWhole()).toBe(after.size + 1); // the key under the new name
    expect(await readVkeys(fixture.test.database, workspaceId)).toEqual([
      expect.stringContaining(`${logOrigin(workspaceId)}+`),
      expect.stringContaining(`${logOrigin(workspaceId)}/2+`),
    ]);
  });

  it('never signs the old name again, whoever starts, and forks once', async () => {
    const early = await seal();
    const late = await seal();
    await shelf.keep(workspaceId, { generation: 1, size: late.size, note: late.note });
    await fixture.restoreTo(early);
    for (let start = 0; start < 3; start += 1) {
      await fixture.write(late.size);
      expect(originOf(await fixture.integrator({ shelf }).settle(workspaceId))).toBe(logOrigin(workspaceId, 2));
    }
    expect(await forks()).toHaveLength(1);
  });

  it('takes a name that was never used, when it is restored again to before the fork', async () => {
    const early = await seal();
    const late = await seal();
    await shelf.keep(workspaceId, { generation: 1, size: late.size, note: late.note });
    await fixture.restoreTo(early);
    await fixture.integrator({ shelf }).settle(workspaceId);
    await fixture.tamper((tx) =>
      tx.query('update ledger set origin = $2, generation = 1 where workspace_id = $1', [workspaceId, logOrigin(workspaceId)]),
    );
    await fixture.restoreTo(early);
    expect(originOf(await fixture.integrator({ shelf }).settle(workspaceId))).toBe(logOrigin(workspaceId, 3));
    expect(await forks()).toMatchObject([{ before: { origin: logOrigin(workspaceId), ...head(late) }, detail: { because: 'outdated' } }]);
  });

  it('is noticed by a process that lived through it, without anything kept outside', async () => {
    const living = fixture.integrator();
    await fixture.write(1);
    const early = await living.settle(workspaceId);
    await fixture.write(1);
    await living.settle(workspaceId);
    await fixture.restoreTo(early);
    expect(originOf(await living.settle(workspaceId))).toBe(logOrigin(workspaceId, 2));
  });

  it('forks when as many other records stand where the published ones stood', async () => {
    await seal();
    const { signer } = fixture;
    const size = 4;
    const root = rootOf(
      extendFrontier(
        emptyFrontier,
        Array.from({ length: size }, (_, n) => leafHash(Buffer.from(`other ${n}`))),
      ),
    );
    const origin = logOrigin(workspaceId);
    const note = signNote(formatCheckpoint({ origin, size, root }), [signer.forOrigin(origin)]);
    await shelf.keep(workspaceId, { generation: 1, size, note });
    await fixture.integrator({ shelf }).settle(workspaceId);
    expect(await forks()).toMatchObject([{ detail: { because: 'rewritten' } }]);
  });

  it('signs nothing more while what is kept outside is signed by a stranger, and other ledgers go on', async () => {
    const origin = logOrigin(workspaceId);
    const stranger = freshSigner().forOrigin(origin);
    const note = signNote(formatCheckpoint({ origin, size: 9, root: leafHash(Buffer.from('x')) }), [stranger]);
    await shelf.keep(workspaceId, { generation: 1, size: 9, note });
    const blocked = workspaceId;
    workspaceId = await fixture.open();
    await fixture.write(1);
    const integrator = fixture.integrator({ shelf });
    await expect(integrator.runOnce()).rejects.toThrow(/signed by none of its keys/);
    expect((await integrator.settle(workspaceId)).size).toBeGreaterThan(0);
    const { rows } = await fixture.test.database.query('select 1 from ledger_checkpoint where workspace_id = $1', [blocked]);
    expect(rows).toEqual([]);
    rmSync(join(folder, blocked), { recursive: true });
    expect((await integrator.settle(blocked)).size).toBeGreaterThan(0);
  });

  it.each([
    { what: 'a name of no later generation', change: `origin = origin || '/2'`, code: '23514' },
    { what: 'an earlier generation', change: 'generation = generation - 1', code: '42501' },
    { what: 'a name of another workspace', change: `origin = 'rollcall/workspaces/x/2', generation = 2`, code: '23514' },
  ])('is given $what by nobody, the owner of the tables included', async ({ change, code }) => {
    const update = `update ledger set ${change} where workspace_id = '${workspaceId}'`;
    await expect(fixture.test.database.query(update)).rejects.toMatchObject({ code: expect.stringMatching(`${code}|42501`) });
    await expect(fixture.test.owner.query(update)).rejects.toMatchObject({ code: expect.stringMatching(`${code}|42501`) });
  });
});

describe('the shelf', () => {
  const checkpoint = { generation: 1, size: 7, note: 'seven\n' };

  it('keeps a checkpoint once, and refuses another one of its name', async () => {
    await shelf.keep(workspaceId, checkpoint);
    await shelf.keep(workspaceId, checkpoint);
    await expect(shelf.keep(workspaceId, { ...checkpoint, note: 'other\n' })).rejects.toThrow(/the ledger was rewritten/);
    expect(await shelf.newest(workspaceId)).toEqual({ generation: 1, checkpoint });
  });

  it('finishes what a killed process left half written', async () => {
    mkdirSync(join(folder, workspaceId));
    writeFileSync(join(folder, workspaceId, '0001-0000000000000007.checkpoint'), 'sev');
    await shelf.keep(workspaceId, checkpoint);
    expect(await shelf.newest(workspaceId)).toEqual({ generation: 1, checkpoint });
  });

  it('has nothing of a ledger that it never saw, and nothing of another workspace (I12)', async () => {
    expect(await shelf.newest(workspaceId)).toBeUndefined();
    await shelf.keep(workspaceId, checkpoint);
    expect(readdirSync(join(folder, workspaceId))).toEqual(['0001-0000000000000007.checkpoint']);
  });
});
