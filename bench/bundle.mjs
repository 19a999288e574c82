// What sealing, writing and verifying a bundle take, in time and memory. `node bench/bundle.mjs [--records N] [--leavers N]`; 100,000 records and 500 leavers unless told.
import { spawn } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { NOW, seedPopulation } from './leaver-population.mjs';
import { spentBetween, timesOf } from './processor-time.mjs';
import { forgetPeak, peakOf } from './resident-memory.mjs';

const dist = join(import.meta.dirname, '../dist');
const { values } = parseArgs({ options: { records: { type: 'string', default: '100000' }, leavers: { type: 'string', default: '500' } } });
const [RECORDS, LEAVERS] = [Number(values.records), Number(values.leavers)];
if (![RECORDS, LEAVERS].every((value) => Number.isSafeInteger(value) && value > 0)) {
  process.stderr.write('usage: node bench/bundle.mjs [--records N] [--leavers N]\n');
  process.exit(2);
}
/** Of a thousand people of the seeded population, so many have left. */
const LEAVERS_OF_THOUSAND = 49;
const BATCH = 5_000;
const POLL_MS = 20;
/** The records that the seeded rows name as theirs, beside those of HR. */
const SEEDED = [
  ['seen', 'graph.account.first_seen'],
  ['off', 'graph.account.disabled'],
  ['made', 'scim.user.created'],
  ['ended', 'scim.user.deactivated'],
];

const { startEmbeddedDatabase, openDatabase, createLog } = await import(join(dist, 'platform/index.js'));
const { migrateStore } = await import(join(dist, 'app/open-store.js'));
const { createWorkspace } = await import(join(dist, 'workspace/index.js'));
const { reconcile, setPolicy } = await import(join(dist, 'reconciliation/index.js'));
const { createIntegrator, ledgerEntry, logOrigin, signerFrom } = await import(join(dist, 'ledger/index.js'));
const { insertEntries } = await import(join(dist, 'ledger/ledger-store.js'));
const { canonicalJson } = await import(join(dist, 'kernel/index.js'));
const { createInterimReport } = await import(join(dist, 'evidence/create-interim-report.js'));
const { renderBundle } = await import(join(dist, 'evidence/render-bundle.js'));
const { renderPdf } = await import(join(dist, 'evidence/render-pdf.js'));

let at = '2026-01-01T00:00:00.000Z';
const clock = { now: () => at };
const log = createLog({ level: 'error', format: 'json' });
const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
const embedded = await startEmbeddedDatabase({ dataDirectory: join(folder, 'database') });
try {
  await migrateStore(embedded.ownerUrl, embedded.serverUrl, log);
  const database = openDatabase({ url: embedded.serverUrl, poolSize: 4, applicationName: 'bench' });
  const owner = openDatabase({ url: embedded.ownerUrl, poolSize: 2, applicationName: 'bench-owner' });
  try {
    await measure(database, owner);
  } finally {
    await Promise.all([database, owner].map((each) => each.close()));
  }
} finally {
  await embedded.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(database, owner) {
  const signer = signerFrom(generateKeyPairSync('ed25519').privateKey);
  const integrator = createIntegrator({ database, clock, log, signer });
  const deps = { database, clock, integrator, verifierSource: readFileSync(join(dist, 'verify.mjs'), 'utf8'), softwareVersion: 'bench' };
  const named = { slug: 'bench', name: 'Bench', timeZone: 'Europe/Berlin', ownerName: randomBytes(4).toString('hex') };
  const { workspaceId } = await createWorkspace(deps, named);
  await setPolicy(deps, workspaceId, { slaHours: 24, actor: 'system' });
  const people = Math.max(1_000, Math.ceil((LEAVERS * 1_000) / LEAVERS_OF_THOUSAND));
  await seedPopulation(owner, workspaceId, people);
  at = NOW;
  await reconcile(deps, workspaceId, 'system');
  await writeRecords(database, integrator, { workspaceId, people, told: await toldByHr(owner, workspaceId) });
  const request = { periodStart: '2026-01-01T00:00:00.000Z', periodEnd: NOW, actor: 'system', at };
  await owner.query('vacuum analyze'); // as the database does by itself within a minute
  line('what', 's', 'processor, s', 'most memory, MiB', 'longest wait of others, ms');
  line('---', '---', '---', '---', '---');
  const { result: report, ...sealed } = await timed(() => createInterimReport(deps, workspaceId, request));
  show(`seal a report on ${report.totals.leavers.toLocaleString('en')} leavers, PDF included`, sealed);
  await showPdf(owner, report);
  const zip = join(folder, 'bundle.zip');
  const written = await timed(async () => {
    const bundle = await renderBundle(deps, workspaceId, report.id);
    await pipeline(bundle.zip, createWriteStream(zip));
  });
  show(`write its bundle, ${sizeOf(zip)}`, written);
  const vkey = signer.forOrigin(logOrigin(workspaceId)).vkey;
  show(`verify its ${report.checkpointSize.toLocaleString('en')} records`, await verified([zip, '--vkey', vkey]));
  // HR's records are true of the seeded rows, the observations are not: what is derived from those does not hold.
  const derived = await verified([zip, '--vkey', vkey, '--recompute'], 'recomputed: ');
  show(`derive the report again from them, of which ${people.toLocaleString('en')} people’s are HR’s`, derived);
}

/** How much of the sealing is the PDF. */
async function showPdf(owner, { id }) {
  const { rows } = await owner.query(
    `select path, content from report_file where report_id = $1 and path in ('report.json', 'report.html')`,
    [id],
  );
  const [html, json] = ['report.html', 'report.json'].map((path) => rows.find((row) => row.path === path).content);
  const document = JSON.parse(json.toString('utf8'));
  const { result: pdf, ...drawn } = await timed(() => renderPdf(document, html));
  show(`of that, its PDF of ${(pdf.length / 1_048_576).toFixed(1)} MiB`, drawn);
}

/** The records that the seeded rows rest on, and others up to so many; each with a value beside it. */
async function writeRecords(database, integrator, { workspaceId, people, told }) {
  let written = 0;
  const put = async (entries) => {
    await database.transaction((tx) => insertEntries(tx, workspaceId, entries));
    return entries.length;
  };
  for (let from = 0; from < told.length; from += BATCH) written += await put(told.slice(from, from + BATCH));
  for (const [prefix, type] of SEEDED) {
    for (let from = 0; from < people; from += BATCH) {
      const numbers = Array.from({ length: Math.min(BATCH, people - from) }, (_, n) => from + n);
      written += await put(numbers.map((n) => withId(entryOf(workspaceId, type, n), md5Id(`${prefix}${n}`))));
    }
  }
  while (written < RECORDS) {
    written += await put(
      Array.from({ length: Math.min(BATCH, RECORDS - written) }, (_, n) => entryOf(workspaceId, 'scim.user.updated', n)),
    );
  }
  while ((await integrator.runOnce()).sequenced > 0);
}

/** What HR told of each employment, under the ids that the seeded rows name. */
async function toldByHr(owner, workspaceId) {
  const { rows } = await owner.query(
    `select period.id, period.record_id as "recordId", period.person_id as person, period.row_number as line, period.start_date::text as "startDate",
            period.end_date::text as "endDate", period.time_zone as "timeZone", period.status, period.worker_type as "workerType",
            person.employee_id as "employeeId", person.display_name as "displayName", person.work_email as "workEmail"
       from employment_period as period
       join person on person.workspace_id = period.workspace_id and person.id = period.person_id
      where period.workspace_id = $1`,
    [workspaceId],
  );
  return rows.map(
    ({ displayName, employeeId, endDate, id, line, person, recordId, startDate, status, timeZone, workEmail, workerType }) => {
      const after = {
        start_date: startDate,
        end_date: endDate,
        last_day: null,
        time_zone: timeZone,
        status,
        worker_type: workerType,
        site: null,
      };
      const told = { after, detail: { person, import: workspaceId, line } };
      const disclose = { person: { employee_id: employeeId, display_name: displayName, work_email: workEmail } };
      const record = {
        type: 'hr.period.started',
        at: '2026-01-01T00:00:00.000Z',
        actor: 'system',
        subject: { kind: 'employment-period', id },
      };
      return withId(ledgerEntry(workspaceId, { ...record, ...told, disclose }), recordId);
    },
  );
}

function entryOf(workspaceId, type, n) {
  const subject = { kind: 'scim-user', id: randomUUID() };
  const told = { before: { active: true }, after: { active: false }, detail: { version: n, request: randomUUID() } };
  return ledgerEntry(workspaceId, { type, at, actor: 'system', subject, ...told, disclose: { user_name: `u${n}@load.example` } });
}

/** The same record under the id that a seeded row names. */
function withId({ record, disclosures }, id) {
  const leaf = Buffer.from(canonicalJson({ ...JSON.parse(record.leaf.toString('utf8')), id }), 'utf8');
  return { record: { ...record, id, leaf }, disclosures };
}

function md5Id(text) {
  return createHash('md5')
    .update(text)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

async function timed(work) {
  globalThis.gc?.();
  forgetPeak(process.pid);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const [startedAt, spentBefore] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(spentBefore);
  delay.disable();
  return { result, seconds, processor: (user + system) / 1_000_000, peak: peakOf(process.pid), wait: delay.max / 1_000_000 };
}

/** The verifier that lies in the bundle, as a process of its own. Its processor time is that of its whole life, but for the last moments. */
async function verified(args, said = '\nVERIFIED\n') {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(dist, 'verify.mjs'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let [peak, processor] = [0, Number.NaN];
  const poll = setInterval(() => {
    try {
      peak = Math.max(peak, peakOf(child.pid));
      const spent = spentBetween(new Map(), timesOf([child.pid])) / 1_000_000;
      if (spent > 0) processor = spent;
    } catch {
      // it has ended
    }
  }, POLL_MS);
  let output = '';
  for await (const piece of child.stdout) output += piece;
  clearInterval(poll);
  if (!output.includes(said)) throw new Error(output);
  return { seconds: (performance.now() - startedAt) / 1000, processor, peak, wait: Number.NaN };
}

function sizeOf(path) {
  return `${(statSync(path).size / 1_048_576).toFixed(0)} MiB`;
}

function show(what, { seconds, processor, peak, wait }) {
  line(what, seconds.toFixed(1), processor.toFixed(1), peak.toFixed(0), Number.isNaN(wait) ? '' : wait.toFixed(0));
}

function line(...cells) {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}
