import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HOUR_MS } from '../../src/kernel/index.ts';
import {
  type ConnectedWorkspace,
  confirmedBy,
  connect,
  directoryDeps,
  EXCHANGE_MS,
  openWorld,
  type RunBody,
  type SimulatedTenant,
  simulatedTenant,
  stretches,
  user,
  type World,
} from './simulated-tenant.ts';

let world: World;
let tenant: SimulatedTenant;
let workspace: ConnectedWorkspace;
let ada: string;
let full: RunBody;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  workspace = await connect(world, directoryDeps(world, tenant.url), await tenant.reader());
  const [first] = await tenant.createUsers([user('ada'), user('grace')]);
  ada = first?.id ?? '';
  full = await workspace.sync();
  world.clock.advance(HOUR_MS);
});
afterEach(async () => {
  expect(await tenant.control('GET', '/graph/violations')).toEqual({ violations: [] });
  await workspace.close();
  await tenant.close();
});

const faults = (settings: object) => tenant.control('PUT', '/graph/faults', settings);

/** A delta run that is complete. */
async function follow(): Promise<RunBody> {
  const run = await workspace.sync('delta');
  expect(run).toMatchObject({ kind: 'delta', state: 'complete', errorCode: null });
  return run;
}

describe('the interval of a change', () => {
  it('reaches back to the last full run, since delta queries are silent about much that changed', async () => {
    await follow();
    world.clock.advance(HOUR_MS);
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
    const run = await follow();
    const [enabled, disabled] = await stretches(world, workspace.workspaceId, ada);
    expect(enabled).toMatchObject({ confirmed_until: confirmedBy(full) });
    expect(disabled).toMatchObject({ not_before: confirmedBy(full) });
    // The round of users, then the answer by id.
    expect(Date.parse(disabled?.observed_at ?? '') - Date.parse(run.lookFrom)).toBe(2 * EXCHANGE_MS);
  });

  it('is blind from the look before a delta run that failed to the look after it, and not from one full run to the next', async () => {
    const before = await follow();
    await faults({ faults: [{ kind: 'status', status: 403, code: 'AccessDenied', path: '/v1.0/users' }] });
    const failed = await workspace.sync('delta');
    await faults({});
    const after = await follow();
    await workspace.sync();
    const { body } = await workspace.api<{ coverage: { gaps: object[] }[] }>('GET', '/directory/coverage');
    expect(body.coverage[0]?.gaps.slice(1)).toEqual([
      { from: before.lookTo, to: after.lookFrom, reason: 'access-denied', failedRuns: [failed.id] },
    ]);
  });

  it('is not covered by a delta look, which closes no gap', async () => {
    await follow();
    const { body } = await workspace.api<{ coverage: { windows: { runId: string }[] }[] }>('GET', '/directory/coverage');
    expect(body.coverage[0]?.windows.map(({ runId }) => runId)).toEqual([full.id]);
    await faults({ faults: [{ kind: 'status', status: 403, code: 'AccessDenied', path: '/v1.0/users' }] });
    await workspace.sync();
    await faults({});
    await follow();
    const after = await workspace.api<{ coverage: { gaps: object[] }[] }>('GET', '/directory/coverage');
    expect(after.body.coverage[0]?.gaps.at(-1)).toMatchObject({ from: full.lookTo, to: null, reason: 'access-denied' });
  });
});
