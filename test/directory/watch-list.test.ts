import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS } from '../../src/kernel/index.ts';
import {
  type ConnectedWorkspace,
  confirmedBy,
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
      // Nothing: that it is found nowhere counts when it is found nowhere again.
      () => undefined,
    ]) {
      world.clock.advance(HOUR_MS);
      await act();
      await workspace.sync(kind);
    }
    expect(await history()).toEqual(['enabled', 'disabled', 'soft_deleted', 'vanished', 'hard_deleted']);
    const { body } = await workspace.api<{ accounts: object[] }>('GET', '/directory/accounts?state=hard_deleted');
    expect(body.accounts).toMatchObject([{ objectId: ada, scopeState: 'left_scope' }]);
  });

  it('is still seen, and its disablement with an interval, when a leaver is removed from the scoped group first', async () => {
    const { id: team } = await tenant.control<{ id: string }>('POST', '/groups', { displayName: 'Team', memberIds: [ada, grace] });
    await workspace.sync();
    await workspace.api('PUT', '/scope', { connectionId: workspace.connectionId, includeGroups: [team], includeUsers: [] });
    world.clock.advance(HOUR_MS);
    await tenant.control('POST', `/groups/${team}/members`, { remove: [ada] });
    const last = await workspace.sync();
    world.clock.advance(HOUR_MS);
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
    const seen = await workspace.sync();
    const [, disabled] = await stretches(world, workspace.workspaceId, ada);
    expect(disabled).toMatchObject({ state: 'disabled', not_before: confirmedBy(last) });
    expect(String(disabled?.observed_at) > seen.lookFrom).toBe(true);
    const { body } = await workspace.api<{ accounts: object[] }>('GET', '/directory/accounts?state=disabled');
    expect(body.accounts).toMatchObject([{ objectId: ada, scopeState: 'left_scope', notBefore: confirmedBy(last) }]);
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
    expect([await isAskedFor(), await isAskedFor(), await isAskedFor()]).toEqual([true, true, false]);
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

describe('an object that SCIM alone knows', () => {
  const LOST = '7b0c3c62-9f0e-4d0c-8a30-5d7a3f0e9a11';

  async function provision(externalId: string): Promise<string> {
    const { rows } = await world.db.owner.query<{ id: string }>(
      `insert into scim_user (workspace_id, id, user_name, user_name_key, external_id, email_keys, active, version, created_at, last_modified, resource)
       values ($1, gen_random_uuid(), $2, $2, $2, '{}', true, 1, $3, $3, '{}') returning id`,
      [workspace.workspaceId, externalId, world.clock.now()],
    );
    return rows[0]?.id ?? '';
  }

  const isAskedFor = async (objectId: string) => {
    asked.length = 0;
    world.clock.advance(DAY_MS);
    await workspace.sync();
    return asked.includes(`/v1.0/users/${objectId}`);
  };
  const watched = async () =>
    (await workspace.api<{ total: number; objects: readonly object[] }>('GET', '/directory/watched-objects')).body;
  const records = async () =>
    (
      await world.db.owner.query<{ answer: string }>(
        `select convert_from(record.leaf, 'UTF8')::jsonb #>> '{after,answer}' as answer from ledger_record as record
         where record.workspace_id = $1 and record.type = 'graph.object.unknown' order by record.ord`,
        [workspace.workspaceId],
      )
    ).rows.map(({ answer }) => answer);

  it('is asked for by id at every full look, and found nowhere is unknown, not deleted (I8)', async () => {
    const scimUserId = await provision(LOST.toUpperCase());
    await provision('not-an-object-id');
    expect([await isAskedFor(LOST), await isAskedFor(LOST)]).toEqual([true, true]);
    expect(await watched()).toMatchObject({
      total: 1,
      objects: [{ objectId: LOST, scimUserIds: [scimUserId], answer: 'not_found', standing: 'unknown', deletedAt: null }],
    });
    expect(await stretches(world, workspace.workspaceId, LOST)).toEqual([]);
    expect(await records()).toEqual(['not_found']);
  });

  it('becomes an account once the tenant shows it, and is followed as any other', async () => {
    await tenant.control('POST', `/users/${ada}/withhold`, { withheld: true });
    await provision(ada);
    expect(await isAskedFor(ada)).toBe(true);
    expect((await watched()).objects).toMatchObject([{ objectId: ada, answer: 'refused', standing: 'unknown' }]);
    await tenant.control('POST', `/users/${ada}/withhold`, { withheld: false });
    await workspace.sync();
    expect(await watched()).toMatchObject({ total: 0, objects: [] });
    expect(await history()).toEqual(['enabled']);
  });

  it('is recorded anew when the answer changes, and only then (I3)', async () => {
    await tenant.control('POST', `/users/${ada}/withhold`, { withheld: true });
    await provision(ada);
    await workspace.sync();
    await workspace.sync();
    await tenant.control('DELETE', `/users/${ada}`);
    await tenant.control('DELETE', `/deleted-users/${ada}`);
    await workspace.sync();
    expect(await records()).toEqual(['refused', 'not_found']);
  });

  it('is deleted when the audit log says so, and is not asked for again', async () => {
    await tenant.control('DELETE', `/users/${ada}`);
    await tenant.control('DELETE', `/deleted-users/${ada}`);
    const at = world.clock.now();
    await provision(ada);
    const reader = await tenant.reader(['Directory.Read.All', 'AuditLog.Read.All']);
    const elsewhere = await connect(world, directoryDeps(world, tenant.url), reader);
    try {
      await world.db.owner.query('update scim_user set workspace_id = $2 where workspace_id = $1', [
        workspace.workspaceId,
        elsewhere.workspaceId,
      ]);
      await elsewhere.sync();
      const { body } = await elsewhere.api<{ objects: object[] }>('GET', '/directory/watched-objects');
      const deleted = { objectId: ada, answer: 'not_found', standing: 'deleted', deletedAt: at };
      expect(body.objects).toMatchObject([deleted]);
      world.clock.advance(DAY_MS);
      await elsewhere.sync();
      const { body: later } = await elsewhere.api<{ objects: object[] }>('GET', '/directory/watched-objects');
      expect(later).toEqual(body);
    } finally {
      await elsewhere.close();
    }
  });

  it.each([
    { where: 'of this tenant', ofTenant: () => tenant.tenantId, expected: true },
    { where: 'of another tenant', ofTenant: () => 'f3a1f6ac-6d3a-4b5b-9d41-0b1b4f0c2b55', expected: false },
  ])('is asked for when it signed in as an identity $where: $expected', async ({ ofTenant, expected }) => {
    const scimUserId = await provision('ada');
    await world.db.owner.query(
      `insert into identity_link (workspace_id, tenant_id, object_id, scim_user_id, linked_by, linked_at) values ($1, $2, $3, $4, 'userName', $5)`,
      [workspace.workspaceId, ofTenant(), LOST, scimUserId, world.clock.now()],
    );
    expect(await isAskedFor(LOST)).toBe(expected);
  });

  it('is not asked for in a tenant while another connected directory shows it', async () => {
    await provision(ada);
    await workspace.sync();
    const other = await simulatedTenant(world);
    try {
      const reader = await other.reader();
      const hosts = directoryDeps(world, other.url);
      const { outbound } = hosts;
      const second: typeof outbound.fetch = (url, request) => {
        asked.push(new URL(url).pathname);
        return outbound.fetch(url, request);
      };
      asked.length = 0;
      const elsewhere = await connect(world, { ...hosts, outbound: { fetch: second } }, reader, workspace.workspaceId);
      await elsewhere.sync();
      await elsewhere.close();
      expect(asked.filter((path) => path.startsWith('/v1.0/users/') && path !== '/v1.0/users/delta')).toEqual([]);
    } finally {
      await other.close();
    }
  });
});
