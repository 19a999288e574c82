// What it costs to ask whom Conditional Access makes use MFA: the whole test, and pages of its accounts. `node bench/mfa.mjs [--rows N]`; 100,000 unless told.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NOW, seedPopulation } from './leaver-population.mjs';
import { mfaFloor, seedAccess } from './mfa-population.mjs';

const dist = join(import.meta.dirname, '../dist');
const { values } = parseArgs({ options: { rows: { type: 'string', default: '100000' } } });
const ROWS = Number(values.rows);
if (!Number.isSafeInteger(ROWS) || ROWS < 1_000) {
  process.stderr.write('usage: node bench/mfa.mjs [--rows N], at least 1000\n');
  process.exit(2);
}

const { startEmbeddedDatabase, openDatabase, createLog, inSnapshot } = await import(join(dist, 'platform/index.js'));
const { migrateStore } = await import(join(dist, 'app/open-store.js'));
const { createWorkspace } = await import(join(dist, 'workspace/index.js'));
const { countMfa, listMfa } = await import(join(dist, 'reconciliation/mfa-accounts.js'));
const { readMfaGround } = await import(join(dist, 'reconciliation/mfa-tenants.js'));
const { createMfaMemory } = await import(join(dist, 'reconciliation/mfa-memory.js'));

const PAGE = 100;
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
  const named = { slug: 'bench', name: 'Bench', timeZone: 'Europe/Berlin', ownerName: randomBytes(4).toString('hex') };
  const { workspaceId } = await createWorkspace({ database, clock: { now: () => '2026-01-01T00:00:00.000Z' } }, named);
  const { connectionId } = await seedPopulation(owner, workspaceId, ROWS);
  await seedAccess(owner, { workspaceId, connectionId });
  process.stdout.write(
    `${ROWS.toLocaleString('en')} accounts, each in ten groups\n\n| what | scope decides, ms | SCIM decides, ms |\n|---|---|---|\n`,
  );
  const kept = createMfaMemory();
  const ask = async (isScimOn, work, memoryOf = () => kept) => {
    const once = () =>
      inSnapshot(database, async (tx) =>
        work(tx, { ...(await readMfaGround(tx, workspaceId, { at: NOW, memory: memoryOf() })), isScimOn }),
      );
    await once();
    const times = [];
    for (let round = 0; round < 3; round += 1) times.push(await timed(once));
    return times.toSorted((a, b) => a - b)[1];
  };
  const line = async (name, work, memoryOf) => {
    const [off, on] = [await ask(false, work, memoryOf), await ask(true, work, memoryOf)];
    process.stdout.write(`| ${name} | ${off.toFixed(0)} | ${on.toFixed(0)} |\n`);
  };
  const page = (verdicts, after) => (tx, ground) => listMfa(tx, workspaceId, { ground, verdicts, after, limit: PAGE });
  process.stdout.write(
    `| floor: accounts with their groups, counted | ${(await timed(() => mfaFloor(owner, { workspaceId, connectionId }))).toFixed(0)} | |\n`,
  );
  await line('the first page after a look', page(undefined, undefined), createMfaMemory);
  await line('count every verdict', (tx, ground) => countMfa(tx, workspaceId, ground));
  await line('any first page', page(undefined, undefined));
  await line('a page in the middle', page(undefined, `${connectionId}.80000000-0000-4000-8000-000000000000`));
  await line('first page of those that are not covered', page(['NOT_COVERED'], undefined));
  await line('a page of what there is little of: PARTIAL', page(['PARTIAL'], undefined));
}

async function timed(work) {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
