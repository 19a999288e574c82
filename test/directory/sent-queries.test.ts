import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalJson, HOUR_MS } from '../../src/kernel/index.ts';
import {
  type ConnectedWorkspace,
  connect,
  directoryDeps,
  openWorld,
  type SimulatedTenant,
  simulatedTenant,
  user,
  type World,
} from './simulated-tenant.ts';

const ROLES = ['Directory.Read.All', 'AuditLog.Read.All', 'User-LifeCycleInfo.Read.All', 'Policy.Read.All', 'Application.Read.All'];

let world: World;
let tenant: SimulatedTenant;
let workspace: ConnectedWorkspace;
let asked: string[];
let ada: string;
let team: string;
beforeAll(async () => {
  world = await openWorld();
  tenant = await simulatedTenant(world);
  const { outbound, ...others } = directoryDeps(world, [tenant.url, tenant.armUrl]);
  const fetch: typeof outbound.fetch = (url, request) => {
    asked.push(`${request?.method ?? 'GET'} ${decodeURIComponent(String(url))}`);
    return outbound.fetch(url, request);
  };
  asked = [];
  const made = await tenant.control<{ appId: string; clientSecret: string; servicePrincipalId: string }>('POST', '/applications', {
    displayName: 'Rollcall',
    graphRoles: ROLES,
  });
  const { subscriptionId } = await tenant.control<{ subscriptionId: string }>('POST', '/subscriptions', { displayName: 'Payroll' });
  await tenant.control('POST', `/subscriptions/${subscriptionId}/role-assignments`, {
    principalId: made.servicePrincipalId,
    roleName: 'Reader',
  });
  ada = (await tenant.createUsers([user('ada'), user('bob')]))[0]?.id ?? '';
  team = (await tenant.control<{ id: string }>('POST', '/groups', { displayName: 'Operators', memberIds: [ada] })).id;
  const { appId: clientId, clientSecret } = made;
  workspace = await connect(
    world,
    { ...others, outbound: { fetch } },
    {
      tenantId: tenant.tenantId,
      clientId,
      clientSecret,
      scimAppId: clientId,
      kind: 'subscription',
      subscriptionIds: [subscriptionId],
    },
  );
}, 120_000);
afterAll(async () => {
  await workspace.close();
  await tenant.close();
  await world.close();
});

/** What a look asked by its record, and what went out meanwhile. */
async function look(kind: 'full' | 'delta'): Promise<{ recorded: readonly string[]; sent: readonly string[] }> {
  asked = [];
  world.clock.advance(HOUR_MS);
  const run = await workspace.sync(kind);
  expect(run).toMatchObject({ state: 'complete', kind });
  const { rows } = await world.db.owner.query<{ sha256: string; queries: string[] }>(
    `select convert_from(record.leaf, 'UTF8')::jsonb #>> '{detail,queries_sha256}' as sha256, list.queries
       from ledger_record as record
       join directory_query_list as list
         on list.workspace_id = $1 and encode(list.sha256, 'hex') = convert_from(record.leaf, 'UTF8')::jsonb #>> '{detail,queries_sha256}'
      where record.workspace_id = $1 and record.type = 'graph.sync.completed' and record.subject_id = $2`,
    [workspace.workspaceId, run.id],
  );
  const [list] = rows;
  if (list === undefined) throw new Error('the look names no list');
  expect(list.sha256).toBe(hash('sha256', canonicalJson(list.queries), 'hex'));
  const sent = asked
    .map((each) => each.replace(tenant.armUrl, '{azure}').replace(tenant.url, '{graph}'))
    .filter((each) => !each.includes('/oauth2/') && !each.includes('skiptoken'));
  return { recorded: list.queries, sent };
}

/** A request as a template allows it: what stands in braces may be anything, but for the host. */
function isOf(template: string, request: string): boolean {
  const parts = template.split(/\{(?!graph|azure)\w+\}/).map((part) => part.replaceAll(/[$()?.*+^|[\]{}\\]/g, '\\$&'));
  return new RegExp(`^${parts.join("[^/']+")}$`).test(request);
}

describe('the queries that a look names', () => {
  it.each(['full', 'delta'] as const)('are what was sent, all of it and nothing else: %s', async (kind) => {
    if (kind === 'delta') {
      await tenant.control('PATCH', `/users/${ada}`, { displayName: 'Ada' });
      await tenant.control('PATCH', `/groups/${team}`, { displayName: 'Operations' });
    }
    const { recorded, sent } = await look(kind);
    expect(recorded.length).toBeGreaterThan(5);
    expect(sent.filter((request) => !recorded.some((template) => isOf(template, request)))).toEqual([]);
    expect(recorded.filter((template) => !sent.some((request) => isOf(template, request)))).toEqual([]);
    expect(recorded).toEqual([...new Set(recorded)].toSorted());
  });

  it('are shown of the run, under the hash that its record names', async () => {
    const { recorded } = await look('full');
    const run = await workspace.sync('full');
    const { body } = await workspace.api('GET', `/directory/runs/${run.id}`);
    expect(body).toMatchObject({ id: run.id, queries: recorded, queriesSha256: hash('sha256', canonicalJson(recorded), 'hex') });
  });

  it('hold no id, no instant and no link', async () => {
    const { recorded } = await look('full');
    expect(recorded.join('\n')).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}|\d{4}-\d\d-\d\dT|token=(?!latest)/i);
  });

  it('are other ones where another thing was asked', async () => {
    const { recorded } = await look('full');
    expect(recorded).toContain('GET {azure}/subscriptions?api-version=2022-12-01');
    await workspace.api('PATCH', `/directory/connections/${workspace.connectionId}`, { scimAppId: null });
    expect((await look('full')).recorded).toEqual(
      recorded.filter((query) => !/appRoleAssignedTo|auditLogs\/provisioning|servicePrincipals\(appId/.test(query)),
    );
  });
});
