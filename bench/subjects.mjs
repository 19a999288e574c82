import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { fillFloor } from './floor-database.mjs';
import { readPopulation } from './seeded-population.mjs';

const START_TIMEOUT_MS = 1_800_000; // seeding a million users takes minutes
const STOP_TIMEOUT_MS = 20_000;
const POLL_MS = 50;

/** Each server's connections to PostgreSQL: Rollcall's default, given to both. */
const POOL_SIZE = 8;
const dist = join(import.meta.dirname, '../dist');

/**
 * Starts PostgreSQL on loopback and on it, for each number of users, a pair: Rollcall's sandbox and the floor beside it.
 * `undo` collects how to end each of them, also when a later one fails to start.
 */
export async function startSubjects({ populations, undo, signal }) {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const { startEmbeddedDatabase } = await import(join(dist, 'platform/index.js'));
  const embedded = await startEmbeddedDatabase({ dataDirectory: folder });
  undo.push(() => embedded.stop());
  const administrator = await connect(embedded.superuserUrl, undo);
  const pairs = [];
  for (const users of populations) {
    const startedAt = performance.now();
    pairs.push(await startPair({ users, folder, administrator, superuserUrl: embedded.superuserUrl, undo, signal }));
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    process.stderr.write(`${users.toLocaleString('en')} users are there, after ${seconds} s\n`);
  }
  return {
    pairs,
    machine: {
      backendsOf: async () => (await administrator.query(BACKENDS)).rows,
      serverPids: pairs.flatMap(({ rollcall, floor }) => [rollcall.pid, floor.pid]),
    },
    deadlocksIn: async (database) => Number((await administrator.query(DEADLOCKS, [database])).rows[0].deadlocks),
  };
}

async function startPair({ users, folder, administrator, superuserUrl, undo, signal }) {
  const [rollcallDatabase, floorDatabase] = [`rollcall_${users}`, `floor_${users}`];
  for (const database of [rollcallDatabase, floorDatabase]) await administrator.query(`create database ${database}`);
  const [rollcallUrl, floorUrl] = [databaseUrl(superuserUrl, rollcallDatabase), databaseUrl(superuserUrl, floorDatabase)];
  const readyFile = join(folder, `ready-${users}.json`);
  const rollcall = await startSandbox({ users, databaseUrl: rollcallUrl, readyFile, undo, signal });
  await fillFloor({ sourceUrl: rollcallUrl, floorUrl });
  const floor = await startFloor({ floorUrl, undo });
  const reader = await connect(rollcallUrl, undo);
  return {
    rollcall: { ...rollcall, database: rollcallDatabase, settle: () => settleLedger(reader, rollcall.workspaceId) },
    floor: { ...floor, database: floorDatabase, settle: async () => undefined },
    population: await readPopulation(reader, users),
    roleUrn: rollcall.roleUrn,
  };
}

/** Also the workers that belong to nobody (writer, checkpointer), under no database; not our own look at them. */
const BACKENDS = `select pid, datname as database from pg_stat_activity where application_name <> 'bench'`;
const DEADLOCKS = 'select deadlocks from pg_stat_database where datname = $1';

async function connect(connectionString, undo) {
  const client = new pg.Client({ connectionString, application_name: 'bench' });
  client.on('error', () => undefined); // a connection that is lost shows at its next query
  await client.connect();
  undo.push(() => client.end());
  return client;
}

function databaseUrl(url, database) {
  const target = new URL(url);
  target.pathname = `/${database}`;
  return target.href;
}

async function startSandbox({ users, databaseUrl: url, readyFile, undo, signal }) {
  const options = ['--port', '0', '--ready-file', readyFile, '--users', String(users), '--database-url', url];
  const child = launch([join(dist, 'app/main.js'), 'sandbox', ...options], undo, { ROLLCALL_DATABASE_POOL_SIZE: String(POOL_SIZE) });
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  while (!existsSync(readyFile)) {
    if (child.exitCode !== null || Date.now() > giveUpAt) throw new Error('the sandbox did not start; it says why above');
    await delay(POLL_MS, undefined, { signal });
  }
  const { workspaceId, scim } = JSON.parse(readFileSync(readyFile, 'utf8'));
  const { hostname: host, port, pathname } = new URL(scim.baseUrl);
  const headers = [['authorization', `Bearer ${scim.token}`]];
  return { name: 'rollcall', pid: child.pid, host, port, pathname, headers, workspaceId, roleUrn: scim.roleUrn };
}

async function startFloor({ floorUrl, undo }) {
  const child = launch([join(import.meta.dirname, 'floor-server.mjs')], undo, {
    FLOOR_DATABASE_URL: floorUrl,
    FLOOR_POOL_SIZE: String(POOL_SIZE),
  });
  const [line] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  const port = Number(line);
  if (!Buffer.isBuffer(line) || !(port > 0)) throw new Error('the floor did not start; it says why above');
  return { name: 'floor', pid: child.pid, host: '127.0.0.1', port, pathname: '', headers: [] };
}

function launch(args, undo, environment) {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...environment }, stdio: ['pipe', 'pipe', 'inherit'] });
  undo.push(() => end(child));
  child.stdout.on('data', () => undefined);
  return child;
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(kill);
}

const IS_LEDGER_BEHIND = {
  name: 'bench-is-ledger-behind',
  text: `select exists (
      select from ledger_record join ledger using (workspace_id)
      where workspace_id = $1 and ledger_record.txid >= ledger.watermark
    ) as behind`,
};
const SETTLE_TIMEOUT_MS = 15_000;

/** Waits until every record has its leaf: that work belongs to the writes before it, not to whoever is measured next. */
async function settleLedger(reader, workspaceId) {
  const giveUpAt = Date.now() + SETTLE_TIMEOUT_MS;
  while (Date.now() < giveUpAt) {
    const { rows } = await reader.query(IS_LEDGER_BEHIND, [workspaceId]);
    if (!rows[0].behind) return;
    await delay(POLL_MS);
  }
}
