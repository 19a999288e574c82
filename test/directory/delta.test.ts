import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DirectoryDeps, runSync } from '../../src/directory/index.ts';
import { type DirectoryRunId, HOUR_MS, type Instant } from '../../src/kernel/index.ts';
import { ReadResponse } from '../../src/platform/index.ts';
import { serve } from '../support/loopback.ts';
import { untilBlocked } from '../support/until-blocked.ts';
import {
  type ConnectedWorkspace,
  confirmedBy,
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

const NAMES = ['ada', 'grace', 'barbara', 'edsger', 'alan', 'donald'];

let world: World;
let tenant: SimulatedTenant;
let workspace: ConnectedWorkspace;
let deps: DirectoryDeps;
let asked: string[];
/** What the recycle bin said last, and whether it goes on saying so. */
let bin: string;
let isBinBehind: boolean;
let ids: Record<string, string>;
let full: RunBody;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  asked = [];
  isBinBehind = false;
  deps = listening(directoryDeps(world, tenant.url));
  workspace = await connect(world, deps, await tenant.reader());
  const made = await tenant.createUsers(NAMES.map((name) => user(name)));
  ids = Object.fromEntries(made.map(({ id }, index) => [NAMES[index], id]));
  full = await workspace.sync();
  expect(full).toMatchObject({ kind: 'full', state: 'complete', counts: { users: NAMES.length } });
  world.clock.advance(HOUR_MS);
  asked.length = 0;
});
afterEach(async () => {
  expect(await tenant.control('GET', '/graph/violations')).toEqual({ violations: [] });
  await workspace.close();
  await tenant.close();
});

/** Remembers what is asked of Graph, without its host, and lets the recycle bin be behind. */
function listening(deps: DirectoryDeps): DirectoryDeps {
  const fetch: DirectoryDeps['outbound']['fetch'] = async (url, request) => {
    asked.push(decodeURIComponent(new URL(url).pathname + new URL(url).search));
    const answer = await deps.outbound.fetch(url, request);
    if (!String(url).includes('/deletedItems/')) return answer;
    if (!isBinBehind) bin = await answer.text();
    return new ReadResponse(Buffer.from(bin), { status: answer.status, headers: answer.headers });
  };
  return { ...deps, outbound: { fetch } };
}

const idOf = (name: string) => ids[name] ?? '';
const change = (name: string, attributes: object) => tenant.control('PATCH', `/users/${idOf(name)}`, attributes);
const remove = (name: string) => tenant.control('DELETE', `/users/${idOf(name)}`);
const purge = (name: string) => tenant.control('DELETE', `/deleted-users/${idOf(name)}`);
const faults = (settings: object) => tenant.control('PUT', '/graph/faults', settings);

/** A delta run that is complete. */
async function follow(): Promise<RunBody> {
  const run = await workspace.sync('delta');
  expect(run).toMatchObject({ kind: 'delta', state: 'complete', errorCode: null });
  return run;
}

async function states(): Promise<Record<string, string>> {
  const { body } = await workspace.api<{ accounts: { objectId: string; state: string }[] }>('GET', '/directory/accounts');
  const nameOf = (id: string) => Object.entries(ids).find(([, known]) => known === id)?.[0] ?? id;
  return Object.fromEntries(body.accounts.map(({ objectId, state }) => [nameOf(objectId), state]));
}

const everyoneEnabled = Object.fromEntries(NAMES.map((name) => [name, 'enabled']));

describe('a delta run', () => {
  it('asks for nobody when nothing changed, and confirms nobody either (I8)', async () => {
    const run = await follow();
    expect(run.counts).toMatchObject({ users: 0, groups: 0, appAssignments: null, observations: 0 });
    expect(asked.filter((path) => path.startsWith('/v1.0/'))).toEqual([
      expect.stringContaining('/v1.0/users/delta?$deltatoken='),
      expect.stringContaining('/v1.0/groups/delta?$deltatoken='),
      expect.stringContaining('/v1.0/auditLogs/directoryAudits?'),
    ]);
    const { body } = await workspace.api<{ accounts: { confirmedUntil: Instant }[] }>('GET', '/directory/accounts');
    expect(new Set(body.accounts.map(({ confirmedUntil }) => confirmedUntil))).toEqual(new Set([confirmedBy(full)]));
  });

  it('sees who was disabled, deleted, purged, added and renamed, each by an answer of its own', async () => {
    await change('ada', { accountEnabled: false });
    await remove('grace');
    await remove('barbara');
    await purge('barbara');
    await change('edsger', { displayName: 'Edsger Renamed' });
    const [anita] = await tenant.createUsers([user('anita')]);
    ids['anita'] = anita?.id ?? '';
    const run = await follow();
    expect(await states()).toEqual({
      ...everyoneEnabled,
      ada: 'disabled',
      grace: 'soft_deleted',
      barbara: 'vanished',
      anita: 'enabled',
    });
    expect(run.counts).toMatchObject({ observations: 4 });
    const [, disabled] = await stretches(world, workspace.workspaceId, idOf('ada'));
    expect(disabled).toMatchObject({ not_before: confirmedBy(full), source: 'get', confirmed_until: null });
    expect(disabled?.observed_at.localeCompare(run.lookFrom)).toBe(1);
  });

  it('goes on from where the last one ended, and a full one begins anew', async () => {
    await change('ada', { accountEnabled: false });
    await follow();
    expect((await follow()).counts).toMatchObject({ users: 0 });
    await change('grace', { accountEnabled: false });
    await workspace.sync();
    expect((await follow()).counts).toMatchObject({ users: 0 });
  });

  it('is told what changed while a full run was reading, since its links are older than its pages', async () => {
    const { outbound, ...deps } = directoryDeps(world, tenant.url);
    let isDisabled = false;
    const slow = {
      ...deps,
      outbound: {
        fetch: async (...given: Parameters<typeof outbound.fetch>) => {
          const answer = await outbound.fetch(...given);
          if (!isDisabled && String(given[0]).includes('/deletedItems/')) {
            isDisabled = true;
            await change('ada', { accountEnabled: false });
          }
          return answer;
        },
      },
    };
    const other = await connect(world, slow, await tenant.reader());
    await other.sync();
    expect(await other.sync('delta')).toMatchObject({ state: 'complete', counts: { users: 1, observations: 1 } });
    await other.close();
  });

  it('becomes a full one when that is asked for while it is being taken up', async () => {
    const { body } = await workspace.api<{ id: DirectoryRunId }>('POST', '/directory/runs', {
      connectionId: workspace.connectionId,
      kind: 'delta',
    });
    let run: Promise<void> = Promise.resolve();
    await world.db.database.transaction(async (tx) => {
      await tx.query(`update directory_run set kind = 'full' where id = $1`, [body.id]);
      run = runSync(deps, workspace.workspaceId, body.id);
      // It has read the row, and waits to write it.
      await untilBlocked(world.db.owner);
    });
    await run;
    expect((await workspace.api('GET', `/directory/runs/${body.id}`)).body).toMatchObject({
      kind: 'full',
      state: 'complete',
      counts: { users: NAMES.length },
    });
  });

  it('becomes a full one when there is nothing to go on from', async () => {
    const other = await connect(world, directoryDeps(world, tenant.url), await tenant.reader());
    expect(await other.sync('delta')).toMatchObject({ kind: 'full', state: 'complete', counts: { users: NAMES.length } });
    await other.close();
  });

  it('keeps its links only together with what they stand for (I3, microsoft-graph §10 #23)', async () => {
    await change('ada', { accountEnabled: false });
    await faults({ faults: [{ kind: 'status', status: 403, code: 'AccessDenied', path: '/v1.0/groups/delta' }] });
    expect(await workspace.sync('delta')).toMatchObject({ state: 'failed', errorCode: 'access-denied' });
    expect(await states()).toEqual(everyoneEnabled);
    await faults({});
    await follow();
    expect(await states()).toMatchObject({ ada: 'disabled' });
  });

  it('selects nothing that Directory.Read.All does not cover, or every query would be refused (microsoft-graph §10 #11)', async () => {
    await workspace.sync();
    // Sign-ins are a listing of their own, which may be refused.
    const others = asked.filter((path) => !path.includes('$select=id,signInActivity&'));
    const selections = others.flatMap((path) => /\$select=([^&]*)/.exec(path)?.[1]?.split(',') ?? []);
    expect(selections).toContain('accountEnabled');
    expect(selections).not.toContain('employeeLeaveDateTime');
    expect(selections).not.toContain('signInActivity');
  });

  it('follows members and ends of groups', async () => {
    const group = await tenant.control<{ id: string }>('POST', '/groups', { displayName: 'Pioneers', memberIds: [idOf('ada')] });
    await follow();
    await tenant.control('POST', `/groups/${group.id}/members`, { add: [idOf('grace'), idOf('alan')], remove: [idOf('ada')] });
    await follow();
    const members = async () => {
      const { rows } = await world.db.owner.query<{ id: string }>(
        'select member_id as id from directory_group_member where workspace_id = $1 order by member_id',
        [workspace.workspaceId],
      );
      return rows.map(({ id }) => id);
    };
    expect(await members()).toEqual([idOf('grace'), idOf('alan')].sort());
    await tenant.control('DELETE', `/groups/${group.id}`);
    await follow();
    const { body } = await workspace.api<{ groups: object[] }>('GET', '/directory/groups');
    expect(body.groups).toMatchObject([{ objectId: group.id, directMembers: 2, goneAt: expect.any(String) }]);
  });
});

const habits: readonly { name: string; settings: object }[] = [
  { name: 'tells everything twice', settings: { delta: ['duplicates'] } },
  { name: 'tells the last first', settings: { delta: ['reversed'] } },
  { name: 'replays what is long known', settings: { delta: ['replays'] } },
  { name: 'begins with an empty page', settings: { delta: ['empty-pages'] } },
  { name: 'breaks a round into pages of one', settings: { deltaPageSize: 1 } },
  { name: 'does all of it', settings: { delta: ['duplicates', 'reversed', 'replays', 'empty-pages'], deltaPageSize: 2 } },
];

describe('a delta query that', () => {
  it.each(habits)('$name does no harm (microsoft-graph §10 #16)', async ({ settings }) => {
    const group = await tenant.control<{ id: string }>('POST', '/groups', { displayName: 'Pioneers', memberIds: [idOf('ada')] });
    await follow();
    await faults(settings);
    await change('ada', { accountEnabled: false });
    await change('grace', { accountEnabled: false });
    await change('grace', { accountEnabled: true });
    await remove('barbara');
    await tenant.control('POST', `/groups/${group.id}/members`, { add: [idOf('grace')], remove: [idOf('ada')] });
    await follow();
    const expected = { ...everyoneEnabled, ada: 'disabled', barbara: 'soft_deleted' };
    expect(await states()).toEqual(expected);
    expect((await follow()).counts).toMatchObject({ observations: 0 });
    expect(await states()).toEqual(expected);
    expect(await stretches(world, workspace.workspaceId, idOf('grace'))).toHaveLength(1);
  });

  it('is late confirms nobody in the meantime, and is made up for when it tells (I8)', async () => {
    await faults({ delta: ['late'] });
    await change('ada', { accountEnabled: false });
    expect((await follow()).counts).toMatchObject({ users: 0 });
    await faults({});
    await follow();
    const [enabled, disabled] = await stretches(world, workspace.workspaceId, idOf('ada'));
    expect([enabled?.confirmed_until, disabled?.not_before]).toEqual([confirmedBy(full), confirmedBy(full)]);
  });

  it('forgets to tell who was removed is made up for by the next full run (microsoft-graph §2.3)', async () => {
    await faults({ delta: ['forgets-removals'] });
    await remove('ada');
    await follow();
    expect(await states()).toEqual(everyoneEnabled);
    await workspace.sync();
    expect(await states()).toMatchObject({ ada: 'soft_deleted' });
  });
});

describe('an account that', () => {
  it('is in the recycle bin and then gone is soft, then hard deleted (@removed changed, deleted, microsoft-graph §10 #4)', async () => {
    await remove('ada');
    await follow();
    world.clock.advance(HOUR_MS);
    await purge('ada');
    await follow();
    world.clock.advance(HOUR_MS);
    await follow();
    expect((await stretches(world, workspace.workspaceId, idOf('ada'))).map(({ state }) => state)).toEqual([
      'enabled',
      'soft_deleted',
      'vanished',
      'hard_deleted',
    ]);
  });

  it('was deleted and restored between two runs was never away', async () => {
    await remove('ada');
    await tenant.control('POST', `/users/${idOf('ada')}/restore`);
    await follow();
    expect(await stretches(world, workspace.workspaceId, idOf('ada'))).toHaveLength(1);
  });

  it('was restored is seen to be there, although the recycle bin still lists it', async () => {
    await remove('ada');
    await follow();
    isBinBehind = true;
    await tenant.control('POST', `/users/${idOf('ada')}/restore`);
    await remove('barbara');
    await purge('barbara');
    await follow();
    expect(await states()).toEqual({ ...everyoneEnabled, barbara: 'vanished' });
  });

  it('was never seen and is found is there, although the recycle bin still lists it (I8)', async () => {
    const [brief] = await tenant.createUsers([user('brief')]);
    ids['brief'] = brief?.id ?? '';
    await remove('brief');
    // Whoever else reads the tenant sees the bin now; this workspace has never looked at it since.
    const other = await connect(world, deps, await tenant.reader());
    await other.sync();
    await other.close();
    isBinBehind = true;
    await tenant.control('POST', `/users/${idOf('brief')}/restore`);
    await remove('barbara');
    await purge('barbara');
    await follow();
    expect(await states()).toEqual({ ...everyoneEnabled, barbara: 'vanished', brief: 'enabled' });
  });

  it('was not in the recycle bin yet is found there by the next look, and is not gone for good', async () => {
    const at = world.clock.now();
    await remove('ada');
    isBinBehind = true;
    await follow();
    isBinBehind = false;
    world.clock.advance(HOUR_MS);
    await workspace.sync();
    const { body } = await workspace.api<{ accounts: object[] }>('GET', '/directory/accounts?state=soft_deleted');
    expect(body.accounts).toMatchObject([{ objectId: idOf('ada'), deletedAt: at }]);
    expect((await workspace.sync()).counts).toMatchObject({ observations: 0 });
  });

  it('was purged stays so, although the recycle bin still lists it', async () => {
    await remove('ada');
    await follow();
    await purge('ada');
    await follow();
    world.clock.advance(HOUR_MS);
    await follow();
    isBinBehind = true;
    expect((await workspace.sync()).counts).toMatchObject({ observations: 0 });
    expect(await states()).toMatchObject({ ada: 'hard_deleted' });
  });

  it('comes and goes between two runs leaves no trace and does no harm', async () => {
    const [brief] = await tenant.createUsers([user('brief')]);
    ids['brief'] = brief?.id ?? '';
    await remove('brief');
    await purge('brief');
    await follow();
    expect(await states()).toEqual(everyoneEnabled);
  });

  it('has its exact time of deletion from the bin', async () => {
    const at = world.clock.now();
    await remove('ada');
    await follow();
    const [, deleted] = await stretches(world, workspace.workspaceId, idOf('ada'));
    expect(deleted).toMatchObject({ observed_at: at, not_before: at, source: 'deletedItems' });
  });
});

describe('a delta token that died', () => {
  it.each([
    { name: '410 with a Location', kind: 'gone' },
    { name: '404 syncStateNotFound', kind: 'unknown-state' },
    { name: '400 DeltaLink older than 30 days', kind: 'too-old' },
  ])('by $name leads to a full look, and to links that work (microsoft-graph §10 #3)', async ({ kind }) => {
    await change('ada', { accountEnabled: false });
    await faults({ faults: [{ kind, times: 1 }] });
    const run = await workspace.sync('delta');
    expect(run).toMatchObject({ kind: 'full', state: 'complete', counts: { users: NAMES.length, observations: 1 } });
    expect(await states()).toMatchObject({ ada: 'disabled' });
    await change('grace', { accountEnabled: false });
    expect((await follow()).counts).toMatchObject({ users: 1 });
  });

  it('with a Location on another host sends nothing there (I7, microsoft-graph §10 #20)', async () => {
    const calls: string[] = [];
    const elsewhere = await serve((request, response) => {
      calls.push(request.url ?? '');
      response.end();
    });
    await faults({ faults: [{ kind: 'gone', elsewhere: elsewhere.url, times: 1 }] });
    expect(await workspace.sync('delta')).toMatchObject({ kind: 'full', state: 'complete' });
    expect(calls).toEqual([]);
    await elsewhere.close();
  });

  it('is no reason to take an error of a first request for one (no endless baseline)', async () => {
    await faults({ faults: [{ kind: 'status', status: 400, code: 'Request_UnsupportedQuery', path: '/v1.0/users' }] });
    expect(await workspace.sync()).toMatchObject({ state: 'failed', errorCode: 'request-refused' });
  });

  it('within a round makes the round begin anew', async () => {
    await faults({ faults: [{ kind: 'page-expired', path: '/v1.0/users/delta', times: 1 }], deltaPageSize: 1 });
    await change('ada', { accountEnabled: false });
    await change('grace', { accountEnabled: false });
    await follow();
    expect(await states()).toMatchObject({ ada: 'disabled', grace: 'disabled' });
  });
});

describe('a link of a delta query', () => {
  it.each(['foreign-next-link', 'foreign-delta-link'])('is refused before the token leaves when it is a %s (I7)', async (kind) => {
    const calls: string[] = [];
    const elsewhere = await serve((request, response) => {
      calls.push(String(request.headers.authorization));
      response.end('{}');
    });
    await faults({ faults: [{ kind, elsewhere: elsewhere.url, path: '/v1.0/users/delta' }] });
    expect(await workspace.sync('delta')).toMatchObject({ state: 'failed', errorCode: 'foreign-next-link' });
    await faults({});
    await follow();
    expect(calls).toEqual([]);
    await elsewhere.close();
  });

  it('is refused by its host when it has been changed in the database', async () => {
    await world.db.owner.query(`update directory_delta_link set link = 'https://graph.example.net/v1.0/users/delta?$deltatoken=x'`);
    expect(await workspace.sync('delta')).toMatchObject({ state: 'failed', errorCode: 'foreign-next-link' });
  });
});
