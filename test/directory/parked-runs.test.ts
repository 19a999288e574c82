import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DirectoryDeps, runSync, syncTask } from '../../src/directory/index.ts';
import { runJobs } from '../../src/jobs/index.ts';
import { DAY_MS, type DirectoryRunId, HOUR_MS, MINUTE_MS, plusMs, SECOND_MS } from '../../src/kernel/index.ts';
import { systemClock } from '../../src/platform/index.ts';
import { silentLog } from '../support/log.ts';
import {
  type ConnectedWorkspace,
  connect,
  directoryDeps,
  openWorld,
  type SimulatedTenant,
  simulatedTenant,
  user,
  type World,
} from './simulated-tenant.ts';

/** Two pages of users, and of the members of a group. */
const USERS = 1_050;
const MEMBERS = 1_010;

let world: World;
let tenant: SimulatedTenant;
let workspace: ConnectedWorkspace;
let deps: DirectoryDeps;
let asked: string[];
beforeAll(async () => {
  world = await openWorld();
  tenant = await simulatedTenant(world);
  const made = await tenant.createUsers(Array.from({ length: USERS }, (_, n) => user(`u${n}`)));
  await tenant.control('POST', '/groups', { displayName: 'First', memberIds: made.slice(0, MEMBERS).map(({ id }) => id) });
});
afterAll(async () => {
  await tenant.close();
  await world.close();
});
beforeEach(async () => {
  asked = [];
  const { outbound, ...others } = directoryDeps(world, tenant.url);
  const fetch: typeof outbound.fetch = (url, request) => {
    asked.push(decodeURIComponent(new URL(url).pathname + new URL(url).search));
    return outbound.fetch(url, request);
  };
  deps = { ...others, outbound: { fetch } };
  workspace = await connect(world, deps, await tenant.reader());
});
afterEach(async () => {
  await tenant.control('PUT', '/graph/faults', {});
  await workspace.close();
});

const throttle = (more: object) => tenant.control('PUT', '/graph/faults', { faults: [{ kind: 'throttle', ...more }] });

describe('a run that is asked for patience', () => {
  it.each([
    { name: 'in seconds', retryAfter: '7200', ms: 7_200 * SECOND_MS },
    { name: 'by a date', retryAfter: 'date:7200', ms: 7_199 * SECOND_MS },
  ])('$name rests for so long, and then goes on with the page at which it stopped', async ({ retryAfter, ms }) => {
    world.clock.set(`${world.clock.now().slice(0, 19)}.000Z` as ReturnType<typeof world.clock.now>);
    await throttle({ path: '/v1.0/users', after: 2, times: 1, retryAfter });
    const parked = await workspace.sync();
    expect(parked).toMatchObject({ state: 'parked', resumeAt: plusMs(world.clock.now(), ms), errorCode: null });
    const before = asked.filter((path) => path.startsWith('/v1.0/users?$select=id,userPrincipalName'));
    // Too early: it stays where it is, and nothing is sent.
    asked.length = 0;
    await runSync(deps, workspace.workspaceId, parked.id as DirectoryRunId);
    expect(asked).toEqual([]);
    world.clock.advance(ms);
    await runSync(deps, workspace.workspaceId, parked.id as DirectoryRunId);
    expect((await workspace.api('GET', `/directory/runs/${parked.id}`)).body).toMatchObject({
      state: 'complete',
      counts: { users: USERS, observations: USERS, groupMembers: MEMBERS },
    });
    // The page that was refused is asked for again, and no page before it.
    const after = asked.filter((path) => path.startsWith('/v1.0/users?$select=id,userPrincipalName'));
    expect(after[0]).toBe(before.at(-1));
    expect(new Set([...before, ...after]).size).toBe(2);
  });

  it.each([
    { name: 'ahead of', ofDatabaseMs: -DAY_MS },
    { name: 'behind', ofDatabaseMs: DAY_MS },
  ])('waits in the queue for as long as is left when the database’s clock is $name ours', async ({ ofDatabaseMs }) => {
    world.clock.set(plusMs(systemClock.now(), ofDatabaseMs));
    await throttle({ path: '/v1.0/users', times: 1, retryAfter: '7200' });
    const parked = await workspace.sync();
    world.clock.advance(HOUR_MS);
    const leftMs = async () => {
      const { rows } = await world.db.owner.query<{ left: number }>(
        `select (extract(epoch from run_at - clock_timestamp()) * 1000)::double precision as left from graphile_worker.jobs where key = $1`,
        [`directory.sync:${parked.id}`],
      );
      return rows[0]?.left ?? 0;
    };
    const first = await leftMs();
    expect(Math.abs(first - 2 * HOUR_MS)).toBeLessThan(5 * MINUTE_MS);
    // Taken up too early, it goes back for the rest, and not at once again.
    await runSync(deps, workspace.workspaceId, parked.id as DirectoryRunId);
    expect(Math.abs((await leftMs()) - HOUR_MS)).toBeLessThan(5 * MINUTE_MS);
  });

  it('without saying how much backs off in place', async () => {
    await throttle({ path: '/v1.0/users', times: 2 });
    expect(await workspace.sync()).toMatchObject({ state: 'complete' });
  });

  it('goes on in the middle of the members of a group', async () => {
    await throttle({ path: '/v1.0/groups/', after: 2, times: 1, retryAfter: '3600' });
    const parked = await workspace.sync();
    expect(parked).toMatchObject({ state: 'parked' });
    world.clock.advance(HOUR_MS);
    asked.length = 0;
    expect(await workspace.sync()).toMatchObject({ state: 'queued' });
    await runSync(deps, workspace.workspaceId, parked.id as DirectoryRunId);
    expect((await workspace.api('GET', `/directory/runs/${parked.id}`)).body).toMatchObject({
      state: 'complete',
      counts: { groupMembers: MEMBERS },
    });
    expect(asked.filter((path) => path.startsWith('/v1.0/users?$select=id,userPrincipalName'))).toEqual([]);
  });

  it('has changed nothing meanwhile, and closes no gap (I8)', async () => {
    await throttle({ path: '/v1.0/groups/', after: 1, times: 1, retryAfter: '3600' });
    await workspace.sync();
    expect((await workspace.api('GET', '/directory/accounts')).body).toMatchObject({ total: 0 });
    const { body } = await workspace.api<{ coverage: { windows: object[] }[] }>('GET', '/directory/coverage');
    expect(body.coverage[0]?.windows).toEqual([]);
  });

  it('begins anew when a crash of the database took its pages: what is left would look like absence (I8)', async () => {
    await throttle({ path: '/v1.0/groups/', after: 1, times: 1, retryAfter: '3600' });
    const parked = await workspace.sync();
    await world.db.owner.query('truncate directory_stage_account');
    world.clock.advance(HOUR_MS);
    await runSync(deps, workspace.workspaceId, parked.id as DirectoryRunId);
    expect((await workspace.api('GET', `/directory/runs/${parked.id}`)).body).toMatchObject({
      state: 'complete',
      counts: { users: USERS },
    });
  });

  it('fails as throttled when it would not be through within half a day', async () => {
    await throttle({ path: '/v1.0/users', retryAfter: String(DAY_MS / SECOND_MS) });
    expect(await workspace.sync()).toMatchObject({ state: 'failed', errorCode: 'throttled' });
  });

  it('fails as too long, and not as throttled, when half a day was over before the tenant was read', async () => {
    await throttle({ path: '/v1.0/users', times: 1, retryAfter: String((11 * HOUR_MS) / SECOND_MS) });
    const parked = await workspace.sync();
    expect(parked).toMatchObject({ state: 'parked' });
    world.clock.advance(12 * HOUR_MS);
    // Longer than a turn, and waited in place.
    await throttle({ path: '/v1.0/groups', times: 3, retryAfter: '25' });
    await runSync(deps, workspace.workspaceId, parked.id as DirectoryRunId);
    expect((await workspace.api('GET', `/directory/runs/${parked.id}`)).body).toMatchObject({
      state: 'failed',
      errorCode: 'took-too-long',
    });
  });

  it('for years makes nobody else wait for more than an hour', async () => {
    await throttle({ path: '/v1.0/users', times: 1, retryAfter: '999999999' });
    expect(await workspace.sync()).toMatchObject({ state: 'failed', errorCode: 'throttled' });
    world.clock.advance(HOUR_MS);
    expect(await workspace.sync()).toMatchObject({ state: 'complete' });
  });
});

describe('a slow tenant', () => {
  it('delays nobody: with one worker, another tenant is read while it rests', async () => {
    // The queue keeps its times by the machine's clock.
    world.clock.set(systemClock.now());
    const other = await simulatedTenant(world);
    await other.createUsers([user('ada')]);
    const quickDeps = directoryDeps(world, other.url);
    const quick = await connect(world, quickDeps, await other.reader());
    await throttle({ path: '/v1.0/users', retryAfter: '3600' });
    const queue = async ({ api, connectionId }: ConnectedWorkspace) =>
      (await api<{ id: string }>('POST', '/directory/runs', { connectionId })).body.id;
    const ids = [await queue(workspace), await queue(quick)];
    const left = new Set(ids);
    const [slowTask, quickTask] = [syncTask(deps), syncTask(quickDeps)];
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const run: typeof slowTask.run = async (payload, context) => {
      const id = ids.find((one) => JSON.stringify(payload).includes(one));
      if (id === undefined) return;
      await (id === ids[0] ? slowTask : quickTask).run(payload, context);
      left.delete(id);
      if (left.size === 0) finish();
    };
    const runner = await runJobs({ databaseUrl: world.db.serverUrl, tasks: [{ ...slowTask, run }], log: silentLog, concurrency: 1 });
    await finished;
    await runner.stop();
    expect((await workspace.api('GET', `/directory/runs/${ids[0]}`)).body).toMatchObject({ state: 'parked' });
    expect((await quick.api('GET', `/directory/runs/${ids[1]}`)).body).toMatchObject({ state: 'complete', counts: { users: 1 } });
    await quick.close();
    await other.close();
  });

  it('gives its place up after a minute, and goes on behind the others', async () => {
    const { body } = await workspace.api<{ id: DirectoryRunId }>('POST', '/directory/runs', { connectionId: workspace.connectionId });
    const slow: DirectoryDeps = {
      ...deps,
      outbound: {
        fetch: (...given) => {
          world.clock.advance(20 * SECOND_MS);
          return deps.outbound.fetch(...given);
        },
      },
    };
    let turns = 0;
    for (let state = 'queued'; state !== 'complete'; turns += 1) {
      await runSync(slow, workspace.workspaceId, body.id);
      state = (await workspace.api<{ state: string }>('GET', `/directory/runs/${body.id}`)).body.state;
      const waiting = await world.db.owner.query('select 1 from graphile_worker.jobs where key = $1', [`directory.sync:${body.id}`]);
      expect(waiting.count).toBe(1);
    }
    expect(turns).toBeGreaterThan(2);
    expect((await workspace.api('GET', '/directory/accounts')).body).toMatchObject({ total: USERS });
  });
});
