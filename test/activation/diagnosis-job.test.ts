import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeDiagnosis } from '../../src/activation/make-diagnosis.ts';
import { addConnection } from '../../src/directory/add-connection.ts';
import { type DirectoryDeps, lookAtProvisioningJob } from '../../src/directory/index.ts';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import { systemClock } from '../../src/platform/index.ts';
import { scimTenantUrl } from '../../src/scim/index.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { directoryDeps, openWorld, type World } from '../directory/simulated-tenant.ts';
import { insertWorkspace } from '../support/workspace.ts';

const PUBLIC_URL = 'https://rollcall.example';
const DEAF = 'http://127.0.0.1:9';

let world: World;
let entra: Simulator;
let deps: DirectoryDeps;
let workspaceId: WorkspaceId;
let appId: string;

beforeAll(async () => {
  world = await openWorld();
  entra = await startSimulator({ now: () => systemClock.now(), pause: () => Promise.resolve() });
});
afterAll(async () => {
  await entra.close();
  await world.close();
});

beforeEach(async () => {
  workspaceId = await insertWorkspace(world.db.owner, world.clock.now());
  deps = directoryDeps(world, entra.url);
  appId = String((await control('POST', '/applications', { displayName: 'Rollcall' }))['appId']);
  await connect(['Directory.Read.All', 'Synchronization.Read.All']);
});

async function control(method: string, path: string, body: object): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${entra.url}/control${path}`, { method, headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${text}`);
  return (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
}

/** A directory connection by an application with these permissions. */
async function connect(graphRoles: readonly string[]): Promise<void> {
  const reader = await control('POST', '/applications', { displayName: 'Reader', graphRoles });
  const connection = {
    kind: 'tenant',
    subscriptionIds: [],
    cloud: 'commercial',
    tenantId: entra.tenantId,
    clientId: String(reader['appId']),
    credential: { credential: { kind: 'secret', secret: String(reader['clientSecret']) }, expiresAt: undefined },
    scimAppId: appId,
  } as const;
  await world.db.owner.query('update directory_connection set removed_at = $2 where workspace_id = $1', [workspaceId, world.clock.now()]);
  await addConnection(deps, workspaceId, connection, { actor: 'system', at: world.clock.now() });
}

const provisioning = (more: object = {}) =>
  control('PUT', `/applications/${appId}/provisioning`, {
    tenantUrl: scimTenantUrl(PUBLIC_URL, workspaceId),
    secretToken: 'x',
    dialect: 'flag',
    ...more,
  });
const mistakes = (body: object) => control('PUT', `/applications/${appId}/provisioning/mistakes`, body);

async function stateOf(...wanted: readonly string[]) {
  const { checks } = await makeDiagnosis(
    {
      database: world.db.database,
      clock: world.clock,
      publicUrl: PUBLIC_URL,
      lookAtJob: (id) => lookAtProvisioningJob(deps, id),
    },
    workspaceId,
  );
  const job = checks.slice(checks.findIndex(({ check }) => check === 'job-is-active'));
  return wanted.length === 0 ? job.filter(({ state }) => state !== 'ok') : job.filter(({ check }) => wanted.includes(check));
}

describe('the diagnosis of a job, through Microsoft Graph', () => {
  it('finds nothing where the job is as it should be, and writes nothing (I7)', async () => {
    await provisioning();
    expect(await stateOf()).toEqual([]);
    const { violations } = (await (await fetch(`${entra.url}/control/graph/violations`)).json()) as { violations: unknown[] };
    expect(violations).toEqual([]);
  });

  it.each([
    { name: 'that is paused', set: () => mistakes({ paused: true }), check: 'job-is-active' },
    { name: 'of another address', set: () => mistakes({ baseAddress: 'https://elsewhere.example/scim' }), check: 'tenant-url-is-ours' },
    {
      name: 'that skips whoever falls out of scope',
      set: () => provisioning({ skipOutOfScopeDeletions: true }),
      check: 'out-of-scope-is-deactivated',
    },
    { name: 'with active from accountEnabled', set: () => mistakes({ activeFrom: 'accountEnabled' }), check: 'mappings-are-right' },
    { name: 'with externalId from mailNickname', set: () => mistakes({ externalIdFrom: 'mailNickname' }), check: 'mappings-are-right' },
    { name: 'that matches by nothing', set: () => mistakes({ withoutMatching: true }), check: 'mappings-are-right' },
    { name: 'without a role', set: () => mistakes({ withoutRole: true }), check: 'mappings-are-right' },
    { name: 'without active', set: () => provisioning({ softDelete: false }), check: 'mappings-are-right' },
    {
      name: 'with Update unticked',
      set: () => provisioning({ targetActions: { create: true, update: false, delete: true } }),
      check: 'mappings-are-right',
    },
  ])('names the mistake of one $name, and nothing else', async ({ check, set }) => {
    await provisioning();
    await set();
    const found = await stateOf();
    expect(found.map((one) => [one.check, one.state])).toEqual([[check, 'problem']]);
    expect(found[0]?.remedy).toMatch(/\.$/);
  });

  it('names a quarantine, why, and when the job ends by it', async () => {
    await provisioning({ tenantUrl: DEAF, timeoutSeconds: 1 });
    await mistakes({ baseAddress: scimTenantUrl(PUBLIC_URL, workspaceId) });
    await control('POST', `/applications/${appId}/provisioning/cycles`, {});
    const [quarantine] = await stateOf('job-is-not-in-quarantine');
    expect(quarantine).toMatchObject({
      state: 'problem',
      evidence: { reason: 'EncounteredQuarantineException', ends: expect.any(String) },
    });
  });

  it('that was never configured says so', async () => {
    const found = await stateOf();
    expect(new Set(found.map(({ state, detail }) => `${state} ${detail.slice(0, 12)}`))).toEqual(new Set(['problem Provisioning']));
  });

  it('without the permission sees nothing, says which one it would take, and reports no problem (I10)', async () => {
    await provisioning();
    await connect(['Directory.Read.All']);
    const found = await stateOf();
    expect(found).toHaveLength(6);
    expect(new Set(found.map(({ state, permission }) => `${state} ${permission}`))).toEqual(new Set(['unseen Synchronization.Read.All']));
  });

  it('when Microsoft cannot be reached is no error', async () => {
    await provisioning();
    deps = { ...deps, hostsOf: () => ({ login: DEAF, graph: DEAF, arm: DEAF }) };
    expect((await stateOf('job-is-active'))[0]).toMatchObject({ state: 'unseen', permission: null });
  });
});
