import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DirectoryDeps, runSync } from '../../src/directory/index.ts';
import { HOUR_MS, type Instant } from '../../src/kernel/index.ts';
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
  deps = directoryDeps(world, tenant.url);
  workspace = await connect(world, deps, await tenant.reader());
  ada = (await tenant.createUsers([user('ada')]))[0]?.id ?? '';
  await workspace.sync();
});
afterEach(async () => {
  await workspace.close();
  await tenant.close();
});

const remove = () => workspace.api('DELETE', `/directory/connections/${workspace.connectionId}`);

describe('removing a connection', () => {
  it('forgets by which bytes the tenant was listed, which only its looks need', async () => {
    const listed = async () =>
      (await world.db.owner.query('select 1 from directory_listed_account where workspace_id = $1', [workspace.workspaceId])).count;
    expect(await listed()).toBe(1);
    await remove();
    expect(await listed()).toBe(0);
  });

  it('leaves what was observed, and takes the secrets away', async () => {
    const before = await stretches(world, workspace.workspaceId, ada);
    expect((await remove()).status).toBe(204);
    expect(await stretches(world, workspace.workspaceId, ada)).toEqual(before);
    const { body } = await workspace.api<{ connections: object[] }>('GET', '/directory/connections');
    expect(body.connections).toEqual([]);
    const { rows } = await world.db.owner.query<{ sealed: Buffer; removed: boolean }>(
      'select sealed, removed_at is not null as removed from directory_credential where workspace_id = $1',
      [workspace.workspaceId],
    );
    expect(rows.map(({ sealed, removed }) => [sealed.length, removed])).toEqual([[0, true]]);
  });

  it('is recorded once with the change (I3), and cannot be done twice', async () => {
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 404]);
    const { rows } = await world.db.owner.query(
      `select type from ledger_record where workspace_id = $1 and type = 'directory.connection.removed' and subject_id = $2`,
      [workspace.workspaceId, workspace.connectionId],
    );
    expect(rows).toHaveLength(1);
  });

  it('shows in coverage: from then on nobody looks, and why', async () => {
    const { body: before } = await workspace.api<{ coverage: { windows: { to: Instant }[] }[] }>('GET', '/directory/coverage');
    world.clock.advance(HOUR_MS);
    const removedAt = world.clock.now();
    await remove();
    const { body } = await workspace.api<{ coverage: object[] }>('GET', '/directory/coverage');
    const lastLook = before.coverage[0]?.windows.at(-1)?.to;
    const gap = { from: lastLook, to: null, reason: 'connection-removed', failedRuns: [] };
    expect(body.coverage).toMatchObject([{ connectionId: workspace.connectionId, removedAt, gaps: expect.arrayContaining([gap]) }]);
  });

  it.each([
    { state: 'queued', prepare: '' },
    { state: 'running', prepare: `, claimed_at = requested_at, started_at = requested_at, beat_at = requested_at` },
    { state: 'parked', prepare: `, claimed_at = requested_at, started_at = requested_at, resume_at = requested_at, position = '{}'` },
    {
      state: 'held',
      prepare: `, claimed_at = requested_at, started_at = requested_at, held_at = requested_at, missing = '{}', position = '{}'`,
    },
  ])('ends a run that is $state, and applies nothing of it (I8)', async ({ state, prepare }) => {
    const { body: run } = await workspace.api<{ id: string }>('POST', '/directory/runs', { connectionId: workspace.connectionId });
    await world.db.owner.query(`update directory_run set state = '${state}'${prepare} where workspace_id = $1 and id = $2`, [
      workspace.workspaceId,
      run.id,
    ]);
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
    expect((await remove()).status).toBe(204);
    await runSync(deps, workspace.workspaceId, run.id as never);
    expect((await workspace.api('GET', `/directory/runs/${run.id}`)).body).toMatchObject({
      state: 'failed',
      errorCode: 'connection-removed',
    });
    expect((await stretches(world, workspace.workspaceId, ada)).map((stretch) => stretch.state)).toEqual(['enabled']);
  });

  it('ends a run that is reading at that very moment', async () => {
    let removing: ReturnType<typeof remove> | undefined;
    const fetch: typeof deps.outbound.fetch = async (url, request) => {
      if (new URL(url).pathname.endsWith('/deletedItems/microsoft.graph.user')) {
        removing ??= remove();
        await removing;
      }
      return deps.outbound.fetch(url, request);
    };
    const { body: run } = await workspace.api<{ id: string }>('POST', '/directory/runs', { connectionId: workspace.connectionId });
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
    await runSync({ ...deps, outbound: { fetch } }, workspace.workspaceId, run.id as never);
    expect((await workspace.api('GET', `/directory/runs/${run.id}`)).body).toMatchObject({
      state: 'failed',
      errorCode: 'connection-removed',
    });
    expect((await stretches(world, workspace.workspaceId, ada)).map((stretch) => stretch.state)).toEqual(['enabled']);
  });

  it('lets the tenant be connected again, as a connection of its own', async () => {
    await remove();
    const again = await connect(world, directoryDeps(world, tenant.url), await tenant.reader(), workspace.workspaceId);
    expect((await again.sync()).state).toBe('complete');
    const { body } = await workspace.api<{ total: number }>('GET', '/directory/accounts');
    expect(body.total).toBe(2);
    await again.close();
  });
});
