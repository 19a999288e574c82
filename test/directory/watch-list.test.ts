import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS } from '../../src/kernel/index.ts';
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

let world: World;
let tenant: SimulatedTenant;
let workspace: ConnectedWorkspace;
let asked: string[];
let ada: string;
let grace: string;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  asked = [];
  const { outbound, ...others } = directoryDeps(world, tenant.url);
  const fetch: typeof outbound.fetch = (url, request) => {
    asked.push(new URL(url).pathname);
    return outbound.fetch(url, request);
  };
  workspace = await connect(world, { ...others, outbound: { fetch } }, await tenant.reader());
  const [first, second] = await tenant.createUsers([user('ada'), user('grace')]);
  ada = first?.id ?? '';
  grace = second?.id ?? '';
});
afterEach(async () => {
  await workspace.close();
  await tenant.close();
});

const setScope = (includeUsers: readonly string[]) =>
  workspace.api('PUT', '/scope', { connectionId: workspace.connectionId, includeGroups: [], includeUsers });

async function history(): Promise<readonly string[]> {
  return (await stretches(world, workspace.workspaceId, ada)).map(({ state }) => state);
}

describe('an account that was ever seen', () => {
  it.each(['full', 'delta'] as const)('is followed to its proven end by %s looks, although it has left the scope', async (kind) => {
    await workspace.sync();
    await setScope([ada]);
    await setScope([grace]);
    for (const act of [
      () => tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false }),
      () => tenant.control('DELETE', `/users/${ada}`),
      () => tenant.control('DELETE', `/deleted-users/${ada}`),
    ]) {
      world.clock.advance(HOUR_MS);
      await act();
      await workspace.sync(kind);
    }
    expect(await history()).toEqual(['enabled', 'disabled', 'soft_deleted', 'hard_deleted']);
    const { body } = await workspace.api<{ accounts: object[] }>('GET', '/directory/accounts?state=hard_deleted');
    expect(body.accounts).toMatchObject([{ objectId: ada, scopeState: 'left_scope' }]);
  });

  it('is asked for by id at every full look while it is hidden, and never again once its end is proven', async () => {
    await workspace.sync();
    await tenant.control('POST', `/users/${ada}/withhold`, { withheld: true });
    const isAskedFor = async () => {
      asked.length = 0;
      world.clock.advance(DAY_MS);
      await workspace.sync();
      return asked.includes(`/v1.0/users/${ada}`);
    };
    expect([await isAskedFor(), await isAskedFor()]).toEqual([true, true]);
    await tenant.control('POST', `/users/${ada}/withhold`, { withheld: false });
    await tenant.control('DELETE', `/users/${ada}`);
    await tenant.control('DELETE', `/deleted-users/${ada}`);
    expect([await isAskedFor(), await isAskedFor()]).toEqual([true, false]);
    expect(await history()).toEqual(['enabled', 'vanished', 'hard_deleted']);
  });

  it('is gone for good only when neither users nor the recycle bin know it, asked one after the other', async () => {
    await workspace.sync();
    await tenant.control('DELETE', `/users/${ada}`);
    await workspace.sync();
    world.clock.advance(31 * DAY_MS);
    await tenant.control('DELETE', `/deleted-users/${ada}`);
    asked.length = 0;
    await workspace.sync();
    expect(asked.filter((path) => path.includes('users/') || path.includes('deletedItems'))).toEqual([
      '/v1.0/users/delta',
      '/v1.0/directory/deletedItems/microsoft.graph.user',
      `/v1.0/users/${ada}`,
    ]);
  });
});
