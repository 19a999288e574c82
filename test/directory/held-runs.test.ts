import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DirectoryDeps, runSync } from '../../src/directory/index.ts';
import { isSuspect } from '../../src/directory/hold-run.ts';
import { type DirectoryRunId, HOUR_MS } from '../../src/kernel/index.ts';
import {
  type ConnectedWorkspace,
  connect,
  directoryDeps,
  openWorld,
  type RunBody,
  type SimulatedTenant,
  simulatedTenant,
  stretches,
  user,
  type World,
} from './simulated-tenant.ts';

const PEOPLE = 40;

let world: World;
let tenant: SimulatedTenant;
let deps: DirectoryDeps;
let workspace: ConnectedWorkspace;
let ids: readonly string[];
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  deps = directoryDeps(world, tenant.url);
  workspace = await connect(world, deps, await tenant.reader());
  ids = (await tenant.createUsers(Array.from({ length: PEOPLE }, (_, n) => user(`u${n}`)))).map(({ id }) => id);
  expect(await workspace.sync()).toMatchObject({ state: 'complete' });
  world.clock.advance(HOUR_MS);
});
afterEach(async () => {
  await workspace.close();
  await tenant.close();
});

async function deleteFirst(count: number): Promise<void> {
  for (const id of ids.slice(0, count)) await tenant.control('DELETE', `/users/${id}`);
}

async function hideFirst(count: number, withheld = true): Promise<void> {
  for (const id of ids.slice(0, count)) await tenant.control('POST', `/users/${id}/withhold`, { withheld });
}

const decide = (id: string, decision: string, reason = 'asked the helpdesk') =>
  workspace.api<RunBody>('POST', `/directory/runs/${id}/decision`, { decision, reason });

const show = async (id: string) => (await workspace.api<RunBody>('GET', `/directory/runs/${id}`)).body;

async function count(state: string): Promise<number> {
  return (await workspace.api<{ total: number }>('GET', `/directory/accounts?state=${state}`)).body.total;
}

async function records(type: string): Promise<readonly object[]> {
  const { rows } = await world.db.owner.query<{ leaf: string }>(
    `select convert_from(leaf, 'UTF8') as leaf from ledger_record where workspace_id = $1 and type = $2 order by ord`,
    [workspace.workspaceId, type],
  );
  return rows.map(({ leaf }) => JSON.parse(leaf) as object);
}

describe('the brake', () => {
  const none = { inBin: 0, gone: 0, hidden: 0 };
  it.each([
    { name: 'ten of a small tenant', missing: { ...none, present: 12, gone: 10 }, expected: false },
    { name: 'eleven of a small tenant', missing: { ...none, present: 12, gone: 11 }, expected: true },
    { name: 'a tenth of a large one', missing: { ...none, present: 1_000, inBin: 50, gone: 30, hidden: 20 }, expected: false },
    {
      name: 'more than a tenth, whatever became of them',
      missing: { ...none, present: 1_000, inBin: 51, gone: 30, hidden: 20 },
      expected: true,
    },
    { name: 'nobody, at a first look', missing: { ...none, present: 0 }, expected: false },
  ])('holds a run in which $name are missing: $expected', ({ missing, expected }) => {
    expect(isSuspect(missing)).toBe(expected);
  });
});

describe('a run in which too many accounts are missing', () => {
  it('is held, changes nothing, and says so in the coverage and the ledger (I8)', async () => {
    await deleteFirst(6);
    await hideFirst(11);
    const run = await workspace.sync();
    expect(run).toMatchObject({ state: 'held', missing: { present: PEOPLE, inBin: 0, gone: 0, hidden: 11 }, counts: null, decision: null });
    expect(await count('enabled')).toBe(PEOPLE);
    const { body } = await workspace.api<{ coverage: { gaps: object[] }[] }>('GET', '/directory/coverage');
    expect(body.coverage[0]?.gaps.at(-1)).toMatchObject({ to: null, reason: 'held', failedRuns: [run.id] });
    expect(await records('graph.sync.held')).toMatchObject([{ detail: { present: PEOPLE, hidden: 11, kind: 'full' } }]);
  });

  it('is not held at the limit', async () => {
    await deleteFirst(10);
    expect(await workspace.sync()).toMatchObject({ state: 'complete' });
    expect(await count('soft_deleted')).toBe(10);
  });

  it('holds up every other run of the connection until a person decides', async () => {
    await deleteFirst(11);
    const held = await workspace.sync();
    const waiting = await workspace.sync();
    expect(waiting).toMatchObject({ state: 'queued' });
    await decide(held.id, 'rejected');
    await runSync(deps, workspace.workspaceId, waiting.id as DirectoryRunId);
    expect(await show(waiting.id)).toMatchObject({ state: 'held' });
  });

  it('is applied as it was seen when a person accepts it, however late', async () => {
    await tenant.control('PATCH', `/users/${ids[PEOPLE - 1]}`, { accountEnabled: false });
    await deleteFirst(11);
    const held = await workspace.sync();
    world.clock.advance(48 * HOUR_MS);
    await tenant.control('PATCH', `/users/${ids[PEOPLE - 2]}`, { accountEnabled: false });
    const decided = await decide(held.id, 'accepted', 'the Berlin office was closed');
    expect(decided).toMatchObject({
      status: 200,
      body: { state: 'held', decision: 'accepted', decisionReason: 'the Berlin office was closed' },
    });
    await runSync(deps, workspace.workspaceId, held.id as DirectoryRunId);
    const done = await show(held.id);
    expect(done).toMatchObject({ state: 'complete', counts: { users: PEOPLE - 11, observations: 12 } });
    expect(await count('soft_deleted')).toBe(11);
    const [, disabled] = await stretches(world, workspace.workspaceId, ids[PEOPLE - 1] ?? '');
    expect(disabled?.observed_at.localeCompare(done.lookTo)).toBeLessThanOrEqual(0);
    // What changed after the look is not in it.
    expect(await stretches(world, workspace.workspaceId, ids[PEOPLE - 2] ?? '')).toHaveLength(1);
    expect(await records('graph.sync.accepted')).toMatchObject([
      { actor: expect.stringContaining('owner:'), detail: { reason: 'the Berlin office was closed', inBin: 11 } },
    ]);
  });

  it('proves nothing when a person rejects it, and the tenant is looked at again', async () => {
    await hideFirst(11);
    const held = await workspace.sync();
    await hideFirst(11, false);
    const { body } = await decide(held.id, 'rejected', 'the permission was narrowed by mistake');
    expect(body).toMatchObject({ state: 'failed', errorCode: 'rejected', decision: 'rejected' });
    const { body: list } = await workspace.api<{ runs: RunBody[] }>('GET', '/directory/runs');
    const next = list.runs.find(({ state }) => state === 'queued');
    await runSync(deps, workspace.workspaceId, next?.id as DirectoryRunId);
    expect(await show(next?.id ?? '')).toMatchObject({ state: 'complete', counts: { observations: 0 } });
    expect(await records('graph.sync.rejected')).toHaveLength(1);
  });

  it('is decided once, with a reason, and only while it is held', async () => {
    await deleteFirst(11);
    const held = await workspace.sync();
    const path = `/directory/runs/${held.id}/decision`;
    expect((await workspace.api('POST', path, { decision: 'accepted' })).status).toBe(400);
    expect((await workspace.api('POST', path, { decision: 'perhaps', reason: 'x' })).status).toBe(400);
    expect((await decide(held.id, 'accepted')).status).toBe(200);
    expect((await decide(held.id, 'rejected')).status).toBe(409);
    expect((await decide(workspace.workspaceId, 'accepted')).status).toBe(404);
  });

  it.each(['directory_stage_account', 'directory_stage_unchanged'])(
    'fails when a crash of the database took its pages in %s: accepted were those and no others (I8)',
    async (table) => {
      await deleteFirst(11);
      const held = await workspace.sync();
      await world.db.owner.query(`truncate ${table}`);
      await decide(held.id, 'accepted');
      await runSync(deps, workspace.workspaceId, held.id as DirectoryRunId);
      expect(await show(held.id)).toMatchObject({ state: 'failed', errorCode: 'interrupted' });
      expect(await count('enabled')).toBe(PEOPLE);
      const { body } = await workspace.api<{ runs: RunBody[] }>('GET', '/directory/runs');
      expect(body.runs.filter(({ state }) => state === 'queued')).toHaveLength(1);
    },
  );

  it('is held after a delta query too', async () => {
    await deleteFirst(11);
    expect(await workspace.sync('delta')).toMatchObject({ kind: 'delta', state: 'held', missing: { inBin: 11 } });
  });
});
