import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { measureRequests } from '../../src/app/metrics/measured-requests.ts';
import { createMetrics } from '../../src/app/metrics/metrics.ts';
import { installJobs } from '../../src/jobs/index.ts';
import { type Instant, newId, type WorkspaceId } from '../../src/kernel/index.ts';
import { createMetricsRegistry, openDatabase } from '../../src/platform/index.ts';
import { issueCredential } from '../../src/scim/index.ts';
import { createWorkspace } from '../../src/workspace/index.ts';
import { openTransaction } from '../ledger/ledger-fixture.ts';
import { createClient, type ScimClient, turnOn } from '../scim/scim-server.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { recordingLog } from '../support/log.ts';
import { serve } from '../support/loopback.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { type Exposition, readExposition } from './exposition.ts';
import { type MetricsServer, startServer } from './metrics-server.ts';

const token = 'f'.repeat(64);
const REQUESTS = 'rollcall_http_request_duration_seconds_count';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  await installJobs(db.ownerUrl);
});
afterAll(() => db.drop());

describe('metrics', () => {
  it('are served nowhere unless they are asked for', async () => {
    const server = await startServer(db, {});
    expect(server.metricsUrl).toBeUndefined();
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
    await server.stop();
  });

  it('are served on a port of their own, where there is nothing else', async () => {
    const server = await startServer(db, { ROLLCALL_METRICS_PORT: '0' });
    const answer = await fetch(`${server.metricsUrl}/metrics`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/plain; .*version=0\.0\.4/)]);
    expect((await fetch(`${server.metricsUrl}/healthz`)).status).toBe(404);
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
    await server.stop();
    await expect(fetch(`${server.metricsUrl}/metrics`)).rejects.toThrow();
  });

  it.each([
    { given: undefined, status: 401 },
    { given: 'Bearer wrong', status: 401 },
    { given: `Bearer ${token}f`, status: 401 },
    { given: `Basic ${token}`, status: 401 },
    { given: `Bearer ${token}`, status: 200 },
  ])('want their token on both ports: $given is $status', async ({ given, status }) => {
    const server = await startServer(db, { ROLLCALL_METRICS_PORT: '0', ROLLCALL_METRICS_TOKEN: token });
    const headers: Record<string, string> = given === undefined ? {} : { authorization: given };
    for (const url of [server.url, server.metricsUrl]) expect((await fetch(`${url}/metrics`, { headers })).status).toBe(status);
    await server.stop();
  });

  it('of two servers in one process are apart', async () => {
    const [one, other] = [await startServer(db, { ROLLCALL_METRICS_PORT: '0' }), await startServer(db, { ROLLCALL_METRICS_PORT: '0' })];
    await fetch(`${one.url}/nowhere`);
    const labels = { face: 'other', method: 'GET', status: '4xx' };
    expect((await one.metrics()).value(REQUESTS, labels)).toBe(1);
    expect((await other.metrics()).value(REQUESTS, labels)).toBeUndefined();
    await Promise.all([one.stop(), other.stop()]);
  });
});

describe('a server with metrics', () => {
  let server: MetricsServer;
  beforeEach(async () => {
    server = await startServer(db, { ROLLCALL_METRICS_PORT: '0' });
  });
  afterEach(() => server.stop());

  const at = (path: string, init: RequestInit = {}) => fetch(`${server.url}${path}`, init);

  it('shows what it is to show, and what docs/operations.md lists', async () => {
    const { types } = await server.metrics();
    const shown = [...types.keys()].filter((name) => name.startsWith('rollcall_'));
    const page = readFileSync('docs/operations.md', 'utf8');
    const listed = [...page.matchAll(/^\| `(rollcall_\w+)` \|/gm)].map(([, name]) => name ?? '');
    expect(listed.sort()).toEqual(shown.sort());
    expect([...types.keys()]).toEqual(expect.arrayContaining(['process_cpu_seconds_total', 'nodejs_eventloop_lag_seconds']));
  });

  it.each([
    { path: '/healthz', init: {}, labels: { face: 'operation', method: 'GET', status: '2xx' } },
    { path: `/api/v1/workspaces/${randomUUID()}/owners`, init: {}, labels: { face: 'administration', method: 'GET', status: '4xx' } },
    { path: `/sign-in/${randomUUID()}`, init: {}, labels: { face: 'sign-in', method: 'GET', status: '4xx' } },
    { path: `/workspaces/${randomUUID()}/scim/v2/Users`, init: {}, labels: { face: 'scim', method: 'GET', status: '4xx' } },
    {
      path: `/workspaces/${randomUUID()}/scim/oauth/token`,
      init: { method: 'POST' },
      labels: { face: 'scim-token', method: 'POST', status: '4xx' },
    },
    { path: '/?secret=1', init: { method: 'PROPFIND' }, labels: { face: 'other', method: 'other', status: '4xx' } },
  ])('counts $labels.method $path once', async ({ path, init, labels }) => {
    await (await at(path, init)).text();
    const shown = await server.metrics();
    expect(shown.value(REQUESTS, labels)).toBe(1);
    expect(shown.samples.filter(({ name, value }) => name === REQUESTS && value > 0)).toHaveLength(1);
  });

  it('counts a request whose client went away', async () => {
    const registry = createMetricsRegistry();
    const leave = new AbortController();
    let closed: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const silent = await serve(
      measureRequests((_request, response) => {
        response.once('close', closed);
        leave.abort();
      }, registry),
    );
    await expect(fetch(silent.url, { method: 'DELETE', signal: leave.signal })).rejects.toThrow();
    await gone;
    const { value } = readExposition((await registry.render()).text);
    expect(value(REQUESTS, { face: 'other', method: 'DELETE', status: 'cut' })).toBe(1);
    await silent.close();
  });

  describe('with a workspace under SCIM', () => {
    let client: ScimClient;
    let workspaceId: WorkspaceId;
    beforeEach(async () => {
      const clock = steppingClock(new Date(Date.now() - 1000).toISOString() as Instant);
      workspaceId = await insertWorkspace(db.owner, clock.now());
      const credential = { workspaceId, at: clock.now(), actor: 'system', label: 'Entra', expiresAt: null };
      const issued = await issueCredential(db.database, credential);
      await turnOn(db.owner, workspaceId, clock);
      client = createClient(`${server.url}/workspaces/${workspaceId}/scim/v2`, workspaceId, issued.token);
    });

    it('counts refusals by their cause, those within a bulk request too', async () => {
      await client.addUser('ada@contoso.example');
      await client.send('POST', '/Users', { userName: 'ada@contoso.example' });
      await client.send('GET', '/Users?filter=x');
      await client.send('GET', `/Users/${randomUUID()}`);
      await client.send('POST', '/Bulk', { Operations: [{ method: 'DELETE', path: `/Users/${randomUUID()}` }] });
      await at(`/workspaces/${workspaceId}/scim/v2/Users`, { headers: { authorization: 'Bearer rcs_x' } });
      const { value } = await server.metrics();
      const count = (cause: string) => value('rollcall_scim_refusals_total', { cause });
      expect(['uniqueness', 'invalidFilter', 'notFound', 'unauthenticated', 'internal'].map(count)).toEqual([1, 1, 2, 1, 0]);
    });

    it('counts deactivations that were applied, and no other change', async () => {
      const [one, other] = [await client.addUser('ada@contoso.example'), await client.addUser('bob@contoso.example')];
      await client.patch(`/Users/${one}`, [{ op: 'replace', path: 'displayName', value: 'Ada' }]);
      await client.patch(`/Users/${one}`, [{ op: 'Replace', path: 'active', value: 'False' }]);
      await client.patch(`/Users/${one}`, [{ op: 'Replace', path: 'active', value: 'False' }]);
      await client.patch(`/Users/${one}`, [{ op: 'Replace', path: 'active', value: 'True' }]);
      await client.send('DELETE', `/Users/${other}`);
      await client.send('DELETE', `/Users/${other}`);
      const { value } = await server.metrics();
      expect(value('rollcall_scim_deactivations_total', { by: 'change' })).toBe(1);
      expect(value('rollcall_scim_deactivations_total', { by: 'deletion' })).toBe(1);
    });

    it('tells an attempt on an owner as the ledger and the log do', async () => {
      await client.addUser('olive@contoso.example', { userType: 'owner' });
      expect((await server.metrics()).value('rollcall_owner_attempts_total', { attempt: 'role-claim' })).toBe(1);
      expect(server.log.events.filter(({ event }) => event === 'owner.attempted')).toHaveLength(1);
    });

    it('shows no name, no id, no secret and no address, whatever it is sent', async () => {
      const secret = 'rcs_dontshowthisdontshowthisdontshowthis';
      await client.addUser('ada@contoso.example', { displayName: 'Ada Example' });
      await at(`/workspaces/${workspaceId}/scim/v2/Users/${secret}?filter=${secret}`, { headers: { authorization: `Bearer ${secret}` } });
      await at(`/api/v1/workspaces/${workspaceId}/${secret}`, { headers: { authorization: `Bearer ${secret}` } });
      await at(`/${secret}`, { method: 'DONTSHOW' });
      const { samples, text } = await server.metrics();
      expect(text).not.toMatch(/dontshow|ada|contoso|example|bearer/i);
      expect(text).not.toContain(workspaceId);
      expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
      expect(samples.length).toBeGreaterThan(100);
    });
  });

  it('tells a scope that is kept for later, or refused, as the ledger and the log do (I6)', async () => {
    const clock = steppingClock(new Date(Date.now() - 1000).toISOString() as Instant);
    const named = { slug: `acme-${randomUUID()}`, name: 'Acme', timeZone: 'UTC', ownerName: 'Olive' };
    const { owner, workspaceId } = await createWorkspace({ database: db.database, clock }, named);
    const connectionId = newId<'directory-connection'>(clock.now());
    await db.owner.query(
      `insert into directory_connection (workspace_id, id, cloud, tenant_id, client_id, created_at, created_by)
       values ($1, $2, 'commercial', gen_random_uuid(), gen_random_uuid(), $3, 'system')`,
      [workspaceId, connectionId, clock.now()],
    );
    const put = async (body: object) => {
      const headers = { authorization: `Bearer ${owner.credential}`, 'content-type': 'application/json' };
      const sent = JSON.stringify({ connectionId, includeGroups: [], includeUsers: [randomUUID()], ...body });
      return (await at(`/api/v1/workspaces/${workspaceId}/scope`, { method: 'PUT', headers, body: sent })).status;
    };
    const outcome = async (name: string) => (await server.metrics()).value('rollcall_scope_settings_total', { outcome: name });
    expect(await put({})).toBe(200);
    expect([await outcome('dormant'), await outcome('refused')]).toEqual([0, 0]);
    await turnOn(db.owner, workspaceId, clock);
    expect([await put({}), await put({ acceptDormant: true })]).toEqual([409, 200]);
    expect([await outcome('dormant'), await outcome('refused')]).toEqual([1, 1]);
    expect(server.log.events.filter(({ event }) => event.startsWith('scope.')).map(({ event }) => event)).toEqual([
      'scope.refused',
      'scope.dormant',
    ]);
    const asked = `select count(*)::int as count from ledger_record where workspace_id = $1 and type = 'scope.changed'
      and convert_from(leaf, 'UTF8')::jsonb #> '{detail,dormant}' = 'true'`;
    expect((await db.owner.query<{ count: number }>(asked, [workspaceId])).rows).toEqual([{ count: 1 }]);
    expect((await server.metrics()).value('rollcall_workspaces', { scim: 'on' })).toBeGreaterThanOrEqual(1);
  });

  it('counts attempts to read by an auditor link that opens nothing', async () => {
    const body = new URLSearchParams({ token: 'rcr_nothing' });
    const tried = await at(`/workspaces/${randomUUID()}/auditor/${randomUUID()}/session`, { method: 'POST', body });
    expect([tried.status, (await server.metrics()).value('rollcall_auditor_links_refused_total')]).toEqual([401, 1]);
  });

  it('is ready, and says that records wait, while a transaction that stays open keeps them out of the tree', async () => {
    const stalled = await openTransaction(db.database, (tx) => tx.query('select pg_current_xact_id()'));
    await insertWorkspace(db.owner, new Date().toISOString() as Instant);
    expect((await server.metrics()).value('rollcall_ledger_unsequenced_records')).toBeGreaterThan(0);
    expect((await at('/readyz')).status).toBe(200);
    await stalled.commit();
  });

  it('counts what its integrator does, and is behind by nothing once it is done', async () => {
    await insertWorkspace(db.owner, new Date().toISOString() as Instant);
    const isDone = ({ value }: Exposition) =>
      value('rollcall_ledger_unsequenced_records') === 0 && (value('rollcall_ledger_checkpoints_total') ?? 0) > 0;
    let shown = await server.metrics();
    while (!isDone(shown)) shown = await server.metrics();
    const { value } = shown;
    expect(value('rollcall_ledger_lag_seconds')).toBe(0);
    expect(value('rollcall_ledger_sequenced_records_total')).toBeGreaterThanOrEqual(value('rollcall_ledger_checkpoints_total') ?? 0);
  });
});

describe('what is shown of a database', () => {
  it('is how long the ledger waits, and how many findings about owners are open', async () => {
    const own = await testDatabase();
    const clock = steppingClock();
    const workspaceId = await insertWorkspace(own.owner, clock.now());
    await own.owner.query(
      `insert into owner_finding (workspace_id, id, kind, unit, facts, sentence, evidence, own_records, through_leaf, opened_at, changed_at)
       values ($1, gen_random_uuid(), 'attempt', 'x', '{}', 'x', '{}', '{}', 0, $2, $2)`,
      [workspaceId, clock.now()],
    );
    clock.advance(90_000);
    const metrics = createMetrics({ database: own.database, scimDatabase: own.database, clock, log: recordingLog() });
    const { value } = readExposition((await metrics.render()).text);
    expect(value('rollcall_ledger_unsequenced_records')).toBe(1);
    expect(value('rollcall_ledger_lag_seconds')).toBe(90);
    expect(value('rollcall_owner_findings_open', { kind: 'attempt' })).toBe(1);
    expect(value('rollcall_owner_findings_open', { kind: 'person-left' })).toBe(0);
    expect(value('rollcall_workspaces', { scim: 'off' })).toBe(1);
    expect(value('rollcall_database_reachable')).toBe(1);
    await own.drop();
  });

  it('is nothing while it is away, rather than what was; the rest is shown', async () => {
    const away = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', poolSize: 1, applicationName: 'away' });
    let database = db.database;
    const sources = { scimDatabase: db.database, clock: steppingClock(), log: recordingLog() };
    const metrics = createMetrics({
      ...sources,
      database: { ...db.database, query: (...args) => database.query(...args), load: () => ({ inUse: 2, idle: 1, waiting: 3 }) },
    });
    expect(readExposition((await metrics.render()).text).value('rollcall_workspaces', { scim: 'off' })).toBeDefined();
    database = away;
    const { samples, value } = readExposition((await metrics.render()).text);
    expect(value('rollcall_database_reachable')).toBe(0);
    const unknown = [
      'rollcall_ledger_lag_seconds',
      'rollcall_ledger_unsequenced_records',
      'rollcall_workspaces',
      'rollcall_owner_findings_open',
      'rollcall_webhook_deliveries_undelivered',
      'rollcall_webhook_delivery_lag_seconds',
      'rollcall_webhooks_disabled',
    ];
    expect(samples.filter(({ name }) => unknown.includes(name))).toEqual([]);
    expect(value('rollcall_database_connections', { pool: 'administration', state: 'waiting' })).toBe(3);
    expect(sources.log.events).toMatchObject([{ level: 'warn', event: 'metrics.incomplete' }]);
    await away.close();
  });
});

describe('the log', () => {
  const counted = () => {
    const log = recordingLog();
    const metrics = createMetrics({ database: db.database, scimDatabase: db.database, clock: steppingClock(), log });
    return { log, metrics, shown: async () => readExposition((await metrics.render()).text) };
  };

  it.each([
    {
      event: 'directory.run-failed',
      fields: { reason: 'throttled' },
      name: 'rollcall_directory_runs_total',
      labels: { outcome: 'throttled' },
    },
    { event: 'directory.run-failed', fields: { reason: 'Ada' }, name: 'rollcall_directory_runs_total', labels: { outcome: 'other' } },
    { event: 'directory.run-complete', fields: {}, name: 'rollcall_directory_runs_total', labels: { outcome: 'complete' } },
    { event: 'directory.throttled', fields: {}, name: 'rollcall_directory_throttled_total', labels: {} },
    {
      event: 'jobs.task-failed',
      fields: { task: 'directory.sync' },
      name: 'rollcall_jobs_failed_total',
      labels: { task: 'directory.sync' },
    },
    { event: 'jobs.task-failed', fields: { task: 'x' }, name: 'rollcall_jobs_failed_total', labels: { task: 'other' } },
    { event: 'scim.switch.turned', fields: { state: 'off' }, name: 'rollcall_scim_switch_turns_total', labels: { to: 'off' } },
    { event: 'scim.deactivation.refused', fields: {}, name: 'rollcall_scim_deactivations_refused_total', labels: {} },
    { event: 'ledger.integrator.failed', fields: {}, name: 'rollcall_ledger_integrator_failures_total', labels: {} },
  ])('counts $event $fields as $labels, and tells it', async ({ event, fields, labels, name }) => {
    const { log, metrics, shown } = counted();
    expect((await shown()).value(name, labels)).toBe(0);
    metrics.log.warn(event, { ...fields, workspaceId: 'w' });
    expect((await shown()).value(name, labels)).toBe(1);
    expect(log.events).toEqual([{ level: 'warn', event, fields: { ...fields, workspaceId: 'w' } }]);
  });

  it('counts no other event', async () => {
    const { metrics, shown } = counted();
    const before = (await shown()).samples.filter(({ name }) => /^rollcall_.*_total$/.test(name));
    metrics.log.info('server.started', { url: 'x' });
    expect((await shown()).samples.filter(({ name }) => /^rollcall_.*_total$/.test(name))).toEqual(before);
  });
});

describe('the reader of expositions', () => {
  it.each([
    { name: 'a sample without a type', text: 'rollcall_x 1\n' },
    { name: 'a label that is not quoted', text: '# HELP x x\n# TYPE x counter\nx{a=b} 1\n' },
    { name: 'a value that is none', text: '# HELP x x\n# TYPE x gauge\nx many\n' },
    { name: 'a sample twice', text: '# HELP x x\n# TYPE x gauge\nx 1\nx 2\n' },
    { name: 'an end in the middle of a line', text: '# HELP x x\n# TYPE x gauge\nx 1' },
    {
      name: 'buckets that shrink',
      text: '# HELP x x\n# TYPE x histogram\nx_bucket{le="1"} 2\nx_bucket{le="+Inf"} 1\nx_sum 1\nx_count 1\n',
    },
  ])('refuses $name', ({ text }) => {
    expect(() => readExposition(text)).toThrow();
  });

  it('reads what a registry of ours writes, other values than those of a set kept out', async () => {
    const registry = createMetricsRegistry();
    const count = registry.counter({ name: 'x_total', help: 'x', labels: { kind: ['a', 'b'] } });
    count({ kind: 'b' }, 2);
    count({ kind: 'quote " and \n' });
    const exposition = readExposition((await registry.render()).text);
    expect([exposition.value('x_total', { kind: 'a' }), exposition.value('x_total', { kind: 'b' })]).toEqual([1, 2]);
  });
});
