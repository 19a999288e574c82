import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HOUR_MS, type Instant } from '../../src/kernel/index.ts';
import {
  type ConnectedWorkspace,
  confirmedBy,
  connect,
  directoryDeps,
  openWorld,
  type RunBody,
  type SimulatedTenant,
  simulatedTenant,
  user,
  type World,
} from './simulated-tenant.ts';

interface AliasBody {
  readonly objectId: string;
  readonly notBefore: Instant | null;
  readonly observedAt: Instant;
  readonly confirmedUntil: Instant;
  readonly isPresent: boolean;
}

let world: World;
let tenant: SimulatedTenant;
let workspace: ConnectedWorkspace;
let ada: string;
let first: RunBody;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  workspace = await connect(world, directoryDeps(world, tenant.url), await tenant.reader());
  const [made] = await tenant.createUsers([user('ada', { otherAddresses: ['countess@contoso.example'] })]);
  ada = made?.id ?? '';
  first = await workspace.sync();
  world.clock.advance(HOUR_MS);
});
afterEach(async () => {
  await workspace.close();
  await tenant.close();
});

async function whose(address: string): Promise<readonly AliasBody[]> {
  const { status, body } = await workspace.api<{ aliases: AliasBody[] }>(
    'GET',
    `/directory/aliases?address=${encodeURIComponent(address)}`,
  );
  expect(status).toBe(200);
  return body.aliases;
}

describe('an address', () => {
  it('is an account’s from the look that showed it on, and confirmed by each full look', async () => {
    expect(await whose('Countess@Contoso.Example')).toEqual([
      {
        connectionId: workspace.connectionId,
        objectId: ada,
        address: 'countess@contoso.example',
        notBefore: null,
        observedAt: expect.any(String),
        confirmedUntil: expect.any(String),
        isPresent: true,
      },
    ]);
    const second = await workspace.sync();
    expect((await whose('countess@contoso.example'))[0]).toMatchObject({ confirmedUntil: confirmedBy(second) });
  });

  it('ends with the look that no longer shows it, and the new one begins', async () => {
    await tenant.control('PATCH', `/users/${ada}`, { mail: 'lovelace@contoso.example', userPrincipalName: 'lovelace@contoso.example' });
    const run = await workspace.sync('delta');
    expect(await whose('ada@contoso.example')).toMatchObject([{ objectId: ada, confirmedUntil: expect.any(String), isPresent: false }]);
    const [renamed] = await whose('lovelace@contoso.example');
    expect(renamed).toMatchObject({ notBefore: confirmedBy(first), isPresent: true });
    expect(renamed?.observedAt.localeCompare(run.lookFrom)).toBe(1);
    expect(await whose('countess@contoso.example')).toHaveLength(1);
  });

  it('that goes to a new hire is two accounts’, one after the other (microsoft-graph §10 #5)', async () => {
    await tenant.control('DELETE', `/users/${ada}`);
    await workspace.sync('delta');
    world.clock.advance(HOUR_MS);
    const [hire] = await tenant.createUsers([user('ada')]);
    await workspace.sync('delta');
    const [present, past] = await whose('ada@contoso.example');
    expect(present).toMatchObject({ objectId: hire?.id, isPresent: true });
    expect(past).toMatchObject({ objectId: ada, isPresent: false });
    expect(past?.confirmedUntil.localeCompare(present?.observedAt ?? '')).toBe(-1);
  });

  it('comes back with a restored account, as a stretch of its own', async () => {
    await tenant.control('DELETE', `/users/${ada}`);
    await workspace.sync();
    await tenant.control('POST', `/users/${ada}/restore`);
    await workspace.sync();
    expect((await whose('ada@contoso.example')).map(({ isPresent }) => isPresent)).toEqual([true, false]);
  });

  it('is not written again when nothing about the account changed', async () => {
    const versions = () =>
      world.db.owner.query('select address_key, xmin::text from directory_alias where workspace_id = $1 order by 1', [
        workspace.workspaceId,
      ]);
    const before = await versions();
    await workspace.sync();
    await workspace.sync('delta');
    expect((await versions()).rows).toEqual(before.rows);
  });

  it('that no text could be is refused, and is no fault of ours', async () => {
    expect(await workspace.api('GET', '/directory/aliases?address=ada%00')).toMatchObject({ status: 400 });
  });

  it('is asked for by name', async () => {
    expect((await workspace.api('GET', '/directory/aliases')).status).toBe(400);
    expect(await whose('nobody@contoso.example')).toEqual([]);
  });
});
