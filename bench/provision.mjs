// A simulated Entra tenant provisions into Rollcall's sandbox; the store must equal it. `node bench/provision.mjs --help`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { managerOf, membersOf, personOf } from './tenant-population.mjs';
import { differencesBetween, readStore } from './store-equals-tenant.mjs';

const HELP = `usage: node bench/provision.mjs [--users N] [--groups N] [--workers N] [--dialect legacy|flag] [--faults]

Starts Rollcall's sandbox and a simulated tenant on loopback, each in a process of its own, and lets the tenant provision:
an initial cycle, one that reads everybody again, one with a tenth of the people changed and leavers among them, and one
that matches everybody anew. After each the store must equal the tenant, and the second and the last must write nothing;
otherwise it exits with 1. Reads dist: run "npm run build" before it, or "npm run bench:provisioning" instead of it.

  --users N    people in the tenant, 10 to 100000 (default 5000)
  --groups N   assigned groups, 0 to 10000 (default 200)
  --workers N  requests under way at once, 1 to 64 (default 8)
  --dialect D  one dialect of PATCH alone (default: both, one after the other, each in a fresh sandbox)
  --faults     lose answers, cut connections, send twice, overtake and answer 503 on the way; cycles follow until all is done
`;

const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 20_000;
const POLL_MS = 50;
const BATCH = 5_000;
const SHOWN_DIFFERENCES = 20;
const ROLES = ['role-admin', 'role-auditor', 'role-employee'];
const STEPS = ['match', 'read', 'create', 'update', 'disable', 'delete', 'members', 'manager'];
const DAY_MS = 86_400_000;
const MOST_DAYS = 8;
/** So many cycles are disturbed, then the rest is done in peace. */
const DISTURBED_DAYS = 3;

/** Creations are not sent twice: the RFC lets a server hold two groups of one name (RFC 7643 §4.2). */
const FAULTS = [
  { kind: 'lost-answer', every: 29 },
  { kind: 'timeout', every: 31 },
  { kind: 'connection-reset', every: 37 },
  { kind: 'duplicate', steps: ['create', 'read', 'match', 'update', 'disable', 'delete', 'members', 'manager'], every: 23 },
  { kind: 'reorder', every: 11 },
  { kind: 'status', status: 503, every: 41 },
];

const dist = join(import.meta.dirname, '../dist');

process.exitCode = await main();

async function main() {
  if (process.argv.includes('--help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const options = readOptions();
  if (options === undefined) return 2;
  const { users, groups, workers } = options;
  process.stdout.write(
    `${users} users, ${groups} groups, ${workers} workers; Node ${process.version}, ${availableParallelism()} processors\n`,
  );
  let equal = true;
  for (const dialect of options.dialects) equal = (await runDialect({ ...options, dialect })) && equal;
  process.stdout.write(equal ? '\nthe store equals the tenant\n' : '\nthe store does not equal the tenant\n');
  return equal ? 0 : 1;
}

function readOptions() {
  const text = { type: 'string' };
  try {
    const { values } = parseArgs({ options: { users: text, groups: text, workers: text, dialect: text, faults: { type: 'boolean' } } });
    return {
      users: numberIn('--users', values.users ?? '5000', [10, 100_000]),
      groups: numberIn('--groups', values.groups ?? '200', [0, 10_000]),
      workers: numberIn('--workers', values.workers ?? '8', [1, 64]),
      faults: values.faults ?? false,
      dialects: values.dialect === undefined ? ['legacy', 'flag'] : [dialectIn(values.dialect)],
    };
  } catch (error) {
    process.stderr.write(`bench: ${error.message}\n${HELP}`);
    return undefined;
  }
}

function numberIn(name, text, [least, most]) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) throw new Error(`${name} is a number from ${least} to ${most}`);
  return value;
}

function dialectIn(text) {
  if (text !== 'legacy' && text !== 'flag') throw new Error('--dialect is legacy or flag');
  return text;
}

/** Whether the store was equal after each cycle, and no cycle wrote that had nothing to say. */
async function runDialect(options) {
  const undo = [];
  const stop = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  const interrupted = () => void stop().finally(() => process.exit(1));
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    const { scim } = await startSandbox(undo);
    const { startSimulator } = await import(join(dist, 'simulator/index.js'));
    let ahead = 0; // milliseconds that the tenant's clock has been put forward
    const tenant = await startSimulator({ now: () => new Date(Date.now() + ahead).toISOString() });
    undo.push(() => tenant.close());
    const furnished = await furnish(controlOf(tenant.url), { ...options, scim });
    const waitADay = () => {
      ahead += DAY_MS;
    };
    const world = { ...furnished, waitADay, faults: options.faults ? FAULTS : [] };
    process.stdout.write(`\n${options.dialect}\n${row('cycle', ['s', 'requests', 'rps', ...STEPS, 'faults', 'failed'])}\n`);
    return await playCycles(world);
  } finally {
    process.removeListener('SIGINT', interrupted);
    process.removeListener('SIGTERM', interrupted);
    await stop();
  }
}

async function playCycles(world) {
  const initial = await runUntilDone(world, 'initial');
  const first = await isEqual(world);
  await world.provisioning('POST', '/restart', {});
  const again = await runCycle(world, 'read again');
  await changeSome(world);
  const changed = await runUntilDone(world, 'changes');
  const second = await isEqual(world);
  await world.provisioning('POST', '/restart', { resetScope: 'Full' });
  const anew = await runCycle(world, 'match anew');
  const third = await isEqual(world);
  const complete = [initial, again, changed, anew].every(isComplete);
  return first && second && third && complete && writesNothing('read again', again) && writesNothing('match anew', anew);
}

function isComplete({ failures, quarantine }) {
  return failures.length === 0 && quarantine === undefined;
}

/** With faults on the way, what failed is tried again a day later, and undisturbed in the end. */
async function runUntilDone(world, name) {
  await world.provisioning('PUT', '/faults', { faults: world.faults });
  let report = await runCycle(world, name);
  for (let day = 1; day < MOST_DAYS && world.faults.length > 0 && !isComplete(report); day += 1) {
    world.waitADay();
    if (day === DISTURBED_DAYS) await world.provisioning('PUT', '/faults', { faults: [] });
    report = await runCycle(world, `day ${day}`);
  }
  await world.provisioning('PUT', '/faults', { faults: [] });
  return report;
}

async function runCycle(world, name) {
  const started = process.hrtime.bigint();
  const report = await world.provisioning('POST', '/cycles', {});
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const requests = Object.values(report.requests).reduce((sum, count) => sum + count, 0);
  const struck = Object.values(report.faults).reduce((sum, count) => sum + count, 0);
  const figures = [seconds.toFixed(1), requests, Math.round(requests / seconds), ...STEPS.map((step) => report.steps[step] ?? 0)];
  process.stdout.write(`${row(name, [...figures, struck, report.failures.length])}\n`);
  if (world.faults.length === 0) {
    for (const failure of report.failures.slice(0, SHOWN_DIFFERENCES)) process.stdout.write(`  ${JSON.stringify(failure)}\n`);
  }
  if (report.quarantine !== undefined) process.stdout.write(`  ${JSON.stringify(report.quarantine)}\n`);
  return report;
}

function row(name, figures) {
  return [name.padEnd(10), ...figures.map((figure) => String(figure).padStart(8))].join(' ');
}

function writesNothing(name, { requests }) {
  const writes = requests.POST + requests.PATCH + requests.DELETE;
  if (writes > 0) process.stdout.write(`  ${name}: ${writes} writes, and nothing had changed\n`);
  return writes === 0;
}

async function isEqual({ people, groups, scim }) {
  const differences = differencesBetween({ people, groups }, await readStore(scim));
  for (const difference of differences.slice(0, SHOWN_DIFFERENCES)) process.stdout.write(`  ${difference}\n`);
  if (differences.length > SHOWN_DIFFERENCES) process.stdout.write(`  … ${differences.length} differences\n`);
  return differences.length === 0;
}

/** People with a role and a manager, groups, and an application that they are assigned to. */
async function furnish(control, { users, groups, workers, dialect, scim }) {
  const { appId } = await control('POST', '/applications', {
    displayName: 'Rollcall',
    appRoles: ROLES.map((value) => ({ value, displayName: value })),
  });
  const people = [];
  for (let from = 0; from < users; from += BATCH) {
    const drafts = Array.from({ length: Math.min(BATCH, users - from) }, (_, index) => personOf(from + index));
    const managed = drafts.map((draft, index) => ({ ...draft, managerId: people[managerOf(from + index) ?? -1]?.id ?? null }));
    const { users: made } = await control('POST', '/users', managed);
    const assigned = made.map(({ id }, index) => ({ principalId: id, appRoleValue: ROLES[(from + index) % ROLES.length] }));
    const { assignments } = await control('POST', `/applications/${appId}/assignments`, assigned);
    for (const [index, { id }] of made.entries()) {
      const role = assigned[index].appRoleValue;
      people.push({ ...managed[index], id, role, roleTarget: 'rbac_role_id', standing: 'present', assignmentId: assignments[index].id });
    }
  }
  await giveManagers(control, people);
  const made = [];
  for (let number = 0; number < groups; number += 1) {
    const group = { displayName: `Group ${number}`, memberIds: membersOf(number, users).map((member) => people[member].id) };
    made.push({ ...group, id: (await control('POST', '/groups', group)).id });
  }
  await control(
    'POST',
    `/applications/${appId}/assignments`,
    made.map(({ id }) => ({ principalId: id })),
  );
  const tenantUrl = `${scim.baseUrl}${dialect === 'flag' ? '?aadOptscim062020' : ''}`;
  const provisioning = (method, path, body) => control(method, `/applications/${appId}/provisioning${path}`, body);
  await provisioning('PUT', '', { tenantUrl, secretToken: scim.token, dialect, workers });
  return { control, provisioning, appId, people, groups: made, scim };
}

/** Of a batch only people of an earlier one could be managers: everybody else gets theirs here. */
async function giveManagers(control, people) {
  for (const [number, person] of people.entries()) {
    const managerId = people[managerOf(number) ?? -1]?.id ?? null;
    if (managerId === person.managerId) continue;
    person.managerId = managerId;
    await control('PATCH', `/users/${person.id}`, { managerId });
  }
}

/** A tenth of the people: some get another title and phone, some are disabled, some unassigned, some deleted. */
async function changeSome({ control, people, groups, appId }) {
  const grouped = new Set(groups.flatMap((group) => group.memberIds));
  for (const [number, person] of people.entries()) {
    if (number % 10 !== 9) continue;
    const kind = Math.floor(number / 10) % 4;
    if (kind === 1) {
      await change(control, person, { accountEnabled: false, displayName: `Disabled ${number}` });
      person.standing = 'disabled';
    } else if (kind === 2 && !grouped.has(person.id)) {
      await control('DELETE', `/applications/${appId}/assignments/${person.assignmentId}`);
      person.standing = 'left';
    } else if (kind === 3) {
      await control('DELETE', `/users/${person.id}`);
      person.standing = 'left';
    } else {
      await change(control, person, { jobTitle: `Another ${number}`, mobilePhone: `+1 ${number}` });
    }
  }
}

async function change(control, person, changes) {
  await control('PATCH', `/users/${person.id}`, changes);
  Object.assign(person, changes);
}

/** node:http rather than fetch, which gives up on an answer after five minutes: a cycle may take longer. */
function controlOf(url) {
  return async (method, path, body) => {
    const outgoing = request(`${url}/control${path}`, { method });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = await once(outgoing, 'response');
    const chunks = [];
    for await (const chunk of response) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    if (response.statusCode >= 400) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`);
    return text === '' ? {} : JSON.parse(text);
  };
}

async function startSandbox(undo) {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const readyFile = join(folder, 'ready.json');
  const child = spawn(process.execPath, [join(dist, 'app/main.js'), 'sandbox', '--port', '0', '--ready-file', readyFile], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  undo.push(() => end(child));
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  while (!existsSync(readyFile)) {
    if (child.exitCode !== null || Date.now() > giveUpAt) throw new Error('the sandbox did not start; it says why above');
    await delay(POLL_MS);
  }
  return JSON.parse(readFileSync(readyFile, 'utf8'));
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(kill);
}
