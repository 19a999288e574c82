import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HOUR_MS } from '../../src/kernel/index.ts';
import {
  type ConnectedWorkspace,
  connect,
  directoryDeps,
  openWorld,
  type SimulatedTenant,
  simulatedTenant,
  type World,
} from './simulated-tenant.ts';

const EVERYTHING = ['Directory.Read.All', 'Policy.Read.All'];

let world: World;
let tenant: SimulatedTenant;
let workspace: ConnectedWorkspace;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  workspace = await connect(world, directoryDeps(world, tenant.url), await tenant.reader(EVERYTHING));
});
afterEach(async () => {
  expect(await tenant.control('GET', '/graph/violations')).toEqual({ violations: [] });
  await workspace.close();
  await tenant.close();
});

interface Collection {
  readonly facts: string;
  readonly needs: string;
  readonly collectedAt: string | null;
  readonly objects: number | null;
  readonly because: string | null;
  readonly said: string | null;
  readonly missedSince: string | null;
  readonly refusals: number;
  readonly detail: string;
}

const collections = async (of = workspace) =>
  (await of.api<{ collections: readonly Collection[] }>('GET', '/directory/collections')).body.collections;

describe('what is not collected', () => {
  it('is told with what it takes, since when it is missing, and what stands; and no longer once it is read', async () => {
    const reader = await tenant.reader(['Directory.Read.All', 'Policy.Read.All']);
    const other = await connect(world, directoryDeps(world, tenant.url), reader);
    const grant = (graphRoles: readonly string[]) => tenant.control('PATCH', `/applications/${reader.clientId}`, { graphRoles });
    const policies = async () => (await collections(other)).find(({ facts: name }) => name === 'policies');
    const first = await other.sync();
    expect(await policies()).toMatchObject({
      because: null,
      missedSince: null,
      refusals: 0,
      detail: 'Collected: Conditional Access policies.',
    });
    await grant(['Directory.Read.All']);
    world.clock.advance(HOUR_MS);
    await other.sync();
    const missed = await policies();
    world.clock.advance(HOUR_MS);
    await other.sync();
    expect(await policies()).toMatchObject({ collectedAt: missed?.collectedAt, missedSince: missed?.missedSince, refusals: 2 });
    expect(missed?.missedSince).not.toBeNull();
    const coverage = await other.api<{ coverage: readonly { notCollected: readonly Collection[] }[] }>('GET', '/directory/coverage');
    const [told] = coverage.body.coverage[0]?.notCollected.filter(({ facts: name }) => name === 'policies') ?? [];
    expect(told?.detail).toMatch(
      /^Not collected since \S+: Conditional Access policies\. .* It takes Policy\.Read\.All\. What was collected at \S+ stands\.$/,
    );
    const [audits] = coverage.body.coverage[0]?.notCollected.filter(({ facts: name }) => name === 'audit-log') ?? [];
    expect(audits).toMatchObject({ collectedAt: null, refusals: 3 });
    expect(audits?.missedSince).toBe(first.lookTo);
    await grant(['Directory.Read.All', 'Policy.Read.All']);
    await other.sync();
    expect(await policies()).toMatchObject({ because: null, missedSince: null, refusals: 0 });
    await other.close();
  });

  it('is not said to take a permission where that is not what is missing', async () => {
    await tenant.control('PUT', '/graph/faults', { faults: [{ path: '/v1.0/identity', kind: 'throttle' }] });
    await workspace.sync();
    const throttled = (await collections()).find(({ facts: name }) => name === 'policies');
    expect(throttled).toMatchObject({ because: 'throttled' });
    expect(throttled?.detail).not.toContain('It takes');
  });
});
