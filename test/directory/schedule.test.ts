import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DirectoryDeps, runSync, scheduleRunsTask } from '../../src/directory/index.ts';
import { type DirectoryRunId, HOUR_MS, MINUTE_MS } from '../../src/kernel/index.ts';
import {
  type ConnectedWorkspace,
  connect,
  directoryDeps,
  openWorld,
  type RunBody,
  type SimulatedTenant,
  simulatedTenant,
  user,
  type World,
} from './simulated-tenant.ts';

let world: World;
let tenant: SimulatedTenant;
let deps: DirectoryDeps;
let workspace: ConnectedWorkspace;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  deps = directoryDeps(world, tenant.url);
  workspace = await connect(world, deps, await tenant.reader());
  await tenant.createUsers([user('ada')]);
});
afterEach(async () => {
  await workspace.close();
  await world.db.owner.query('update directory_connection set removed_at = $1', [world.clock.now()]);
  await tenant.close();
});

const tick = () => scheduleRunsTask(deps).run({}, { signal: new AbortController().signal });

async function runs(): Promise<readonly RunBody[]> {
  return (await workspace.api<{ runs: readonly RunBody[] }>('GET', '/directory/runs')).body.runs;
}

const plan = (syncEveryMinutes: number, fullEveryMinutes: number) =>
  workspace.api('PUT', `/directory/connections/${workspace.connectionId}/schedule`, { syncEveryMinutes, fullEveryMinutes });

describe('the schedule', () => {
  it('looks every hour, and at the whole every twelve, unless told otherwise', async () => {
    await workspace.sync();
    const kinds: string[] = [];
    for (let hour = 1; hour <= 24; hour += 1) {
      world.clock.advance(HOUR_MS);
      await tick();
      const [latest] = await runs();
      if (latest?.state !== 'queued') continue;
      kinds.push(latest.kind);
      await runSync(deps, workspace.workspaceId, latest.id as DirectoryRunId);
    }
    expect(kinds.filter((kind) => kind === 'full')).toHaveLength(2);
    expect(kinds.length).toBeGreaterThanOrEqual(20);
    const [, , latestFull] = (await runs()).filter(({ kind }) => kind === 'full');
    expect(latestFull).toMatchObject({ state: 'complete' });
  });

  it('leaves a new connection to whoever sets it up, for one interval', async () => {
    await tick();
    expect(await runs()).toEqual([]);
    world.clock.advance(HOUR_MS);
    await tick();
    expect(await runs()).toMatchObject([{ kind: 'full', state: 'queued', requestedBy: 'system' }]);
  });

  it('queues one run, however many processes keep it', async () => {
    world.clock.advance(HOUR_MS);
    await Promise.all([tick(), tick(), tick()]);
    expect(await runs()).toHaveLength(1);
  });

  it('leaves a connection alone on which a run waits, reads, rests or is held', async () => {
    await workspace.sync();
    world.clock.advance(HOUR_MS);
    await tick();
    world.clock.advance(HOUR_MS);
    await tick();
    expect((await runs()).filter(({ state }) => state === 'queued')).toHaveLength(1);
  });

  it('is set per connection, on the record', async () => {
    expect(await plan(15, 360)).toMatchObject({ status: 200, body: { syncEveryMinutes: 15, fullEveryMinutes: 360 } });
    await workspace.sync();
    world.clock.advance(16 * MINUTE_MS);
    await tick();
    expect((await runs())[0]).toMatchObject({ kind: 'delta', state: 'queued' });
    const { rows } = await world.db.owner.query<{ leaf: string }>(
      `select convert_from(leaf, 'UTF8') as leaf from ledger_record where workspace_id = $1 and type = 'directory.schedule.set'`,
      [workspace.workspaceId],
    );
    expect(rows.map(({ leaf }) => JSON.parse(leaf))).toMatchObject([
      { before: { sync_every_minutes: 60, full_every_minutes: 720 }, after: { sync_every_minutes: 15, full_every_minutes: 360 } },
    ]);
  });

  it.each([
    { name: 'a whole that is looked at more often than anything', sync: 120, full: 60 },
    { name: 'a whole that is looked at less often than once a day', sync: 60, full: 1_440 },
    { name: 'no time between two looks', sync: 1, full: 720 },
  ])('refuses $name', async ({ sync, full }) => {
    expect(await plan(sync, full)).toMatchObject({ status: 400 });
  });

  it('refuses a connection that is not there', async () => {
    const { status } = await workspace.api('PUT', `/directory/connections/${workspace.workspaceId}/schedule`, {
      syncEveryMinutes: 60,
      fullEveryMinutes: 720,
    });
    expect(status).toBe(404);
  });

  it('leaves a job that still waits its place in the queue', async () => {
    const { body } = await workspace.api<{ id: DirectoryRunId }>('POST', '/directory/runs', { connectionId: workspace.connectionId });
    const place = async () => {
      const { rows } = await world.db.owner.query<{ run_at: string }>('select run_at::text from graphile_worker.jobs where key = $1', [
        `directory.sync:${body.id}`,
      ]);
      return rows;
    };
    const before = await place();
    world.clock.advance(6 * MINUTE_MS);
    await tick();
    expect(await place()).toEqual(before);
  });

  it('wakes a run whose job was lost with its process', async () => {
    const { body } = await workspace.api<{ id: DirectoryRunId }>('POST', '/directory/runs', { connectionId: workspace.connectionId });
    await runSync(deps, workspace.workspaceId, body.id, AbortSignal.abort());
    const jobs = () => world.db.owner.query('select 1 from graphile_worker.jobs where key = $1', [`directory.sync:${body.id}`]);
    await world.db.owner.query('delete from graphile_worker._private_jobs');
    await tick();
    expect((await jobs()).rows).toHaveLength(0);
    world.clock.advance(6 * MINUTE_MS);
    await tick();
    expect((await jobs()).rows).toHaveLength(1);
  });
});
