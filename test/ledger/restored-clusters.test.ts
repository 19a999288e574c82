import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import copy from 'pg-copy-streams';
import { newId, type WorkspaceId } from '../../src/kernel/index.ts';
import { append, type Checkpoint, createIntegrator, holdToCheckpoint, logOrigin } from '../../src/ledger/index.ts';
import {
  type Database,
  type EmbeddedDatabase,
  migrate,
  openDatabase,
  readMigrations,
  startEmbeddedDatabase,
} from '../../src/platform/index.ts';
import { parseCheckpoint, parseNote } from '../../src/tlog/index.ts';
import { steppingClock } from '../support/clock.ts';
import { freshSigner } from '../support/fresh-signer.ts';
import { recordingLog, silentLog } from '../support/log.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { sealed } from './attack-world.ts';
import { sealedWhole } from './ledger-fixture.ts';

const clock = steppingClock();
const signer = freshSigner();
const settings = { fsync: 'off', full_page_writes: 'off', shared_buffers: '32MB' };

/** A PostgreSQL of its own: not a database beside others, but another cluster. */
interface Cluster {
  readonly server: EmbeddedDatabase;
  readonly database: Database;
  stop(): Promise<void>;
}

let folder: string;
const running: Cluster[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-clusters-'));
  chmodSync(folder, 0o711); // PostgreSQL's own user passes through
});
afterAll(async () => {
  for (const cluster of running.splice(0)) await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(name: string): Promise<Cluster> {
  const server = await startEmbeddedDatabase({ dataDirectory: join(folder, name), settings });
  await migrate({ ownerUrl: server.ownerUrl, migrations: readMigrations('migrations') });
  const database = openDatabase({ url: server.serverUrl, poolSize: 3, applicationName: 'rollcall-test-cluster' });
  const cluster: Cluster = {
    server,
    database,
    stop: async () => {
      if (running.includes(cluster)) running.splice(running.indexOf(cluster), 1);
      await database.close();
      await server.stop();
    },
  };
  running.push(cluster);
  return cluster;
}

const deps = ({ database }: Cluster) => ({ database, clock, log: silentLog, signer });

/** Three records more, and the checkpoint over all. */
async function goOn(cluster: Cluster, workspaceId: WorkspaceId): Promise<Checkpoint> {
  const record = () => {
    const subject = { kind: 'scim-user', id: newId(clock.now()) };
    return { type: 'scim.user.updated' as const, at: clock.now(), actor: 'system', subject };
  };
  await cluster.database.transaction((tx) => append(tx, workspaceId, [record(), record(), record()]));
  return await createIntegrator(deps(cluster)).settle(workspaceId);
}

const originOf = ({ note }: Checkpoint) => parseCheckpoint(parseNote(note)?.text ?? '')?.origin;

/** Every row of every table, from one cluster to another that has none: what pg_dump and pg_restore do. */
async function dumpAndRestore(from: Cluster, to: Cluster): Promise<void> {
  const [source, target] = [from, to].map(({ server }) => new pg.Client({ connectionString: inDatabase(server) }));
  if (source === undefined || target === undefined) throw new Error('two clusters are needed');
  await Promise.all([source.connect(), target.connect()]);
  await target.query('set session_replication_role = replica');
  const { rows } = await source.query<{ name: string }>(
    `select format('%I', tablename) as name from pg_tables where schemaname = 'public' and tablename <> 'schema_migration'`,
  );
  await target.query(`truncate ${rows.map(({ name }) => name).join(', ')}`);
  for (const { name } of rows) {
    await pipeline(source.query(copy.to(`copy ${name} to stdout`)), target.query(copy.from(`copy ${name} from stdin`)));
  }
  await Promise.all([source.end(), target.end()]);
}

/** As the superuser, in the database of the installation. */
function inDatabase({ ownerUrl, superuserUrl }: EmbeddedDatabase): string {
  return Object.assign(new URL(superuserUrl), { pathname: new URL(ownerUrl).pathname }).href;
}

describe('a ledger on another cluster', () => {
  let workspaceId: WorkspaceId;
  let late: Checkpoint;

  it('that holds a backup of an earlier time forks once somebody brings a checkpoint of the time between (I11)', async () => {
    let first = await start('first');
    const owner = openDatabase({ url: first.server.ownerUrl, poolSize: 1, applicationName: 'rollcall-test-cluster' });
    workspaceId = await insertWorkspace(owner, clock.now());
    await owner.close();
    const early = await goOn(first, workspaceId);
    const from = first.server.dataDirectory;
    await first.stop();
    execFileSync('cp', ['-a', from, join(folder, 'backup')]);
    first = await start('first');
    late = await goOn(first, workspaceId);

    const restored = await start('backup');
    expect(await holdToCheckpoint(deps(restored), early.note)).toMatchObject({ kind: 'goes-on', origin: logOrigin(workspaceId) });
    const log = recordingLog();
    const held = await holdToCheckpoint({ ...deps(restored), log }, late.note);
    expect(held).toMatchObject({ kind: 'forked', workspaceId, origin: logOrigin(workspaceId, 2) });
    expect(log.events.filter(({ level }) => level === 'error')).toMatchObject([{ event: 'ledger.forked', fields: { because: 'shrunk' } }]);
    expect(await holdToCheckpoint(deps(restored), late.note)).toMatchObject({ kind: 'goes-on', origin: logOrigin(workspaceId, 2) });
    expect(originOf(await goOn(restored, workspaceId))).toBe(logOrigin(workspaceId, 2));
    await sealed(createIntegrator(deps(restored)), workspaceId);
    await sealedWhole(restored.database, workspaceId);
    await restored.stop();
  }, 60_000);

  it('that holds all of it goes on under its own name, whatever its transaction ids are', async () => {
    const [first] = running;
    if (first === undefined) throw new Error('the first cluster runs');
    const second = await start('second');
    await dumpAndRestore(first, second);
    const after = await goOn(second, workspaceId);
    expect(originOf(after)).toBe(logOrigin(workspaceId));
    expect(after.size).toBeGreaterThan(late.size);
    expect(await holdToCheckpoint(deps(second), late.note)).toMatchObject({ kind: 'goes-on' });
    await sealedWhole(second.database, workspaceId);
  }, 60_000);

  it.each([
    { what: 'what is no checkpoint', text: () => 'none', held: { kind: 'no-checkpoint' } },
    {
      what: 'one of another ledger',
      text: () => late.note.replace(workspaceId, '00000000-0000-7000-8000-000000000001'),
      held: { kind: 'stranger' },
    },
    { what: 'one that nobody signed', text: () => late.note.replace(/\n\d+\n/, '\n999\n'), held: { kind: 'unsigned' } },
  ])('is not moved by $what', async ({ text, held }) => {
    const [first] = running;
    if (first === undefined) throw new Error('the first cluster runs');
    expect(await holdToCheckpoint(deps(first), text())).toMatchObject(held);
  });
});
