// What evidence costs a writer beside a plain audit insert, how fast records are given their places, and how long proofs take in a long ledger.
// `node bench/ledger.mjs [--leaves N] [--writes N] [--rounds N]`; 1,000,000 leaves, 3,000 writes and 5 rounds unless told.
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { spentBetween, timesOf } from './processor-time.mjs';

const dist = join(import.meta.dirname, '../dist');
const WRITERS = 8;
const PROOFS = 500;
const clock = { now: () => new Date().toISOString() };
const options = {
  leaves: { type: 'string', default: '1000000' },
  writes: { type: 'string', default: '3000' },
  rounds: { type: 'string', default: '5' },
};
const { values } = parseArgs({ options });
const [LEAVES, WRITES, ROUNDS] = [values.leaves, values.writes, values.rounds].map(Number);
if (![LEAVES, WRITES, ROUNDS].every((value) => Number.isSafeInteger(value) && value > 0)) {
  process.stderr.write('usage: node bench/ledger.mjs [--leaves N] [--writes N] [--rounds N]\n');
  process.exit(2);
}

const { startEmbeddedDatabase, openDatabase, createLog } = await import(join(dist, 'platform/index.js'));
const { migrateStore } = await import(join(dist, 'app/open-store.js'));
const { createWorkspace } = await import(join(dist, 'workspace/index.js'));
const { append, createIntegrator, readLatestCheckpoint, readSequencedRecords, signerFrom } = await import(join(dist, 'ledger/index.js'));
const { proveInclusion } = await import(join(dist, 'ledger/inclusion-proof.js'));
const { proveConsistency } = await import(join(dist, 'ledger/consistency-proof.js'));
const { insertEntries } = await import(join(dist, 'ledger/ledger-store.js'));
const { ledgerEntry } = await import(join(dist, 'ledger/ledger-entry.js'));

const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
const embedded = await startEmbeddedDatabase({ dataDirectory: folder });
try {
  const log = createLog({ level: 'error', format: 'json' });
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
  await showWrites({ database, integrator, workspaceId, subjects });
  await showIntegrator({ database, background, integrator, workspaceId });
  await showProofs({ database, workspaceId });
}

/** A change and its evidence, by as many writers as connections: the two kinds one right after the other in each round. */
async function showWrites({ database, integrator, workspaceId, subjects }) {
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
  const ratios = [];
  const alone = [];
  await rate(audit, subjects);
  await rate(evidence, subjects);
  for (let round = 0; round < ROUNDS; round += 1) {
    const plain = await rate(audit, subjects);
    alone.push((await rate(evidence, subjects)) / plain);
    integrator.start();
    const sealed = await rate(evidence, subjects);
    await integrator.settle(workspaceId);
    await integrator.stop();
    ratios.push(sealed / plain);
  }
  line(
    `${WRITERS} writers, ${ROUNDS} rounds of ${WRITES.toLocaleString('en')} writes: a change with`,
    'of the plain audit insert',
    'budget',
  );
  line('---', '---', '---');
  line('a ledger record, no integrator running', median(alone).toFixed(2), '');
  line('a ledger record, sequenced and signed meanwhile', median(ratios).toFixed(2), '≥ 0.85');
}

async function rate(write, subjects) {
  const startedAt = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      while (next < WRITES) {
        const { id } = subjects[(next * 7919) % subjects.length];
        next += 1;
        await write(id);
      }
    }),
  );
  return WRITES / ((performance.now() - startedAt) / 1000);
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
  line('', '', '');
  line(`the integrator, ${sequenced.toLocaleString('en')} leaves`, `${perSecond(sequenced, seconds)} leaves/s`, '≥ 50,000');
  line('the same, by processor time (its process and its connections)', `${perSecond(sequenced, spent)} leaves/s`, '');
}

/** This process, and PostgreSQL's for each of its connections. */
async function processesOf(database) {
  const { rows } = await database.query("select pid from pg_stat_activity where application_name like 'bench%'");
  return [process.pid, ...rows.map(({ pid }) => pid)];
}

function perSecond(count, seconds) {
  return Math.round(count / seconds).toLocaleString('en');
}

async function showProofs({ database, workspaceId }) {
  const checkpoint = await readLatestCheckpoint(database, workspaceId);
  const { size } = checkpoint;
  const ids = [];
  for (let n = 0; n < PROOFS; n += 1) {
    const from = Math.floor((n / PROOFS) * size);
    ids.push((await readSequencedRecords(database, workspaceId, { from, to: from + 1 }))[0].id);
  }
  const inclusion = await times(ids, (id) => proveInclusion(database, workspaceId, id, checkpoint));
  const sizes = Array.from({ length: PROOFS }, (_, n) => 1 + Math.floor((n / PROOFS) * (size - 1)));
  const consistency = await times(sizes, (from) => proveConsistency(database, workspaceId, { checkpoint, from, to: size }));
  line('proof of a record, p50 / p99', shown(inclusion), '< 10 ms');
  line('proof of consistency, p50 / p99', shown(consistency), '< 10 ms');
}

async function times(inputs, work) {
  for (const input of inputs.slice(0, 50)) await work(input);
  const taken = [];
  for (const input of inputs) {
    const startedAt = performance.now();
    await work(input);
    taken.push(performance.now() - startedAt);
  }
  return taken.toSorted((a, b) => a - b);
}

function shown(taken) {
  const at = (share) => (taken[Math.floor(taken.length * share)] ?? 0).toFixed(1);
  return `${at(0.5)} / ${at(0.99)} ms`;
}

function median(list) {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
}

function line(...cells) {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}
