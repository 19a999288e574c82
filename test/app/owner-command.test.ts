import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { ownerCommand } from '../../src/app/commands/owner.ts';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import { createWorkspace } from '../../src/workspace/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Administration, administration } from '../workspace/administration.ts';

const clock = steppingClock();
let db: TestDatabase;
let workspaceId: WorkspaceId;
let owner: { readonly id: string; readonly credential: string };
let api: Administration;
let slug: string;
let made = 0;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(async () => {
  await db.drop();
});
beforeEach(async () => {
  made += 1;
  slug = `acme-${made}`;
  const named = { slug, name: 'Acme', timeZone: 'UTC', ownerName: 'Olive Owner' };
  ({ workspaceId, owner } = await createWorkspace({ database: db.database, clock }, named));
  api = await administration({ database: db.database, clock, workspaceId });
});
afterEach(async () => {
  await api.close();
});

async function run(...args: readonly string[]) {
  const out: string[] = [];
  const io = {
    out: (text: string) => out.push(text),
    complain: () => undefined,
    environment: {
      DATABASE_URL: db.serverUrl,
      ROLLCALL_MIGRATE_DATABASE_URL: db.ownerUrl,
      ROLLCALL_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      ROLLCALL_LEDGER_KEY_FILE: '/nowhere/ledger-key.pem',
      ROLLCALL_LOG_LEVEL: 'error',
    },
    isTerminal: false,
    asked: new Promise<void>(() => undefined),
  };
  const code = await ownerCommand.run(args, io);
  return { code, out: out.join('') };
}

function recover(...more: readonly string[]) {
  return run('recover', '--workspace', slug, '--name', 'Rita Rescue', '--reason', 'The safe burnt down', ...more);
}

const credentialIn = (out: string) => /^credential {2}(rco_\S+)$/m.exec(out)?.[1] ?? '';
const statusWith = async (token: string) => (await api.ask('GET', '/owners', { token })).status;

async function recoveries(): Promise<readonly { readonly text: string; readonly detail: unknown }[]> {
  const asked = `select leaf from ledger_record where workspace_id = $1 and type = 'owner.recovered'`;
  const { rows } = await db.owner.query<{ leaf: Buffer }>(asked, [workspaceId]);
  return rows.map(({ leaf }) => ({ text: leaf.toString('utf8'), detail: JSON.parse(leaf.toString('utf8')).detail }));
}

describe('rollcall owner recover', () => {
  it('adds an owner whose credential opens the door, says why in the ledger, and lists who else can open it', async () => {
    const { code, out } = await recover();
    expect(code).toBe(0);
    expect(await statusWith(credentialIn(out))).toBe(200);
    expect(await statusWith(owner.credential)).toBe(200);
    expect(out).toContain(`${owner.id}  Olive Owner, last used never`);
    const [record, ...others] = await recoveries();
    expect([record?.detail, others]).toEqual([{ replaces: null }, []]);
    expect(record?.text).not.toContain('burnt');
  });

  it('ends the owner whom it replaces, even the only one (I5)', async () => {
    const { out } = await recover('--replaces', owner.id.toUpperCase());
    expect([await statusWith(owner.credential), await statusWith(credentialIn(out))]).toEqual([401, 200]);
    expect(out).not.toContain('still open the door');
    expect((await recoveries()).map(({ detail }) => detail)).toEqual([{ replaces: owner.id }]);
  });

  it('says who the owner is, and does not print it', async () => {
    const [tenantId, objectId] = [randomUUID(), randomUUID()];
    const { out } = await recover('--tenant-id', tenantId, '--object-id', objectId.toUpperCase());
    expect(out).not.toContain(objectId);
    const { body } = await api.ask('GET', '/owners', { token: credentialIn(out) });
    expect(body.owners.find(({ name }: { name: string }) => name === 'Rita Rescue')).toMatchObject({
      person: { tenantId, objectId, personId: null, namedBy: 'system', reason: null },
    });
  });

  it('adds nobody whose person no roster knows', async () => {
    await expect(recover('--person', randomUUID())).rejects.toMatchObject({ code: 'not-found' });
    await expect(run('--workspace', slug, '--name', 'Otto', '--person', randomUUID())).rejects.toMatchObject({ code: 'not-found' });
    await expect(run('--workspace', `${slug}-2`, '--name', 'Otto', '--person', randomUUID())).rejects.toMatchObject({ code: 'not-found' });
    expect((await api.ask('GET', '/owners', { token: owner.credential })).body.owners).toHaveLength(1);
  });

  it('adds nobody when the one to replace is no owner', async () => {
    await expect(recover('--replaces', randomUUID())).rejects.toMatchObject({ code: 'not-found' });
    expect(await recoveries()).toEqual([]);
  });

  it('makes no workspace of a name that was mistyped', async () => {
    slug = 'acmee';
    await expect(recover()).rejects.toMatchObject({ code: 'not-found' });
    const { rows } = await db.owner.query('select 1 from workspace where slug = $1', ['acmee']);
    expect(rows).toEqual([]);
  });

  it.each([
    { name: 'without a reason', args: ['recover', '--workspace', 'acme', '--name', 'Rita'], says: /--reason are needed/ },
    { name: 'without a workspace', args: ['recover', '--name', 'Rita', '--reason', 'x'], says: /--workspace/ },
    {
      name: 'with a name where an id belongs',
      args: ['recover', '--workspace', 'a', '--name', 'R', '--reason', 'x', '--replaces', 'Olive'],
      says: /the id of an owner/,
    },
    {
      name: 'with a name where the id of a person belongs',
      args: ['--workspace', 'a', '--name', 'R', '--person', 'Olive'],
      says: /--person wants an id/,
    },
  ])('is not understood $name', async ({ args, says }) => {
    await expect(run(...args)).rejects.toThrow(says);
  });
});
