import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ScimServer, startScim } from '../scim/scim-server.ts';
import { type ProvisionedStore, provisionedStore } from './provisioned-store.ts';
import type { Json } from './simulated-tenant.ts';

let server: ScimServer;
let world: ProvisionedStore;

beforeAll(async () => {
  server = await startScim();
});

afterEach(() => world.close());
afterAll(() => server.close());

const population = async (people: number, groups: number, settings: Json = {}) => {
  world = await provisionedStore(server, { people, groups, settings: { dialect: 'legacy', membersPerPatch: 5, ...settings } });
};

describe('a POST', () => {
  const rows: readonly { name: string; fault: Json; first: Json; second: Json }[] = [
    {
      name: 'whose answer was lost is matched in the next cycle, not sent again',
      fault: { kind: 'lost-answer', times: 1 },
      first: { users: { created: 0 }, failures: [{ step: 'create', status: 0, body: 'the answer was lost' }] },
      second: { users: { created: 0, unchanged: 1 }, steps: { match: 1 }, requests: { POST: 0, PATCH: 0 } },
    },
    {
      name: 'whose connection broke before it was whole is sent again',
      fault: { kind: 'connection-reset', times: 1 },
      first: { users: { created: 0 }, failures: [{ step: 'create', status: 0, body: 'connection reset' }] },
      second: { users: { created: 1 }, requests: { POST: 1 } },
    },
    {
      name: 'that a gateway answered 503 waits in escrow for the next cycle',
      fault: { kind: 'status', status: 503, times: 1 },
      first: { users: { created: 0 }, requests: { POST: 0 }, failures: [{ step: 'create', status: 503 }] },
      second: { users: { created: 1 }, requests: { POST: 1 } },
    },
  ];

  it.each(rows)('$name', async ({ fault, first, second }) => {
    await population(1, 0);
    await world.faults({ ...fault, steps: ['create'] });
    expect(await world.cycle()).toMatchObject({ ...first, faults: { [String(fault['kind'])]: 1 } });
    expect(await world.cycle()).toMatchObject({ ...second, failures: [], faults: { [String(fault['kind'])]: 0 } });
    expect(await world.differences()).toEqual([]);
  });

  it('that arrives twice makes one user or group: whoever is told 409 matches again', async () => {
    await population(8, 1);
    await world.faults({ kind: 'duplicate', steps: ['create'] });
    const report = await world.cycle();
    expect(report).toMatchObject({ faults: { duplicate: 9 }, failures: [] });
    expect(report.requests.POST).toBe(18);
    expect(await world.differences()).toEqual([]);
  });

  it('that the engine did not wait for is found in a later cycle', async () => {
    await population(4, 0);
    await world.faults({ kind: 'timeout', steps: ['create'] });
    expect(await world.cycle()).toMatchObject({ faults: { timeout: 4 }, failures: [{ status: 0, body: 'no answer in time' }, {}, {}, {}] });
    await world.faults();
    await world.cyclesUntilDone();
    expect(await world.differences()).toEqual([]);
  });
});

describe('member PATCHes', () => {
  it.each(['legacy', 'flag'])('that overtake each other leave every member there, in the %s dialect', async (dialect) => {
    await population(60, 4, { dialect });
    await world.faults({ kind: 'reorder', steps: ['members'], every: 2 });
    const report = await world.cycle();
    expect(report.failures).toEqual([]);
    expect(report.faults.reorder).toBeGreaterThan(5);
    expect(await world.differences()).toEqual([]);
  });

  it.each(['lost-answer', 'timeout', 'connection-reset', 'duplicate'])('struck by %s leave the same members in the end', async (kind) => {
    await population(60, 4, { dialect: 'flag' });
    await world.faults({ kind, steps: ['members'], every: 3 });
    expect((await world.cycle()).faults).toMatchObject({ [kind]: 8 });
    await world.faults();
    await world.cyclesUntilDone();
    expect(await world.differences()).toEqual([]);
  });

  it('that fail do not stop the job: they are references', async () => {
    await population(60, 4, { quarantineThresholds: { evaluateFrom: 1, base: 1 } });
    await world.faults({ kind: 'status', status: 500, steps: ['members', 'manager'] });
    const report = await world.cycle();
    expect(report.quarantine).toBeUndefined();
    expect(report.failures.length).toBeGreaterThan(60);
  });
});

describe('a manager', () => {
  it('who could not be provisioned in this cycle is set in the one that provisions it', async () => {
    await population(2, 0, { workers: 1 });
    await world.faults({ kind: 'status', status: 500, steps: ['create'], times: 1 });
    expect((await world.cycle()).failures).toMatchObject([{ step: 'create' }, { step: 'manager', status: 0 }]);
    await world.cyclesUntilDone();
    expect(await world.differences()).toEqual([]);
  });
});

describe('429', () => {
  it('is waited for as long as Retry-After asks, and the request made again', async () => {
    await population(3, 0);
    await world.faults({ kind: 'status', status: 429, retryAfterSeconds: 7, steps: ['create'], times: 2 });
    expect(await world.cycle()).toMatchObject({ throttled: 2, failures: [], users: { created: 3 } });
    expect(world.tenant.pauses).toEqual([7000, 7000]);
    expect(await world.differences()).toEqual([]);
  });

  it.each([
    { name: 'without Retry-After', retryAfterSeconds: undefined, pauses: 0 },
    { name: 'that asks for more than a cycle may wait', retryAfterSeconds: 900, pauses: 0 },
    { name: 'each time', retryAfterSeconds: 1, pauses: 4 },
  ])('$name fails the object', async ({ retryAfterSeconds, pauses }) => {
    await population(1, 0);
    await world.faults({ kind: 'status', status: 429, steps: ['create'], ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) });
    expect(await world.cycle()).toMatchObject({ throttled: pauses, failures: [{ step: 'create', status: 429 }] });
  });
});

describe('401', () => {
  it('in the middle of a cycle stops it, and the next good one ends equal', async () => {
    await population(20, 2);
    await world.faults({ kind: 'status', status: 401, steps: ['create'], every: 10, times: 1 });
    expect(await world.cycle()).toMatchObject({ quarantine: { reason: 'EncounteredQuarantineException', step: 'create', status: 401 } });
    const reports = await world.cyclesUntilDone();
    expect(reports.map((report) => report.skipped)).toEqual([true, false]);
    expect(await world.differences()).toEqual([]);
  });
});

describe('a DELETE', () => {
  it.each(['lost-answer', 'duplicate'])('struck by %s deletes once, and a 404 to the next one is as good', async (kind) => {
    await population(2, 0);
    await world.cycle();
    const [, person] = world.people;
    await world.control('DELETE', `/users/${person?.id}`);
    await world.control('DELETE', `/deleted-users/${person?.id}`);
    world.people.length = 1;
    await world.faults({ kind, steps: ['delete'], times: 1 });
    const first = await world.cycle();
    expect(first.faults).toMatchObject({ [kind]: 1 });
    await world.cyclesUntilDone();
    expect(await world.differences()).toEqual([]);
  });
});
