// What it costs to look at a directory, beside the least that PostgreSQL could do with the same rows, and beside the least that any program could do that gets them from Graph:
// `directory-floors.mjs` says what either does.
// `node bench/directory.mjs [USERS] [GROUPS]`; 100,000 users and 20,000 groups unless told.
import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { floorOf, idealOf } from './directory-floors.mjs';
import { groupId } from './directory-population.mjs';
import { spentBetween, timesOf } from './processor-time.mjs';
import { forgetPeak, peakOf } from './resident-memory.mjs';

const dist = join(import.meta.dirname, '../dist');
const [USERS = 100_000, GROUPS = 20_000] = process.argv.slice(2).map(Number);
const CHANGES = Math.min(1_000, USERS);
const COLUMNS = ['what', 's', 'of it reading, s', 'of it waiting, s']
  .concat(['bare SQL, s', 'speed of it', 'by processor time', 'ideal program, s', 'speed of it', 'by processor time'])
  .concat(['most memory, MiB']);

/** Milliseconds for which the reader kept the distance that Microsoft asks for between requests: so many whatever the size of the tenant. */
let waited = 0;

const clock = { now: () => new Date().toISOString() };
const log = { debug() {}, info() {}, warn: (event, fields) => process.stderr.write(`${event} ${JSON.stringify(fields)}\n`), error() {} };

if (![USERS, GROUPS].every((count) => Number.isSafeInteger(count) && count >= 0) || USERS < 1_000) {
  process.stderr.write('usage: node bench/directory.mjs [USERS, at least 1000] [GROUPS]\n');
  process.exit(2);
}

const { startEmbeddedDatabase, openDatabase, createLog, createOutboundHttp, createSecretBox, copyLine, settleHeap } = await import(
  join(dist, 'platform/index.js')
);
const { migrateStore } = await import(join(dist, 'app/open-store.js'));
const { createWorkspace } = await import(join(dist, 'workspace/index.js'));
const { createWorkloadQueues, runSync } = await import(join(dist, 'directory/index.js'));
const { addConnection } = await import(join(dist, 'directory/add-connection.js'));
const { requestRun } = await import(join(dist, 'directory/request-run.js'));
const { findRun } = await import(join(dist, 'directory/run-store.js'));
const { setScope } = await import(join(dist, 'directory/set-scope.js'));

const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
const embedded = await startEmbeddedDatabase({ dataDirectory: folder });
const fake = spawn(process.execPath, [join(import.meta.dirname, 'graph-from-memory.mjs'), String(USERS), String(GROUPS)], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
try {
  const url = await new Promise((resolve) => fake.stdout.once('data', (line) => resolve(String(line).trim())));
  await migrateStore(embedded.ownerUrl, embedded.serverUrl, createLog({ level: 'error', format: 'json' }));
  const database = openDatabase({ url: embedded.serverUrl, poolSize: 8, applicationName: 'bench' });
  const owner = openDatabase({ url: embedded.ownerUrl, poolSize: 1, applicationName: 'bench-floor' });
  try {
    await measure({ database, owner, url });
  } finally {
    await owner.close();
    await database.close();
  }
} finally {
  fake.kill();
  await embedded.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measure({ database, owner, url }) {
  const reader = readerOf({ database, url });
  const timed = stopwatchOf(owner);
  // As the server does at the end of its start.
  settleHeap();
  const change = (generation, changed) => fetch(`${url}/bench?generation=${generation}&changed=${changed}`);
  const here = await reader.connect('21111111-2222-4333-8444-555555555555');
  process.stdout.write(`${USERS.toLocaleString('en')} users, ${GROUPS.toLocaleString('en')} groups within groups\n\n`);
  process.stdout.write(`| ${COLUMNS.join(' | ')} |\n|${'---|'.repeat(COLUMNS.length)}\n`);
  const floor = floorOf(owner, { users: USERS, copyLine });
  const ideal = idealOf(owner, { url, copyLine });
  const first = { floor: await timed(() => floor.first(0)), ideal: await timed(() => ideal.first(0)) };
  row('first look at everybody', await timed(() => reader.look(here, 'full')), first);
  await change(1, 0);
  const again = { floor: await timed(() => floor.again(1)), ideal: await timed(() => ideal.again(1)) };
  row('look again, 0.1 % changed', await timed(() => reader.look(here, 'full')), again);
  await change(2, CHANGES);
  row(`delta look, ${CHANGES.toLocaleString('en')} changes`, await timed(() => reader.look(here, 'delta')));
  if (GROUPS > 0) await measureGroups(reader, timed);
  await change(2, 100);
  await measureNeighbours(reader, timed, here);
}

async function measureGroups(reader, timed) {
  const grouped = await reader.connect('11111111-2222-4333-8444-555555555555');
  row('first look at a tenant with groups', await timed(() => reader.look(grouped, 'full')));
  row('everybody in a group with all others in it', await timed(() => reader.setScope(grouped, [groupId(0)])));
}

/** A tenant that takes 0.4 s for each answer reads at the same time. */
async function measureNeighbours(reader, timed, here) {
  const slow = await reader.connect('51111111-2222-4333-8444-555555555555');
  const alone = await timed(() => reader.look(here, 'delta'));
  const stop = new AbortController();
  const slowly = reader.turn(slow, stop.signal);
  // So that the second look of this tenant does not wait for its own turn at the reports, 2 s after the first.
  await wait(2_500);
  const beside = await timed(() => reader.look(here, 'delta'));
  stop.abort();
  await slowly;
  process.stdout.write(
    `\ndelta look of 100 changes: ${alone.seconds.toFixed(2)} s alone, ${beside.seconds.toFixed(2)} s beside a first look at a tenant that takes 0.4 s for each answer\n`,
  );
}

/** The room, as the server uses it. */
function readerOf({ database, url }) {
  const deps = {
    database,
    clock,
    log,
    outbound: createOutboundHttp({ allowedOrigins: [url] }),
    secretBox: createSecretBox(randomBytes(32)),
    hostsOf: () => ({ login: url, graph: url, arm: url }),
    queues: createWorkloadQueues(),
    delay: async (ms, signal) => {
      waited += ms;
      await wait(ms, undefined, { signal });
    },
  };
  const begin = ({ workspaceId, connectionId }, kind) =>
    requestRun(deps, workspaceId, { connectionId, kind, at: clock.now(), actor: 'system' });
  return {
    connect: async (tenantId) => {
      const named = { slug: `bench-${tenantId.slice(0, 8)}`, name: 'Bench', timeZone: 'UTC', ownerName: randomBytes(4).toString('hex') };
      const { workspaceId } = await createWorkspace({ database, clock }, named);
      const credential = { credential: { kind: 'secret', secret: 'x' } };
      const request = {
        kind: 'tenant',
        subscriptionIds: [],
        cloud: 'commercial',
        tenantId,
        clientId: randomUUID(),
        scimAppId: null,
        credential,
      };
      const connection = await addConnection(deps, workspaceId, request, { at: clock.now(), actor: 'system' });
      return { workspaceId, connectionId: connection.id };
    },
    look: async (connection, kind) => {
      const id = await begin(connection, kind);
      let run;
      do {
        await runSync(deps, connection.workspaceId, id);
        run = await findRun(database, connection.workspaceId, id);
      } while (run.state === 'parked');
      if (run.state !== 'complete') throw new Error(`the look ended as ${run.state}: ${run.errorCode} ${run.errorDetail}`);
      return run;
    },
    turn: async (connection, signal) => runSync(deps, connection.workspaceId, await begin(connection, 'full'), signal),
    setScope: ({ workspaceId, connectionId }, includeGroups) => {
      const others = { includeUsers: [], excludeGroups: [], excludeUsers: [], excludeNames: [] };
      return setScope(deps, workspaceId, { connectionId, includeGroups, ...others }, { at: clock.now(), actor: 'system' });
    },
  };
}

/** Times a piece of work, and what this process and PostgreSQL's for each of its connections burn for it. */
function stopwatchOf(owner) {
  const timesNow = async () => {
    const { rows } = await owner.query("select pid from pg_stat_activity where application_name like 'bench%'");
    return timesOf([process.pid, ...rows.map(({ pid }) => pid)]);
  };
  return async (work) => {
    globalThis.gc?.();
    forgetPeak(process.pid);
    const [before, waitedBefore, startedAt] = [await timesNow(), waited, performance.now()];
    const value = await work();
    const seconds = (performance.now() - startedAt) / 1000;
    const spent = spentBetween(before, await timesNow()) / 1_000_000;
    return { value, seconds, waited: (waited - waitedBefore) / 1000, spent, peak: peakOf(process.pid) };
  };
}

function row(name, { value, seconds, waited, spent, peak }, beside) {
  const reading = value?.lookFrom === undefined ? '' : ((Date.parse(value.lookTo) - Date.parse(value.lookFrom)) / 1000).toFixed(1);
  const speedOf = (least) =>
    least === undefined ? ['', '', ''] : [least.seconds.toFixed(2), share(least.seconds, seconds - waited), share(least.spent, spent)];
  const cells = [
    name,
    seconds.toFixed(2),
    reading,
    waited.toFixed(1),
    ...speedOf(beside?.floor),
    ...speedOf(beside?.ideal),
    peak.toFixed(0),
  ];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

function share(part, whole) {
  return (part / whole).toFixed(2);
}
