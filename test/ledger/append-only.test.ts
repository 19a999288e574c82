import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId, type WorkspaceId } from '../../src/kernel/index.ts';
import { append, createIntegrator, readDisclosures, readSequencedRecords } from '../../src/ledger/index.ts';
import { digestReference, disclosureDigest, leafHash } from '../../src/tlog/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { freshSigner } from '../support/fresh-signer.ts';
import { silentLog } from '../support/log.ts';
import { insertWorkspace } from '../support/workspace.ts';

const clock = steppingClock();
let test: TestDatabase;
let workspaceId: WorkspaceId;

beforeAll(async () => {
  test = await testDatabase();
  workspaceId = await insertWorkspace(test.owner, clock.now());
  await appendOne();
  await createIntegrator({
    database: test.database,
    clock,
    log: silentLog,
    signer: freshSigner(),
  }).settle(workspaceId);
});
afterAll(() => test.drop());

async function appendOne(): Promise<void> {
  await test.database.transaction(async (tx) => {
    await append(tx, workspaceId, [
      {
        type: 'administrator.invited',
        at: clock.now(),
        actor: 'system',
        subject: { kind: 'administrator', id: newId(clock.now()) },
        disclose: { email: 'ada@contoso.example' },
      },
    ]);
  });
}

const changes = [
  { table: 'ledger_record', change: "update ledger_record set type = 'role.set'" },
  { table: 'ledger_record', change: 'delete from ledger_record' },
  { table: 'ledger_record', change: 'truncate ledger_record cascade' },
  { table: 'ledger_leaf', change: 'update ledger_leaf set leaf_index = leaf_index + 1' },
  { table: 'ledger_leaf', change: 'delete from ledger_leaf' },
  { table: 'ledger_leaf', change: 'truncate ledger_leaf' },
  { table: 'ledger_checkpoint', change: "update ledger_checkpoint set note = 'x'" },
  { table: 'ledger_checkpoint', change: 'delete from ledger_checkpoint' },
  { table: 'ledger_checkpoint', change: 'truncate ledger_checkpoint cascade' },
  { table: 'ledger_key', change: "update ledger_key set vkey = 'x'" },
  { table: 'ledger_key', change: 'delete from ledger_key' },
  { table: 'ledger_key', change: 'truncate ledger_key cascade' },
  { table: 'ledger_tile', change: "update ledger_tile set hashes = '\\x00'" },
  { table: 'ledger_tile', change: 'delete from ledger_tile' },
  { table: 'ledger_tile', change: 'truncate ledger_tile' },
  {
    table: 'ledger_leaf',
    change: `insert into ledger_leaf (workspace_id, leaf_index, record_id, leaf_hash)
             select workspace_id, size + 1, gen_random_uuid(), sha256('x') from ledger`,
  },
  { table: 'ledger', change: 'update ledger set size = 0' },
  { table: 'ledger', change: "update ledger set watermark = '9000000000000'" },
  { table: 'ledger', change: "update ledger set watermark = '9000000000000', cluster_id = 'another'" },
  { table: 'ledger', change: "update ledger set origin = 'another'" },
  { table: 'ledger', change: 'delete from ledger' },
  { table: 'ledger', change: 'truncate ledger cascade' },
  { table: 'ledger_disclosure', change: "update ledger_disclosure set value = '1'" },
  { table: 'ledger_disclosure', change: "update ledger_disclosure set path = 'x'" },
  { table: 'ledger_disclosure', change: 'delete from ledger_disclosure' },
  { table: 'ledger_disclosure', change: 'truncate ledger_disclosure' },
];

describe('the ledger in the database', () => {
  it.each(changes)('refuses "$change" to the server (I11)', async ({ change }) => {
    await expect(test.database.query(change)).rejects.toMatchObject({ code: '42501' });
  });

  it.each(changes)('refuses "$change" even to the owner of the tables, while the triggers stand (I11)', async ({ change }) => {
    const refusal = { code: expect.stringMatching(/^(42501|23514)$/) };
    await expect(test.owner.query(change)).rejects.toMatchObject(refusal);
  });

  it('leaves no record out although a temporary table stands in for those that it looks at (I11)', async () => {
    await appendOne();
    const shadowed = test.database.transaction(async (tx) => {
      await tx.query('create temporary table ledger_record (like public.ledger_record)');
      await tx.query('update ledger set watermark = pg_snapshot_xmin(pg_current_snapshot()) where workspace_id = $1', [workspaceId]);
    });
    await expect(shadowed).rejects.toMatchObject({ code: '42501', message: expect.stringContaining('leaves no record out') });
  });

  it('does not let the server take the triggers away (I11)', async () => {
    await expect(test.database.query('alter table ledger_record disable trigger all')).rejects.toMatchObject({ code: '42501' });
    await expect(test.database.query('drop trigger ledger_record_append_only on ledger_record')).rejects.toMatchObject({ code: '42501' });
  });

  it('rolls a record back together with the change that it is evidence of (I3)', async () => {
    const before = await test.database.query('select 1 from ledger_record');
    const failing = test.database.transaction(async (tx) => {
      await append(tx, workspaceId, [
        { type: 'role.set', at: clock.now(), actor: 'system', subject: { kind: 'workspace', id: workspaceId } },
      ]);
      throw new Error('the change failed');
    });
    await expect(failing).rejects.toThrow('the change failed');
    expect((await test.database.query('select 1 from ledger_record')).count).toBe(before.count);
  });

  it('lets a disclosure be erased, once, and the leaf that holds its digest stays what was hashed (I11)', async () => {
    const range = { from: 0, to: 100 };
    const [disclosure] = await readDisclosures(test.database, workspaceId, range);
    if (disclosure === undefined) throw new Error('nothing was disclosed');
    const digest = disclosureDigest(disclosure);
    const { rows: hashes } = await test.database.query<{ leaf_hash: Buffer }>('select leaf_hash from ledger_leaf where leaf_index = $1', [
      disclosure.index,
    ]);
    const erase = 'update ledger_disclosure set value = null, erased_at = $2 where digest = $1';
    expect((await test.database.query(erase, [digest, clock.now()])).count).toBe(1);
    await expect(test.database.query(erase, [digest, clock.now()])).rejects.toMatchObject({ code: '42501' });
    expect(await readDisclosures(test.database, workspaceId, range)).toEqual([]);
    const record = (await readSequencedRecords(test.database, workspaceId, range)).find(({ index }) => index === disclosure.index);
    expect(record?.leaf.toString('utf8')).toContain(digestReference(digest));
    expect(leafHash(record?.leaf ?? Buffer.alloc(0))).toEqual(hashes[0]?.leaf_hash);
  });
});
