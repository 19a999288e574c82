import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS, plusMs } from '../../src/kernel/index.ts';
import { flagsOf } from '../../src/reconciliation/flags-of.ts';
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
  ada = (await tenant.createUsers([user('ada')]))[0]?.id ?? '';
  await open(['Directory.Read.All', 'AuditLog.Read.All']);
});
afterEach(async () => {
  expect(await tenant.control('GET', '/graph/violations')).toEqual({ violations: [] });
  await workspace.close();
  await tenant.close();
});

async function open(graphRoles: readonly string[]): Promise<void> {
  workspace = await connect(world, directoryDeps(world, tenant.url), await tenant.reader(graphRoles));
}

const signIn = (more: object = {}) => tenant.control('POST', `/users/${ada}/sign-ins`, more);
const account = async () => {
  const { body } = await workspace.api<{ accounts: readonly { objectId: string; lastSuccessfulSignInAt: string | null }[] }>(
    'GET',
    '/directory/accounts',
  );
  return body.accounts.find(({ objectId }) => objectId === ada);
};
const standing = async () => {
  const { body } = await workspace.api<{ collections: { facts: string; because: string | null; detail: string; refusals: number }[] }>(
    'GET',
    '/directory/collections',
  );
  return body.collections.find(({ facts }) => facts === 'sign-ins');
};
const flags = async () => {
  const { rows } = await world.db.owner.query<{ id: string }>(
    'select account_id as id from directory_account where workspace_id = $1 and object_id = $2',
    [workspace.workspaceId, ada],
  );
  return flagsOf(world.db.database, workspace.workspaceId, { accountIds: rows.map(({ id }) => id), at: world.clock.now() });
};
/** Returns when; the audit log tells it. */
const disable = async () => {
  const at = world.clock.now();
  await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
  world.clock.advance(HOUR_MS);
  await workspace.sync();
  return at;
};
/** Entra tells sign-ins by the second. */
const inAnHour = () => `${plusMs(world.clock.now(), HOUR_MS).slice(0, 19)}.000Z`;

describe('when an account was last signed in with', () => {
  it('is kept, to the second, and moves forward alone', async () => {
    const at = inAnHour();
    await signIn({ at });
    await workspace.sync();
    expect((await account())?.lastSuccessfulSignInAt).toBe(at);
    await signIn({ at: world.clock.now() });
    await workspace.sync();
    expect((await account())?.lastSuccessfulSignInAt).toBe(at);
  });

  it('does not count attempts that failed, whatever lastSignInDateTime says', async () => {
    await signIn({ failed: true });
    await workspace.sync();
    expect((await account())?.lastSuccessfulSignInAt).toBeNull();
    expect(await standing()).toMatchObject({ because: null });
  });

  it('is kept beside the facts that Graph tells of passwords, sessions and where the account comes from', async () => {
    await tenant.control('PATCH', `/users/${ada}`, { onPremisesSyncEnabled: true });
    await workspace.sync();
    expect(await account()).toMatchObject({
      lastPasswordChangeDateTime: expect.stringMatching(/Z$/),
      signInSessionsValidFromDateTime: expect.stringMatching(/Z$/),
      onPremisesSyncEnabled: true,
    });
  });
});

describe('sign-ins that may not be read', () => {
  it.each([
    { what: 'the permission is missing', roles: ['Directory.Read.All'], plans: ['AAD_PREMIUM'], because: 'permission-missing' },
    { what: 'there is no licence', roles: ['Directory.Read.All', 'AuditLog.Read.All'], plans: [], because: 'licence-missing' },
  ])('are not collected, by name, where $what, and never keep the accounts away', async ({ roles, plans, because }) => {
    await workspace.close();
    await open(roles);
    await tenant.control('PUT', '/access', { servicePlans: plans });
    expect((await workspace.sync()).state).toBe('complete');
    expect(await account()).toMatchObject({ objectId: ada, lastSuccessfulSignInAt: null });
    expect(await standing()).toMatchObject({ because, refusals: 1 });
    expect((await standing())?.detail).toContain('AuditLog.Read.All');
    await workspace.sync();
    expect(await standing()).toMatchObject({ refusals: 2 });
  });

  it('are collected all the same where a licence is said to be missing now and then (microsoft-graph §10 #14)', async () => {
    await signIn();
    const flap = { kind: 'status', status: 403, code: 'Authentication_RequestFromNonPremiumTenantOrB2CTenant', times: 5 };
    // The first listing of users passes.
    await tenant.control('PUT', '/graph/faults', { faults: [{ ...flap, path: '/v1.0/users', after: 2 }] });
    expect((await workspace.sync()).state).toBe('complete');
    expect(await standing()).toMatchObject({ because: null });
    expect((await account())?.lastSuccessfulSignInAt).not.toBeNull();
  });

  it('keep what was known', async () => {
    await signIn();
    await workspace.sync();
    const known = (await account())?.lastSuccessfulSignInAt;
    await tenant.control('PUT', '/access', { servicePlans: [] });
    await workspace.sync();
    expect((await account())?.lastSuccessfulSignInAt).toBe(known);
  });
});

describe('a sign-in after the proven end of access', () => {
  it('is a flag beside the account, with both instants', async () => {
    await signIn();
    await workspace.sync();
    const endedAt = await disable();
    const at = inAnHour();
    await signIn({ at });
    world.clock.advance(DAY_MS);
    await workspace.sync();
    expect(await flags()).toMatchObject([{ kind: 'signed-in-after-end', at, endedAt, entry: null }]);
  });

  it('is one also when the account was deleted in between: access ended with the disablement', async () => {
    await workspace.sync();
    const endedAt = await disable();
    await signIn({ at: inAnHour() });
    await workspace.sync();
    world.clock.advance(DAY_MS);
    await tenant.control('DELETE', `/users/${ada}`);
    await workspace.sync();
    expect(await flags()).toMatchObject([{ kind: 'signed-in-after-end', endedAt }]);
  });

  it.each([
    { what: 'before it', act: async () => {} },
    {
      what: 'of an account that was enabled again',
      act: async () => {
        await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: true });
        await signIn({ at: inAnHour() });
      },
    },
    { what: 'that failed', act: () => signIn({ at: inAnHour(), failed: true }) },
  ])('is none $what', async ({ act }) => {
    await signIn();
    await workspace.sync();
    world.clock.advance(HOUR_MS);
    await disable();
    await act();
    await workspace.sync();
    expect(await flags()).toEqual([]);
  });
});
