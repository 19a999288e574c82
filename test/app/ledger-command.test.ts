import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ledgerCommand } from '../../src/app/commands/ledger.ts';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import { loadSigningKey, logOrigin, readLatestCheckpoint, signerFrom } from '../../src/ledger/index.ts';
import { formatCheckpoint, leafHash, parseNote, signNote } from '../../src/tlog/index.ts';
import { createWorkspace } from '../../src/workspace/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const clock = steppingClock();
let db: TestDatabase;
let folder: string;
let workspaceId: WorkspaceId;

beforeAll(async () => {
  db = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'rollcall-ledger-command-'));
  const named = { slug: 'acme', name: 'Acme', timeZone: 'UTC', ownerName: 'Olive Owner' };
  ({ workspaceId } = await createWorkspace({ database: db.database, clock }, named));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await db.drop();
});

const file = (name: string) => join(folder, name);

async function run(args: readonly string[], keys: Readonly<Record<string, string>> = {}) {
  const [out, complaints]: [string[], string[]] = [[], []];
  const io = {
    out: (text: string) => out.push(text),
    complain: (text: string) => complaints.push(text),
    environment: {
      DATABASE_URL: db.serverUrl,
      ROLLCALL_MIGRATE_DATABASE_URL: db.ownerUrl,
      ROLLCALL_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      ROLLCALL_LEDGER_KEY_FILE: file('one.pem'),
      ROLLCALL_LOG_LEVEL: 'error',
      ...keys,
    },
    isTerminal: false,
    asked: new Promise<void>(() => undefined),
  };
  const code = await ledgerCommand.run(args, io);
  return { code, out: out.join(''), complaints: complaints.join('') };
}

const both = () => ({ ROLLCALL_LEDGER_KEY_FILE: file('two.pem'), ROLLCALL_LEDGER_PREVIOUS_KEY_FILE: file('one.pem') });
const vkeysIn = (out: string) => out.split('\n').flatMap((line) => /^(\S+\+\S+) {2}/.exec(line)?.[1] ?? []);

describe('rollcall ledger key', () => {
  it('makes a key that its owner alone can read, and never writes over one', async () => {
    expect((await run(['key', 'create', file('one.pem')])).code).toBe(0);
    expect(statSync(file('one.pem')).mode & 0o777).toBe(0o600);
    await expect(run(['key', 'create', file('one.pem')])).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(/one\.pem is there already, and may hold a key that signs: name another file$/),
    });
    await run(['key', 'create', file('two.pem')]);
  });

  it('says why it lists none where nothing is signed yet', async () => {
    expect(await run(['key', 'list'])).toMatchObject({ code: 0, out: '', complaints: expect.stringMatching(/^Nothing is signed yet: /) });
  });

  it('retires the old key in every ledger, sealed under that key, and lists both', async () => {
    const refused = run(['key', 'retire', 'AAAA', '--reason', 'a year has passed']);
    expect(await refused).toMatchObject({ code: 1, complaints: expect.stringMatching(/signs no ledger/) });
    const [oldVkey = ''] = vkeysIn((await run(['key', 'list'])).out);
    const retired = await run(['key', 'retire', oldVkey, '--reason', 'a year has passed'], both());
    expect(retired).toMatchObject({ code: 0, out: expect.stringMatching(new RegExp(`^${workspaceId} {2}retired, sealed`)) });
    expect(parseNote((await readLatestCheckpoint(db.database, workspaceId))?.note ?? '')?.signatures).toHaveLength(2);
    const { out } = await run(['key', 'list']);
    expect(out).toMatch(/ {2}retired 20/);
    expect(out).toMatch(/ {2}signs since 20/);
    const { rows } = await db.database.query<{ value: string }>(
      `select d.value from ledger_disclosure d join ledger_record r on r.workspace_id = d.workspace_id and r.id = d.record_id
        where r.type = 'ledger.key_retired'`,
    );
    expect(rows).toEqual([{ value: 'a year has passed' }]);
    expect(await run(['key', 'retire', oldVkey, '--reason', 'again'], both())).toMatchObject({ code: 1 });
  });

  it.each([
    { args: [], what: 'nothing' },
    { args: ['key', 'burn'], what: 'a verb that it has not' },
    { args: ['key', 'create'], what: 'no file' },
    { args: ['key', 'create', 'no-such-folder/one.pem'], what: 'a folder that is not there' },
    { args: ['fork', 'no-such-checkpoint'], what: 'a checkpoint that is not there' },
    { args: ['key', 'retire', 'AAAA'], what: 'no reason' },
    { args: ['key', 'retire', 'AAAA', '--reason', 'x', '--compromised-from', 'yesterday'], what: 'an instant that is none' },
  ])('says how it is used when it is given $what', async ({ args }) => {
    await expect((async () => run(args))()).rejects.toMatchObject({ name: 'UsageError' });
  });
});

describe('rollcall ledger fork', () => {
  const latest = async () => (await readLatestCheckpoint(db.database, workspaceId)) ?? { note: '', size: 0 };
  const fork = async (note: string) => {
    writeFileSync(file('kept'), note);
    return await run(['fork', file('kept')], { ...both(), ROLLCALL_LOG_LEVEL: 'silent' }); // a fork is an alarm
  };
  /** What an honest operator would have handed out before the database was restored: signed, and over more than it holds now. */
  const ofTheFuture = (size: number) => {
    const origin = logOrigin(workspaceId);
    const root = leafHash(Buffer.from('a record that was lost'));
    return signNote(formatCheckpoint({ origin, size, root }), [signerFrom(loadSigningKey(file('two.pem'))).forOrigin(origin)]);
  };

  it('has nothing to do where the ledger goes on from the checkpoint', async () => {
    expect(await fork((await latest()).note)).toMatchObject({ code: 0, out: expect.stringMatching(/nothing to do/) });
  });

  it.each([
    { what: 'what is none', note: () => 'no note', complaint: /holds no signed checkpoint. Nothing was changed/ },
    { what: 'one that nobody signed', note: () => ofTheFuture(9).replace(/\n9\n/, '\n8\n'), complaint: /signed by no key of rollcall/ },
    { what: 'one of another ledger', note: () => ofTheFuture(9).replaceAll(workspaceId, 'x'), complaint: /No ledger here is rollcall/ },
  ])('refuses $what', async ({ note, complaint }) => {
    expect(await fork(note())).toMatchObject({ code: 1, out: '', complaints: expect.stringMatching(complaint) });
  });

  it('gives the ledger its next name where the checkpoint is over records that are lost', async () => {
    const { size } = await latest();
    const { code, out } = await fork(ofTheFuture(size + 5));
    expect(code).toBe(0);
    expect(out).toContain(`From now on it is ${logOrigin(workspaceId, 2)}`);
    expect((await run(['key', 'list'], both())).out).toContain(`${logOrigin(workspaceId, 2)}+`);
  });

  it('wants one file', async () => {
    await expect(run(['fork'])).rejects.toThrow(/wants one file/);
  });
});
