import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HOUR_MS, type Instant, plusMs } from '../../src/kernel/index.ts';
import { hostileGraph } from './hostile-graph.ts';
import {
  type ConnectedWorkspace,
  confirmedBy,
  connect,
  directoryDeps,
  openWorld,
  type RunBody,
  type SimulatedTenant,
  simulatedTenant,
  user,
  type World,
} from './simulated-tenant.ts';

const PERMISSIONS = ['Directory.Read.All', 'User-LifeCycleInfo.Read.All'];
const MAY = '2026-05-31T00:00:00.000Z' as Instant;
const JUNE = '2026-06-30T00:00:00.000Z' as Instant;

interface Standing {
  readonly facts: string;
  readonly because: string | null;
  readonly detail: string;
  readonly refusals: number;
}

let world: World;
let tenant: SimulatedTenant;
let workspace: ConnectedWorkspace;
let ada: string;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  ada = (await tenant.createUsers([user('ada'), user('bob')]))[0]?.id ?? '';
  await open(PERMISSIONS);
});
afterEach(async () => {
  expect(await tenant.control('GET', '/graph/violations')).toEqual({ violations: [] });
  await workspace.close();
  await tenant.close();
});

async function open(graphRoles: readonly string[]): Promise<void> {
  workspace = await connect(world, directoryDeps(world, tenant.url), await tenant.reader(graphRoles));
}

const leaves = (at: Instant | null) => tenant.control('PATCH', `/users/${ada}`, { employeeLeaveDateTime: at });
const accounts = async () => {
  const { body } = await workspace.api<{ accounts: readonly { objectId: string; state: string; employeeLeaveDateTime: string | null }[] }>(
    'GET',
    '/directory/accounts',
  );
  return body.accounts;
};
const shown = async () => (await accounts()).find(({ objectId }) => objectId === ada)?.employeeLeaveDateTime;
const standingOf = async ({ api }: ConnectedWorkspace) =>
  (await api<{ collections: readonly Standing[] }>('GET', '/directory/collections')).body.collections.find(
    ({ facts }) => facts === 'leave-dates',
  );
const records = async () => {
  const { rows } = await world.db.owner.query<{ leaf: Record<string, unknown>; subject: string }>(
    `select convert_from(record.leaf, 'UTF8')::jsonb as leaf
     from ledger_record as record
     join directory_account as account on account.workspace_id = record.workspace_id and account.account_id = record.subject_id
     where record.workspace_id = $1 and record.type = 'graph.account.leave_told' and account.object_id = $2
     order by record.ord`,
    [workspace.workspaceId, ada],
  );
  return rows.map(({ leaf }) => leaf);
};
/** What was seen of an account later, once looked at an hour after. */
async function later(act: () => Promise<unknown>): Promise<RunBody> {
  world.clock.advance(HOUR_MS);
  await act();
  return workspace.sync();
}

describe('when an employee leaves, by the word of the directory', () => {
  it('is kept with the account, each change between two looks, with a record of its own (I3)', async () => {
    await leaves(MAY);
    const first = await workspace.sync();
    expect(await shown()).toBe(MAY);
    const second = await later(() => leaves(JUNE));
    const third = await later(() => leaves(null));
    expect(await shown()).toBeNull();
    expect(await records()).toMatchObject([
      { observed: { from: null, to: first.lookTo }, before: { leaves: null }, after: { leaves: MAY } },
      { observed: { from: confirmedBy(first), to: second.lookTo }, before: { leaves: MAY }, after: { leaves: JUNE } },
      { observed: { from: confirmedBy(second), to: third.lookTo }, before: { leaves: JUNE }, after: { leaves: null } },
    ]);
  });

  it('is told once, however often it is read', async () => {
    await leaves(MAY);
    for (let look = 0; look < 3; look += 1) await later(async () => undefined);
    expect(await records()).toHaveLength(1);
  });

  it('stands as it was told last when the account is deleted', async () => {
    await leaves(MAY);
    await workspace.sync();
    await later(() => tenant.control('DELETE', `/users/${ada}`));
    expect((await accounts()).find(({ objectId }) => objectId === ada)).toMatchObject({
      state: 'soft_deleted',
      employeeLeaveDateTime: MAY,
    });
    expect(await records()).toHaveLength(1);
  });

  it('is no end of an account: nothing but HR ends an employment (I9)', async () => {
    await leaves(plusMs(world.clock.now(), -HOUR_MS));
    await workspace.sync();
    expect((await accounts()).find(({ objectId }) => objectId === ada)).toMatchObject({ state: 'enabled' });
    const { rows } = await world.db.owner.query('select 1 from employment_period where workspace_id = $1', [workspace.workspaceId]);
    expect(rows).toEqual([]);
  });
});

describe('a look at changes', () => {
  const follow = async () => {
    const run = await workspace.sync('delta');
    expect(run).toMatchObject({ kind: 'delta', state: 'complete', errorCode: null });
    return run;
  };

  it('is told a leave date that was set, changed or taken back, between the last full look and this one', async () => {
    const first = await workspace.sync();
    world.clock.advance(HOUR_MS);
    await leaves(MAY);
    const second = await follow();
    expect(await shown()).toBe(MAY);
    world.clock.advance(HOUR_MS);
    await leaves(null);
    const third = await follow();
    expect(await shown()).toBeNull();
    expect(await records()).toMatchObject([
      { observed: { from: confirmedBy(first), to: second.lookTo }, before: { leaves: null }, after: { leaves: MAY } },
      { observed: { from: confirmedBy(first), to: third.lookTo }, before: { leaves: MAY }, after: { leaves: null } },
    ]);
    // Nothing was learnt of whom it did not ask for.
    expect(await standingOf(workspace)).toMatchObject({ because: null, collectedAt: first.lookTo });
  });

  it('asks for no leave date where the permission is missing, and clears none (I8)', async () => {
    const reader = await tenant.reader(PERMISSIONS);
    await workspace.close();
    workspace = await connect(world, directoryDeps(world, tenant.url), reader);
    await leaves(MAY);
    await workspace.sync();
    await tenant.control('PATCH', `/applications/${reader.clientId}`, { graphRoles: ['Directory.Read.All'] });
    world.clock.advance(HOUR_MS);
    await leaves(JUNE);
    await follow();
    expect(await shown()).toBe(MAY);
  });

  it('keeps the leave date of an account that is gone', async () => {
    await leaves(MAY);
    await workspace.sync();
    world.clock.advance(HOUR_MS);
    await tenant.control('DELETE', `/users/${ada}`);
    await follow();
    expect(await shown()).toBe(MAY);
    expect(await standingOf(workspace)).toMatchObject({ because: null });
  });

  it.each([
    { name: 'names the date where it may be read', roles: PERMISSIONS, named: true },
    { name: 'does not name it where it may not (microsoft-graph §1.5)', roles: ['Directory.Read.All'], named: false },
  ])('$name, in the query that it goes on from', async ({ roles, named }) => {
    const asked: string[] = [];
    const { outbound, ...others } = directoryDeps(world, tenant.url);
    const fetch: typeof outbound.fetch = (url, request) => {
      asked.push(url.toString());
      return outbound.fetch(url, request);
    };
    await workspace.close();
    workspace = await connect(world, { ...others, outbound: { fetch } }, await tenant.reader(roles));
    await workspace.sync();
    expect(asked.filter((url) => url.includes('/users/delta')).map((url) => url.includes('employeeLeaveDateTime'))).toEqual([named]);
  });

  it('goes on where Graph does not follow leave dates', async () => {
    await tenant.control('PUT', '/graph/faults', {
      faults: [{ kind: 'status', status: 501, code: 'NotImplemented', path: '/v1.0/users/delta', times: 1 }],
    });
    await workspace.sync();
    world.clock.advance(HOUR_MS);
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
    await follow();
    expect((await accounts()).find(({ objectId }) => objectId === ada)).toMatchObject({ state: 'disabled' });
  });
});

describe('leave dates that may not be read', () => {
  it('are not collected, by name, where Graph answers null to everybody (microsoft-graph §0 #7, §10 #11)', async () => {
    await workspace.close();
    await open(['Directory.Read.All']);
    await leaves(MAY);
    expect((await workspace.sync()).state).toBe('complete');
    expect(await shown()).toBeNull();
    expect(await standingOf(workspace)).toMatchObject({ because: 'permission-missing', refusals: 1 });
    expect((await standingOf(workspace))?.detail).toContain('It takes User-LifeCycleInfo.Read.All, which is not granted.');
  });

  it('keep what was known: a permission that was withdrawn clears no date (I8)', async () => {
    const reader = await tenant.reader(PERMISSIONS);
    await workspace.close();
    workspace = await connect(world, directoryDeps(world, tenant.url), reader);
    await leaves(MAY);
    await workspace.sync();
    await later(() => tenant.control('PATCH', `/applications/${reader.clientId}`, { graphRoles: ['Directory.Read.All'] }));
    expect(await shown()).toBe(MAY);
    const given = await later(() => tenant.control('PATCH', `/applications/${reader.clientId}`, { graphRoles: PERMISSIONS }));
    expect(await standingOf(workspace)).toMatchObject({ because: null, collectedAt: given.lookTo });
    expect(await records()).toHaveLength(1);
  });

  it('never keep the accounts away, whatever the listing answers', async () => {
    const fault = { kind: 'status', status: 403, code: 'Authorization_RequestDenied', path: '/v1.0/users', times: 50 };
    // The listing of users passes.
    await tenant.control('PUT', '/graph/faults', { faults: [{ ...fault, after: 2 }] });
    expect((await workspace.sync()).state).toBe('complete');
    expect(await accounts()).toHaveLength(2);
    expect(await standingOf(workspace)).toMatchObject({ because: 'permission-missing' });
  });

  it('say that it cannot be told where the token does not say what it may read', async () => {
    const graph = await hostileGraph();
    graph.setUsers([{ id: ada, userPrincipalName: 'ada@contoso.example', accountEnabled: true, employeeLeaveDateTime: null }]);
    const credential = { tenantId: graph.tenantId, clientId: graph.tenantId, clientSecret: 'invented' };
    const other = await connect(world, directoryDeps(world, graph.url), credential);
    expect((await other.sync()).state).toBe('complete');
    expect(await standingOf(other)).toMatchObject({ because: 'permission-unknown' });
    await other.close();
    await graph.close();
  });

  it('are not collected where a value is no instant, so that a strange answer clears nothing', async () => {
    const graph = await hostileGraph();
    const known = { id: ada, userPrincipalName: 'ada@contoso.example', accountEnabled: true };
    const claims = Buffer.from(JSON.stringify({ roles: PERMISSIONS })).toString('base64url');
    graph.misbehave(({ path }) =>
      path.endsWith('/token') ? { status: 200, body: { access_token: `e30.${claims}.x`, expires_in: 3599 } } : undefined,
    );
    graph.setUsers([{ ...known, employeeLeaveDateTime: MAY }]);
    const other = await connect(world, directoryDeps(world, graph.url), {
      tenantId: graph.tenantId,
      clientId: graph.tenantId,
      clientSecret: 'invented',
    });
    await other.sync();
    expect(await standingOf(other)).toMatchObject({ because: null });
    graph.setUsers([{ ...known, employeeLeaveDateTime: 'soon' }]);
    await other.sync();
    expect(await standingOf(other)).toMatchObject({ because: 'unexpected-answer' });
    const { body } = await other.api<{ accounts: readonly { employeeLeaveDateTime: string }[] }>('GET', '/directory/accounts');
    expect(body.accounts).toMatchObject([{ employeeLeaveDateTime: MAY }]);
    await other.close();
    await graph.close();
  });
});
