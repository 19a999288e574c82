import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HOUR_MS, type Instant, MINUTE_MS, plusMs } from '../../src/kernel/index.ts';
import {
  accountRecords,
  type ConnectedWorkspace,
  connect,
  directoryDeps,
  EXCHANGE_MS,
  openWorld,
  type SimulatedTenant,
  simulatedTenant,
  stretches,
  user,
  type World,
} from './simulated-tenant.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

let tenant: SimulatedTenant;
let workspace: ConnectedWorkspace;
let ada: string;
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  workspace = await connect(world, directoryDeps(world, tenant.url), await tenant.reader());
  const [first] = await tenant.createUsers([user('ada'), user('grace'), user('barbara')]);
  ada = first?.id ?? '';
});
afterEach(async () => {
  // I7: whatever a test did, nothing was ever written to Graph.
  expect(await tenant.control('GET', '/graph/violations')).toEqual({ violations: [] });
  await workspace.close();
  await tenant.close();
});

/** A complete run: when it asked for the users, and when it had the answer. The token's exchange comes first. */
async function look(): Promise<{ from: Instant; to: Instant }> {
  const run = await workspace.sync();
  expect(run).toMatchObject({ state: 'complete', errorCode: null });
  return { from: run.lookFrom, to: plusMs(run.lookFrom, EXCHANGE_MS) };
}

async function account(objectId: string) {
  const { body } = await workspace.api<{ accounts: { objectId: string }[] }>('GET', '/directory/accounts');
  return body.accounts.find((row) => row.objectId === objectId);
}

describe('observations of an account', () => {
  it('say enabled from the first request on, and that nobody looked before', async () => {
    const first = await look();
    expect(await stretches(world, workspace.workspaceId, ada)).toEqual([
      { state: 'enabled', not_before: null, observed_at: first.from, confirmed_until: null, source: 'full' },
    ]);
    expect(await accountRecords(world, workspace.workspaceId, ada)).toEqual(['graph.account.first_seen']);
  });

  it('say disabled between the last complete request and the answer that showed it', async () => {
    const first = await look();
    world.clock.advance(HOUR_MS);
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
    world.clock.advance(HOUR_MS);
    const second = await look();
    expect(await stretches(world, workspace.workspaceId, ada)).toEqual([
      { state: 'enabled', not_before: null, observed_at: first.from, confirmed_until: first.from, source: 'full' },
      { state: 'disabled', not_before: first.from, observed_at: second.to, confirmed_until: null, source: 'full' },
    ]);
    expect(await account(ada)).toMatchObject({ state: 'disabled', accountEnabled: false });
    expect(await accountRecords(world, workspace.workspaceId, ada)).toEqual(['graph.account.first_seen', 'graph.account.disabled']);
  });

  it('confirm an unchanged state by the latest complete run without writing it again', async () => {
    await look();
    world.clock.advance(HOUR_MS);
    const second = await look();
    world.clock.advance(HOUR_MS);
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
    const third = await look();
    expect(await stretches(world, workspace.workspaceId, ada)).toMatchObject([
      { state: 'enabled', confirmed_until: second.from },
      { state: 'disabled', not_before: second.from, observed_at: third.to },
    ]);
  });

  it('say enabled again from the request that showed it', async () => {
    await look();
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
    const second = await look();
    world.clock.advance(HOUR_MS);
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: true });
    const third = await look();
    const [, disabled, enabled] = await stretches(world, workspace.workspaceId, ada);
    expect(disabled).toMatchObject({ state: 'disabled', observed_at: second.to, confirmed_until: second.to });
    expect(enabled).toMatchObject({ state: 'enabled', not_before: second.to, observed_at: third.from, confirmed_until: null });
  });

  it('take a deletion from the time that the directory states, and keep the name that the account had', async () => {
    const first = await look();
    const deletedAt = world.clock.advance(HOUR_MS);
    await tenant.control('DELETE', `/users/${ada}`);
    const exact = `${deletedAt.slice(0, 19)}.000Z`;
    world.clock.advance(HOUR_MS);
    await look();
    expect(await stretches(world, workspace.workspaceId, ada)).toEqual([
      { state: 'enabled', not_before: null, observed_at: first.from, confirmed_until: first.from, source: 'full' },
      { state: 'soft_deleted', not_before: exact, observed_at: exact, confirmed_until: null, source: 'deletedItems' },
    ]);
    expect(await account(ada)).toMatchObject({ state: 'soft_deleted', deletedAt: exact, userPrincipalName: 'ada@contoso.example' });
  });

  it('do not let a deletion in the same second contradict what was confirmed in it', async () => {
    world.clock.set('2026-04-07T09:00:00.500Z' as Instant);
    await look();
    const confirmed = (await look()).from;
    world.clock.set(plusMs(confirmed, 100));
    await tenant.control('DELETE', `/users/${ada}`);
    world.clock.advance(MINUTE_MS);
    await look();
    expect(await stretches(world, workspace.workspaceId, ada)).toMatchObject([
      { state: 'enabled', confirmed_until: confirmed },
      { state: 'soft_deleted', not_before: confirmed, observed_at: confirmed },
    ]);
  });

  it('say permanently deleted between the last sight of the recycle bin and the answer by id', async () => {
    await look();
    world.clock.advance(HOUR_MS);
    await tenant.control('DELETE', `/users/${ada}`);
    const second = await look();
    world.clock.advance(HOUR_MS);
    await tenant.control('DELETE', `/deleted-users/${ada}`);
    await look();
    const [, soft, hard] = await stretches(world, workspace.workspaceId, ada);
    expect(soft).toMatchObject({ state: 'soft_deleted', confirmed_until: second.from });
    expect(hard).toMatchObject({ state: 'hard_deleted', not_before: second.from, source: 'get', confirmed_until: null });
    expect(await accountRecords(world, workspace.workspaceId, ada)).toEqual([
      'graph.account.first_seen',
      'graph.account.soft_deleted',
      'graph.account.hard_deleted',
    ]);
    // A tombstone: the row stays, and later runs leave it alone.
    await look();
    expect(await account(ada)).toMatchObject({ state: 'hard_deleted', userPrincipalName: 'ada@contoso.example' });
    expect(await stretches(world, workspace.workspaceId, ada)).toHaveLength(3);
  });

  it('call an account that is hidden vanished, never disabled, and find it again (I8)', async () => {
    const first = await look();
    await tenant.control('POST', `/users/${ada}/withhold`, { withheld: true });
    await look();
    expect(await account(ada)).toMatchObject({ state: 'vanished', accountEnabled: true });
    await tenant.control('POST', `/users/${ada}/withhold`, { withheld: false });
    world.clock.advance(HOUR_MS);
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
    const third = await look();
    expect(await stretches(world, workspace.workspaceId, ada)).toMatchObject([
      { state: 'enabled', confirmed_until: first.from },
      { state: 'vanished', not_before: first.from, source: 'get' },
      // Disabled some time since it was last seen enabled; having been hidden proves nothing in between.
      { state: 'disabled', not_before: first.from, observed_at: third.to },
    ]);
  });

  it('say restored when a deleted account is back', async () => {
    await look();
    await tenant.control('DELETE', `/users/${ada}`);
    const second = await look();
    world.clock.advance(HOUR_MS);
    await tenant.control('POST', `/users/${ada}/restore`);
    const third = await look();
    const [, , restored] = await stretches(world, workspace.workspaceId, ada);
    expect(restored).toMatchObject({ state: 'enabled', not_before: second.from, observed_at: third.from });
    expect(await account(ada)).toMatchObject({ state: 'enabled', deletedAt: null });
    expect(await accountRecords(world, workspace.workspaceId, ada)).toEqual([
      'graph.account.first_seen',
      'graph.account.soft_deleted',
      'graph.account.restored',
    ]);
  });

  it('see a second deletion of an account that was restored in between', async () => {
    await look();
    await tenant.control('DELETE', `/users/${ada}`);
    await look();
    world.clock.advance(HOUR_MS);
    await tenant.control('POST', `/users/${ada}/restore`);
    const again = world.clock.advance(HOUR_MS);
    await tenant.control('DELETE', `/users/${ada}`);
    await look();
    expect(await stretches(world, workspace.workspaceId, ada)).toMatchObject([
      { state: 'enabled' },
      { state: 'soft_deleted' },
      { state: 'soft_deleted', observed_at: `${again.slice(0, 19)}.000Z`, confirmed_until: null },
    ]);
  });

  it('prove an account that was deleted before the first look', async () => {
    const deletedAt = world.clock.advance(HOUR_MS);
    await tenant.control('DELETE', `/users/${ada}`);
    world.clock.advance(HOUR_MS);
    await look();
    expect(await account(ada)).toMatchObject({ state: 'soft_deleted', userPrincipalName: 'ada@contoso.example' });
    expect(await stretches(world, workspace.workspaceId, ada)).toMatchObject([{ observed_at: `${deletedAt.slice(0, 19)}.000Z` }]);
  });

  it('call an account disabled before the first look disabled since nobody knows when', async () => {
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
    const first = await look();
    expect(await stretches(world, workspace.workspaceId, ada)).toMatchObject([
      { state: 'disabled', not_before: null, observed_at: first.to },
    ]);
  });
});

describe('a re-sync', () => {
  it('writes no row of an account that did not change', async () => {
    await look();
    const versions = () =>
      world.db.owner.query('select object_id, xmin::text as version from directory_account where workspace_id = $1 order by object_id', [
        workspace.workspaceId,
      ]);
    const before = await versions();
    world.clock.advance(HOUR_MS);
    await look();
    expect((await versions()).rows).toEqual(before.rows);
  });

  it('takes over changed properties without a new observation', async () => {
    await look();
    await tenant.control('PATCH', `/users/${ada}`, {
      displayName: 'Ada Renamed',
      employeeId: '0042',
      otherAddresses: ['Ada.L@Contoso.example'],
    });
    await look();
    expect(await account(ada)).toMatchObject({ displayName: 'Ada Renamed', employeeId: '0042' });
    expect(await stretches(world, workspace.workspaceId, ada)).toHaveLength(1);
    const { rows } = await world.db.owner.query('select address_keys from directory_account where workspace_id = $1 and object_id = $2', [
      workspace.workspaceId,
      ada,
    ]);
    expect(rows).toEqual([{ address_keys: ['ada.l@contoso.example', 'ada@contoso.example'] }]);
  });
});
