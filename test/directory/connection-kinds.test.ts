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

const SUBSCRIPTION = 'a1b2c3d4-0000-4000-8000-000000000001';

let world: World;
let tenant: SimulatedTenant;
let other: SimulatedTenant;
let workspace: ConnectedWorkspace;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  other = await simulatedTenant(world);
  workspace = await connect(world, directoryDeps(world, tenant.url), await tenant.reader());
});
afterEach(async () => {
  await workspace.close();
  await tenant.close();
  await other.close();
});

interface Connections {
  readonly connections: readonly { id: string; kind: string; subscriptionIds: string[]; tenantId: string; brokenBecause: string | null }[];
}

const connections = async () => (await workspace.api<Connections>('GET', '/directory/connections')).body.connections;
const add = async (reader: object, more: object = {}) =>
  workspace.api<{ id: string; type: string; existing: object[] }>('POST', '/directory/connections', {
    cloud: 'commercial',
    ...reader,
    ...more,
  });
const asSubscription = { kind: 'subscription', subscriptionIds: [SUBSCRIPTION] };

/** As two servers that add at once: both transactions are open before either commits. */
async function insertTogether(kinds: readonly string[]): Promise<readonly string[]> {
  const { workspaceId } = workspace;
  await world.db.owner.query('update directory_connection set removed_at = now() where workspace_id = $1', [workspaceId]);
  const outcomes = await Promise.allSettled(
    kinds.map((kind) =>
      world.db.database.transaction(async (tx) => {
        await tx.query('select pg_sleep(0.01)');
        await tx.query(
          `insert into directory_connection (workspace_id, id, cloud, tenant_id, client_id, created_at, created_by, kind, subscription_ids)
           values ($1, gen_random_uuid(), 'commercial', gen_random_uuid(), gen_random_uuid(), now(), 'system', $2,
             case when $2 = 'subscription' then array[gen_random_uuid()] else '{}'::uuid[] end)`,
          [workspaceId, kind],
        );
        await tx.query('select pg_sleep(0.05)');
      }),
    ),
  );
  expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
  return (await connections()).map(({ kind }) => kind);
}

describe('kinds of connections', () => {
  it.each([
    { what: 'a subscription without a name', more: { kind: 'subscription' } },
    { what: 'a subscription with an empty list', more: { kind: 'subscription', subscriptionIds: [] } },
    { what: 'a tenant with subscriptions', more: { kind: 'tenant', subscriptionIds: [SUBSCRIPTION] } },
    { what: 'another kind', more: { kind: 'management-group' } },
  ])('are two, and each has its form: $what is refused', async ({ more }) => {
    expect((await add(await other.reader(), more)).status).toBe(400);
  });

  it('are not mixed in a workspace, and the refusal names what stands in the way', async () => {
    const refused = await add(await tenant.reader(), asSubscription);
    expect(refused).toMatchObject({
      status: 409,
      body: {
        type: 'https://rollcall.example/problems/mixed-connection-kinds',
        existing: [{ id: workspace.connectionId, kind: 'tenant', cloud: 'commercial', tenantId: tenant.tenantId }],
      },
    });
    expect(await connections()).toHaveLength(1);
  });

  it('may change once the connections of the other kind are removed, and not back while there are new ones', async () => {
    expect((await workspace.api('DELETE', `/directory/connections/${workspace.connectionId}`)).status).toBe(204);
    const added = await add(await tenant.reader(), asSubscription);
    expect(added).toMatchObject({ status: 201, body: asSubscription });
    const back = await add(await tenant.reader());
    expect(back).toMatchObject({ status: 409, body: { existing: [{ id: added.body.id, kind: 'subscription' }] } });
  });

  it('are kept apart by the database, by two at once as well', async () => {
    const kinds = await insertTogether(['tenant', 'subscription', 'tenant', 'subscription']);
    expect(new Set(kinds).size).toBe(1);
  });

  it('are kept apart by the database against whoever brings a removed connection back', async () => {
    await workspace.api('DELETE', `/directory/connections/${workspace.connectionId}`);
    await add(await tenant.reader(), asSubscription);
    const restoring = world.db.owner.query(
      'update directory_connection set removed_at = null, removed_by = null where workspace_id = $1 and id = $2',
      [workspace.workspaceId, workspace.connectionId],
    );
    await expect(restoring).rejects.toMatchObject({ constraint: 'directory_connection_one_kind' });
  });

  it('of one workspace do not concern another', async () => {
    const apart = await connect(world, directoryDeps(world, tenant.url), {
      ...(await tenant.reader()),
      kind: 'subscription',
      subscriptionIds: [SUBSCRIPTION],
    });
    await apart.close();
  });
});

describe('several tenants in one workspace', () => {
  it('are read independently: one that fails neither stops nor blinds the other', async () => {
    const [ada] = await tenant.createUsers([user('ada')]);
    const [grace] = await other.createUsers([user('grace')]);
    const second = await connect(world, directoryDeps(world, other.url), await other.reader(), workspace.workspaceId);
    expect((await workspace.sync()).state).toBe('complete');
    expect((await second.sync()).state).toBe('complete');
    await other.control('PUT', '/graph/faults', { faults: [{ kind: 'status', status: 403, code: 'Authorization_RequestDenied' }] });
    world.clock.advance(HOUR_MS);
    await tenant.control('PATCH', `/users/${ada?.id}`, { accountEnabled: false });
    expect((await second.sync()).state).toBe('failed');
    expect((await workspace.sync()).state).toBe('complete');
    const states = async (id: string | undefined) => (await stretches(world, workspace.workspaceId, id ?? '')).map(({ state }) => state);
    expect([await states(ada?.id), await states(grace?.id)]).toEqual([['enabled', 'disabled'], ['enabled']]);
    const known = new Map((await connections()).map(({ tenantId, brokenBecause }) => [tenantId, brokenBecause]));
    expect([known.get(tenant.tenantId), known.get(other.tenantId)]).toEqual([null, 'permission-missing']);
    await second.close();
  });
});

describe('one tenant in several workspaces', () => {
  it('is read by each for itself, and the end of one connection is not the end of the other (I12)', async () => {
    const [ada] = await tenant.createUsers([user('ada')]);
    const apart = await connect(world, directoryDeps(world, tenant.url), await tenant.reader());
    await workspace.sync();
    expect(await stretches(world, apart.workspaceId, ada?.id ?? '')).toEqual([]);
    await workspace.api('DELETE', `/directory/connections/${workspace.connectionId}`);
    expect((await apart.sync()).state).toBe('complete');
    expect((await stretches(world, apart.workspaceId, ada?.id ?? '')).map(({ state }) => state)).toEqual(['enabled']);
    await apart.close();
  });
});
