import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HOUR_MS } from '../../src/kernel/index.ts';
import {
  type ConnectedWorkspace,
  connect,
  directoryDeps,
  openWorld,
  type SimulatedTenant,
  simulatedTenant,
  stretches,
  user,
  type World,
} from './simulated-tenant.ts';

interface Assignments {
  readonly assignments: readonly Readonly<Record<string, unknown>>[];
  readonly collections: readonly { because: string | null; detail: string; collectedAt: string | null; refusals: number }[];
  readonly next: string | null;
}

let world: World;
let tenant: SimulatedTenant;
let subscriptionId: string;
let readerId: string;
let workspace: ConnectedWorkspace;
let asked: { url: string; token: string | null }[];
let ada: string;
let team: string;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  asked = [];
  const { outbound, ...others } = directoryDeps(world, [tenant.url, tenant.armUrl]);
  const fetch: typeof outbound.fetch = (url, request) => {
    asked.push({ url: String(url), token: new Headers(request?.headers).get('authorization') });
    return outbound.fetch(url, request);
  };
  const application = await tenant.control<{ appId: string; clientSecret: string; servicePrincipalId: string }>('POST', '/applications', {
    displayName: 'Rollcall',
    graphRoles: ['Directory.Read.All'],
  });
  readerId = application.servicePrincipalId;
  subscriptionId = (await tenant.control<{ subscriptionId: string }>('POST', '/subscriptions', { displayName: 'Payroll' })).subscriptionId;
  ada = (await tenant.createUsers([user('ada')]))[0]?.id ?? '';
  team = (await tenant.control<{ id: string }>('POST', '/groups', { displayName: 'Operators', memberIds: [ada] })).id;
  workspace = await connect(
    world,
    { ...others, outbound: { fetch } },
    {
      tenantId: tenant.tenantId,
      clientId: application.appId,
      clientSecret: application.clientSecret,
      kind: 'subscription',
      subscriptionIds: [subscriptionId],
    },
  );
});
afterEach(async () => {
  expect(await tenant.control('GET', '/graph/violations')).toEqual({ violations: [] });
  await workspace.close();
  await tenant.close();
});

const assign = (principalId: string, roleName: string, more: object = {}) =>
  tenant.control<{ name: string }>('POST', `/subscriptions/${subscriptionId}/role-assignments`, { principalId, roleName, ...more });
const assignments = async (query = '') => (await workspace.api<Assignments>('GET', `/directory/azure-role-assignments${query}`)).body;
const check = async () =>
  (
    await workspace.api<{
      verdict: string;
      detail: string;
      next: string;
      permissions: { permission: string; granted: unknown; detail: string }[];
    }>('POST', `/directory/connections/${workspace.connectionId}/check`)
  ).body;
const readerRow = async () => (await check()).permissions.find(({ permission }) => permission === 'Reader');

describe('role assignments in Azure', () => {
  it('are read of every page, with the role by name and the principal as the directory knows it', async () => {
    await assign(readerId, 'Reader');
    await assign(ada, 'Owner');
    await assign(ada, 'Contributor', { under: '/resourceGroups/payroll', condition: '@Resource[x] StringEquals y' });
    await assign(team, 'User Access Administrator');
    expect((await workspace.sync()).state).toBe('complete');
    const { body } = { body: await assignments(`?principalId=${ada}`) };
    expect(body.assignments.toSorted((a, b) => String(a['roleName']).localeCompare(String(b['roleName'])))).toMatchObject([
      { roleName: 'Contributor', target: `/subscriptions/${subscriptionId}/resourceGroups/payroll`, hasCondition: true },
      { roleName: 'Owner', principalType: 'User', userPrincipalName: 'ada@contoso.example', accountState: 'enabled', goneAt: null },
      { roleName: 'User Access Administrator', principalType: 'User', accountState: 'enabled', method: { kind: 'group', groupId: team } },
    ]);
    const all = await assignments();
    expect(all.assignments.map(({ principalType }) => String(principalType)).toSorted()).toEqual([
      'Group',
      'ServicePrincipal',
      'User',
      'User',
      'User',
    ]);
    expect(all.collections).toMatchObject([{ because: null, refusals: 0 }]);
  });

  it('come by pages, each once', async () => {
    await assign(readerId, 'Reader');
    for (const role of ['Owner', 'Contributor', 'Reader']) await assign(ada, role);
    await assign(team, 'Owner');
    await workspace.sync();
    const seen: unknown[] = [];
    let after = '';
    for (;;) {
      const { assignments: rows, next } = await assignments(`?limit=2${after}`);
      seen.push(...rows.map(({ id, principalId }) => `${String(principalId)} ${String(id)}`));
      if (next === null) break;
      after = `&after=${next}`;
    }
    expect([seen.length, new Set(seen).size]).toEqual([6, 6]);
  });

  it('that ended stay, with when they were first missing, and come back as the same', async () => {
    await assign(readerId, 'Reader');
    const { name } = await assign(ada, 'Owner');
    await workspace.sync();
    await tenant.control('DELETE', `/subscriptions/${subscriptionId}/role-assignments/${name}`);
    world.clock.advance(HOUR_MS);
    const { lookTo } = await workspace.sync();
    const [gone] = (await assignments(`?principalId=${ada}`)).assignments;
    expect(gone).toMatchObject({ roleName: 'Owner', goneAt: lookTo });
  });

  it('of a group are those of everybody in it, through groups in groups, as Azure counts them', async () => {
    await assign(readerId, 'Reader');
    const group = async (displayName: string, memberIds: readonly (string | undefined)[]) =>
      (await tenant.control<{ id: string }>('POST', '/groups', { displayName, memberIds })).id;
    const [grace, linus] = (await tenant.createUsers([user('grace'), user('linus')])).map(({ id }) => id);
    const inner = await group('Inner', [grace, ada]);
    const outer = await group('Outer', [inner]);
    // In a circle, and in two groups of the same role.
    await tenant.control('POST', `/groups/${inner}/members`, { add: [outer] });
    await assign(outer, 'Owner');
    await assign(team, 'Owner');
    await assign(linus ?? '', 'Reader');
    await workspace.sync();
    const of = async (id: string | undefined) =>
      (await assignments(`?principalId=${id}`)).assignments.map(({ method, principalType, roleName }) => ({
        roleName,
        principalType,
        method,
      }));
    const through = (groupId: string, groupName: string) => ({
      roleName: 'Owner',
      principalType: 'User',
      method: { kind: 'group', groupId, groupName },
    });
    expect(await of(grace)).toEqual([through(outer, 'Outer')]);
    expect(await of(ada)).toHaveLength(2);
    expect(await of(ada)).toEqual(expect.arrayContaining([through(outer, 'Outer'), through(team, 'Operators')]));
    expect(await of(outer)).toMatchObject([{ roleName: 'Owner', principalType: 'Group', method: { kind: 'direct', groupId: null } }]);
    expect(await of(inner)).toEqual([]);
    expect(await of(linus)).toMatchObject([{ roleName: 'Reader', method: { kind: 'direct' } }]);
    await tenant.control('POST', `/groups/${inner}/members`, { remove: [grace] });
    await tenant.control('DELETE', `/groups/${team}`);
    await workspace.sync();
    expect([await of(grace), await of(ada)]).toEqual([[], [through(outer, 'Outer')]]);
  });

  it('of a leaver stand beside the account that was disabled', async () => {
    await assign(readerId, 'Reader');
    await assign(ada, 'Owner');
    await workspace.sync();
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
    await workspace.sync();
    expect((await assignments(`?principalId=${ada}`)).assignments).toMatchObject([{ accountState: 'disabled', goneAt: null }]);
  });

  it('are asked for with a token of Azure, and Graph with one of its own', async () => {
    await assign(readerId, 'Reader');
    await workspace.sync();
    const tokensAt = (origin: string) =>
      new Set(asked.filter(({ url, token }) => url.startsWith(origin) && token !== null).map(({ token }) => token));
    const [graph, azure] = [tokensAt(`${tenant.url}/v1.0`), tokensAt(tenant.armUrl)];
    expect([graph.size, azure.size]).toEqual([1, 1]);
    expect([...graph]).not.toEqual([...azure]);
  });

  it('are followed on the same host alone: the token goes nowhere else', async () => {
    await assign(readerId, 'Reader');
    await tenant.control('PUT', '/graph/faults', {
      faults: [{ kind: 'foreign-next-link', path: '/subscriptions', elsewhere: tenant.url }],
    });
    expect(await workspace.sync()).toMatchObject({ state: 'failed', errorCode: 'foreign-next-link' });
    const azureToken = asked.find(({ url }) => url.startsWith(tenant.armUrl))?.token;
    expect(asked.filter(({ url, token }) => token === azureToken && !url.startsWith(tenant.armUrl))).toEqual([]);
  });
});

describe('a subscription that cannot be read', () => {
  it('shows as no subscription at all, which is a misconfiguration and no empty answer (I8)', async () => {
    await assign(ada, 'Owner');
    expect((await workspace.sync()).state).toBe('complete');
    const { assignments: rows, collections } = await assignments();
    expect(rows).toEqual([]);
    expect(collections).toMatchObject([{ because: 'azure-reader-missing', collectedAt: null, refusals: 1 }]);
    expect(collections[0]?.detail).toContain('Reader');
    expect(await check()).toMatchObject({ verdict: 'azure-reader-missing', next: expect.stringContaining('Access control (IAM)') });
    expect(await readerRow()).toMatchObject({ granted: false });
  });

  it('leaves accounts and what was known of its roles as they were', async () => {
    const { name } = await assign(readerId, 'Reader');
    await assign(ada, 'Owner');
    await workspace.sync();
    const known = (await assignments()).assignments;
    await tenant.control('DELETE', `/subscriptions/${subscriptionId}/role-assignments/${name}`);
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
    await workspace.sync();
    const after = await assignments();
    expect(after.assignments).toEqual(known.map((row) => (row['principalId'] === ada ? { ...row, accountState: 'disabled' } : row)));
    expect(after.collections).toMatchObject([{ because: 'azure-reader-missing', refusals: 1, collectedAt: expect.any(String) }]);
    expect((await stretches(world, workspace.workspaceId, ada)).map(({ state }) => state)).toEqual(['enabled', 'disabled']);
  });

  it('is named when the others are shown and it is not', async () => {
    const second = await tenant.control<{ subscriptionId: string }>('POST', '/subscriptions', { displayName: 'Other' });
    await tenant.control('POST', `/subscriptions/${second.subscriptionId}/role-assignments`, { principalId: readerId, roleName: 'Reader' });
    expect(await check()).toMatchObject({ verdict: 'azure-subscription-hidden' });
  });

  it('is said by name when Azure answers AuthorizationFailed', async () => {
    await assign(readerId, 'Reader', { under: '/resourceGroups/payroll' });
    const answer = await check();
    expect(answer.verdict).toBe('azure-authorization-failed');
    expect(answer.detail).toContain('AuthorizationFailed');
    await workspace.sync();
    expect((await assignments()).collections).toMatchObject([{ because: 'azure-authorization-failed' }]);
  });

  it('is checked together with the directory, and both are well', async () => {
    await assign(readerId, 'Reader');
    expect(await check()).toMatchObject({ verdict: 'ok', next: null });
    expect(await readerRow()).toMatchObject({ granted: true });
  });

  it.each([
    { fault: { kind: 'throttle', retryAfter: '2', times: 2 }, because: null },
    { fault: { kind: 'status', status: 503, code: 'ServiceUnavailable', times: 1 }, because: null },
    { fault: { kind: 'html', status: 403 }, because: 'access-denied' },
    { fault: { kind: 'truncate' }, because: 'unexpected-answer' },
  ])('answers $fault.kind ($fault.status): $because', async ({ fault, because }) => {
    await assign(readerId, 'Reader');
    await tenant.control('PUT', '/graph/faults', { faults: [{ path: '/subscriptions', ...fault }] });
    expect((await workspace.sync()).state).toBe('complete');
    expect((await assignments()).collections).toMatchObject([{ because }]);
  });

  it('concerns no connection to a tenant: nothing is asked of Azure, and no role Reader is shown', async () => {
    const plain = await connect(world, directoryDeps(world, tenant.url), await tenant.reader());
    const { body } = await plain.api<{ permissions: { permission: string }[] }>(
      'POST',
      `/directory/connections/${plain.connectionId}/check`,
    );
    expect(body.permissions.map(({ permission }) => permission)).not.toContain('Reader');
    await plain.sync();
    const { body: listed } = await plain.api<Assignments>('GET', '/directory/azure-role-assignments');
    expect(listed).toEqual({ assignments: [], collections: [], next: null });
    await plain.close();
  });
});

describe('the subscriptions of a connection', () => {
  const change = (body: object) =>
    workspace.api<{ subscriptionIds: readonly string[] }>('PATCH', `/directory/connections/${workspace.connectionId}`, body);
  const changes = async () => {
    const { rows } = await world.db.owner.query<{ leaf: Record<string, unknown> }>(
      `select convert_from(leaf, 'UTF8')::jsonb as leaf from ledger_record
       where workspace_id = $1 and type = 'directory.connection.changed' order by ord`,
      [workspace.workspaceId],
    );
    return rows.map(({ leaf }) => leaf);
  };
  const another = async () => {
    const made = await tenant.control<{ subscriptionId: string }>('POST', '/subscriptions', { displayName: 'Sales' });
    const path = `/subscriptions/${made.subscriptionId}/role-assignments`;
    await tenant.control('POST', path, { principalId: readerId, roleName: 'Reader' });
    await tenant.control('POST', path, { principalId: ada, roleName: 'Contributor' });
    return made.subscriptionId;
  };
  const rolesOfAda = async () =>
    (await assignments(`?principalId=${ada}`)).assignments
      .map(({ roleName, isRead, goneAt }) => ({ roleName, isRead, isGone: goneAt !== null }))
      .toSorted((a, b) => String(a.roleName).localeCompare(String(b.roleName)));

  it('can be changed, with a record; what is no longer asked for stands as it was and is not taken for gone (I3, I8)', async () => {
    await assign(readerId, 'Reader');
    await assign(ada, 'Owner');
    await workspace.sync();
    const sales = await another();
    expect(await change({ subscriptionIds: [sales.toUpperCase(), sales] })).toMatchObject({
      status: 200,
      body: { subscriptionIds: [sales] },
    });
    expect(await rolesOfAda()).toEqual([{ roleName: 'Owner', isRead: false, isGone: false }]);
    await workspace.sync();
    expect(await rolesOfAda()).toEqual([
      { roleName: 'Contributor', isRead: true, isGone: false },
      { roleName: 'Owner', isRead: false, isGone: false },
    ]);
    await change({ subscriptionIds: [subscriptionId, sales] });
    await workspace.sync();
    expect((await rolesOfAda()).map(({ isRead }) => isRead)).toEqual([true, true]);
    expect(await changes()).toMatchObject([
      { before: { subscription_ids: [subscriptionId] }, after: { subscription_ids: [sales] } },
      { before: { subscription_ids: [sales] }, after: { subscription_ids: [subscriptionId, sales] } },
    ]);
  });

  it('stay as they are where nothing is changed, without a record, and cannot be none', async () => {
    expect((await change({ subscriptionIds: [subscriptionId] })).status).toBe(200);
    expect((await change({})).status).toBe(200);
    expect((await change({ subscriptionIds: [] })).status).toBe(400);
    expect((await change({ cloud: 'commercial' })).status).toBe(400);
    expect(await changes()).toEqual([]);
  });

  it('are none of a connection to a whole tenant, whose enterprise application can be changed all the same', async () => {
    const plain = await connect(world, directoryDeps(world, tenant.url), await tenant.reader());
    const path = `/directory/connections/${plain.connectionId}`;
    expect(await plain.api('PATCH', path, { subscriptionIds: [subscriptionId] })).toMatchObject({
      status: 400,
      body: { next: expect.stringContaining('cannot be changed') },
    });
    const { appId } = await tenant.control<{ appId: string }>('POST', '/applications', { displayName: 'Provisioning' });
    expect(await plain.api('PATCH', path, { scimAppId: appId })).toMatchObject({ status: 200, body: { scimAppId: appId } });
    expect(await plain.api('PATCH', `/directory/connections/${subscriptionId}`, { scimAppId: appId })).toMatchObject({ status: 404 });
    await plain.close();
  });

  it('name no enterprise application any more where it is null, and the same one where it is left out', async () => {
    const { appId } = await tenant.control<{ appId: string }>('POST', '/applications', { displayName: 'Provisioning' });
    await change({ scimAppId: appId });
    expect(await change({})).toMatchObject({ status: 200, body: { scimAppId: appId } });
    expect(await change({ scimAppId: null })).toMatchObject({ status: 200, body: { scimAppId: null } });
    expect((await change({ scimAppId: null })).status).toBe(200);
    expect((await change({ scimAppId: 'none' })).status).toBe(400);
    expect(await changes()).toMatchObject([
      { before: { scim_app_id: null }, after: { scim_app_id: appId } },
      { before: { scim_app_id: appId }, after: { scim_app_id: null } },
    ]);
    // A look reads no assignments then, and a connection that names no application knows of none.
    expect((await workspace.sync()).counts).toMatchObject({ appAssignments: null });
  });
});

describe('what is collected where a permission lets us', () => {
  it('is listed by name, with what it takes', async () => {
    await workspace.sync();
    const { body } = await workspace.api<{ collections: { facts: string; because: string | null; detail: string }[] }>(
      'GET',
      '/directory/collections',
    );
    const missing = body.collections.filter(({ because }) => because !== null);
    expect(missing.map(({ facts, because }) => [facts, because])).toEqual([
      ['audit-log', 'permission-missing'],
      ['azure-roles', 'azure-reader-missing'],
      ['leave-dates', 'permission-missing'],
      ['sign-ins', 'permission-missing'],
      ['role-schedules', 'permission-missing'],
      ['role-eligibilities', 'permission-missing'],
      ['security-defaults', 'access-denied'],
      ['policies', 'access-denied'],
    ]);
    expect(body.collections[0]?.detail).toContain('AuditLog.Read.All, which is not granted');
  });
});
