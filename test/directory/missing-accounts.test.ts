import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DirectoryDeps, runSync } from '../../src/directory/index.ts';
import { DAY_MS, type DirectoryRunId, HOUR_MS, MINUTE_MS } from '../../src/kernel/index.ts';
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
let deps: DirectoryDeps;
let workspace: ConnectedWorkspace;
let ada: string;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  const [made] = await tenant.createUsers([user('ada'), user('grace')]);
  ada = made?.id ?? '';
});
afterEach(async () => {
  await workspace.close();
  await tenant.close();
});

async function connectWith(roles: readonly string[]): Promise<void> {
  deps = directoryDeps(world, tenant.url);
  workspace = await connect(world, deps, await tenant.reader(roles));
  await look();
}

const remove = () => tenant.control('DELETE', `/users/${ada}`);
const restore = () => tenant.control('POST', `/users/${ada}/restore`);
const purge = () => tenant.control('DELETE', `/deleted-users/${ada}`);
const withhold = (withheld: boolean) => tenant.control('POST', `/users/${ada}/withhold`, { withheld });

async function look(kind: 'full' | 'delta' = 'full'): Promise<void> {
  expect(await workspace.sync(kind)).toMatchObject({ state: 'complete', errorCode: null });
}

async function history(): Promise<readonly string[]> {
  return (await stretches(world, workspace.workspaceId, ada)).map(({ state }) => state);
}

async function missingSince(): Promise<string | null | undefined> {
  const { body } = await workspace.api<{ accounts: { objectId: string; missingSince: string | null }[] }>('GET', '/directory/accounts');
  return body.accounts.find(({ objectId }) => objectId === ada)?.missingSince;
}

/** What the ledger says of why the account is deleted for good. */
async function proof(): Promise<object | undefined> {
  const { rows } = await world.db.owner.query<{ detail: object }>(
    `select convert_from(leaf, 'UTF8')::jsonb -> 'detail' as detail from ledger_record
     where workspace_id = $1 and type = 'graph.account.hard_deleted'`,
    [workspace.workspaceId],
  );
  return rows[0]?.detail;
}

describe('an account that is found neither among the users nor in the recycle bin', () => {
  it('is deleted for good where the audit log says so, at once and to the instant', async () => {
    await connectWith(['Directory.Read.All', 'AuditLog.Read.All']);
    world.clock.advance(HOUR_MS);
    await remove();
    world.clock.advance(MINUTE_MS);
    const at = world.clock.now();
    await purge();
    world.clock.advance(HOUR_MS);
    await look();
    expect(await history()).toEqual(['enabled', 'hard_deleted']);
    expect(await proof()).toMatchObject({ proof: 'audit-log' });
    // The log is known to have no hole up to then once it was read again.
    world.clock.advance(HOUR_MS);
    await look();
    const { body } = await workspace.api<{ accounts: object[] }>('GET', '/directory/accounts?state=hard_deleted');
    expect(body.accounts).toMatchObject([{ objectId: ada, exactAt: at, missingSince: null }]);
  });

  it('is deleted for good where it was in the recycle bin and its thirty days there are over', async () => {
    await connectWith(['Directory.Read.All']);
    await remove();
    await look();
    world.clock.advance(30 * DAY_MS + HOUR_MS);
    await purge();
    await look();
    expect(await history()).toEqual(['enabled', 'soft_deleted', 'hard_deleted']);
    expect(await proof()).toMatchObject({ proof: 'past-retention' });
  });

  it('has vanished where it was in the recycle bin and could still be restored (I8)', async () => {
    await connectWith(['Directory.Read.All']);
    await remove();
    await look();
    world.clock.advance(29 * DAY_MS);
    await purge();
    await look();
    expect(await history()).toEqual(['enabled', 'soft_deleted', 'vanished']);
  });

  it.each(['full', 'delta'] as const)('has vanished until a later %s look finds it nowhere either', async (kind) => {
    await connectWith(['Directory.Read.All']);
    await remove();
    await purge();
    await look();
    const since = await missingSince();
    expect(await history()).toEqual(['enabled', 'vanished']);
    // A replica that is behind by as much as one may be says the same again.
    world.clock.advance(4 * MINUTE_MS);
    await look(kind);
    expect([await history(), await missingSince()]).toEqual([['enabled', 'vanished'], since]);
    world.clock.advance(2 * MINUTE_MS);
    await look(kind);
    expect([await history(), await missingSince()]).toEqual([['enabled', 'vanished', 'hard_deleted'], null]);
    expect(await proof()).toMatchObject({ proof: 'missing-again', missing_since: since });
  });

  it.each<{ name: string; between: () => Promise<unknown>; seen: readonly string[] }>([
    {
      name: 'it was seen there',
      between: async () => {
        await restore();
        await look();
        await remove();
        await purge();
      },
      seen: ['enabled', 'vanished', 'enabled', 'vanished'],
    },
    {
      name: 'it was refused to us, so that it was there',
      between: async () => {
        await restore();
        await withhold(true);
        await look();
        await withhold(false);
        await remove();
        await purge();
      },
      seen: ['enabled', 'vanished'],
    },
    {
      name: 'it was in the recycle bin',
      between: async () => {
        await look();
        await purge();
      },
      seen: ['enabled', 'vanished', 'soft_deleted', 'vanished'],
    },
  ])('is not deleted for good by a second look where, between the two, $name (I8)', async ({ between, seen }) => {
    await connectWith(['Directory.Read.All']);
    world.clock.advance(HOUR_MS);
    await tenant.control('PUT', '/graph/faults', { lag: { path: '/v1.0/directory/deletedItems', requests: 30, seconds: 60 } });
    await remove();
    await look();
    expect(await history()).toEqual(['enabled', 'vanished']);
    world.clock.advance(HOUR_MS);
    await between();
    world.clock.advance(HOUR_MS);
    await look();
    expect(await history()).toEqual(seen);
  });

  it('has vanished, and no more than that, by a look that a person accepted', async () => {
    await connectWith(['Directory.Read.All']);
    const people = await tenant.createUsers(Array.from({ length: 12 }, (_, n) => user(`u${n}`)));
    await look();
    for (const { id } of [...people, { id: ada }]) {
      await tenant.control('DELETE', `/users/${id}`);
      await tenant.control('DELETE', `/deleted-users/${id}`);
    }
    const held = await workspace.sync();
    expect(held).toMatchObject({ state: 'held', missing: { inBin: 0, gone: 13, hidden: 0 } });
    await workspace.api('POST', `/directory/runs/${held.id}/decision`, { decision: 'accepted', reason: 'the Berlin office was closed' });
    await runSync(deps, workspace.workspaceId, held.id as DirectoryRunId);
    expect(await history()).toEqual(['enabled', 'vanished']);
  });
});
