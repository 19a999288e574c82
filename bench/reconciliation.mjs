// What a reconciliation costs beside the bare SQL of the same classification. `node bench/reconciliation.mjs [--rows N]`; 100,000 unless told.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { classifyInMemory, classifyInSql } from './leaver-floors.mjs';
import { changeSome, NOW, seedPopulation } from './leaver-population.mjs';
import { spentBetween, timesOf } from './processor-time.mjs';
import { forgetPeak, peakOf } from './resident-memory.mjs';

const dist = join(import.meta.dirname, '../dist');
const { values } = parseArgs({ options: { rows: { type: 'string', default: '100000' } } });
const ROWS = Number(values.rows);
const CHANGED = Math.min(1_000, ROWS / 100);
/** The program that loads everything takes some 10 KB for each of them, and Node gives it no more than a few gigabytes. */
const LOADED_AT_MOST = 300_000;
if (!Number.isSafeInteger(ROWS) || ROWS < 1_000) {
  process.stderr.write('usage: node bench/reconciliation.mjs [--rows N], at least 1000\n');
  process.exit(2);
}

const { startEmbeddedDatabase, openDatabase, createLog, copyLine, settleHeap } = await import(join(dist, 'platform/index.js'));
const { migrateStore } = await import(join(dist, 'app/open-store.js'));
const { createWorkspace } = await import(join(dist, 'workspace/index.js'));
const { reconcile, setPolicy } = await import(join(dist, 'reconciliation/index.js'));

let at = '2026-01-01T00:00:00.000Z';
const clock = { now: () => at };
const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
const embedded = await startEmbeddedDatabase({ dataDirectory: folder });
try {
  await migrateStore(embedded.ownerUrl, embedded.serverUrl, createLog({ level: 'error', format: 'json' }));
  const database = openDatabase({ url: embedded.serverUrl, poolSize: 4, applicationName: 'bench' });
  const owner = openDatabase({ url: embedded.ownerUrl, poolSize: 2, applicationName: 'bench-floor' });
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
  const deps = { database, clock };
  const named = { slug: 'bench', name: 'Bench', timeZone: 'Europe/Berlin', ownerName: randomBytes(4).toString('hex') };
  const { workspaceId } = await createWorkspace(deps, named);
  await setPolicy(deps, workspaceId, { slaHours: 24, actor: 'system' });
  await seedPopulation(owner, workspaceId, ROWS);
  at = NOW;
  process.stdout.write(`${ROWS.toLocaleString('en')} people, directory accounts and SCIM users each\n\n`);
  process.stdout.write(
    '| what | s | of bare SQL | processor, s: Node | PostgreSQL | of bare SQL | most memory, MiB |\n|---|---|---|---|---|---|---|\n',
  );
  settleHeap(); // as the server does, once it has started
  const timed = timing(owner);
  const first = await timed(() => reconcile(deps, workspaceId, 'system'));
  await owner.query('vacuum analyze');
  for (const table of ['floor_sql', 'floor_memory']) await owner.query(`create table ${table} (like finding including all)`);
  const floor = await timed(() => classifyInSql(owner, workspaceId, 'floor_sql'));
  const line = (name, { seconds, node, postgres, peak }) => {
    const ofFloor = [seconds / floor.seconds, (node + postgres) / (floor.node + floor.postgres)].map((ratio) => ratio.toFixed(2));
    const cells = [seconds.toFixed(2), ofFloor[0], node.toFixed(2), postgres.toFixed(2), ofFloor[1], peak.toFixed(0)];
    process.stdout.write(`| ${name} | ${cells.join(' | ')} |\n`);
  };
  line('bare SQL: classify, and write a finding for each', { ...floor, peak: Number.NaN });
  line('first run: match everything, and judge it', first);
  await owner.query('delete from finding');
  await owner.query('vacuum analyze finding');
  line('full run: judge everything, and write a finding for each', await timed(() => reconcile(deps, workspaceId, 'system')));
  line('the same again, nothing has changed', await timed(() => reconcile(deps, workspaceId, 'system')));
  line('run of what changed, where nothing has', await timed(() => reconcile(deps, workspaceId, 'system', 'changes')));
  await compare(owner, workspaceId);
  for (const round of [1, 2]) {
    await changeSome(owner, { workspaceId, count: CHANGED, round });
    line(
      `run of what changed, ${CHANGED.toLocaleString('en')} accounts`,
      await timed(() => reconcile(deps, workspaceId, 'system', 'changes')),
    );
  }
  if (ROWS > LOADED_AT_MOST) return;
  line('load everything into memory', await timed(() => classifyInMemory(owner, workspaceId, { table: 'floor_memory', copyLine })));
}

/** The floor has to come to the same verdicts, or it would not be one. */
async function compare(owner, workspaceId) {
  const { rows } = await owner.query(
    `select verdict, ours.n as ours, floor.n as floor
     from (select verdict, count(*) as n from finding where workspace_id = $1 and closed_at is null group by 1) as ours
     full join (select verdict, count(*) as n from floor_sql group by 1) as floor using (verdict)
     order by verdict`,
    [workspaceId],
  );
  const differing = rows.filter(({ ours, floor }) => ours !== floor);
  if (differing.length > 0) process.stdout.write(`bare SQL differs: ${JSON.stringify(differing)}\n`);
}

/** Processor time is that of this process and of PostgreSQL's for its connections; it moves less than seconds do when others use the machine. */
function timing(owner) {
  const timesNow = async () => {
    const { rows } = await owner.query("select pid from pg_stat_activity where application_name like 'bench%'");
    return [timesOf([process.pid]), timesOf(rows.map(({ pid }) => pid))];
  };
  return async (run) => {
    globalThis.gc?.();
    forgetPeak(process.pid);
    const [before, startedAt] = [await timesNow(), performance.now()];
    await run();
    const seconds = (performance.now() - startedAt) / 1000;
    const after = await timesNow();
    const [node, postgres] = after.map((times, index) => spentBetween(before[index], times) / 1_000_000);
    return { seconds, node, postgres, peak: peakOf(process.pid) };
  };
}
