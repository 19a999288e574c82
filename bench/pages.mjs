// How long pages of people and findings take, over HTTP, in one large workspace. `node bench/pages.mjs [--rows N]`; 100,000 unless told.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { changeSome, NOW, seedPopulation } from './leaver-population.mjs';
import { spentBetween, timesOf } from './processor-time.mjs';
import { serveRoutes } from './serve-routes.mjs';

const dist = join(import.meta.dirname, '../dist');
const { values } = parseArgs({ options: { rows: { type: 'string', default: '100000' } } });
const ROWS = Number(values.rows);
if (!Number.isSafeInteger(ROWS) || ROWS < 1_000) {
  process.stderr.write('usage: node bench/pages.mjs [--rows N], at least 1000\n');
  process.exit(2);
}

const platform = await import(join(dist, 'platform/index.js'));
const { startEmbeddedDatabase, openDatabase, createLog, createOutboundHttp, createSecretBox } = platform;
const { migrateStore } = await import(join(dist, 'app/open-store.js'));
const { createWorkspace } = await import(join(dist, 'workspace/index.js'));
const { reconcile, reconciliationRoutes, setPolicy } = await import(join(dist, 'reconciliation/index.js'));
const { rosterRoutes } = await import(join(dist, 'roster/index.js'));

/** What a page may take (docs/performance.md). */
const BUDGET_MS = 50;
const ROUNDS = 20;
/** How many are dropped, among all that are listed. */
const DROPPED = 20;
const log = createLog({ level: 'error', format: 'json' });

let at = '2026-01-01T00:00:00.000Z';
const clock = { now: () => at };
const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
const embedded = await startEmbeddedDatabase({ dataDirectory: folder });
try {
  await migrateStore(embedded.ownerUrl, embedded.serverUrl, log);
  const database = openDatabase({ url: embedded.serverUrl, poolSize: 4, applicationName: 'bench' });
  const owner = openDatabase({ url: embedded.ownerUrl, poolSize: 2, applicationName: 'bench-owner' });
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
  const first = await runs(deps, owner, workspaceId);
  const server = await serve(deps, workspaceId);
  try {
    await ask(server.url, { owner, workspaceId, first });
  } finally {
    await server.close();
  }
}

/** Two runs between which some have changed, and HR has dropped a few: there is a past to be asked for. Returns when the first one was. */
async function runs(deps, owner, workspaceId) {
  at = NOW;
  await reconcile(deps, workspaceId, 'system');
  await owner.query('vacuum analyze');
  await owner.query(
    `update person set listing = 'dropped', unlisted_to = $2 where workspace_id = $1 and id in (
       select person.id from person where person.workspace_id = $1 order by person.id limit ${DROPPED})`,
    [workspaceId, NOW],
  );
  await changeSome(owner, { workspaceId, count: Math.min(1_000, ROWS / 100), round: 1 });
  at = '2026-07-01T13:00:00.000Z';
  await reconcile(deps, workspaceId, 'system', 'changes');
  at = '2026-07-01T14:00:00.000Z';
  // As autovacuum leaves it.
  await owner.query('vacuum analyze');
  return '2026-07-01T12:30:00.000Z';
}

/** The routes of both rooms. */
function serve(deps, workspaceId) {
  const roster = {
    ...deps,
    secretBox: createSecretBox(randomBytes(32)),
    answerOnce: (_request, _response, next) => next(),
    outbound: createOutboundHttp({ allowedOrigins: [] }),
  };
  return serveRoutes([rosterRoutes(roster), reconciliationRoutes(deps)], { clock, log, platform, workspaceId });
}

async function ask(url, { first, owner, workspaceId }) {
  const one = async (sql) => (await owner.query(sql, [workspaceId])).rows[0];
  const middle = await one(`select id from person where workspace_id = $1 order by employee_id offset ${Math.floor(ROWS / 2)} limit 1`);
  const leaver = await one(
    `select person_id as id from finding where workspace_id = $1 and effect = 'FAIL' and person_id is not null order by id limit 1`,
  );
  const well = await one(
    `select id from finding where workspace_id = $1 and effect = 'OK' and closed_at is null and end_earliest is null order by id offset ${Math.floor(ROWS / 2)} limit 1`,
  );
  const inTime = await one(
    `select id, floor(extract(epoch from end_earliest) * 1000)::bigint as ms from finding where workspace_id = $1 and effect = 'PASS' and closed_at is null order by end_earliest, id offset ${Math.floor(ROWS / 50)} limit 1`,
  );
  const past = `asOf=${first}`;
  const asked = [
    ['people, first', '/people'],
    ['people, middle', `/people?after=${middle.id}`],
    [`people, the ${DROPPED} that are dropped`, '/people?listing=dropped'],
    ['one person', `/people/${leaver.id}`],
    ['one person’s timeline', `/people/${leaver.id}/timeline`],
    ['findings, first', '/findings'],
    ['findings, middle of the leavers', `/findings?after=first.${inTime.ms}.${inTime.id}`],
    ['findings, middle of those who are well', `/findings?after=last.never.${well.id}`],
    ['findings that fail', '/findings?effect=FAIL'],
    ['findings that warn', '/findings?effect=WARN'],
    ['findings, 1,000 of them', '/findings?limit=1000'],
    ['findings of a rule that is rare', '/findings?rule=X04'],
    ['findings of interns, whom nobody employs', '/findings?workerType=intern'],
    ['findings that changed since', '/findings?changedSince=2026-07-01T12:30:00Z'],
    ['findings that are closed', '/findings?status=closed'],
    ['findings as of the run before', `/findings?${past}`],
    ['findings that failed then', `/findings?effect=FAIL&${past}`],
    ['findings then, middle of those who are well', `/findings?after=last.never.${well.id}&${past}`],
    ['a test’s members, first', '/tests/directory-accounts-have-people'],
    ['a test’s members that fail: one in a thousand', '/tests/directory-accounts-have-people?effect=FAIL'],
    ['a test’s members in doubt: few', '/tests/scim-users-are-assigned?effect=INSUF'],
    ['leavers that fail', '/tests/terminated-people-are-deactivated?effect=FAIL'],
    ['candidates', '/account-links/candidates'],
  ];
  process.stdout.write(`${ROWS.toLocaleString('en')} people, directory accounts and SCIM users each; pages of 100 unless said\n\n`);
  process.stdout.write(
    '| what | rows | median ms | worst ms | of it processor time, ms | budget met | pages to the end, 1,000 at most |\n|---|---|---|---|---|---|---|\n',
  );
  const pids = async () => [
    process.pid,
    ...(await owner.query("select pid from pg_stat_activity where application_name = 'bench'")).rows.map(({ pid }) => pid),
  ];
  for (const [name, path] of asked) process.stdout.write(`| ${name} | ${(await lineOf(url, path, pids)).join(' | ')} |\n`);
}

/** Processor time is that of this process, which asks as well, and of its connections. */
async function lineOf(url, path, pids) {
  let page = await get(url, path);
  const times = [];
  const before = timesOf(await pids());
  for (let round = 0; round < ROUNDS; round += 1) {
    page = await get(url, path);
    times.push(page.ms);
  }
  const spent = spentBetween(before, timesOf(await pids())) / 1_000 / ROUNDS;
  times.sort((a, b) => a - b);
  const median = times[Math.floor(ROUNDS / 2)];
  const cells = [page.rows, median.toFixed(0), times.at(-1).toFixed(0), spent.toFixed(0), median <= BUDGET_MS ? 'yes' : 'NO'];
  return [...cells, path.includes('effect=') ? await pagesOf(url, path, page) : ''];
}

/** How often whoever wants all of them has to ask. */
async function pagesOf(url, path, first) {
  let pages = 1;
  for (let page = first; page.next !== null && pages < 1_000; pages += 1) page = await get(url, `${path}&after=${page.next}`);
  return pages;
}

async function get(url, path) {
  const begun = performance.now();
  const response = await fetch(`${url}${path}`, { headers: { accept: 'application/json' } });
  const text = await response.text();
  const ms = performance.now() - begun;
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}`);
  const body = JSON.parse(text);
  const rows = [body.people, body.findings, body.facts, body.members, body.candidates].find((list) => Array.isArray(list));
  return { ms, rows: rows?.length ?? 1, next: body.next ?? null };
}
