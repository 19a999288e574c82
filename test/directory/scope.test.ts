import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
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

interface AccountBody {
  readonly objectId: string;
  readonly inScope: boolean;
  readonly scopeState: string;
  readonly scopeInEffect: boolean;
}

let world: World;
let tenant: SimulatedTenant;
let workspace: ConnectedWorkspace;
let names: Map<string, string>;
let groups: { inner: string; outer: string };
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

beforeEach(async () => {
  tenant = await simulatedTenant(world);
  workspace = await connect(world, directoryDeps(world, tenant.url), await tenant.reader());
  const made = await tenant.createUsers(['ada', 'grace', 'barbara', 'edsger'].map((name) => user(name)));
  names = new Map(made.map(({ id }, index) => [id, ['ada', 'grace', 'barbara', 'edsger'][index] ?? '']));
  const [ada, grace] = made;
  const inner = await tenant.control<{ id: string }>('POST', '/groups', { displayName: 'Inner', memberIds: [ada?.id] });
  const outer = await tenant.control<{ id: string }>('POST', '/groups', { displayName: 'Outer', memberIds: [grace?.id, inner.id] });
  // A circle, as directories may hold.
  await tenant.control('POST', `/groups/${inner.id}/members`, { add: [outer.id] });
  groups = { inner: inner.id, outer: outer.id };
});
afterEach(async () => {
  expect(await tenant.control('GET', '/graph/violations')).toEqual({ violations: [] });
  await workspace.close();
  await tenant.close();
});

const idOf = (name: string) => [...names].find(([, known]) => known === name)?.[0] ?? '';

/** Scope state by name. */
async function standings(): Promise<Record<string, string>> {
  const { body } = await workspace.api<{ accounts: AccountBody[] }>('GET', '/directory/accounts');
  return Object.fromEntries(body.accounts.map((row) => [names.get(row.objectId), row.scopeState]));
}

function setScope(includeGroups: readonly string[], includeUsers: readonly string[]) {
  return workspace.api('PUT', '/scope', { connectionId: workspace.connectionId, includeGroups, includeUsers });
}

const everyone = { ada: 'in_scope', grace: 'in_scope', barbara: 'in_scope', edsger: 'in_scope' };

describe('scope', () => {
  it('is everyone when nobody is listed', async () => {
    await workspace.sync();
    expect(await standings()).toEqual(everyone);
    const { body } = await workspace.api('GET', '/scope');
    expect(body).toMatchObject({
      inEffect: true,
      overriddenBy: null,
      settings: [{ connectionId: workspace.connectionId, includeGroups: [], includeUsers: [], version: 0 }],
    });
  });

  it('is the listed users and the members of listed groups through groups in groups, at once', async () => {
    await workspace.sync();
    const { status } = await setScope([groups.outer], [idOf('barbara')]);
    expect(status).toBe(200);
    // Ada is in a group in the group; Edsger was in scope before and stays watched.
    expect(await standings()).toEqual({ ...everyone, edsger: 'left_scope' });
  });

  it('calls somebody out of scope who never was in it', async () => {
    await setScope([], [idOf('ada')]);
    await workspace.sync();
    expect(await standings()).toEqual({ ada: 'in_scope', grace: 'out_of_scope', barbara: 'out_of_scope', edsger: 'out_of_scope' });
  });

  it('follows the groups from run to run, and goes on watching who has left', async () => {
    await setScope([groups.inner], []);
    await workspace.sync();
    expect(await standings()).toEqual({ ada: 'in_scope', grace: 'in_scope', barbara: 'out_of_scope', edsger: 'out_of_scope' });
    await tenant.control('POST', `/groups/${groups.inner}/members`, { add: [idOf('edsger')], remove: [idOf('ada')] });
    await tenant.control('PATCH', `/users/${idOf('ada')}`, { accountEnabled: false });
    await workspace.sync();
    expect(await standings()).toEqual({ ada: 'left_scope', grace: 'in_scope', barbara: 'out_of_scope', edsger: 'in_scope' });
    const disabled = await workspace.api<{ accounts: AccountBody[] }>('GET', '/directory/accounts?state=disabled');
    expect(disabled.body.accounts.map(({ objectId }) => objectId)).toEqual([idOf('ada')]);
  });

  it.each([
    { story: 'a user', exclude: () => ({ excludeUsers: [idOf('ada')] }), out: ['ada'] },
    { story: 'a group, with the groups in it', exclude: () => ({ excludeGroups: [groups.inner] }), out: ['ada', 'grace'] },
    { story: 'a pattern of names, in any case', exclude: () => ({ excludeNames: ['GRA*@*', 'ed*'] }), out: ['grace', 'edsger'] },
    { story: 'a pattern with what SQL takes for more than itself', exclude: () => ({ excludeNames: ['_da@*', 'gra%', 'b\\*'] }), out: [] },
    {
      story: 'somebody whom it lists, too',
      exclude: () => ({ includeUsers: [idOf('ada')], excludeUsers: [idOf('ada')] }),
      out: ['ada', 'grace', 'barbara', 'edsger'],
    },
  ])('leaves out $story, whatever includes them', async ({ exclude, out }) => {
    await workspace.sync();
    const scope = { connectionId: workspace.connectionId, includeGroups: [], includeUsers: [], ...exclude() };
    const { status, body } = await workspace.api<{ settings: unknown[] }>('PUT', '/scope', scope);
    expect([status, body.settings]).toMatchObject([200, [scope]]);
    const outside = Object.entries(await standings()).flatMap(([name, state]) => (state === 'in_scope' ? [] : [name]));
    expect(outside.sort()).toEqual(out.toSorted());
  });

  it.each([['*'], ['**'], [''], ['x'.repeat(114)]])('refuses the pattern "%s"', async (pattern) => {
    const scope = { connectionId: workspace.connectionId, includeGroups: [], includeUsers: [], excludeNames: [pattern] };
    expect((await workspace.api('PUT', '/scope', scope)).status).toBe(400);
  });

  it('is held when a listed group is deleted, and says so; it never means nobody (microsoft-graph §10 #8)', async () => {
    await setScope([groups.outer], []);
    await workspace.sync();
    await tenant.control('DELETE', `/groups/${groups.outer}`);
    await workspace.sync();
    expect(await standings()).toMatchObject({ ada: 'in_scope', grace: 'in_scope' });
    const { body } = await workspace.api('GET', '/scope');
    expect(body).toMatchObject({ settings: [{ goneGroups: [groups.outer], unknownGroups: [] }] });
    const list = await workspace.api<{ groups: { objectId: string; goneAt: string | null; directMembers: number }[] }>(
      'GET',
      '/directory/groups',
    );
    expect(list.body.groups.find(({ objectId }) => objectId === groups.outer)).toMatchObject({
      directMembers: 2,
      goneAt: expect.any(String),
    });
  });

  it('lists groups by name with their direct members', async () => {
    await workspace.sync();
    const { body } = await workspace.api('GET', '/directory/groups');
    expect(body).toMatchObject({
      total: 2,
      groups: [
        { objectId: groups.inner, displayName: 'Inner', directMembers: 2, goneAt: null },
        { objectId: groups.outer, displayName: 'Outer', directMembers: 2, goneAt: null },
      ],
    });
  });
});

describe('scope while the SCIM switch is on', () => {
  /** The gate is not what is tested here, so its triggers stay out of the way. */
  async function turn(state: 'on' | 'off'): Promise<string> {
    const at = world.clock.now();
    await world.db.owner.transaction(async (tx) => {
      await tx.query('alter table scim_switch disable trigger user');
      const sso = state === 'on' ? '00000000-0000-7000-8000-000000000009' : null;
      const foreign = await tx.query<{ name: string }>(
        `select conname as name from pg_constraint where conrelid = 'scim_switch'::regclass and contype = 'f' and conname like '%sso%'`,
      );
      for (const { name } of foreign.rows) await tx.query(`alter table scim_switch drop constraint ${name}`);
      await tx.query('update scim_switch set state = $2, sso_connection_id = $3, changed_at = $4 where workspace_id = $1', [
        workspace.workspaceId,
        state,
        sso,
        at,
      ]);
      await tx.query('alter table scim_switch enable trigger user');
    });
    return at;
  }

  it('is refused, and every view says that it means nothing (I6)', async () => {
    await setScope([], [idOf('ada')]);
    await workspace.sync();
    const since = await turn('on');

    const refused = await setScope([], []);
    expect(refused).toMatchObject({
      status: 409,
      body: { type: expect.stringContaining('scope-overridden'), overriddenBy: 'scim', since },
    });

    const view = await workspace.api('GET', '/scope');
    expect(view.body).toMatchObject({
      inEffect: false,
      overriddenBy: 'scim',
      since,
      settings: [{ includeUsers: [idOf('ada')], version: 1 }],
    });

    const accounts = await workspace.api<{ scopeInEffect: boolean; accounts: AccountBody[] }>('GET', '/directory/accounts');
    expect(accounts.body.scopeInEffect).toBe(false);
    expect(accounts.body.accounts.map(({ scopeInEffect }) => scopeInEffect)).toEqual([false, false, false, false]);

    const dormant = await workspace.api('PUT', '/scope', {
      connectionId: workspace.connectionId,
      includeGroups: [],
      includeUsers: [idOf('grace')],
      acceptDormant: true,
    });
    expect(dormant).toMatchObject({
      status: 200,
      body: { inEffect: false, overriddenBy: 'scim', since, settings: [{ includeUsers: [idOf('grace')], version: 2 }] },
    });

    await turn('off');
    expect((await workspace.api('GET', '/scope')).body).toMatchObject({ inEffect: true, settings: [{ includeUsers: [idOf('grace')] }] });
    expect((await setScope([], [])).status).toBe(200);
    expect((await workspace.api('GET', '/scope')).body).toMatchObject({ inEffect: true, settings: [{ version: 3 }] });
  });

  it('does not keep runs from reading everyone, in scope or not (I6)', async () => {
    await setScope([], [idOf('ada')]);
    await workspace.sync();
    await turn('on');
    await tenant.control('PATCH', `/users/${idOf('grace')}`, { accountEnabled: false });
    expect(await workspace.sync()).toMatchObject({ state: 'complete', counts: { users: 4, observations: 1 } });
  });
});
