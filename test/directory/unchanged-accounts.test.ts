import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DirectoryDeps, runSync } from '../../src/directory/index.ts';
import { keepUnchanged } from '../../src/directory/listed-account-store.ts';
import { listedAs } from '../../src/directory/listed-as.ts';
import { type DirectoryConnectionId, type DirectoryRunId, HOUR_MS, newId } from '../../src/kernel/index.ts';
import type { Queryable } from '../../src/platform/index.ts';
import { type Fault, graphError, type HostileGraph, hostileGraph, type Reply } from './hostile-graph.ts';
import { type ConnectedWorkspace, connect, directoryDeps, openWorld, type RunBody, type World } from './simulated-tenant.ts';

const CLIENT_ID = '99999999-8888-4777-8666-555555555555';

let world: World;
let graph: HostileGraph;
let deps: DirectoryDeps;
let workspace: ConnectedWorkspace;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  graph = await hostileGraph();
  deps = directoryDeps(world, graph.url);
  workspace = await connect(world, deps, { tenantId: graph.tenantId, clientId: CLIENT_ID, clientSecret: 'x' });
  graph.setUsers([1, 2, 3, 4, 5, 6].map((n) => known(n)));
  expect(await workspace.sync()).toMatchObject({ state: 'complete', counts: { users: 6, observations: 6 } });
  world.clock.advance(HOUR_MS);
});
afterEach(async () => {
  await workspace.close();
  await graph.close();
});

const idOf = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;

function known(n: number, more: object = {}): object {
  return { id: idOf(n), userPrincipalName: `u${n}@contoso.example`, displayName: `User ${n}`, accountEnabled: true, ...more };
}

const disabled = (n: number) => known(n, { accountEnabled: false });

/** A page of users, with the one that begins at `next` after it. */
const page = (value: readonly object[], next?: number): Reply => ({
  status: 200,
  body: { value, ...(next !== undefined && { '@odata.nextLink': `${graph.url}/v1.0/users?$skiptoken=${next}` }) },
});

const whereUsers = (path: string, skip: number) =>
  skip === 0 ? path.startsWith('/v1.0/users?$select=') : path.endsWith(`$skiptoken=${skip}`);

/** What listings of users show instead, by the place where the page begins. */
const pages =
  (replies: Readonly<Record<number, Reply>>): Fault =>
  ({ path }) =>
    Object.entries(replies).find(([skip]) => whereUsers(path, Number(skip)))?.[1];

async function states(): Promise<Readonly<Record<string, string>>> {
  const { body } = await workspace.api<{ accounts: { objectId: string; state: string }[] }>('GET', '/directory/accounts');
  return Object.fromEntries(body.accounts.map(({ objectId, state }) => [objectId, state]));
}

/** A look, and what had been kept of it by the time that groups were asked for. */
async function lookAndPeek() {
  let kept: object | undefined;
  const fetch: DirectoryDeps['outbound']['fetch'] = async (url, init) => {
    if (kept === undefined && String(url).includes('/groups?')) kept = await staged();
    return deps.outbound.fetch(url, init);
  };
  const requested = await workspace.api<{ id: DirectoryRunId }>('POST', '/directory/runs', { connectionId: workspace.connectionId });
  await runSync({ ...deps, outbound: { fetch } }, workspace.workspaceId, requested.body.id);
  const { body } = await workspace.api<RunBody>('GET', `/directory/runs/${requested.body.id}`);
  return { run: body, kept };
}

async function staged(): Promise<object | undefined> {
  const { rows } = await world.db.owner.query<{ looks: string[]; unchanged: string[][] }>(
    `select (select coalesce(array_agg(look.object_id::text order by look.seq), '{}') from directory_stage_account as look) as looks,
       (select jsonb_agg(page.object_ids order by page.seq) from directory_stage_unchanged as page) as unchanged`,
  );
  return rows[0];
}

describe('a look at accounts that are as they are known', () => {
  it('keeps one row for a page of them, and a row for each that differs', async () => {
    graph.setUsers([known(1), known(2), known(3), disabled(4), known(5), known(6, { displayName: 'Another' })]);
    const { run, kept } = await lookAndPeek();
    expect(kept).toEqual({ looks: [idOf(4), idOf(6)], unchanged: [[idOf(1), idOf(2)], [idOf(3)], [idOf(5)]] });
    expect(run).toMatchObject({ state: 'complete', counts: { users: 6, deletedUsers: 0, settledById: 0, observations: 1 } });
    expect(await states()).toMatchObject({ [idOf(3)]: 'enabled', [idOf(4)]: 'disabled' });
  });

  it('looks each account of a page up by key, however many others there are', async () => {
    await world.db.owner.query(
      `insert into directory_account (workspace_id, connection_id, object_id, user_principal_name, address_keys, account_enabled, attributes,
         row_hash, state, in_scope, scope_state, first_run_id, last_run_id)
       select account.workspace_id, account.connection_id, gen_random_uuid(), 'other', '{}', true, '{}', '\\x00', 'enabled', true, 'in_scope',
         account.first_run_id, account.last_run_id
       from directory_account as account, generate_series(1, 5000)
       where account.workspace_id = $1 and account.object_id = $2`,
      [workspace.workspaceId, idOf(1)],
    );
    await world.db.owner.query(
      `insert into directory_listed_account (workspace_id, connection_id, object_id, listed_as, row_hash)
       select account.workspace_id, account.connection_id, account.object_id, convert_to(lpad('', 33), 'UTF8'), account.row_hash
       from directory_account as account where account.workspace_id = $1
       on conflict do nothing`,
      [workspace.workspaceId],
    );
    await world.db.owner.query('select directory_refresh_statistics()');
    let plan = '';
    const explaining: Queryable = {
      query: async (statement, values) => {
        const text = typeof statement === 'string' ? statement : statement.text;
        const { rows } = await world.db.owner.query<{ 'QUERY PLAN': string }>(`explain ${text}`, [...(values ?? [])]);
        plan = rows.map((row) => row['QUERY PLAN']).join('\n');
        return { rows: [{ isClaimed: true, differing: [] } as never], count: 1 };
      },
    };
    const key = {
      workspaceId: workspace.workspaceId,
      connectionId: workspace.connectionId as DirectoryConnectionId,
      runId: newId<'directory-run'>(world.clock.now()),
      claimedAt: world.clock.now(),
    };
    await keepUnchanged(explaining, key, 1, { objectIds: Array.from({ length: 999 }, () => idOf(1)), listedAs: Buffer.alloc(999 * 33) });
    for (const table of ['directory_account', 'directory_listed_account']) expect(plan).toContain(`Index Scan using ${table}_pkey`);
    expect(plan).not.toContain('Seq Scan on directory');
  });

  it('keeps nothing of a page for a run that somebody else has taken up since', async () => {
    const key = {
      workspaceId: workspace.workspaceId,
      connectionId: workspace.connectionId as DirectoryConnectionId,
      runId: newId<'directory-run'>(world.clock.now()),
      claimedAt: world.clock.now(),
    };
    const { rows } = await world.db.owner.query<{ listed_as: Buffer }>(
      'select listed_as from directory_listed_account where workspace_id = $1 and object_id = $2',
      [workspace.workspaceId, idOf(1)],
    );
    const known1 = { objectIds: [idOf(1)], listedAs: rows[0]?.listed_as ?? Buffer.alloc(0) };
    await expect(keepUnchanged(deps.database, key, 1, known1)).rejects.toMatchObject({ code: 'interrupted' });
    expect(await staged()).toEqual({ looks: [], unchanged: null });
  });

  it('leaves nothing behind, complete or failed', async () => {
    await workspace.sync();
    expect(await staged()).toEqual({ looks: [], unchanged: null });
    graph.misbehave(pages({ 4: graphError(403, 'Authorization_RequestDenied') }));
    expect(await workspace.sync()).toMatchObject({ state: 'failed', errorCode: 'permission-missing' });
    expect(await staged()).toEqual({ looks: [], unchanged: null });
  });

  it('takes one that had vanished for another, although it is the same in all it shows (I8)', async () => {
    graph.setUsers([1, 2, 3, 4, 5].map((n) => known(n)));
    graph.misbehave(({ path }) => (path.includes(idOf(6)) ? graphError(403, 'Authorization_RequestDenied') : undefined));
    await workspace.sync();
    expect(await states()).toMatchObject({ [idOf(6)]: 'vanished' });
    graph.misbehave(() => undefined);
    graph.setUsers([1, 2, 3, 4, 5, 6].map((n) => known(n)));
    expect(await workspace.sync()).toMatchObject({ counts: { users: 6, observations: 1 } });
    expect(await states()).toMatchObject({ [idOf(6)]: 'enabled' });
  });

  it('asks by id for one that is listed as it is known and lies in the recycle bin too (I8)', async () => {
    const inBin = { status: 200, body: { value: [{ ...known(1), deletedDateTime: world.clock.now() }] } };
    const found = { status: 200, body: known(1) };
    const bin: Fault = ({ path }) => (path.startsWith('/v1.0/directory/deletedItems/') ? inBin : undefined);
    graph.misbehave((request) => bin(request) ?? (request.path.startsWith(`/v1.0/users/${idOf(1)}`) ? found : undefined));
    expect(await workspace.sync()).toMatchObject({ counts: { users: 6, settledById: 1, observations: 0 } });
    expect(await states()).toMatchObject({ [idOf(1)]: 'enabled' });
    graph.misbehave(bin);
    expect(await workspace.sync()).toMatchObject({ counts: { users: 5, deletedUsers: 1, observations: 1 } });
    expect(await states()).toMatchObject({ [idOf(1)]: 'soft_deleted' });
  });
});

describe('an account that a listing shows by the same bytes', () => {
  const everybody = () => [1, 2, 3, 4, 5, 6].map((n) => known(n));
  const staged6 = { looks: [1, 2, 3, 4, 5, 6].map(idOf), unchanged: null };
  const unchanged6 = {
    looks: [],
    unchanged: [
      [idOf(1), idOf(2)],
      [idOf(3), idOf(4)],
      [idOf(5), idOf(6)],
    ],
  };
  /** Which version of each row of the accounts there is, and by which bytes a listing showed it. */
  const rowVersions = async () =>
    (
      await world.db.owner.query<{ version: string }>(
        `select account.object_id, account.xmin::text as version from directory_account as account
         where account.workspace_id = $1 order by account.object_id`,
        [workspace.workspaceId],
      )
    ).rows;
  /** What Graph says when it is asked for changes: that of one account; and by id it shows it like this. */
  const changes =
    (n: number, shown: object): Fault =>
    ({ path }) => {
      const [, resource] = /^\/v1\.0\/(users|groups)\/delta/.exec(path) ?? [];
      const deltaLink = { '@odata.deltaLink': `${graph.url}/v1.0/${resource}/delta?$deltatoken=1` };
      if (resource !== undefined) return { status: 200, body: { value: path.includes('users') ? [{ id: idOf(n) }] : [], ...deltaLink } };
      return path.startsWith(`/v1.0/users/${idOf(n)}`) ? { status: 200, body: shown } : undefined;
    };

  it('is not even taken for JSON again: what it means is what it meant', async () => {
    const item = JSON.stringify(known(1)).replace('true', 'tru');
    const listing = `{"value":[${item},${JSON.stringify(known(2))}],"@odata.nextLink":"${graph.url}/v1.0/users?$skiptoken=2"}`;
    graph.misbehave(pages({ 0: { raw: listing, status: 200, contentType: 'application/json' } }));
    expect(await workspace.sync()).toMatchObject({ state: 'failed', errorCode: 'unexpected-answer' });
    await world.db.owner.query('update directory_listed_account set listed_as = $3 where workspace_id = $1 and object_id = $2', [
      workspace.workspaceId,
      idOf(1),
      listedAs([{ bytes: Buffer.from(item), id: undefined }]),
    ]);
    const { run, kept } = await lookAndPeek();
    expect(kept).toEqual(unchanged6);
    expect(run).toMatchObject({ state: 'complete', counts: { users: 6, observations: 0 } });
  });

  it.each([
    { name: 'was disabled in between, by the answer to a look at what changed', between: { accountEnabled: false }, observations: 1 },
    { name: 'had another name in between, by the answer to a look at what changed', between: { displayName: 'Another' }, observations: 0 },
  ])('is noticed all the same when it $name (I8)', async ({ between, observations }) => {
    graph.misbehave(changes(3, known(3, between)));
    expect(await workspace.sync()).toMatchObject({ kind: 'full', state: 'complete', counts: { observations: 0 } });
    world.clock.advance(HOUR_MS);
    expect(await workspace.sync('delta')).toMatchObject({ kind: 'delta', state: 'complete', counts: { observations } });
    world.clock.advance(HOUR_MS);
    const { run, kept } = await lookAndPeek();
    expect(kept).toEqual({ looks: [idOf(3)], unchanged: [[idOf(1), idOf(2)], [idOf(4)], [idOf(5), idOf(6)]] });
    expect(run).toMatchObject({ kind: 'full', state: 'complete', counts: { users: 6, observations } });
    const { body } = await workspace.api<{ accounts: object[] }>('GET', '/directory/accounts');
    expect(body.accounts).toContainEqual(expect.objectContaining({ objectId: idOf(3), state: 'enabled', displayName: 'User 3' }));
    expect((await lookAndPeek()).kept).toEqual(unchanged6);
  });

  it.each([
    { name: 'its row says something else', statement: `update directory_account set row_hash = '\\x00' where workspace_id = $1` },
    {
      name: 'it was read by another reading',
      statement: 'update directory_listed_account set listed_as = set_byte(listed_as, 0, 0) where workspace_id = $1',
    },
    { name: 'a crash took what was remembered', statement: 'delete from directory_listed_account where workspace_id = $1' },
  ])('is read again when $name, and not once more', async ({ statement }) => {
    await world.db.owner.query(statement, [workspace.workspaceId]);
    const { run, kept } = await lookAndPeek();
    expect(kept).toEqual(staged6);
    expect(run).toMatchObject({ state: 'complete', counts: { users: 6, observations: 0 } });
    expect((await lookAndPeek()).kept).toEqual(unchanged6);
  });

  it('is not written again when it comes by other bytes and is the same in all that is kept', async () => {
    const before = await rowVersions();
    graph.setUsers(everybody().map((item) => Object.fromEntries(Object.entries(item).toReversed())));
    const { run, kept } = await lookAndPeek();
    expect(kept).toEqual(staged6);
    expect(run).toMatchObject({ state: 'complete', counts: { users: 6, observations: 0 } });
    expect(await rowVersions()).toEqual(before);
    expect((await lookAndPeek()).kept).toEqual(unchanged6);
  });

  it('stays as it is known when the look does not come to its end (I8)', async () => {
    graph.setUsers([...everybody().slice(0, 5), disabled(6)]);
    graph.misbehave(({ path }) => (path.includes('/groups?') ? graphError(403, 'Authorization_RequestDenied') : undefined));
    expect(await workspace.sync()).toMatchObject({ state: 'failed' });
    graph.misbehave(() => undefined);
    expect((await lookAndPeek()).kept).toEqual({ looks: [idOf(6)], unchanged: [[idOf(1), idOf(2)], [idOf(3), idOf(4)], [idOf(5)]] });
    expect(await states()).toMatchObject({ [idOf(6)]: 'disabled' });
  });
});

describe('of two pages that show one account differently the later one counts', () => {
  const second = () => page([known(3), known(4)], 4);
  it.each([
    {
      name: 'as known, then disabled',
      replies: () => ({ 0: page([known(1), known(2)], 2), 2: page([disabled(1), known(3), known(4)], 4) }),
      state: 'disabled',
    },
    {
      name: 'disabled, then as known',
      replies: () => ({ 0: page([disabled(1), known(2)], 2), 2: page([known(1), known(3), known(4)], 4) }),
      state: 'enabled',
    },
    {
      name: 'on one page as known, then disabled',
      replies: () => ({ 0: page([known(1), known(2), disabled(1)], 2), 2: second() }),
      state: 'disabled',
    },
    {
      name: 'on one page disabled, then as known',
      replies: () => ({ 0: page([disabled(1), known(2), known(1)], 2), 2: second() }),
      state: 'enabled',
    },
  ])('$name', async ({ replies, state }) => {
    graph.misbehave(pages(replies()));
    expect(await workspace.sync()).toMatchObject({ state: 'complete', counts: { users: 6, observations: state === 'enabled' ? 0 : 1 } });
    expect(await states()).toMatchObject({ [idOf(1)]: state });
  });
});

describe('pages of a listing', () => {
  it('come one ahead of the one that is being kept, and no further', async () => {
    const events: string[] = [];
    const fetch: DirectoryDeps['outbound']['fetch'] = (url, init) => {
      const [, skip = '0'] = /skiptoken=(\d+)/.exec(String(url)) ?? [];
      if (String(url).includes('/v1.0/users?') && !String(url).includes('signInActivity')) events.push(`ask ${skip}`);
      return deps.outbound.fetch(url, init);
    };
    const query: DirectoryDeps['database']['query'] = async (statement, values) => {
      const rows = await deps.database.query<never>(statement, values);
      if (typeof statement !== 'string' && statement.name === 'directory-keep-unchanged') events.push('keep');
      return rows;
    };
    const requested = await workspace.api<{ id: DirectoryRunId }>('POST', '/directory/runs', { connectionId: workspace.connectionId });
    await runSync({ ...deps, outbound: { fetch }, database: { ...deps.database, query } }, workspace.workspaceId, requested.body.id);
    expect(events.slice(0, 6)).toEqual(['ask 0', 'ask 2', 'keep', 'ask 4', 'keep', 'keep']);
  });

  it('fail with what the first of them lacks, whatever became of the next', async () => {
    graph.misbehave(pages({ 2: page([known(3, { accountEnabled: undefined })], 4), 4: 'hang-up' }));
    expect(await workspace.sync()).toMatchObject({ state: 'failed', errorCode: 'account-state-missing' });
    expect(await states()).toMatchObject({ [idOf(3)]: 'enabled' });
  });
});
