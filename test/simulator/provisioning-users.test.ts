import { afterEach, describe, expect, it } from '@jest/globals';
import { ENTERPRISE_USER_URN, ROLLCALL_USER_URN, USER_URN } from '../../src/simulator/provisioning/scim-urns.ts';
import { type ProvisionedTenant, provisionedTenant } from './provisioned-tenant.ts';
import type { Json } from './simulated-tenant.ts';

let world: ProvisionedTenant;

afterEach(() => world.close());

async function provisionedUser(settings: Json = {}): Promise<{ userId: string; assignmentId: string; targetId: string }> {
  world = await provisionedTenant(settings);
  const [userId = ''] = await world.tenant.users('ada.lovelace');
  const assignmentId = await world.assign(userId, 'role-employee');
  await world.cycle();
  return { userId, assignmentId, targetId: [...world.double.users.keys()][0] ?? '' };
}

const change = (userId: string, changes: Json) => world.tenant.control('PATCH', `/users/${userId}`, changes);

describe('an initial cycle', () => {
  it('probes with a random GUID, matches by userName and externalId, and creates without a manager', async () => {
    world = await provisionedTenant();
    const [managerId, userId = ''] = await world.tenant.users('grace.hopper', 'ada.lovelace');
    await change(userId, { managerId, employeeId: 'E7', department: 'Law', jobTitle: 'Counsel' });
    await world.assign(userId, 'role-admin');

    const report = await world.cycle();

    const filters = world.double.seen.slice(0, 3).map((request) => new URLSearchParams(request.query).get('filter'));
    expect(filters).toEqual([
      expect.stringMatching(/^userName eq "[0-9a-f-]{36}"$/),
      'userName eq "ada.lovelace@contoso.example"',
      `externalId eq "${userId}"`,
    ]);
    expect(world.double.writes().map(({ method, path, body }) => ({ method, path, body }))).toEqual([
      {
        method: 'POST',
        path: '/Users',
        body: {
          schemas: [USER_URN, ENTERPRISE_USER_URN],
          userName: 'ada.lovelace@contoso.example',
          externalId: userId,
          active: true,
          displayName: 'ada.lovelace',
          title: 'Counsel',
          name: { givenName: 'ada', familyName: 'lovelace', formatted: 'ada lovelace' },
          emails: [{ primary: true, type: 'work', value: 'ada.lovelace@contoso.example' }],
          [ENTERPRISE_USER_URN]: { employeeNumber: 'E7', department: 'Law' },
          [ROLLCALL_USER_URN]: { rbac_role_id: 'role-admin' },
          meta: { resourceType: 'User' },
        },
      },
    ]);
    expect(report).toEqual({
      cycle: 1,
      skipped: false,
      requests: { GET: 3, POST: 1, PATCH: 0, DELETE: 0 },
      steps: { 'test-connection': 1, match: 2, create: 1 },
      faults: { 'lost-answer': 0, timeout: 0, 'connection-reset': 0, duplicate: 0, reorder: 0, status: 0 },
      throttled: 0,
      staged: 0,
      users: { created: 1, updated: 0, disabled: 0, deleted: 0, unchanged: 0 },
      groups: { created: 0, updated: 0, deleted: 0 },
      failures: [],
    });
  });

  it('sends the token with each request, a content type with bodies alone', async () => {
    await provisionedUser();
    const headers = world.double.seen.map((request) => [request.method, request.headers['content-type']]);
    expect(headers).toEqual([...Array.from({ length: 3 }, () => ['GET', undefined]), ['POST', 'application/scim+json; charset=utf-8']]);
    expect(new Set(world.double.seen.map((request) => request.headers.authorization))).toEqual(new Set(['Bearer secret']));
  });

  it('takes over a user that is there, and patches only what differs', async () => {
    world = await provisionedTenant();
    const [userId = ''] = await world.tenant.users('ada.lovelace');
    world.double.users.set('t1', {
      id: 't1',
      userName: 'ada.lovelace@contoso.example',
      externalId: userId,
      active: true,
      displayName: 'Ada, Countess',
      name: { givenName: 'ada', familyName: 'lovelace', formatted: 'ada lovelace' },
      emails: [{ type: 'work', value: 'ada.lovelace@contoso.example' }],
    });
    await world.assign(userId);

    const report = await world.cycle();

    expect(report.users.updated).toBe(1);
    expect(world.double.writes().map((request) => request.body?.['Operations'])).toEqual([
      [{ op: 'Replace', path: 'displayName', value: 'ada.lovelace' }],
    ]);
  });

  it('leaves out users that are disabled before they are provisioned, and users that are not assigned', async () => {
    world = await provisionedTenant();
    const [disabled = ''] = await world.tenant.users('ada.lovelace', 'grace.hopper');
    await world.assign(disabled);
    await change(disabled, { accountEnabled: false });
    const report = await world.cycle();
    expect(report.requests).toEqual({ GET: 1, POST: 0, PATCH: 0, DELETE: 0 });
  });

  it('provisions direct members of an assigned group, not those of a nested one', async () => {
    world = await provisionedTenant({ provisionGroups: false });
    const [direct = '', nested = ''] = await world.tenant.users('ada.lovelace', 'grace.hopper');
    const inner = await world.tenant.group('Inner', [nested]);
    const outer = await world.tenant.group('Outer', [direct, inner]);
    await world.assign(outer);
    await world.cycle();
    expect([...world.double.users.values()].map((user) => user['externalId'])).toEqual([direct]);
  });

  it('provisions a guest without the #EXT# mark', async () => {
    world = await provisionedTenant();
    const { body } = await world.tenant.control('POST', '/users', [
      { userPrincipalName: 'ada_lovelace_partner.example#EXT#@contoso.example', displayName: 'Ada', userType: 'Guest' },
    ]);
    await world.assign((body['users'] as { id: string }[])[0]?.id ?? '');
    await world.cycle();
    expect([...world.double.users.values()].map((user) => user['userName'])).toEqual(['ada_lovelace@partner.example']);
  });

  it('works with as many requests at once as there are workers', async () => {
    world = await provisionedTenant({ workers: 3 });
    const ids = await world.tenant.users(...Array.from({ length: 12 }, (_, index) => `user${index}`));
    await world.tenant.control(
      'POST',
      `/applications/${world.appId}/assignments`,
      ids.map((principalId) => ({ principalId })),
    );
    const report = await world.cycle();
    expect(report.users.created).toBe(12);
    expect(world.double.mostAtOnce()).toBeLessThanOrEqual(3);
  });
});

describe('a later cycle', () => {
  it('sends nothing but the connection test when nothing changed', async () => {
    await provisionedUser();
    expect((await world.cycle()).requests).toEqual({ GET: 1, POST: 0, PATCH: 0, DELETE: 0 });
  });

  it('reads everybody again after a restart, and patches nobody whose server echoes faithfully (I13)', async () => {
    const { targetId } = await provisionedUser();
    await world.tenant.control('POST', `/applications/${world.appId}/provisioning/restart`);
    const report = await world.cycle();
    expect(report.requests).toEqual({ GET: 2, POST: 0, PATCH: 0, DELETE: 0 });
    expect(world.double.seen[1]?.path).toBe(`/Users/${targetId}`);
    expect(report.users.unchanged).toBe(1);
  });

  it('patches again and again when the server does not echo what it was sent (the failing twin of I13)', async () => {
    const { targetId } = await provisionedUser();
    const stored = world.double.users.get(targetId) ?? {};
    stored['displayName'] = 'ADA.LOVELACE';
    await world.tenant.control('POST', `/applications/${world.appId}/provisioning/restart`);
    expect((await world.cycle()).requests.PATCH).toBe(1);
  });

  it('keeps links and speaks the other dialect once the settings say so', async () => {
    const { userId, targetId } = await provisionedUser();
    await world.configure({ dialect: 'flag', tenantUrl: `${world.double.url}/?aadOptscim062020` });
    await change(userId, { displayName: 'Ada', mail: 'ada@contoso.example', jobTitle: 'Counsel' });
    await world.cycle();
    expect(world.double.writes()).toMatchObject([
      {
        method: 'PATCH',
        path: `/Users/${targetId}`,
        query: 'aadOptscim062020',
        body: {
          Operations: [
            { op: 'replace', path: 'emails[type eq "work"].value', value: 'ada@contoso.example' },
            { op: 'replace', value: { displayName: 'Ada', title: 'Counsel' } },
          ],
        },
      },
    ]);
  });

  it('sends nothing for an attribute that was cleared', async () => {
    const { userId } = await provisionedUser();
    await change(userId, { mail: null });
    expect((await world.cycle()).users.unchanged).toBe(1);
    expect(world.double.writes()).toEqual([]);
  });

  it('matches anew when the remembered id is gone, and creates again when nothing matches', async () => {
    const { userId, targetId } = await provisionedUser();
    world.double.users.delete(targetId);
    await change(userId, { displayName: 'Ada' });
    const report = await world.cycle();
    expect(report).toMatchObject({ requests: { GET: 4, POST: 1, PATCH: 0, DELETE: 0 }, users: { created: 1 } });
  });
});

describe('deprovisioning', () => {
  const operations = () => world.double.writes('PATCH').map((request) => request.body?.['Operations']);

  it('deactivates a disabled user in the same PATCH as its other changes, and reactivates it', async () => {
    const { userId } = await provisionedUser();
    await change(userId, { accountEnabled: false, department: 'Alumni' });
    expect((await world.cycle()).users.disabled).toBe(1);
    expect(operations()).toEqual([
      [
        { op: 'Replace', path: 'active', value: 'False' },
        { op: 'Add', path: `${ENTERPRISE_USER_URN}:department`, value: 'Alumni' },
      ],
    ]);
    await change(userId, { accountEnabled: true });
    expect((await world.cycle()).users.updated).toBe(1);
    expect(operations()).toEqual([[{ op: 'Replace', path: 'active', value: 'True' }]]);
  });

  it('deactivates an unassigned user once, then forgets it: a later purge sends nothing', async () => {
    const { userId, assignmentId } = await provisionedUser();
    await world.unassign(assignmentId);
    expect((await world.cycle()).users.disabled).toBe(1);
    expect(operations()).toEqual([[{ op: 'Replace', path: 'active', value: 'False' }]]);
    await world.tenant.control('DELETE', `/users/${userId}`);
    await world.tenant.control('DELETE', `/deleted-users/${userId}`);
    expect((await world.cycle()).requests).toEqual({ GET: 1, POST: 0, PATCH: 0, DELETE: 0 });
  });

  it('finds a user again that is assigned again', async () => {
    const { userId, assignmentId, targetId } = await provisionedUser();
    await world.unassign(assignmentId);
    await world.cycle();
    await world.assign(userId, 'role-employee');
    const report = await world.cycle();
    expect(report.users.updated).toBe(1);
    expect(world.double.users.get(targetId)?.['active']).toBe(true);
  });

  it('deactivates a soft-deleted user, reactivates a restored one, deletes a purged one', async () => {
    const { userId, targetId } = await provisionedUser();
    await world.tenant.control('DELETE', `/users/${userId}`);
    expect((await world.cycle()).users.disabled).toBe(1);
    expect(operations()).toEqual([[{ op: 'Replace', path: 'active', value: 'False' }]]);
    await world.tenant.control('POST', `/users/${userId}/restore`);
    expect((await world.cycle()).users.updated).toBe(1);
    await world.tenant.control('DELETE', `/users/${userId}`);
    await world.tenant.control('DELETE', `/deleted-users/${userId}`);
    const report = await world.cycle();
    expect(report).toMatchObject({ requests: { DELETE: 1, PATCH: 0 }, users: { deleted: 1 } });
    expect(world.double.writes('DELETE').map((request) => request.path)).toEqual([`/Users/${targetId}`]);
  });

  it.each([
    { name: 'out-of-scope deletions are skipped', settings: { skipOutOfScopeDeletions: true }, leave: 'unassign' },
    { name: 'the update action is off', settings: { targetActions: { update: false } }, leave: 'disable' },
    { name: 'the delete action is off', settings: { targetActions: { delete: false } }, leave: 'purge' },
  ])('sends nothing for a leaver when $name', async ({ settings, leave }) => {
    const { userId, assignmentId } = await provisionedUser(settings);
    if (leave === 'unassign') await world.unassign(assignmentId);
    if (leave === 'disable') await change(userId, { accountEnabled: false });
    if (leave === 'purge') {
      await world.tenant.control('DELETE', `/users/${userId}`);
      await world.tenant.control('DELETE', `/deleted-users/${userId}`);
    }
    await world.cycle();
    expect(world.double.writes()).toEqual([]);
  });
});

describe('a run on demand', () => {
  it('provisions one user in the legacy dialect, whatever the job is set to', async () => {
    const { userId } = await provisionedUser({ dialect: 'flag' });
    await change(userId, { accountEnabled: false });
    world.double.seen.length = 0;
    const { body } = await world.tenant.control('POST', `/applications/${world.appId}/provisioning/on-demand`, { userId });
    expect(body).toMatchObject({ users: { disabled: 1 }, requests: { GET: 2, PATCH: 1 } });
    expect(world.double.writes('PATCH')[0]?.body?.['Operations']).toEqual([{ op: 'Replace', path: 'active', value: 'False' }]);
    expect((await world.cycle()).requests.PATCH).toBe(0);
  });
});
