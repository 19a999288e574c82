import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isAllowedRead, readOnly } from '../../src/directory/allowed-read.ts';
import { type DirectoryDeps, lookAtProvisioningJob } from '../../src/directory/index.ts';
import { HOUR_MS } from '../../src/kernel/index.ts';
import { microsoftClouds, microsoftHosts, type OutboundHttp, ReadResponse } from '../../src/platform/index.ts';
import { connect, directoryDeps, openWorld, simulatedTenant, user, type World } from './simulated-tenant.ts';

const hosts = microsoftHosts('commercial');
const token = `${hosts.login}/11111111-2222-4333-8444-555555555555/oauth2/v2.0/token`;

const rows: readonly { method: string; url: string; allowed: boolean }[] = [
  { method: 'GET', url: `${hosts.graph}/v1.0/users`, allowed: true },
  { method: 'GET', url: `${hosts.login}/x/v2.0/.well-known/openid-configuration`, allowed: true },
  { method: 'POST', url: token, allowed: true },
  { method: 'POST', url: `${hosts.graph}/v1.0/users`, allowed: false },
  { method: 'POST', url: `${hosts.graph}/v1.0/users/x/revokeSignInSessions`, allowed: false },
  { method: 'POST', url: `${hosts.graph}/v1.0/$batch`, allowed: false },
  { method: 'PATCH', url: `${hosts.graph}/v1.0/users/x`, allowed: false },
  { method: 'DELETE', url: `${hosts.graph}/v1.0/users/x`, allowed: false },
  { method: 'HEAD', url: `${hosts.graph}/v1.0/users`, allowed: false },
  { method: 'POST', url: `${hosts.login}/x/oauth2/v2.0/devicecode`, allowed: false },
  { method: 'POST', url: `${hosts.graph}/x/oauth2/v2.0/token`, allowed: false },
  { method: 'GET', url: `${hosts.arm}/subscriptions`, allowed: true },
  { method: 'PUT', url: `${hosts.arm}/subscriptions/x/providers/Microsoft.Authorization/roleAssignments/y`, allowed: false },
  { method: 'POST', url: `${hosts.arm}/providers/Microsoft.ResourceGraph/resources`, allowed: false },
  { method: 'GET', url: 'https://management.usgovcloudapi.net/subscriptions', allowed: false },
  { method: 'GET', url: 'https://graph.microsoft.com.example.net/v1.0/users', allowed: false },
  { method: 'GET', url: 'http://graph.microsoft.com/v1.0/users', allowed: false },
  { method: 'GET', url: 'https://graph.microsoft.us/v1.0/users', allowed: false },
];

describe('what may be sent to a directory (I7)', () => {
  it.each(rows)('$method $url: $allowed', async ({ method, url, allowed }) => {
    expect(isAllowedRead({ method, url: new URL(url) }, hosts)).toBe(allowed);
    const sent: string[] = [];
    const outbound: OutboundHttp = {
      fetch: async (target) => {
        sent.push(String(target));
        return new ReadResponse(Buffer.alloc(0), { status: 200 });
      },
    };
    const sending = readOnly(outbound, hosts).fetch(url, { method });
    if (allowed) await sending;
    else await expect(sending).rejects.toMatchObject({ code: 'outbound-refused' });
    expect(sent).toHaveLength(allowed ? 1 : 0);
  });

  it.each(microsoftClouds)('goes to the hosts of one cloud, and of no other: %s', (cloud) => {
    const others = microsoftClouds.filter((other) => microsoftHosts(other).graph !== microsoftHosts(cloud).graph);
    const url = new URL(`${microsoftHosts(cloud).graph}/v1.0/users`);
    expect(isAllowedRead({ method: 'GET', url }, microsoftHosts(cloud))).toBe(true);
    for (const other of others) expect(isAllowedRead({ method: 'GET', url }, microsoftHosts(other))).toBe(false);
  });
});

/** Files of the room that send something without `readOnly` around it. */
function unguarded(files: readonly (readonly [name: string, text: string])[]): readonly string[] {
  return files
    .filter(([, text]) => /\bdeps\.outbound\b/.test(text.replaceAll(/readOnly\(deps\.outbound, hosts\)/g, '')))
    .map(([name]) => name);
}

describe('the room', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.close());

  it('sends nothing but reads, whatever it is asked to do (I7)', async () => {
    const tenant = await simulatedTenant(world);
    const sent: { method: string; url: URL }[] = [];
    const { outbound, ...others } = directoryDeps(world, tenant.url);
    const fetch: OutboundHttp['fetch'] = (url, request) => {
      sent.push({ method: request?.method ?? 'GET', url: new URL(url) });
      return outbound.fetch(url, request);
    };
    const deps: DirectoryDeps = { ...others, outbound: { fetch } };
    const made = await tenant.createUsers([user('ada'), user('grace')]);
    await tenant.control('POST', '/groups', { displayName: 'Pioneers', memberIds: made.map(({ id }) => id) });
    const reader = await tenant.reader(['Directory.Read.All', 'Synchronization.Read.All', 'AuditLog.Read.All', 'Application.Read.All']);
    const workspace = await connect(world, deps, { ...reader, scimAppId: reader.clientId });
    await workspace.api('POST', `/directory/connections/${workspace.connectionId}/check`);
    await workspace.sync();
    world.clock.advance(HOUR_MS);
    await tenant.control('DELETE', `/users/${made[0]?.id}`);
    await workspace.sync('delta');
    await workspace.sync();
    await lookAtProvisioningJob(deps, workspace.workspaceId);
    expect(sent.length).toBeGreaterThan(20);
    const standIns = { login: tenant.url, graph: tenant.url, arm: tenant.url };
    expect(sent.filter((request) => !isAllowedRead(request, standIns))).toEqual([]);
    expect(await tenant.control('GET', '/graph/violations')).toEqual({ violations: [] });
    await workspace.close();
    await tenant.close();
  });

  it('has no other way out than the guarded one, and the search would find one (I7)', () => {
    const folder = 'src/directory';
    const files = readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')] as const);
    expect(unguarded(files).filter((name) => !['access-token.ts', 'ask-microsoft.ts'].includes(name))).toEqual([]);
    expect(unguarded([['planted.ts', "await deps.outbound.fetch(url, { method: 'DELETE' });"]])).toEqual(['planted.ts']);
  });
});
