// What evidence costs a writer beside a plain audit insert, how fast records are given their places, and how long proofs take in a long ledger.
// `node bench/ledger.mjs [--leaves N] [--writes N] [--rounds N]`; 1,000,000 leaves, 10,000 writes and 7 rounds unless told.
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { spentBetween, timesOf } from './processor-time.mjs';
import { serveRoutes } from './serve-routes.mjs';

const dist = join(import.meta.dirname, '../dist');
const WRITERS = 8;
const PROOFS = 500;
/** Longer than an integrator pauses between its rounds. */
const RUN_IN_MS = 600;
const clock = { now: () => new Date().toISOString() };
const options = {
  leaves: { type: 'string', default: '1000000' },
  writes: { type: 'string', default: '10000' },
  rounds: { type: 'string', default: '7' },
};
const { values } = parseArgs({ options });
const [LEAVES, WRITES, ROUNDS] = [values.leaves, values.writes, values.rounds].map(Number);
if (![LEAVES, WRITES, ROUNDS].every((value) => Number.isSafeInteger(value) && value > 0)) {
  process.stderr.write('usage: node bench/ledger.mjs [--leaves N] [--writes N] [--rounds N]\n');
  process.exit(2);
}

const platform = await import(join(dist, 'platform/index.js'));
const { startEmbeddedDatabase, openDatabase, createLog } = platform;
const { migrateStore } = await import(join(dist, 'app/open-store.js'));
const { createWorkspace } = await import(join(dist, 'workspace/index.js'));
const { append, createIntegrator, ledgerRoutes, proofRoutes, readLatestCheckpoint, readSequencedRecords, signerFrom } = await import(
  join(dist, 'ledger/index.js')
);
const { insertEntries } = await import(join(dist, 'ledger/ledger-store.js'));
const { ledgerEntry } = await import(join(dist, 'ledger/ledger-entry.js'));

const log = createLog({ level: 'error', format: 'json' });
const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
const embedded = await startEmbeddedDatabase({ dataDirectory: folder });
try {
  await migrateStore(embedded.ownerUrl, embedded.serverUrl, log);
  const owner = openDatabase({ url: embedded.ownerUrl, poolSize: 1, applicationName: 'bench-owner' });
  const database = openDatabase({ url: embedded.serverUrl, poolSize: WRITERS, applicationName: 'bench' });
  const background = openDatabase({ url: embedded.serverUrl, poolSize: 2, applicationName: 'bench-integrator' });
  try {
    const signer = signerFrom(generateKeyPairSync('ed25519').privateKey);
    const integrator = createIntegrator({ database: background, clock, log, signer });
    await measure({ owner, database, background, integrator });
  } finally {
    await Promise.all([owner, database, background].map((each) => each.close()));
  }
} finally {
  await embedded.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measure({ owner, database, background, integrator }) {
  const named = { slug: 'bench', name: 'Bench', timeZone: 'UTC', ownerName: randomBytes(4).toString('hex') };
  const { workspaceId } = await createWorkspace({ database, clock }, named);
  await owner.query('create table bench_subject (id uuid primary key, version int not null, note text)');
  await owner.query(`create table bench_audit (id uuid primary key, workspace_id uuid not null, at timestamptz not null, actor text not null,
    type text not null, subject_id uuid not null, detail jsonb not null)`);
  await owner.query('create index bench_audit_subject on bench_audit (workspace_id, subject_id, at)');
  await owner.query('grant all on bench_subject, bench_audit to rollcall_server');
  await database.query('insert into bench_subject select gen_random_uuid(), 1 from generate_series(1, 10000)');
  const { rows: subjects } = await database.query('select id from bench_subject');
  await showWrites({ background, database, integrator, workspaceId, subjects });
  await showIntegrator({ database, background, integrator, workspaceId });
  await showProofs({ background, database, workspaceId });
}

/** A change and its evidence, by as many writers as connections: all kinds one right after the other in each round, in changing order. */
async function showWrites({ background, database, integrator, workspaceId, subjects }) {
  const settle = () => integrator.settle(workspaceId);
  const sizeOf = async () => (await readLatestCheckpoint(database, workspaceId)).size;
  const sequenced = [];
  let from = 0;
  const { audit, evidence } = writesOf({ database, workspaceId });
  const kinds = [
    { name: 'an audit row', write: audit, before: settle, after: () => undefined },
    { name: 'a ledger record, no integrator running', write: evidence, before: settle, after: () => undefined },
    {
      name: 'a ledger record, sequenced and signed meanwhile',
      write: evidence,
      before: async () => {
        await settle();
        from = await sizeOf();
        integrator.start();
      },
      after: async () => {
        await integrator.stop();
        sequenced.push({ from, to: await sizeOf() });
      },
    },
  ];
  const measured = new Map(kinds.map(({ name }) => [name, []]));
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const { after, before, name, write } of round % 2 === 0 ? kinds : kinds.toReversed()) {
      await before();
      const result = await rate(write, subjects, await processesOf(background));
      await after();
      if (round >= 0) measured.get(name).push(result);
    }
  }
  const [plain, ...others] = kinds.map(({ name }) => ({ name, rounds: measured.get(name) }));
  line(
    `${WRITERS} writers, ${ROUNDS} rounds of ${WRITES.toLocaleString('en')} writes: a change with`,
    'of the throughput with an audit row',
    'by processor time',
    'budget',
  );
  line('---', '---', '---', '---');
  for (const [at, { name, rounds }] of others.entries()) {
    const throughput = median(rounds.map(({ perSecond }, round) => perSecond / plain.rounds[round].perSecond));
    const processor = total(plain.rounds) / total(rounds);
    line(name, throughput.toFixed(2), processor.toFixed(2), at === 1 ? '≥ 0.85' : '');
  }
  await showDelay({ database, workspaceId, ranges: sequenced });
}

/** How long records stood outside any checkpoint: from the instant that they tell to the one at which the first checkpoint over them was signed. */
async function showDelay({ database, workspaceId, ranges }) {
  const { rows } = await database.query(
    `select percentile_cont(array[0.5, 0.99, 1]) within group (order by extract(epoch from first.created_at - record.recorded_at) * 1000) as ms
       from unnest($2::bigint[], $3::bigint[]) as range (from_index, to_index)
       join ledger_leaf as leaf on leaf.workspace_id = $1 and leaf.leaf_index >= range.from_index and leaf.leaf_index < range.to_index
       join ledger_record as record on record.workspace_id = leaf.workspace_id and record.id = leaf.record_id
      cross join lateral (select checkpoint.created_at from ledger_checkpoint as checkpoint
                           where checkpoint.workspace_id = $1 and checkpoint.size > leaf.leaf_index order by checkpoint.size limit 1) as first`,
    [workspaceId, ranges.map(({ from }) => from), ranges.map(({ to }) => to)],
  );
  const [middle, late, latest] = rows[0].ms.map((ms) => Math.round(ms));
  line('', '', '', '');
  line('merge delay meanwhile, p50 / p99', `${middle} / ${late} ms`, `${latest} ms at most`, '≤ 1,000 ms');
}

function writesOf({ database, workspaceId }) {
  const change = (tx, id) =>
    tx.query({ name: 'bench_change', text: 'update bench_subject set version = version + 1, note = $2 where id = $1' }, [id, randomUUID()]);
  const detail = { version: 7, changed: ['displayName', 'title'] };
  const audit = (id) =>
    database.transaction(async (tx) => {
      await change(tx, id);
      const text = 'insert into bench_audit (id, workspace_id, at, actor, type, subject_id, detail) values ($1, $2, $3, $4, $5, $6, $7)';
      const row = [randomUUID(), workspaceId, clock.now(), 'system', 'scim.user.updated', id, JSON.stringify(detail)];
      await tx.query({ name: 'bench_audit', text }, row);
    });
  const evidence = (id) =>
    database.transaction(async (tx) => {
      await change(tx, id);
      const subject = { kind: 'scim-user', id };
      await append(tx, workspaceId, [{ type: 'scim.user.updated', at: clock.now(), actor: 'system', subject, detail }]);
    });
  return { audit, evidence };
}

/**
 * Counted once all writers have run for a while, and while all of them do: the integrator, where it runs, has about as many records before it then as
 * at the end, so that it does the work of as many as are written.
 */
async function rate(write, subjects, pids) {
  const runIn = performance.now() + RUN_IN_MS;
  let [next, counted] = [0, 0];
  let began;
  let ended;
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      while (counted < WRITES) {
        const { id } = subjects[(next * 7919) % subjects.length];
        next += 1;
        await write(id);
        if (began !== undefined) counted += 1;
        else if (performance.now() >= runIn) began = { at: performance.now(), times: timesOf(pids) };
        if (counted >= WRITES) ended ??= { at: performance.now(), times: timesOf(pids) };
      }
    }),
  );
  return { perSecond: WRITES / ((ended.at - began.at) / 1000), spent: spentBetween(began.times, ended.times) };
}

function total(rounds) {
  return rounds.reduce((sum, { spent }) => sum + spent, 0);
}

async function showIntegrator({ database, background, integrator, workspaceId }) {
  const at = clock.now();
  const batch = 5_000;
  let written = (await readLatestCheckpoint(database, workspaceId))?.size ?? 0;
  while (written < LEAVES) {
    const entries = Array.from({ length: Math.min(batch, LEAVES - written) }, (_, n) =>
      ledgerEntry(workspaceId, {
        type: 'scim.user.updated',
        at,
        actor: 'system',
        subject: { kind: 'scim-user', id: randomUUID() },
        detail: { version: n, changed: ['displayName', 'title'] },
      }),
    );
    await database.transaction((tx) => insertEntries(tx, workspaceId, entries));
    written += entries.length;
  }
  const pids = await processesOf(background);
  const [startedAt, spentBefore] = [performance.now(), timesOf(pids)];
  let sequenced = 0;
  for (;;) {
    const round = await integrator.runOnce();
    if (round.sequenced === 0) break;
    sequenced += round.sequenced;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const spent = spentBetween(spentBefore, timesOf(pids)) / 1_000_000;
  line('', '', '', '');
  line('the integrator', 'leaves/s', 'leaves per second of processor time', 'budget');
  line(`${sequenced.toLocaleString('en')} leaves`, perSecond(sequenced, seconds), perSecond(sequenced, spent), '≥ 50,000');
}

/** This process, and PostgreSQL's for each of its connections. */
async function processesOf(database) {
  const { rows } = await database.query("select pid from pg_stat_activity where application_name like 'bench%'");
  return [process.pid, ...rows.map(({ pid }) => pid)];
}

function perSecond(count, seconds) {
  return Math.round(count / seconds).toLocaleString('en');
}

/** As they are asked for, over HTTP; this process asks as well. */
async function showProofs({ background, database, workspaceId }) {
  const { size } = await readLatestCheckpoint(database, workspaceId);
  const sizes = Array.from({ length: PROOFS }, (_, n) => 1 + Math.floor((n / PROOFS) * (size - 1)));
  const ids = [];
  for (const at of sizes) ids.push((await readSequencedRecords(database, workspaceId, { from: at - 1, to: at }))[0].id);
  const routers = [ledgerRoutes({ database }), proofRoutes({ database, clock, publicUrl: '' })];
  const server = await serveRoutes(routers, { clock, log, platform, workspaceId });
  line('', '', '', '');
  line(`over HTTP, of ${PROOFS} proofs`, 'p50 / p99', 'processor time of each', 'budget');
  try {
    for (const [name, paths] of [
      ['proof of a record', ids.map((id) => `/ledger/proofs?recordId=${id}`)],
      ['proof of consistency', sizes.map((from) => `/ledger/proofs/consistency?from=${from}`)],
    ]) {
      for (const path of paths.slice(0, 50)) await ask(server.url + path);
      const pids = await processesOf(background);
      const before = timesOf(pids);
      const taken = [];
      for (const path of paths) taken.push(await ask(server.url + path));
      const spent = spentBetween(before, timesOf(pids)) / 1_000 / paths.length;
      taken.sort((a, b) => a - b);
      const at = (share) => taken[Math.floor(taken.length * share)].toFixed(1);
      line(name, `${at(0.5)} / ${at(0.99)} ms`, `${spent.toFixed(1)} ms`, '< 10 ms');
    }
  } finally {
    await server.close();
  }
}

/** Milliseconds until the answer is there. */
async function ask(url) {
  const startedAt = performance.now();
  const response = await fetch(url);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url}: ${response.status} ${text}`);
  return performance.now() - startedAt;
}

function median(list) {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
}

function line(...cells) {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}
