import { afterEach, describe, expect, it } from '@jest/globals';
import { type ProvisionedTenant, provisionedTenant } from './provisioned-tenant.ts';
import type { Json } from './simulated-tenant.ts';

const HOUR_MS = 3_600_000;

let world: ProvisionedTenant;

afterEach(() => world.close());

async function provisioned(size: number, settings: Json): Promise<string[]> {
  world = await provisionedTenant(settings);
  const ids = await world.tenant.users(...Array.from({ length: size }, (_, index) => `user${index}`));
  for (const id of ids) await world.assign(id);
  await world.cycle();
  return ids;
}

const call = (method: string, path: string, body?: unknown) =>
  world.tenant.control(method, `/applications/${world.appId}/provisioning${path}`, body);
const inactive = () => [...world.double.users.values()].filter((user) => user['active'] === false).length;
const disable = (id: string) => world.tenant.control('PATCH', `/users/${id}`, { accountEnabled: false });

describe('the accidental-deletions threshold', () => {
  it('stages every leaver of a cycle that has too many, lets the others through, and quarantines the job', async () => {
    const ids = await provisioned(5, { deletesThreshold: 2 });
    for (const id of ids.slice(0, 2)) await disable(id);
    await world.tenant.control('DELETE', `/users/${ids[2]}`);
    await world.tenant.control('PATCH', `/users/${ids[3]}`, { displayName: 'Stays' });
    const report = await world.cycle();
    expect(report).toMatchObject({ staged: 3, users: { updated: 1, disabled: 0 }, quarantine: { reason: 'TooManyDeletes' } });
    expect(inactive()).toBe(0);
  });

  it('lets them pass once an administrator allows it, and holds back the next ones again', async () => {
    const ids = await provisioned(6, { deletesThreshold: 2 });
    for (const id of ids.slice(0, 3)) await disable(id);
    await world.cycle();
    await call('POST', '/allow-deletes');
    expect(await world.cycle()).toMatchObject({ staged: 0, users: { disabled: 3 } });
    for (const id of ids.slice(3)) await disable(id);
    expect(await world.cycle()).toMatchObject({ staged: 3, users: { disabled: 0 } });
  });

  it('does not count who is inactive already, nor as many as it allows', async () => {
    const ids = await provisioned(5, { deletesThreshold: 2 });
    for (const id of ids.slice(0, 2)) await disable(id);
    expect(await world.cycle()).toMatchObject({ staged: 0, users: { disabled: 2 } });
    for (const id of ids.slice(0, 2)) await world.tenant.control('PATCH', `/users/${id}`, { displayName: 'Gone' });
    for (const id of ids.slice(2, 4)) await disable(id);
    expect(await world.cycle()).toMatchObject({ staged: 0, users: { disabled: 2, updated: 2 } });
  });

  it('counts purged users', async () => {
    const ids = await provisioned(3, { deletesThreshold: 1 });
    for (const id of ids.slice(0, 2)) {
      await world.tenant.control('DELETE', `/users/${id}`);
      await world.tenant.control('DELETE', `/deleted-users/${id}`);
    }
    expect(await world.cycle()).toMatchObject({ staged: 2, requests: { DELETE: 0 } });
    await call('POST', '/allow-deletes');
    expect(await world.cycle()).toMatchObject({ staged: 0, requests: { DELETE: 2 } });
  });
});

describe('the quarantine thresholds', () => {
  const refused = (wrong: number) => (request: { method: string; body: Json | undefined }) =>
    request.method === 'POST' && Number(/\d+/.exec(String(request.body?.['userName']))?.[0]) < wrong
      ? { status: 400, body: { detail: 'no' } }
      : undefined;

  it.each([
    { name: 'half of them fail', wrong: 5, thresholds: { evaluateFrom: 5 }, reason: 'EncounteredEscrowProportionThreshold' },
    { name: 'four in ten fail', wrong: 4, thresholds: { evaluateFrom: 4 }, reason: undefined },
    { name: 'half of them fail, too few to be weighed', wrong: 5, thresholds: { evaluateFrom: 6 }, reason: undefined },
    { name: 'more fail than ever may', wrong: 3, thresholds: { base: 2 }, reason: 'EncounteredBaseEscrowThreshold' },
    { name: 'more fail than ever may, whatever the step', wrong: 3, thresholds: { total: 2 }, reason: 'EncounteredTotalEscrowThreshold' },
  ])('say $reason of ten users when $name', async ({ wrong, thresholds, reason }) => {
    world = await provisionedTenant({ quarantineThresholds: thresholds });
    for (const id of await world.tenant.users(...Array.from({ length: 10 }, (_, index) => `user${index}`))) await world.assign(id);
    world.double.intervene = refused(wrong);
    expect((await world.cycle()).quarantine?.reason).toBe(reason);
    expect(world.double.users.size).toBe(10 - wrong);
  });

  it('end the quarantine with the first cycle that stays below them', async () => {
    world = await provisionedTenant({ quarantineThresholds: { base: 2 } });
    for (const id of await world.tenant.users('user0', 'user1', 'user2')) await world.assign(id);
    world.double.intervene = refused(3);
    await world.cycle();
    world.double.intervene = () => undefined;
    world.tenant.advance(6 * HOUR_MS);
    expect(await world.cycle()).toMatchObject({ users: { created: 3 }, failures: [] });
    expect((await call('GET', '')).body['quarantine']).toBeNull();
  });
});

describe('a target without soft deletion', () => {
  it('is never sent active, and a leaver is deleted there and created again', async () => {
    const [id = ''] = await provisioned(1, { softDelete: false });
    expect([...world.double.users.values()][0]).not.toHaveProperty('active');
    await disable(id);
    expect(await world.cycle()).toMatchObject({ users: { deleted: 1 }, requests: { DELETE: 1, PATCH: 0 } });
    expect(world.double.users.size).toBe(0);
    await world.tenant.control('PATCH', `/users/${id}`, { accountEnabled: true });
    expect(await world.cycle()).toMatchObject({ users: { created: 1 } });
  });
});

describe('matching attributes', () => {
  it('are asked in their order until one hits', async () => {
    world = await provisionedTenant({ matchingAttributes: ['emails[type eq "work"].value', 'externalId'] });
    const [id = ''] = await world.tenant.users('ada.lovelace');
    world.double.users.set('t1', { id: 't1', userName: 'somebody', externalId: id });
    await world.assign(id);
    expect(await world.cycle()).toMatchObject({ users: { created: 0, updated: 1 } });
    const filters = world.double.seen.slice(1, 3).map((request) => new URLSearchParams(request.query).get('filter'));
    expect(filters).toEqual(['emails[type eq "work"].value eq "ada.lovelace@contoso.example"', `externalId eq "${id}"`]);
  });
});

describe('a group on demand', () => {
  it('goes in the legacy dialect, with no more than five members, and the others wait for a cycle', async () => {
    world = await provisionedTenant({ dialect: 'flag' });
    const ids = await world.tenant.users(...Array.from({ length: 7 }, (_, index) => `user${index}`));
    const groupId = await world.tenant.group('Counsel', ids);
    await world.assign(groupId);
    await world.configure({ provisionGroups: false });
    await world.cycle();
    await world.configure({ provisionGroups: true });
    expect((await call('POST', '/on-demand', { groupId, memberIds: ids.slice(0, 6) })).status).toBe(400);
    world.double.seen.length = 0;
    const { body } = await call('POST', '/on-demand', { groupId, memberIds: ids.slice(0, 5) });
    expect(body).toMatchObject({ groups: { created: 1 }, requests: { POST: 1, PATCH: 1 } });
    expect(world.double.writes('PATCH')[0]?.body?.['Operations']).toMatchObject([{ op: 'Add', path: 'members' }]);
    const members = () => [...world.double.groups.values()][0]?.members.length;
    expect(members()).toBe(5);
    await world.cycle();
    expect(members()).toBe(7);
  });
});

/** Lets the first requests go that create a user once so many of them are under way. */
function barrier(count: number): (request: { method: string }) => Promise<void> {
  let arrived = 0;
  let open = () => undefined as void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return ({ method }) => {
    if (method !== 'POST') return Promise.resolve();
    arrived += 1;
    if (arrived === count) open();
    return opened;
  };
}

describe('a run', () => {
  it('works with another number of workers when it is told to', async () => {
    await provisioned(1, { workers: 1 });
    const ids = await world.tenant.users(...Array.from({ length: 8 }, (_, index) => `more${index}`));
    for (const id of ids) await world.assign(id);
    world.double.hold = barrier(4);
    const { body } = await call('POST', '/cycles', { workers: 4 });
    expect(body).toMatchObject({ users: { created: 8 } });
    expect(world.double.mostAtOnce()).toBe(4);
  });

  it.each([
    { name: 'an unknown fault', path: '/faults', method: 'PUT', body: { faults: [{ kind: 'flood' }] } },
    { name: 'a fault at an unknown step', path: '/faults', method: 'PUT', body: { faults: [{ kind: 'timeout', steps: ['dance'] }] } },
    { name: 'a good answer as a fault', path: '/faults', method: 'PUT', body: { faults: [{ kind: 'status', status: 200 }] } },
    {
      name: 'an unknown role target',
      path: '',
      method: 'PUT',
      body: { tenantUrl: 'http://a.example/', secretToken: 's', dialect: 'flag', roleTarget: 'x' },
    },
  ])('refuses $name', async ({ path, method, body }) => {
    world = await provisionedTenant();
    expect(await call(method, path, body)).toMatchObject({ status: 400, body: { error: expect.stringContaining('is expected') } });
  });
});
