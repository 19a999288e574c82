import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { MINUTE_MS } from '../../src/kernel/index.ts';
import { type SimulatedTenant, simulatedTenant } from '../simulator/simulated-tenant.ts';
import { type WireLogReader, wireLogReader } from './exchange-administration.ts';
import { type ScimClient, type ScimServer, startScim } from './scim-server.ts';

let server: ScimServer;
let client: ScimClient;
let reader: WireLogReader;
let tenant: SimulatedTenant;

beforeAll(async () => {
  server = await startScim();
  client = await server.client();
  reader = await wireLogReader(server, client.workspaceId);
  tenant = await simulatedTenant();
});
afterAll(async () => {
  await Promise.all([reader.close(), tenant.close()]);
  await server.close();
});

/** What the tenant does so long after what it did before. */
async function after(minutes: number, path: string, body?: unknown) {
  server.clock.advance(minutes * MINUTE_MS);
  tenant.advance(minutes * MINUTE_MS);
  const answer = await tenant.control('POST', path, body);
  await server.scim.flush();
  return answer;
}

it('knows the cycles, the run on demand and the Test Connection of a simulated tenant apart', async () => {
  const { appId } = await tenant.application({ appRoles: [{ value: 'member', displayName: 'member' }] });
  const provisioning = `/applications/${appId}/provisioning`;
  const tenantUrl = `${server.url}/workspaces/${client.workspaceId}/scim/v2`;
  await tenant.control('PUT', provisioning, { tenantUrl, secretToken: client.token, dialect: 'legacy' });
  const [ada = '', bob = '', cy = ''] = await tenant.users('ada', 'bob', 'cy');
  const group = await tenant.group('Crew', [ada, bob]);
  for (const id of [ada, bob, group]) await tenant.assign(appId, id, 'member');

  await after(0, `${provisioning}/test-connection`);
  const first = await after(10, `${provisioning}/cycles`);
  await after(40, `${provisioning}/cycles`);
  await tenant.assign(appId, cy, 'member');
  await after(15, `${provisioning}/on-demand`, { userId: cy });
  await tenant.control('PATCH', `/users/${bob}`, { accountEnabled: false });
  await after(25, `${provisioning}/cycles`);

  const { body } = await reader.get('/scim/cycles');
  expect(first.body).toMatchObject({ users: { created: 2 }, groups: { created: 1 } });
  expect(body.cycles).toMatchObject([
    { kind: 'cycle', created: 0, deactivated: 1, refused: 0 },
    { kind: 'on-demand', created: 1, deactivated: 0, refused: 0 },
    { kind: 'cycle', created: 0, updated: 0, membersChanged: 0, refused: 0 },
    { kind: 'cycle', created: 3, refused: 0 },
    { kind: 'probe', created: 0, reads: 0 },
  ]);
});
