import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { installJobs } from '../../src/jobs/index.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/kernel/index.ts';
import type { Database } from '../../src/platform/index.ts';
import { createTestMemory, followTasks, reconciliationRoutes } from '../../src/reconciliation/index.ts';
import type { TestMemory } from '../../src/reconciliation/test-memory.ts';
import {
  type ConnectedWorkspace,
  connect,
  directoryDeps,
  openWorld,
  type SimulatedTenant,
  simulatedTenant,
  user,
  type World,
} from '../directory/simulated-tenant.ts';
import { switchOn } from './facts.ts';
import { silentLog } from '../support/log.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';

const MFA = ['Directory.Read.All', 'Policy.Read.All'];
const everybody = { displayName: 'MFA for all', conditions: { users: { includeUsers: ['All'] } } };

interface Account {
  readonly userPrincipalName: string;
  readonly accountId: string;
  readonly verdict: string;
  readonly because: string;
  readonly why: readonly { readonly code: string; readonly text: string }[];
  readonly exception: { readonly id: string; readonly approvedBy: string | null; readonly reason: string } | null;
}

interface TestBody {
  readonly verdict: string;
  readonly passed: number;
  readonly of: number;
  readonly sentence: string;
  readonly excepted: number;
  readonly effects: Record<string, number>;
  readonly doubts: readonly { readonly code: string }[];
}

interface Member {
  readonly effect: string;
  readonly because: string;
  readonly disposition: object | null;
  readonly accounts: readonly { readonly account: string }[];
}

let world: World;
let tenant: SimulatedTenant;
let workspace: ConnectedWorkspace;
let server: LoopbackServer;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  await open(MFA);
});
afterEach(async () => {
  expect(await tenant.control('GET', '/graph/violations')).toEqual({ violations: [] });
  await shut();
  await tenant.close();
});

async function open(graphRoles: readonly string[]): Promise<void> {
  workspace = await connect(world, directoryDeps(world, tenant.url), await tenant.reader(graphRoles));
  server = await administrationServer({ clock: world.clock, workspaceId: workspace.workspaceId, routers: [reconciliationRoutes(deps())] });
}

async function shut(): Promise<void> {
  await server.close();
  await workspace.close();
}

const deps = () => ({ database: world.db.database, clock: world.clock });

interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

async function call<Body>(path: string, body?: object, url = server.url): Promise<Answer<Body>> {
  const sent = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${url}${path}`, sent);
  return { status: response.status, body: (await response.json()) as Body };
}

/** Looks for what follows a look, and does what of it waits for the workspace, as the queue would; returns how many jobs that were. */
async function follow(memory: TestMemory): Promise<number> {
  const context = { signal: new AbortController().signal };
  const tasks = followTasks({ ...deps(), log: silentLog, memory });
  const task = (name: string) => tasks.find((each) => each.name === name);
  await task('reconciliation.follow')?.run({}, context);
  const { rows } = await world.db.owner.query<{ name: string }>(
    `select job.task_identifier as name, graphile_worker.remove_job(job.key)
     from graphile_worker.jobs as job where job.key like '%:' || $1::text`,
    [workspace.workspaceId],
  );
  for (const { name } of rows) await task(name)?.run({ workspaceId: workspace.workspaceId }, context);
  return rows.length;
}

/** The database, with each statement told. */
function noting(database: Database, note: (sql: string) => void): Database {
  return {
    ...database,
    transaction: (work) =>
      database.transaction((tx) =>
        work({
          ...tx,
          query: (sql, values) => {
            note(typeof sql === 'string' ? sql : sql.text);
            return tx.query(sql, values);
          },
        }),
      ),
  };
}

const set = (access: object) => tenant.control('PUT', '/access', access);
const test = async () => (await call<{ test: TestBody }>('/tests/mfa-on-azure')).body.test;
const accounts = async (query = '') => (await call<{ accounts: readonly Account[] }>(`/mfa/accounts${query}`)).body.accounts;

async function verdicts(): Promise<Record<string, string>> {
  return Object.fromEntries((await accounts()).map(({ userPrincipalName, verdict }) => [userPrincipalName.split('@')[0], verdict]));
}

async function group(displayName: string, memberIds: readonly (string | undefined)[]): Promise<string> {
  const { id } = await tenant.control<{ id: string }>('POST', '/groups', { displayName });
  await tenant.control('POST', `/groups/${id}/members`, { add: memberIds });
  return id;
}

describe('the pages of MFA on Azure', () => {
  it('comes by pages, and by verdict, and lists as members of the test what it counts', async () => {
    const users = await tenant.createUsers(Array.from({ length: 7 }, (_, index) => user(`person${index}`)));
    await set({ policies: [{ ...everybody, conditions: { users: { includeUsers: users.slice(0, 4).map(({ id }) => id) } } }] });
    await workspace.sync();
    for (const path of ['/mfa/accounts?', '/tests/mfa-on-azure?']) {
      const seen: unknown[] = [];
      let next: string | null = null;
      for (let page = 0; page < 5 && (page === 0 || next !== null); page += 1) {
        const { body }: { body: { accounts?: unknown[]; members?: unknown[]; next: string | null } } = await call(
          `${path}limit=3${next === null ? '' : `&after=${next}`}`,
        );
        seen.push(...(body.accounts ?? body.members ?? []));
        next = body.next;
      }
      expect(seen).toHaveLength(7);
      expect(new Set(seen.map((each) => JSON.stringify(each))).size).toBe(7);
    }
    expect(await accounts('?verdict=ENFORCED')).toHaveLength(4);
    const { body } = await call<{ members: readonly Member[] }>('/tests/mfa-on-azure?effect=FAIL');
    expect(body.members).toHaveLength(3);
    expect(body.members[0]).toMatchObject({ effect: 'FAIL', accounts: [{ account: expect.stringContaining('@contoso.example') }] });
    expect((await call('/mfa/accounts?verdict=MAYBE')).status).toBe(400);
  });

  it('is of the last look, whatever was remembered of the one before, and of a look at changes too (I8)', async () => {
    const [ada] = (await tenant.createUsers([user('ada'), user('grace')])).map(({ id }) => id);
    const left = await group('Left out', []);
    await set({ policies: [{ ...everybody, conditions: { users: { includeUsers: ['All'], excludeGroups: [left] } } }] });
    await workspace.sync();
    expect(await verdicts()).toEqual({ ada: 'ENFORCED', grace: 'ENFORCED' });
    await tenant.control('POST', `/groups/${left}/members`, { add: [ada] });
    expect((await workspace.sync('delta')).state).toBe('complete');
    expect(await verdicts()).toEqual({ ada: 'NOT_COVERED', grace: 'ENFORCED' });
    expect(await test()).toMatchObject({ passed: 1, of: 2 });
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
    await workspace.sync('delta');
    expect(await verdicts()).toEqual({ ada: 'NOT_APPLICABLE', grace: 'ENFORCED' });
  });

  it('finds the few who are synced among many who are not, page by page', async () => {
    const users = await tenant.createUsers(Array.from({ length: 12 }, (_, index) => user(`person${index}`)));
    const few = users.filter((_, index) => index % 5 === 1).map(({ id }) => id);
    await set({ policies: [everybody] });
    await workspace.sync();
    await workspace.api('PUT', '/scope', { connectionId: workspace.connectionId, includeGroups: [], includeUsers: few });
    const first = await call<{ accounts: readonly Account[]; next: string }>('/mfa/accounts?limit=2');
    const second = await call<{ accounts: readonly Account[]; next: string | null }>(`/mfa/accounts?limit=2&after=${first.body.next}`);
    expect([first.body.accounts.length, second.body.accounts.length, second.body.next]).toEqual([2, 1, null]);
    expect(await test()).toMatchObject({ verdict: 'PASS', of: 3 });
  });

  it('say of the test what the first of them counted, and a new reading counts anew', async () => {
    const users = await tenant.createUsers(Array.from({ length: 5 }, (_, index) => user(`person${index}`)));
    const idsFrom = (first: number) => users.slice(first).map(({ id }) => id);
    const scope = (includeUsers: readonly string[]) =>
      workspace.api('PUT', '/scope', { connectionId: workspace.connectionId, includeGroups: [], includeUsers });
    const read = (after?: string) =>
      call<{ test: TestBody; next: string }>(`/tests/mfa-on-azure?limit=1${after === undefined ? '' : `&after=${after}`}`);
    await set({ policies: [everybody] });
    await workspace.sync();
    await scope(idsFrom(0));
    const first = await read();
    await scope(idsFrom(1));
    const second = await read(first.body.next);
    const third = await read(second.body.next);
    expect([first, second, third].map(({ body }) => body.test)).toEqual(Array.from({ length: 3 }, () => first.body.test));
    expect(first.body.test).toMatchObject({ of: 5 });
    expect((await read()).body.test).toMatchObject({ of: 4 });
    // A process that has not counted for this reading counts.
    const unknown = second.body.next.replace(/[^.]+$/, randomUUID());
    expect((await read(unknown)).body.test).toMatchObject({ of: 4 });
  });

  it.each(['full', 'delta'] as const)('need no walk over the tenant where a job has made it after a %s look', async (kind) => {
    const memory = createTestMemory();
    const walks: string[] = [];
    const database = noting(world.db.database, (sql) => {
      if (sql.includes('role_held')) walks.push(sql);
    });
    const ready = await administrationServer({
      clock: world.clock,
      workspaceId: workspace.workspaceId,
      routers: [reconciliationRoutes({ database, clock: world.clock }, memory)],
    });
    await installJobs(world.db.ownerUrl);
    const [ada] = await tenant.createUsers([user('ada'), user('grace')]);
    await set({ policies: [everybody] });
    await workspace.sync();
    if (kind === 'delta') {
      world.clock.advance(HOUR_MS);
      await tenant.control('PATCH', `/users/${ada?.id}`, { accountEnabled: false });
      await workspace.sync('delta');
    }
    await follow(memory);
    const { body } = await call<{ counts: object }>('/mfa', undefined, ready.url);
    expect([body.counts, walks]).toMatchObject([kind === 'full' ? { ENFORCED: 2 } : { ENFORCED: 1, NOT_APPLICABLE: 1 }, []]);
    // Where nobody has got it ready, the first to ask waits.
    await workspace.sync();
    await call('/mfa', undefined, ready.url);
    await call('/mfa', undefined, ready.url);
    expect(walks).toHaveLength(1);
    await ready.close();
  });

  it('are got ready within minutes of a look, and not all day long', async () => {
    await installJobs(world.db.ownerUrl);
    await tenant.createUsers([user('ada')]);
    await workspace.sync();
    world.clock.advance(3 * MINUTE_MS);
    expect(await follow(createTestMemory())).toBe(0);
  });

  describe('while SCIM decides who is synced', () => {
    const scimUser = (userName: string, externalId: string | null) =>
      world.db.owner.query(
        `insert into scim_user (workspace_id, id, user_name, user_name_key, external_id, email_keys, active, version, created_at, last_modified,
           resource, role_claims)
         values ($1, gen_random_uuid(), $2, lower($2), $3, '{}', true, 1, $4, $4, '{}', '[]')`,
        [workspace.workspaceId, userName, externalId, world.clock.now()],
      );

    it('asks of those whom SCIM provisions, and cannot tell of those who have no account that was read (I6, I10)', async () => {
      const [ada] = (await tenant.createUsers([user('ada'), user('grace')])).map(({ id }) => id);
      await set({ policies: [{ ...everybody, conditions: { users: { includeUsers: [ada] } } }] });
      await workspace.sync();
      await scimUser('ada@contoso.example', ada ?? null);
      await switchOn(world.db.owner, workspace.workspaceId);
      expect(await test()).toMatchObject({ verdict: 'PASS', passed: 1, of: 1 });
      expect(await verdicts()).toEqual({ ada: 'ENFORCED' });
      await scimUser('stranger@contoso.example', randomUUID());
      const result = await test();
      expect(result).toMatchObject({ verdict: 'INSUFFICIENT', passed: 1, of: 1 });
      expect(result.sentence).toContain('1 active SCIM user has no directory account');
    });

    it.each([
      { letters: 'in capitals', written: (id: string) => id.toUpperCase() },
      { letters: 'in capitals and small letters', written: (id: string) => id.replace(/[a-f]/, (letter) => letter.toUpperCase()) },
    ])('knows a user by an object id $letters, as reconciliation does', async ({ written }) => {
      const [ada] = (await tenant.createUsers([user('ada'), user('grace')])).map(({ id }) => id);
      await set({ policies: [everybody] });
      await workspace.sync();
      await scimUser('ada@contoso.example', written(ada ?? ''));
      await switchOn(world.db.owner, workspace.workspaceId);
      expect(await verdicts()).toEqual({ ada: 'ENFORCED' });
      expect(await test()).toMatchObject({ verdict: 'PASS', passed: 1, of: 1, doubts: [] });
    });

    it('knows a user by an identity of this tenant alone, at once and not from the next look on', async () => {
      const [ada, grace, linus] = (await tenant.createUsers([user('ada'), user('grace'), user('linus')])).map(({ id }) => id);
      await set({ policies: [everybody] });
      await workspace.sync();
      await switchOn(world.db.owner, workspace.workspaceId);
      expect(await verdicts()).toEqual({});
      await scimUser('ada@contoso.example', ada ?? null);
      await scimUser('grace@contoso.example', null);
      await scimUser('linus@contoso.example', null);
      const linked = (name: string, objectId: string | undefined, tenantId: string) =>
        world.db.owner.query(
          `insert into identity_link (workspace_id, tenant_id, object_id, scim_user_id, linked_by, linked_at)
           select workspace_id, $3, $2, id, 'userName', $4 from scim_user where workspace_id = $1 and user_name = $5`,
          [workspace.workspaceId, objectId, tenantId, world.clock.now(), name],
        );
      await linked('grace@contoso.example', grace, tenant.tenantId);
      await linked('linus@contoso.example', linus, randomUUID());
      expect(await verdicts()).toEqual({ ada: 'ENFORCED', grace: 'ENFORCED' });
      expect(await test()).toMatchObject({ of: 2, verdict: 'INSUFFICIENT' });
      await world.db.owner.query('update scim_user set active = false where workspace_id = $1', [workspace.workspaceId]);
      expect(await verdicts()).toEqual({});
    });
  });
});
