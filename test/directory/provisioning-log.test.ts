import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { installJobs } from '../../src/jobs/index.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/kernel/index.ts';
import { type ScimClient, type ScimServer, startScim } from '../scim/scim-server.ts';
import {
  type ConnectedWorkspace,
  connect,
  directoryDeps,
  type SimulatedTenant,
  simulatedTenant,
  user,
  type World,
} from './simulated-tenant.ts';

interface Event {
  readonly id: string;
  readonly action: string;
  readonly status: string;
  readonly scimUserId: string | null;
  readonly objectId: string;
  readonly contradiction: string | null;
  readonly exchangeId: string | null;
}

interface Listing {
  readonly events: readonly Event[];
  readonly collections: readonly { because: string | null; detail: string }[];
  readonly next: string | null;
}

let server: ScimServer;
let world: World;
let tenant: SimulatedTenant;
let client: ScimClient;
let application: { appId: string; clientSecret: string };
let workspace: ConnectedWorkspace;
let asked: string[];
let ada: string;
beforeAll(async () => {
  server = await startScim();
  await installJobs(server.ownerUrl);
  world = { db: server, clock: server.clock, close: () => Promise.resolve() };
});
afterAll(() => server.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  client = await server.client();
  await open(['Directory.Read.All', 'AuditLog.Read.All']);
  ada = (await tenant.createUsers([user('ada')]))[0]?.id ?? '';
  await tenant.control('POST', `/applications/${application.appId}/assignments`, { principalId: ada });
  await tenant.control('PUT', `/applications/${application.appId}/provisioning`, {
    tenantUrl: `${server.url}/workspaces/${client.workspaceId}/scim/v2`,
    secretToken: client.token,
    dialect: 'legacy',
  });
});
afterEach(async () => {
  expect(await tenant.control('GET', '/graph/violations')).toEqual({ violations: [] });
  await workspace.close();
  await tenant.close();
});

async function open(graphRoles: readonly string[], named = true): Promise<void> {
  application = await tenant.control('POST', '/applications', { displayName: 'Rollcall', graphRoles });
  asked = [];
  const { outbound, ...others } = directoryDeps(world, tenant.url);
  const fetch: typeof outbound.fetch = (url, request) => {
    asked.push(decodeURIComponent(String(url)));
    return outbound.fetch(url, request);
  };
  const { appId: clientId, clientSecret } = application;
  const names = named ? { scimAppId: clientId } : {};
  workspace = await connect(
    world,
    { ...others, outbound: { fetch } },
    { tenantId: tenant.tenantId, clientId, clientSecret, ...names },
    client.workspaceId,
  );
}

const cycle = () => tenant.control('POST', `/applications/${application.appId}/provisioning/cycles`);
const faults = (...rules: readonly object[]) =>
  tenant.control('PUT', `/applications/${application.appId}/provisioning/faults`, { faults: rules });
const listing = async (query = '') => (await workspace.api<Listing>('GET', `/directory/provisioning-events${query}`)).body;
const told = async () => (await listing()).events.map(({ action, status, contradiction }) => [action, status, contradiction]);
const claim = (more: object) =>
  tenant.control<{ id: string }>('POST', '/provisioning-log', {
    appId: application.appId,
    action: 'update',
    status: 'success',
    objectId: ada,
    ...more,
  });
const records = async (type: string) =>
  (
    await world.db.owner.query<{ leaf: { after?: { contradiction: string | null }; detail: { entries?: number } } }>(
      "select convert_from(leaf, 'UTF8')::jsonb as leaf from ledger_record where workspace_id = $1 and type = $2 order by ord",
      [workspace.workspaceId, type],
    )
  ).rows.map(({ leaf }) => leaf);

/** The SCIM user whom the engine has made of Ada. */
async function provisioned(): Promise<string> {
  await cycle();
  await workspace.sync();
  return (await listing()).events[0]?.scimUserId ?? '';
}

describe("Entra's provisioning log", () => {
  it('fits the wire log where the engine did what it says: created, updated, disabled, deleted', async () => {
    await cycle();
    world.clock.advance(HOUR_MS);
    await tenant.control('PATCH', `/users/${ada}`, { displayName: 'Ada Countess' });
    await cycle();
    world.clock.advance(HOUR_MS);
    await tenant.control('DELETE', `/users/${ada}`);
    await cycle();
    world.clock.advance(HOUR_MS);
    await tenant.control('DELETE', `/deleted-users/${ada}`);
    await cycle();
    await workspace.sync();
    expect(await told()).toEqual([
      ['delete', 'success', null],
      ['disable', 'success', null],
      ['update', 'success', null],
      ['create', 'success', null],
    ]);
    expect(await records('graph.provisioning.compared')).toEqual([]);
    expect(await records('graph.provisioning.read')).toMatchObject([{ detail: { entries: 4 } }]);
  });

  it('is asked for by a window with open ends, from where it was left and a little before', async () => {
    await workspace.sync();
    world.clock.advance(DAY_MS);
    await workspace.sync('delta');
    const windows = asked.flatMap((url) => /activityDateTime gt (\S+) and activityDateTime lt ([^&]+)/.exec(url)?.slice(1) ?? []);
    expect(windows).toHaveLength(4);
    const [firstFrom = '', firstUntil = '', secondFrom = '', secondUntil = ''] = windows;
    expect(Date.parse(firstUntil) - Date.parse(firstFrom)).toBe(30 * DAY_MS + MINUTE_MS);
    expect(secondFrom < firstUntil).toBe(true);
    expect(Date.parse(secondUntil) - Date.parse(secondFrom)).toBeLessThan(DAY_MS + 7 * HOUR_MS);
  });

  it('is kept once, however often it is read, also when an entry comes hours late', async () => {
    await tenant.control('PUT', '/provisioning-log', { delaySeconds: 5 * 3600 });
    await cycle();
    await workspace.sync();
    expect(await told()).toEqual([]);
    world.clock.advance(5 * HOUR_MS);
    await workspace.sync('delta');
    await workspace.sync();
    expect(await told()).toEqual([['create', 'success', null]]);
    expect(await records('graph.provisioning.read')).toHaveLength(1);
  });

  it('of another application is not taken for ours', async () => {
    await cycle();
    await claim({ appId: '11111111-2222-4333-8444-555555555555' });
    await workspace.sync();
    expect(await told()).toHaveLength(1);
  });

  it('comes by pages, the latest first, and by user', async () => {
    const scimUserId = await provisioned();
    world.clock.advance(HOUR_MS);
    await claim({ targetId: scimUserId, action: 'other', status: 'skipped' });
    await claim({ objectId: application.appId });
    await workspace.sync();
    const first = await listing('?limit=2');
    const rest = await listing(`?limit=2&after=${first.next}`);
    expect([first.events.length, rest.events.length, rest.next]).toEqual([2, 1, null]);
    expect(new Set([...first.events, ...rest.events].map(({ id }) => id)).size).toBe(3);
    expect((await listing(`?scimUserId=${scimUserId}`)).events).toHaveLength(2);
    expect((await listing(`?objectId=${application.appId}`)).events).toHaveLength(1);
  });
});

describe('what Entra says and what arrived', () => {
  it('do not fit where Entra says success and no request arrived here: noted, recorded (I3), and no verdict', async () => {
    const scimUserId = await provisioned();
    world.clock.advance(HOUR_MS);
    const { id } = await claim({ targetId: scimUserId, action: 'disable' });
    await workspace.sync();
    const { events } = await listing('?contradicted=true');
    expect(events).toMatchObject([{ id, scimUserId, contradiction: 'success-without-request', exchangeId: null }]);
    expect(await records('graph.provisioning.compared')).toMatchObject([
      {
        subject: { kind: 'scim-user', id: scimUserId },
        before: { contradiction: null },
        after: { contradiction: 'success-without-request' },
      },
    ]);
    await workspace.sync();
    expect(await records('graph.provisioning.compared')).toHaveLength(1);
  });

  it('do not fit where Entra names a target that is none of ours', async () => {
    await cycle();
    await claim({ targetId: 'user-4711', action: 'create' });
    await workspace.sync();
    expect((await listing('?contradicted=true')).events).toMatchObject([{ scimUserId: null, contradiction: 'success-without-request' }]);
  });

  it('do not fit where the answer was lost: Entra says failure, and the request was taken', async () => {
    const scimUserId = await provisioned();
    world.clock.advance(HOUR_MS);
    await tenant.control('PATCH', `/users/${ada}`, { displayName: 'Ada Countess' });
    await faults({ kind: 'lost-answer', steps: ['update'], times: 1 });
    await cycle();
    await workspace.sync();
    const { events } = await listing('?contradicted=true');
    expect(events).toMatchObject([
      { status: 'failure', scimUserId, contradiction: 'request-despite-failure', exchangeId: expect.any(String) },
    ]);
  });

  it('fit again once an entry that came late explains it, and the ledger says that too', async () => {
    const scimUserId = await provisioned();
    world.clock.advance(HOUR_MS);
    await tenant.control('PATCH', `/users/${ada}`, { displayName: 'Ada Countess' });
    await faults({ kind: 'lost-answer', steps: ['update'], times: 1 });
    await cycle();
    const at = world.clock.now();
    await workspace.sync();
    await claim({ targetId: scimUserId, at });
    world.clock.advance(HOUR_MS);
    await workspace.sync();
    expect((await listing('?contradicted=true')).events).toEqual([]);
    expect((await records('graph.provisioning.compared')).map(({ after }) => after?.contradiction)).toEqual([
      'request-despite-failure',
      null,
    ]);
  });

  it.each([
    { what: 'a failure that nothing arrived of', more: { status: 'failure' } },
    { what: 'what it skipped', more: { status: 'skipped', action: 'other' } },
    { what: 'a success of another kind than a write', more: { action: 'other' } },
    { what: 'what it did before anybody here had a credential', more: { at: '2026-02-20T09:00:00.000Z' } },
  ])('fit in $what', async ({ more }) => {
    const scimUserId = await provisioned();
    world.clock.advance(HOUR_MS);
    await claim({ targetId: scimUserId, ...more });
    await workspace.sync();
    expect((await listing('?contradicted=true')).events).toEqual([]);
  });
});

describe('a provisioning log that may not be read', () => {
  it('is not collected, by name, and the look goes on without it', async () => {
    await workspace.close();
    await world.db.owner.query('update directory_connection set removed_at = $2 where workspace_id = $1', [
      client.workspaceId,
      world.clock.now(),
    ]);
    await open(['Directory.Read.All']);
    expect((await workspace.sync()).state).toBe('complete');
    const { collections } = await listing();
    expect(collections).toMatchObject([{ because: 'permission-missing' }]);
    expect(collections[0]?.detail).toContain('AuditLog.Read.All, which is not granted');
  });

  it('is not asked for where the connection does not name the application', async () => {
    await workspace.close();
    await world.db.owner.query('update directory_connection set removed_at = $2 where workspace_id = $1', [
      client.workspaceId,
      world.clock.now(),
    ]);
    await open(['Directory.Read.All', 'AuditLog.Read.All'], false);
    await workspace.sync();
    expect(asked.filter((url) => url.includes('/auditLogs/provisioning'))).toEqual([]);
  });

  it('leaves a hole that the next look closes', async () => {
    await tenant.control('PUT', '/graph/faults', {
      faults: [{ kind: 'status', status: 503, code: 'ServiceUnavailable', path: '/v1.0/auditLogs/provisioning' }],
    });
    await cycle();
    expect((await workspace.sync()).state).toBe('complete');
    expect((await listing()).collections).toMatchObject([{ because: 'graph-unavailable' }]);
    await tenant.control('PUT', '/graph/faults', {});
    world.clock.advance(2 * DAY_MS);
    await workspace.sync();
    expect(await told()).toEqual([['create', 'success', null]]);
  });
});
