import { afterEach, describe, expect, it } from '@jest/globals';
import { ADSCIM_GROUP_URN, ENTERPRISE_USER_URN, GROUP_URN } from '../../src/simulator/provisioning/scim-urns.ts';
import { type ProvisionedTenant, provisionedTenant } from './provisioned-tenant.ts';
import type { Json } from './simulated-tenant.ts';

let world: ProvisionedTenant;

afterEach(() => world.close());

describe('managers', () => {
  const team = async (settings: Json = {}) => {
    world = await provisionedTenant(settings);
    const [managerId = '', userId = ''] = await world.tenant.users('grace.hopper', 'ada.lovelace');
    await world.tenant.control('PATCH', `/users/${userId}`, { managerId });
    await world.assign(userId);
    return { managerId, userId };
  };
  const targetOf = (objectId: string) => String([...world.double.users.values()].find((user) => user['externalId'] === objectId)?.['id']);

  it('are sent after both users exist, behind a reference check', async () => {
    const { managerId, userId } = await team();
    await world.assign(managerId);
    const report = await world.cycle();
    const [check, patch] = world.double.seen.slice(-2);
    expect(new URLSearchParams(check?.query)).toEqual(
      new URLSearchParams({ filter: `id eq "${targetOf(userId)}" and manager eq "${targetOf(managerId)}"`, attributes: 'id' }),
    );
    expect(patch).toMatchObject({
      method: 'PATCH',
      path: `/Users/${targetOf(userId)}`,
      body: { Operations: [{ op: 'Add', path: `${ENTERPRISE_USER_URN}:manager`, value: targetOf(managerId) }] },
    });
    expect(report).toMatchObject({ users: { created: 2, updated: 0 }, requests: { PATCH: 1 } });
  });

  it('are replaced, and cleared', async () => {
    const { managerId, userId } = await team({ dialect: 'flag' });
    const [otherId = ''] = await world.tenant.users('alan.turing');
    await world.assign(managerId);
    await world.assign(otherId);
    await world.cycle();
    await world.tenant.control('PATCH', `/users/${userId}`, { managerId: otherId });
    expect((await world.cycle()).users.updated).toBe(1);
    expect(world.double.writes()).toMatchObject([{ body: { Operations: [{ op: 'replace', value: targetOf(otherId) }] } }]);
    await world.tenant.control('PATCH', `/users/${userId}`, { managerId: null });
    await world.cycle();
    expect(world.double.writes()).toMatchObject([{ body: { Operations: [{ op: 'remove', path: `${ENTERPRISE_USER_URN}:manager` }] } }]);
  });

  it('are not sent while out of scope, nor once they come into it', async () => {
    const { managerId } = await team();
    expect((await world.cycle()).requests.PATCH).toBe(0);
    await world.assign(managerId);
    expect((await world.cycle()).requests.PATCH).toBe(0);
    await world.tenant.control('POST', `/applications/${world.appId}/provisioning/restart`);
    expect((await world.cycle()).requests.PATCH).toBe(1);
  });
});

describe('groups', () => {
  const group = async (size: number, settings: Json = {}) => {
    world = await provisionedTenant(settings);
    const memberIds = await world.tenant.users(...Array.from({ length: size }, (_, index) => `user${index}`));
    const groupId = await world.tenant.group('Counsel', memberIds);
    return { groupId, memberIds, assignmentId: await world.assign(groupId, 'role-employee') };
  };
  const changeMembers = (groupId: string, changes: Json) => world.tenant.control('POST', `/groups/${groupId}/members`, changes);
  const onlyGroup = () => [...world.double.groups.values()][0];

  it('are created empty after their members, and filled by parallel PATCHes', async () => {
    const { groupId } = await group(50);
    const report = await world.cycle();
    const index = world.double.seen.findIndex((request) => request.path === '/Groups');
    expect(world.double.seen[index]?.query).toBe('excludedAttributes=members&filter=displayName+eq+%22Counsel%22');
    expect(world.double.seen[index + 1]?.body).toEqual({
      schemas: [GROUP_URN, ADSCIM_GROUP_URN],
      externalId: groupId,
      displayName: 'Counsel',
      meta: { resourceType: 'Group' },
    });
    expect(report).toMatchObject({ users: { created: 50 }, groups: { created: 1, updated: 0 }, requests: { POST: 51, PATCH: 3 } });
    expect(new Set(onlyGroup()?.members)).toEqual(new Set(world.double.users.keys()));
  });

  it.each(['legacy', 'flag'])('lose exactly the members that left, in the %s dialect', async (dialect) => {
    const { groupId, memberIds } = await group(5, { dialect });
    await world.cycle();
    await changeMembers(groupId, { remove: memberIds.slice(0, 2) });
    const report = await world.cycle();
    expect(report).toMatchObject({ groups: { updated: 1 }, users: { disabled: 2 } });
    const left = [...world.double.users.values()].filter((user) => memberIds.slice(2).includes(String(user['externalId'])));
    expect(onlyGroup()?.members.toSorted()).toEqual(left.map((user) => String(user['id'])).toSorted());
  });

  it('keep soft-deleted members, and send no removal for purged ones', async () => {
    const { memberIds } = await group(2);
    await world.cycle();
    await world.tenant.control('DELETE', `/users/${memberIds[0]}`);
    await world.cycle();
    expect(onlyGroup()?.members).toHaveLength(2);
    await world.tenant.control('DELETE', `/deleted-users/${memberIds[0]}`);
    expect(await world.cycle()).toMatchObject({ requests: { PATCH: 0, DELETE: 1 } });
  });

  it('are taken over by displayName, and asked for each member before it is added', async () => {
    const { memberIds } = await group(2);
    world.double.groups.set('g1', { id: 'g1', displayName: 'Counsel', members: ['stranger'] });
    const report = await world.cycle();
    const checks = world.double.seen.filter((request) => request.query.includes('members+eq'));
    expect(checks).toHaveLength(memberIds.length);
    expect(report).toMatchObject({ groups: { created: 0, updated: 1 } });
    expect(onlyGroup()).toMatchObject({ externalId: expect.any(String), members: ['stranger', ...world.double.users.keys()] });
  });

  it('are deleted at the target when they are unassigned or deleted', async () => {
    const { assignmentId } = await group(1);
    await world.cycle();
    await world.unassign(assignmentId);
    expect(await world.cycle()).toMatchObject({ groups: { deleted: 1 }, users: { disabled: 1 }, requests: { DELETE: 1 } });
    expect(world.double.groups.size).toBe(0);
  });

  it('are left alone when groups are not provisioned', async () => {
    await group(1, { provisionGroups: false });
    await world.cycle();
    expect(world.double.seen.filter((request) => request.path.startsWith('/Groups'))).toEqual([]);
  });
});
