import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { plusMs } from '../../src/kernel/index.ts';
import { ENTERPRISE_USER_URN } from '../../src/simulator/provisioning/scim-urns.ts';
import { type ProvisionedTenant, provisionedTenant } from './provisioned-tenant.ts';

const HOUR_MS = 3_600_000;

let world: ProvisionedTenant;
let userId: string;

beforeEach(async () => {
  world = await provisionedTenant();
  [userId = ''] = await world.tenant.users('ada.lovelace');
  await world.assign(userId, 'role-employee');
});

afterEach(() => world.close());

const jobView = async () => (await world.tenant.control('GET', `/applications/${world.appId}/provisioning`)).body;

describe('escrow', () => {
  it.each([
    { step: 'create', method: 'POST', status: 409 },
    { step: 'match', method: 'GET', status: 500 },
  ])(
    'keeps a user whose $step was answered $status, with the body, and tries it more and more seldom',
    async ({ step, method, status }) => {
      const body = { status: String(status), detail: 'not now' };
      world.double.intervene = (request) =>
        request.method === method && (request.method === 'POST' || request.query.includes('ada.lovelace')) ? { status, body } : undefined;
      const failure = { objectId: userId, step, status, body: JSON.stringify(body) };
      expect((await world.cycle()).failures).toEqual([failure]);
      expect((await world.cycle()).failures).toEqual([failure]);
      const at = world.tenant.now();
      const held = { objectId: userId, step, status, body: failure.body, firstFailedAt: at };
      expect((await jobView())['escrow']).toEqual([{ ...held, failures: 2, retryAt: plusMs(at, 6 * HOUR_MS) }]);
      world.double.intervene = () => undefined;
      expect(await world.cycle()).toMatchObject({ failures: [], requests: { GET: 1, POST: 0 } });
      world.tenant.advance(6 * HOUR_MS);
      expect(await world.cycle()).toMatchObject({ failures: [], users: { created: 1 } });
      expect((await jobView())['escrow']).toEqual([]);
    },
  );

  it('gives up waiting for a server that is silent, and finds the user in the next cycle', async () => {
    await world.configure({ timeoutSeconds: 1 });
    let answer = () => undefined as void;
    const late = new Promise<void>((resolve) => {
      answer = resolve;
    });
    world.double.hold = ({ method }) => (method === 'POST' ? late : Promise.resolve());
    expect((await world.cycle()).failures).toMatchObject([{ step: 'create', status: 0, body: 'no answer in time' }]);
    world.double.hold = () => Promise.resolve();
    answer();
    expect(await world.cycle()).toMatchObject({ users: { created: 0, unchanged: 1 }, failures: [] });
  });

  it('tries an object at once that has changed since it failed', async () => {
    world.double.intervene = (request) => (request.method === 'POST' ? { status: 400, body: {} } : undefined);
    await world.cycle();
    await world.cycle();
    world.double.intervene = () => undefined;
    await world.tenant.control('PATCH', `/users/${userId}`, { displayName: 'Ada' });
    expect((await world.cycle()).users.created).toBe(1);
  });

  it('tries an object at once after a restart', async () => {
    world.double.intervene = (request) => (request.method === 'POST' ? { status: 400, body: {} } : undefined);
    await world.cycle();
    await world.cycle();
    world.double.intervene = () => undefined;
    await world.tenant.control('POST', `/applications/${world.appId}/provisioning/restart`);
    expect((await world.cycle()).users.created).toBe(1);
  });

  it('tries a refused deactivation again in the next cycle', async () => {
    await world.cycle();
    await world.tenant.control('PATCH', `/users/${userId}`, { accountEnabled: false });
    world.double.intervene = (request) => (request.method === 'PATCH' ? { status: 400, body: { detail: 'no' } } : undefined);
    expect((await world.cycle()).failures).toMatchObject([{ step: 'disable', status: 400 }]);
    world.double.intervene = () => undefined;
    expect((await world.cycle()).users.disabled).toBe(1);
  });

  it('holds a user with two app roles, which the mapping cannot evaluate', async () => {
    await world.assign(userId, 'role-admin');
    const report = await world.cycle();
    expect(report.failures).toMatchObject([{ objectId: userId, step: 'evaluate', status: 0 }]);
    expect(report.requests.POST).toBe(0);
  });

  it('refuses a resource whose manager is a bare text, as Entra cannot read it', async () => {
    await world.cycle();
    const [stored] = world.double.users.values();
    Object.assign(stored ?? {}, { [ENTERPRISE_USER_URN]: { manager: 't9' } });
    await world.tenant.control('PATCH', `/users/${userId}`, { displayName: 'Ada' });
    expect((await world.cycle()).failures).toMatchObject([{ step: 'read', body: expect.stringContaining('not able to deserialize') }]);
  });
});

describe('quarantine', () => {
  it.each([
    { name: '401', status: 401, matches: () => true },
    { name: '404 to a filter', status: 404, matches: (query: string) => query.includes('ada.lovelace') },
    { name: '503 to the connection test', status: 503, matches: () => true },
  ])('stops the cycle at once after $name, and the next good one ends it', async ({ status, matches }) => {
    world.double.intervene = (request) => (matches(request.query) ? { status, body: { detail: 'away' } } : undefined);
    const report = await world.cycle();
    expect(report).toMatchObject({ quarantine: { reason: 'EncounteredQuarantineException', status }, requests: { POST: 0 } });
    const since = world.tenant.now();
    const quarantine = { reason: 'EncounteredQuarantineException', since, seriesCount: 1, retryAt: plusMs(since, 6 * HOUR_MS) };
    expect((await jobView())['quarantine']).toEqual(quarantine);
    world.double.intervene = () => undefined;
    expect(await world.cycle()).toMatchObject({ skipped: true, requests: { GET: 0 }, quarantine: { reason: quarantine.reason } });
    world.tenant.advance(6 * HOUR_MS);
    const next = await world.cycle();
    expect(next.quarantine).toBeUndefined();
    expect(next.users.created).toBe(1);
    expect((await jobView())['quarantine']).toBeNull();
  });
});

describe('quarantine that lasts', () => {
  const away = () => ({ status: 401, body: {} });

  it('tries after 6, 12 and then each 24 hours, and leaves the job disabled after 28 days, until a restart', async () => {
    world.double.intervene = away;
    const tried: number[] = [];
    for (let hours = 0; hours < 28 * 24; hours += 6) {
      if (!(await world.cycle()).skipped) tried.push(hours);
      world.tenant.advance(6 * HOUR_MS);
    }
    expect(tried.slice(0, 5)).toEqual([0, 6, 18, 42, 66]);
    world.double.intervene = () => undefined;
    const cycles = `/applications/${world.appId}/provisioning/cycles`;
    expect(await world.tenant.control('POST', cycles)).toMatchObject({ status: 409, body: { error: expect.stringContaining('disabled') } });
    await world.tenant.control('POST', `/applications/${world.appId}/provisioning/restart`);
    expect((await world.cycle()).users.created).toBe(1);
  });
});

describe('the connection test', () => {
  const test = async () => (await world.tenant.control('POST', `/applications/${world.appId}/provisioning/test-connection`)).body;

  it('is content with an empty list', async () => {
    expect(await test()).toEqual({ ok: true, status: 200 });
  });

  it('tells the status and the body of a refusal', async () => {
    world.double.intervene = () => ({ status: 401, body: { detail: 'wrong token' } });
    expect(await test()).toEqual({ ok: false, status: 401, detail: '{"detail":"wrong token"}' });
  });

  it('tells that nobody answers', async () => {
    await world.configure({ tenantUrl: 'http://127.0.0.1:9/scim' });
    expect(await test()).toMatchObject({ ok: false, status: 0 });
  });
});
