import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readConnectedDirectories } from '../../src/activation/activation-read-model.ts';
import { connectionFacts } from '../../src/reconciliation/unit-read-model.ts';
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
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  await tenant.createUsers([user('ada')]);
});
afterEach(async () => {
  await workspace.close();
  await tenant.close();
});

const application = async () =>
  (await tenant.control<{ appId: string }>('POST', '/applications', { displayName: 'Provisioning to Rollcall' })).appId;

async function open(scimAppId?: string): Promise<void> {
  const reader = await tenant.reader();
  workspace = await connect(world, directoryDeps(world, tenant.url), scimAppId === undefined ? reader : { ...reader, scimAppId });
}

const name = (scimAppId: string | null) => workspace.api('PATCH', `/directory/connections/${workspace.connectionId}`, { scimAppId });

/** Whether reconciliation, and the switch, hold the assignments for those of the application. */
async function areKnown(): Promise<boolean> {
  const [judged] = await connectionFacts(world.db.database, workspace.workspaceId);
  const [shown] = await readConnectedDirectories(world.db.database, workspace.workspaceId);
  expect(judged?.readsAssignments).toBe(shown?.knowsAssignments);
  return judged?.readsAssignments === true;
}

describe('assignments to the enterprise application', () => {
  it('are known once a complete look has read them, and of a look at changes stay so', async () => {
    await open(await application());
    expect(await areKnown()).toBe(false);
    await workspace.sync();
    expect(await areKnown()).toBe(true);
    await workspace.sync('delta');
    expect(await areKnown()).toBe(true);
  });

  it.each([
    { change: 'one is named after a look', first: false },
    { change: 'another one is named', first: true },
  ])('are not known where $change, until the next complete look: nobody counts as not assigned (I8)', async ({ first }) => {
    await open(first ? await application() : undefined);
    await workspace.sync();
    await name(await application());
    expect(await areKnown()).toBe(false);
    await workspace.sync('delta');
    expect(await areKnown()).toBe(false);
    await workspace.sync();
    expect(await areKnown()).toBe(true);
  });

  it('are not known where none is named any more', async () => {
    await open(await application());
    await workspace.sync();
    await name(null);
    expect(await areKnown()).toBe(false);
  });

  it('are not known of an application that the tenant does not have', async () => {
    await open('12345678-1234-4234-8234-123456789abc');
    expect(await workspace.sync()).toMatchObject({ state: 'complete' });
    expect(await areKnown()).toBe(false);
  });
});
