// How long HR's roster takes to come in, beside the least that PostgreSQL could do with it. `node bench/roster.mjs [PEOPLE]`; 100,000 unless told.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spentBetween, timesOf } from './processor-time.mjs';
import { forgetPeak, peakOf } from './resident-memory.mjs';

const dist = join(import.meta.dirname, '../dist');
const PEOPLE = Number(process.argv[2] ?? '100000');
const LEAVERS = Math.floor(PEOPLE / 1_000);
const clock = { now: () => new Date().toISOString() };

if (!Number.isSafeInteger(PEOPLE) || PEOPLE < 1_000) {
  process.stderr.write('usage: node bench/roster.mjs [PEOPLE], at least 1000\n');
  process.exit(2);
}

const { startEmbeddedDatabase, openDatabase, createLog, createSecretBox } = await import(join(dist, 'platform/index.js'));
const { migrateStore } = await import(join(dist, 'app/open-store.js'));
const { createWorkspace } = await import(join(dist, 'workspace/index.js'));
const { importRoster, previewImport } = await import(join(dist, 'roster/import-roster.js'));
const { sentRoster } = await import(join(dist, 'roster/roster-reader.js'));

const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
const embedded = await startEmbeddedDatabase({ dataDirectory: folder });
try {
  await migrateStore(embedded.ownerUrl, embedded.serverUrl, createLog({ level: 'error', format: 'json' }));
  const database = openDatabase({ url: embedded.serverUrl, poolSize: 4, applicationName: 'bench' });
  const owner = openDatabase({ url: embedded.ownerUrl, poolSize: 1, applicationName: 'bench-floor' });
  try {
    await measure(database, owner);
  } finally {
    await owner.close();
    await database.close();
  }
} finally {
  await embedded.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(database, owner) {
  const named = { slug: 'bench', name: 'Bench', timeZone: 'Europe/Berlin', ownerName: randomBytes(4).toString('hex') };
  const { workspaceId } = await createWorkspace({ database, clock }, named);
  const deps = { database, clock, secretBox: createSecretBox(randomBytes(32)) };
  const [first, second] = [fileOf(0), fileOf(LEAVERS)];
  const roster = (bytes) => ({
    ...sentRoster('file', bytes),
    full: true,
    partial: false,
    elseUnchanged: false,
  });
  const take = (bytes) => importRoster(deps, workspaceId, { ...roster(bytes), actor: 'system', allowRejected: false });
  const rows = [
    ['floor: copy, and insert people, periods and a record each', () => floor(owner, 0)],
    ['dry run of everybody', () => previewImport(deps, workspaceId, roster(first))],
    ['import of everybody', () => take(first)],
    ['dry run of the same again', () => previewImport(deps, workspaceId, roster(first))],
    [`import with ${LEAVERS.toLocaleString('en')} new ends`, () => take(second)],
  ];
  process.stdout.write(`${PEOPLE.toLocaleString('en')} people, a file of ${(first.length / 2 ** 20).toFixed(0)} MiB\n\n`);
  process.stdout.write('| what | s | of the floor | processor, s: Node | PostgreSQL | of the floor | most memory more, MiB |\n');
  process.stdout.write('|---|---|---|---|---|---|---|\n');
  let least;
  for (const [name, run] of rows) {
    const { seconds, node, postgres, memory } = await timed(owner, run);
    least ??= { seconds, processor: node + postgres };
    const ofFloor = { seconds: seconds / least.seconds, processor: (node + postgres) / least.processor };
    const cells = [seconds.toFixed(1), ofFloor.seconds.toFixed(2), node.toFixed(1), postgres.toFixed(1), ofFloor.processor.toFixed(2)];
    process.stdout.write(`| ${[name, ...cells, memory.toFixed(0)].join(' | ')} |\n`);
  }
}

/** Processor time is that of this process and of PostgreSQL's for its connections; it moves less than seconds do when others use the machine. */
async function timed(owner, run) {
  const timesNow = async () => {
    const { rows } = await owner.query("select pid from pg_stat_activity where application_name like 'bench%'");
    return [timesOf([process.pid]), timesOf(rows.map(({ pid }) => pid))];
  };
  globalThis.gc?.();
  const memoryBefore = process.memoryUsage().rss / 2 ** 20;
  forgetPeak(process.pid);
  const [before, startedAt] = [await timesNow(), performance.now()];
  await run();
  const seconds = (performance.now() - startedAt) / 1000;
  const after = await timesNow();
  const [node, postgres] = after.map((times, index) => spentBetween(before[index], times) / 1_000_000);
  return { seconds, node, postgres, memory: peakOf(process.pid) - memoryBefore };
}

/** As if HR's system had written it; the first so many have left. */
function fileOf(leavers) {
  const lines = ['employee_id,work_email,display_name,start_date,end_date,time_zone'];
  for (let n = 0; n < PEOPLE; n += 1) {
    lines.push(`${String(n).padStart(7, '0')},u${n}@load.example,User ${n},2020-01-01,${n < leavers ? '2026-06-30' : ''},Europe/Berlin`);
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

/** The same rows, with the same indexes and a record of some 500 bytes for each period, by four statements. */
async function floor(owner) {
  await owner.query(
    'create table floor_stage (employee_id text, work_email text, display_name text, start_date date, end_date date, time_zone text)',
  );
  await owner.query(
    'create table floor_person (id uuid primary key, employee_id text unique, display_name text, work_email text, email_key text)',
  );
  await owner.query(
    'create table floor_period (id uuid primary key, person_id uuid, start_date date, end_date date, time_zone text, unique (person_id, start_date))',
  );
  await owner.query('create table floor_record (id uuid primary key, at timestamptz, leaf bytea)');
  const csv = fileOf(0).toString().split('\n').slice(1, -1);
  await owner.transaction(async (tx) => {
    await tx.copyIn("copy floor_stage from stdin (format csv, null '')", chunksOf(csv));
    await tx.query(
      'insert into floor_person select gen_random_uuid(), employee_id, display_name, work_email, lower(work_email) from floor_stage',
    );
    await tx.query(
      'insert into floor_period select gen_random_uuid(), person.id, stage.start_date, stage.end_date, stage.time_zone from floor_stage stage join floor_person person using (employee_id)',
    );
    await tx.query("insert into floor_record select gen_random_uuid(), now(), convert_to(repeat('x', 500), 'UTF8') from floor_period");
  });
}

function* chunksOf(lines) {
  for (let start = 0; start < lines.length; start += 1_000) yield `${lines.slice(start, start + 1_000).join('\n')}\n`;
}
