import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { directoryRoutes, type DirectoryDeps } from '../../src/directory/index.ts';
import { cloudsOf } from '../../src/directory/probe-cloud.ts';
import type { MicrosoftCloud, MicrosoftHosts } from '../../src/platform/index.ts';
import { administrationServer, type LoopbackServer, serve } from '../support/loopback.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { directoryDeps, openWorld, type SimulatedTenant, simulatedTenant, type World } from './simulated-tenant.ts';

describe('the metadata of a tenant', () => {
  it.each([
    { name: 'commercial', metadata: { cloud_instance_name: 'microsoftonline.com' }, expected: ['commercial'] },
    {
      name: 'GCC, which is commercial',
      metadata: { cloud_instance_name: 'microsoftonline.com', tenant_region_sub_scope: 'GCC' },
      expected: ['commercial'],
    },
    {
      name: 'GCC High',
      metadata: { cloud_instance_name: 'microsoftonline.us', tenant_region_sub_scope: 'DODCON' },
      expected: ['us-government-l4'],
    },
    {
      name: 'DoD',
      metadata: { cloud_instance_name: 'microsoftonline.us', tenant_region_sub_scope: 'DOD' },
      expected: ['us-government-l5'],
    },
    {
      name: 'one of the two of the US Government',
      metadata: { cloud_instance_name: 'microsoftonline.us' },
      expected: ['us-government-l4', 'us-government-l5'],
    },
    { name: 'China, which is not supported', metadata: { cloud_instance_name: 'partner.microsoftonline.cn' }, expected: [] },
    { name: 'nothing', metadata: { issuer: 'https://login.example.com' }, expected: undefined },
  ])('says $name', ({ metadata, expected }) => {
    expect(cloudsOf(metadata)).toEqual(expected);
  });
});

const dod = { regionScope: 'USGov', regionSubScope: 'DOD', instance: 'microsoftonline.us', graphHost: 'dod-graph.microsoft.us' };
const gccHigh = { regionScope: 'USGov', regionSubScope: 'DODCON', instance: 'microsoftonline.us', graphHost: 'graph.microsoft.us' };

let world: World;
let commercial: SimulatedTenant;
let government: SimulatedTenant;
let server: LoopbackServer;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  commercial = await simulatedTenant(world);
  government = await simulatedTenant(world);
  await government.control('PUT', '/cloud', dod);
  server = await administer((cloud) => at(cloud === 'commercial' ? commercial.url : government.url));
});
afterEach(async () => {
  await server.close();
  await commercial.close();
  await government.close();
});

const at = (url: string): MicrosoftHosts => ({ login: url, graph: url, arm: url });

async function administer(hostsOf: DirectoryDeps['hostsOf'], origins: readonly string[] = []): Promise<LoopbackServer> {
  const deps = directoryDeps(world, [commercial.url, government.url, ...origins]);
  const workspaceId = await insertWorkspace(world.db.owner, world.clock.now());
  return administrationServer({ clock: world.clock, workspaceId, routers: [directoryRoutes({ ...deps, hostsOf })] });
}

async function add(cloud: MicrosoftCloud, tenant: SimulatedTenant) {
  const body = JSON.stringify({ cloud, ...(await tenant.reader()) });
  const response = await fetch(`${server.url}/directory/connections`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return { status: response.status, body: (await response.json()) as { id: string } };
}

const confirmed = { status: 201, body: { cloudConfirmedAt: expect.any(String) } };

describe('adding a connection', () => {
  it('asks the tenant itself in which cloud it lives', async () => {
    expect(await add('commercial', commercial)).toMatchObject(confirmed);
    expect(await add('us-government-l5', government)).toMatchObject(confirmed);
  });

  it.each([
    { name: 'L4 for a DoD tenant', cloud: 'us-government-l4' as const, lives: dod, right: 'us-government-l5' },
    { name: 'L5 for a GCC High tenant', cloud: 'us-government-l5' as const, lives: gccHigh, right: 'us-government-l4' },
    { name: 'commercial for a DoD tenant', cloud: 'commercial' as const, lives: dod, right: 'us-government-l5' },
  ])('refuses $name, and names the right one (microsoft-graph §10 #10)', async ({ cloud, lives, right }) => {
    await government.control('PUT', '/cloud', lives);
    expect(await add(cloud, government)).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('lives in'), next: `Use "cloud": "${right}".` },
    });
  });

  it('refuses US Government for a commercial tenant', async () => {
    expect(await add('us-government-l4', commercial)).toMatchObject({ status: 400, body: { next: 'Use "cloud": "commercial".' } });
  });

  it('refuses a tenant that no cloud knows', async () => {
    const stranger = {
      ...commercial,
      reader: async () => ({ ...(await commercial.reader()), tenantId: '12345678-1234-4234-8234-123456789abc' }),
    };
    expect(await add('commercial', stranger)).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('No Microsoft cloud') },
    });
  });

  it.each([
    { name: 'breaks off', answer: undefined },
    { name: 'answers in HTML', answer: { status: 200, text: '<html></html>' } },
    { name: 'is out of order', answer: { status: 503, text: '{}' } },
    { name: 'says nothing of a cloud', answer: { status: 200, text: '{"issuer":"x"}' } },
  ])('takes a connection as unconfirmed when the login host $name: that is no answer', async ({ answer }) => {
    const login = await serve((_request, response) => {
      if (answer === undefined) response.destroy();
      else response.writeHead(answer.status).end(answer.text);
    });
    await server.close();
    server = await administer(() => ({ ...at(commercial.url), login: login.url }), [login.url]);
    expect(await add('commercial', commercial)).toMatchObject({ status: 201, body: { cloudConfirmedAt: null } });
    await login.close();
  });

  it('says so later, when a check can ask', async () => {
    let login = 'http://127.0.0.1:1';
    await server.close();
    server = await administer(() => ({ ...at(commercial.url), login }), [login]);
    const { body } = await add('commercial', commercial);
    login = commercial.url;
    const check = await fetch(`${server.url}/directory/connections/${body.id}/check`, { method: 'POST' });
    expect(await check.json()).toMatchObject({ verdict: 'ok' });
    const list = (await (await fetch(`${server.url}/directory/connections`)).json()) as { connections: object[] };
    expect(list.connections).toMatchObject([{ cloudConfirmedAt: expect.any(String) }]);
  });

  it('is told by a check when the tenant lives elsewhere after all', async () => {
    const { body } = await add('us-government-l5', government);
    await government.control('PUT', '/cloud', gccHigh);
    const check = await fetch(`${server.url}/directory/connections/${body.id}/check`, { method: 'POST' });
    expect(await check.json()).toMatchObject({ verdict: 'wrong-cloud', detail: expect.stringContaining('GCC High') });
  });
});
