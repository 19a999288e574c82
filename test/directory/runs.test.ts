import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DirectoryDeps, runSync, syncTask } from '../../src/directory/index.ts';
import { runJobs } from '../../src/jobs/index.ts';
import { type DirectoryRunId, DomainError, HOUR_MS, MINUTE_MS, plusMs } from '../../src/kernel/index.ts';
import { steppingClock } from '../support/clock.ts';
import { silentLog } from '../support/log.ts';
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
});
afterEach(async () => {
  expect(await tenant.control('GET', '/graph/violations')).toEqual({ violations: [] });
  await workspace.close();
  await tenant.close();
});

async function request(): Promise<DirectoryRunId> {
  const { status, body } = await workspace.api<{ id: DirectoryRunId }>('POST', '/directory/runs', { connectionId: workspace.connectionId });
  expect(status).toBe(202);
  expect(body).toEqual({ id: body.id, state: 'queued' });
  return body.id;
}

async function show(id: string): Promise<RunBody> {
  return (await workspace.api<RunBody>('GET', `/directory/runs/${id}`)).body;
}

async function shownAccounts(): Promise<readonly object[]> {
  return (await workspace.api<{ accounts: readonly object[] }>('GET', '/directory/accounts')).body.accounts;
}

/** As if its process had shown no sign of life for a minute, by the database's clock. */
async function fallSilent(id: string): Promise<void> {
  await world.db.owner.query(`update directory_run set beat_at = clock_timestamp() - interval '1 minute' where id = $1`, [id]);
}

describe('a requested run', () => {
  it('waits in the queue and is done by the worker, as the role that owns nothing', async () => {
    await tenant.createUsers([user('ada')]);
    const id = await request();
    expect(await show(id)).toMatchObject({ state: 'queued', startedAt: null });
    const task = syncTask(deps);
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const observed = { ...task, run: (...given: Parameters<typeof task.run>) => task.run(...given).finally(finish) };
    const runner = await runJobs({ databaseUrl: world.db.serverUrl, tasks: [observed], log: silentLog, concurrency: 1 });
    await finished;
    await runner.stop();
    expect(await show(id)).toMatchObject({ state: 'complete', counts: { users: 1, observations: 1, appAssignments: null } });
  });

  it('is the one that waits already, when asked for twice', async () => {
    const first = await request();
    expect(await request()).toBe(first);
    const { rows } = await world.db.owner.query('select 1 from graphile_worker.jobs where key = $1', [`directory.sync:${first}`]);
    expect(rows).toHaveLength(1);
  });

  it('is not queued when its transaction fails (I3)', async () => {
    const answer = await workspace.api('POST', '/directory/runs', { connectionId: '12345678-1234-4234-8234-123456789abc' });
    expect(answer.status).toBe(404);
  });

  it('is done once, however often it is taken up', async () => {
    const id = await request();
    await runSync(deps, workspace.workspaceId, id);
    const before = await show(id);
    world.clock.advance(MINUTE_MS);
    await runSync(deps, workspace.workspaceId, id);
    expect(await show(id)).toEqual(before);
  });

  it('waits for a run of the same connection that is alive, and takes over from one that died', async () => {
    const dead = await request();
    await world.db.owner.query(
      `update directory_run set state = 'running', started_at = requested_at, beat_at = clock_timestamp() where id = $1`,
      [dead],
    );
    const next = await request();
    await expect(runSync(deps, workspace.workspaceId, next)).rejects.toThrow('under way');
    expect(await show(next)).toMatchObject({ state: 'queued' });
    await fallSilent(dead);
    await runSync(deps, workspace.workspaceId, next);
    expect(await show(dead)).toMatchObject({ state: 'failed', errorCode: 'interrupted' });
    expect(await show(next)).toMatchObject({ state: 'complete' });
  });

  it.each([
    { name: 'ahead of', aheadMs: HOUR_MS },
    { name: 'behind', aheadMs: -HOUR_MS },
  ])('is not taken over while it is alive by a server whose clock is $name its own', async ({ aheadMs }) => {
    const id = await request();
    let refusal: unknown;
    const slow = pausing(deps, '/groups?', async () => {
      const elsewhere = { ...deps, clock: steppingClock(plusMs(world.clock.now(), aheadMs)) };
      refusal = await runSync(elsewhere, workspace.workspaceId, id).catch((error: unknown) => error);
    });
    await runSync(slow, workspace.workspaceId, id);
    expect(refusal).toMatchObject({ message: 'another run of this connection is under way' });
    expect(await show(id)).toMatchObject({ state: 'complete' });
  });

  it('applies nothing when it was taken for dead and started anew meanwhile (I8)', async () => {
    await tenant.createUsers([user('ada')]);
    const id = await request();
    let isTaken = false;
    const slow: DirectoryDeps = {
      ...deps,
      outbound: {
        fetch: async (url, init) => {
          if (!isTaken && String(url).includes('/groups')) {
            isTaken = true;
            await fallSilent(id);
            world.clock.advance(5 * MINUTE_MS);
            await runSync(deps, workspace.workspaceId, id);
          }
          return deps.outbound.fetch(url, init);
        },
      },
    };
    await runSync(slow, workspace.workspaceId, id);
    expect(await show(id)).toMatchObject({ state: 'complete' });
    const { rows } = await world.db.owner.query(
      `select type from ledger_record where workspace_id = $1 and type = 'graph.sync.completed'`,
      [workspace.workspaceId],
    );
    expect(rows).toHaveLength(1);
  });

  it('leaves nothing among the pages of a run that was started anew meanwhile: an older answer would shadow a later one (I8)', async () => {
    const [zed, ada] = await tenant.createUsers([user('zed'), user('ada')]);
    await workspace.sync();
    const id = await request();
    const [anewHasRead, goOn] = [signal(), signal()];
    const anew = pausing(deps, '/groups?', async () => {
      anewHasRead.give();
      await goOn.given;
    });
    let second: Promise<void> = Promise.resolve();
    const slow = pausing(deps, '/deletedItems/', async () => {
      await fallSilent(id);
      world.clock.advance(5 * MINUTE_MS);
      await tenant.control('PATCH', `/users/${ada?.id}`, { accountEnabled: false });
      await tenant.control('DELETE', `/users/${zed?.id}`);
      second = runSync(anew, workspace.workspaceId, id);
      await anewHasRead.given;
    });
    await runSync(slow, workspace.workspaceId, id);
    goOn.give();
    await second;
    expect(await show(id)).toMatchObject({ state: 'complete', errorCode: null });
    const { body } = await workspace.api<{ accounts: object[] }>('GET', '/directory/accounts?state=disabled');
    expect(body.accounts).toMatchObject([{ objectId: ada?.id }]);
  });

  it('fails when a crash of the database takes pages behind its back: what is left would confirm everybody (I8)', async () => {
    const [ada] = await tenant.createUsers([user('ada')]);
    await workspace.sync();
    await tenant.control('PATCH', `/users/${ada?.id}`, { accountEnabled: false });
    const id = await request();
    const crashed = pausing(deps, '/groups?', async () => {
      await world.db.owner.query('truncate directory_stage_account');
    });
    world.clock.advance(MINUTE_MS);
    const before = await shownAccounts();
    await runSync(crashed, workspace.workspaceId, id);
    expect(await show(id)).toMatchObject({ state: 'failed', errorCode: 'interrupted' });
    expect(await shownAccounts()).toEqual(before);
    await workspace.sync();
    expect(await shownAccounts()).toMatchObject([{ objectId: ada?.id, state: 'disabled' }]);
  });

  it('rests when the process is told to stop, and is gone on with by another one', async () => {
    await tenant.createUsers([user('ada')]);
    const id = await request();
    await runSync(deps, workspace.workspaceId, id, AbortSignal.abort());
    expect(await show(id)).toMatchObject({ state: 'parked', resumeAt: world.clock.now() });
    await runSync(deps, workspace.workspaceId, id);
    expect(await show(id)).toMatchObject({ state: 'complete', counts: { users: 1 } });
  });

  it('is tried again when the database was away, and then completes', async () => {
    await tenant.createUsers([user('ada')]);
    const id = await request();
    await expect(runSync({ ...deps, database: outage(deps.database) }, workspace.workspaceId, id)).rejects.toMatchObject({
      code: 'database-unavailable',
    });
    await fallSilent(id);
    await runSync(deps, workspace.workspaceId, id);
    expect(await show(id)).toMatchObject({ state: 'complete', counts: { users: 1 } });
  });
});

describe('a complete run', () => {
  it('reads a tenant of several pages in one go and says what it read', async () => {
    const users = Array.from({ length: 1_200 }, (_, n) => user(`u${n}`, { employeeId: String(n) }));
    const made = await tenant.createUsers(users);
    const ids = made.map(({ id }) => id);
    await tenant.control('POST', '/groups', { displayName: 'Everyone', memberIds: ids });
    const run = await workspace.sync();
    expect(run).toMatchObject({
      state: 'complete',
      counts: { users: 1_200, deletedUsers: 0, settledById: 0, groups: 1, groupMembers: 1_200, observations: 1_200 },
    });
    const { body } = await workspace.api<{ total: number; accounts: object[] }>('GET', '/directory/accounts?state=enabled&limit=5');
    expect(body).toMatchObject({ total: 1_200 });
    expect(body.accounts).toHaveLength(5);
    const tied = await world.db.owner.query(
      `select 1 from directory_observation
       join ledger_record on ledger_record.workspace_id = directory_observation.workspace_id and ledger_record.id = directory_observation.record_id
       where directory_observation.workspace_id = $1`,
      [workspace.workspaceId],
    );
    expect(tied.count).toBe(1_200);
    expect((await workspace.sync()).counts).toMatchObject({ users: 1_200, observations: 0 });
  });

  it('reads who is assigned to the enterprise application, and as what', async () => {
    const [ada, grace] = await tenant.createUsers([user('ada'), user('grace')]);
    const app = await tenant.control<{ appId: string }>('POST', '/applications', {
      displayName: 'Product',
      appRoles: [{ value: 'auditor', displayName: 'Auditor' }],
    });
    const assign = (principalId: string | undefined, appRoleValue?: string) =>
      tenant.control<{ id: string }>('POST', `/applications/${app.appId}/assignments`, { principalId, appRoleValue });
    const first = await assign(ada?.id, 'auditor');
    await assign(grace?.id);
    const other = await connect(world, deps, { ...(await tenant.reader()), scimAppId: app.appId });
    expect(await other.sync()).toMatchObject({ state: 'complete', counts: { appAssignments: 2 } });
    const rows = async () =>
      (
        await world.db.owner.query<{ principal_id: string }>(
          `select principal_id, principal_type, app_role_value from directory_app_assignment where workspace_id = $1`,
          [other.workspaceId],
        )
      ).rows;
    expect(await rows()).toEqual(
      expect.arrayContaining([
        { principal_id: ada?.id, principal_type: 'User', app_role_value: 'auditor' },
        { principal_id: grace?.id, principal_type: 'User', app_role_value: null },
      ]),
    );
    await tenant.control('DELETE', `/applications/${app.appId}/assignments/${first.id}`);
    await other.sync();
    expect(await rows()).toEqual([{ principal_id: grace?.id, principal_type: 'User', app_role_value: null }]);
    await other.close();
  });

  it('says in the ledger what it covered, with a digest of the state that it found', async () => {
    await tenant.createUsers([user('ada')]);
    const run = await workspace.sync();
    const { rows } = await world.db.owner.query<{ type: string; leaf: string }>(
      `select type, convert_from(leaf, 'UTF8') as leaf from ledger_record
       where workspace_id = $1 and type in ('graph.sync.started', 'graph.sync.completed', 'graph.account.coverage') order by ord`,
      [workspace.workspaceId],
    );
    expect(rows.map(({ type }) => type)).toEqual(['graph.sync.started', 'graph.sync.completed', 'graph.account.coverage']);
    expect(JSON.parse(rows[2]?.leaf ?? '')).toMatchObject({
      observed: { from: run.lookFrom, to: run.lookTo },
      detail: { run: run.id, accounts: { enabled: 1 }, states_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  it('puts names into disclosures only, never into a leaf (I11)', async () => {
    await tenant.createUsers([user('ada')]);
    await workspace.sync();
    const leaves = await world.db.owner.query<{ leaf: string }>(
      `select convert_from(leaf, 'UTF8') as leaf from ledger_record where workspace_id = $1`,
      [workspace.workspaceId],
    );
    expect(leaves.rows.map(({ leaf }) => leaf).join()).not.toContain('contoso.example');
    const told = await world.db.owner.query(
      `select value from ledger_disclosure where workspace_id = $1 and path = 'user_principal_name'`,
      [workspace.workspaceId],
    );
    expect(told.rows).toEqual([{ value: 'ada@contoso.example' }]);
  });
});

describe('two workspaces on one tenant', () => {
  it('see nothing of each other (I12)', async () => {
    await tenant.createUsers([user('ada')]);
    const other = await connect(world, deps, await tenant.reader());
    const run = await workspace.sync();
    expect((await other.api('GET', '/directory/accounts')).body).toMatchObject({ total: 0, accounts: [] });
    expect((await other.api('GET', '/directory/runs')).body).toEqual({ runs: [], next: null });
    expect((await other.api('GET', `/directory/runs/${run.id}`)).status).toBe(404);
    expect((await other.api('POST', `/directory/connections/${workspace.connectionId}/check`)).status).toBe(404);
    expect((await other.api('POST', '/directory/runs', { connectionId: workspace.connectionId })).status).toBe(404);
    const foreignScope = { connectionId: workspace.connectionId, includeGroups: [], includeUsers: [] };
    expect((await other.api('PUT', '/scope', foreignScope)).status).toBe(404);
    await runSync(deps, other.workspaceId, run.id as DirectoryRunId);
    expect((await other.api('GET', '/directory/groups')).body).toEqual({ total: 0, groups: [], next: null });
    await other.close();
  });
});

/** Dependencies that wait once before they ask for a path. */
function pausing({ outbound, ...others }: DirectoryDeps, path: string, pause: () => Promise<void>): DirectoryDeps {
  let isOver = false;
  const fetch: DirectoryDeps['outbound']['fetch'] = async (url, init) => {
    if (!isOver && String(url).includes(path)) {
      isOver = true;
      await pause();
    }
    return outbound.fetch(url, init);
  };
  return { ...others, outbound: { fetch } };
}

function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}

/** A database whose transactions work until the run has begun, and fail from then on. */
function outage(database: DirectoryDeps['database']): DirectoryDeps['database'] {
  let transactions = 0;
  return {
    ...database,
    transaction: (work) => {
      transactions += 1;
      if (transactions === 1) return database.transaction(work);
      throw new DomainError('database-unavailable', { detail: 'The database cannot be reached.' });
    },
  };
}
