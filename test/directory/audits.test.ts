import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DirectoryDeps, runSync } from '../../src/directory/index.ts';
import { DAY_MS, type DirectoryRunId, HOUR_MS, type Instant, MINUTE_MS } from '../../src/kernel/index.ts';
import {
  type ConnectedWorkspace,
  connect,
  directoryDeps,
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
let deps: DirectoryDeps;
let ada: string;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  deps = directoryDeps(world, tenant.url);
  workspace = await connect(world, deps, await tenant.reader(['Directory.Read.All', 'AuditLog.Read.All']));
  const [first] = await tenant.createUsers([user('ada'), user('grace')]);
  ada = first?.id ?? '';
  await workspace.sync();
  world.clock.advance(HOUR_MS);
});
afterEach(async () => {
  expect(await tenant.control('GET', '/graph/violations')).toEqual({ violations: [] });
  await workspace.close();
  await tenant.close();
});

const enable = (accountEnabled: boolean) => tenant.control('PATCH', `/users/${ada}`, { accountEnabled });

async function exactAt(): Promise<Instant | null> {
  const { body } = await workspace.api<{ accounts: { objectId: string; exactAt: Instant | null }[] }>('GET', '/directory/accounts');
  return body.accounts.find(({ objectId }) => objectId === ada)?.exactAt ?? null;
}

/** A look, and one after the entries of the log have settled. */
async function lookTwice(): Promise<void> {
  await workspace.sync('delta');
  world.clock.advance(HOUR_MS);
  await workspace.sync('delta');
}

describe('the directory’s audit log', () => {
  it('gives the instant of a disablement, and leaves what was observed as it was', async () => {
    const at = world.clock.now();
    await enable(false);
    world.clock.advance(10 * MINUTE_MS);
    await workspace.sync('delta');
    const before = await stretches(world, workspace.workspaceId, ada);
    // What is younger than a quarter of an hour may be followed by entries that come late.
    expect(await exactAt()).toBeNull();
    world.clock.advance(HOUR_MS);
    await workspace.sync('delta');
    expect(await exactAt()).toBe(at);
    expect(await stretches(world, workspace.workspaceId, ada)).toEqual(before);
  });

  it('has a record of its own in the ledger, with the hash of the entry', async () => {
    await enable(false);
    await lookTwice();
    const { rows } = await world.db.owner.query<{ leaf: string }>(
      `select convert_from(leaf, 'UTF8') as leaf from ledger_record where workspace_id = $1 and type = 'graph.account.audited' order by ord`,
      [workspace.workspaceId],
    );
    expect(rows.map(({ leaf }) => JSON.parse(leaf))).toMatchObject([
      { after: { state: 'disabled' }, detail: { entry_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
      { after: { state: 'disabled' } },
    ]);
    expect(rows.map(({ leaf }) => leaf).join()).not.toContain('contoso.example');
  });

  it('keeps each entry once, however often it is read', async () => {
    await enable(false);
    for (let n = 0; n < 3; n += 1) await lookTwice();
    const { rows } = await world.db.owner.query('select 1 from directory_audit_event where workspace_id = $1', [workspace.workspaceId]);
    // Disable account, and the Update user that comes with it.
    expect(rows).toHaveLength(2);
    const windows = await world.db.owner.query('select 1 from directory_audit_window where workspace_id = $1', [workspace.workspaceId]);
    expect(windows.rows).toHaveLength(1);
  });

  it('gives the last of several disablements between two looks', async () => {
    await enable(false);
    world.clock.advance(MINUTE_MS);
    await enable(true);
    const at = world.clock.advance(MINUTE_MS);
    await enable(false);
    world.clock.advance(30 * MINUTE_MS);
    await lookTwice();
    expect(await exactAt()).toBe(at);
  });

  it('gives none when entries within the allowance after the look say otherwise (I10)', async () => {
    await enable(false);
    world.clock.advance(10 * MINUTE_MS);
    await workspace.sync('delta');
    world.clock.advance(MINUTE_MS);
    await enable(true);
    world.clock.advance(MINUTE_MS);
    await enable(false);
    world.clock.advance(HOUR_MS);
    await workspace.sync('delta');
    expect(await exactAt()).toBeNull();
  });

  it('gives none when its last word contradicts what was seen', async () => {
    await enable(false);
    world.clock.advance(10 * MINUTE_MS);
    await workspace.sync('delta');
    await world.db.owner.query(`update directory_audit_event set led_to = 'enabled' where workspace_id = $1`, [workspace.workspaceId]);
    world.clock.advance(HOUR_MS);
    await workspace.sync('delta');
    expect(await exactAt()).toBeNull();
  });

  it('gives none over a hole in which it was not read, since an entry in it may be lost (microsoft-graph §10 #25)', async () => {
    await tenant.control('PUT', '/graph/faults', {
      faults: [{ kind: 'status', status: 403, code: 'Authentication_MSGraphPermissionMissing', path: '/v1.0/auditLogs' }],
    });
    await enable(false);
    world.clock.advance(10 * MINUTE_MS);
    expect(await workspace.sync('delta')).toMatchObject({ state: 'complete' });
    world.clock.advance(9 * DAY_MS);
    await tenant.control('PUT', '/graph/faults', {});
    await lookTwice();
    expect(await exactAt()).toBeNull();
    const windows = await world.db.owner.query('select 1 from directory_audit_window where workspace_id = $1', [workspace.workspaceId]);
    expect(windows.rows).toHaveLength(2);
  });

  it('makes up for a short refusal, such as the ones that come and go with a licence (microsoft-graph §10 #14)', async () => {
    const flap = [{ kind: 'status', status: 403, code: 'Authentication_RequestFromNonPremiumTenantOrB2CTenant', path: '/v1.0/auditLogs' }];
    await tenant.control('PUT', '/graph/faults', { faults: flap });
    const at = world.clock.now();
    await enable(false);
    world.clock.advance(10 * MINUTE_MS);
    await workspace.sync('delta');
    await tenant.control('PUT', '/graph/faults', {});
    await lookTwice();
    expect(await exactAt()).toBe(at);
  });

  it.each([
    { name: 'is throttled', fault: { kind: 'throttle' } },
    { name: 'answers with server errors', fault: { kind: 'status', status: 500, code: 'UnknownError' } },
    { name: 'never answers', fault: { kind: 'reset' } },
    { name: 'answers with half a body', fault: { kind: 'truncate' } },
  ])('that $name is not collected, and the look counts without it; the next one makes up for it', async ({ fault }) => {
    await tenant.control('PUT', '/graph/faults', { faults: [{ ...fault, path: '/v1.0/auditLogs' }] });
    const at = world.clock.now();
    await enable(false);
    world.clock.advance(10 * MINUTE_MS);
    expect(await workspace.sync()).toMatchObject({ state: 'complete', counts: { observations: 1 } });
    await tenant.control('PUT', '/graph/faults', {});
    await lookTwice();
    expect(await exactAt()).toBe(at);
  });

  it('that asks for a long rest is left for the next look, by name; nothing exact is claimed over the hole (I8, I10)', async () => {
    await tenant.control('PUT', '/graph/faults', { faults: [{ kind: 'throttle', path: '/v1.0/auditLogs', retryAfter: '3600' }] });
    const at = world.clock.now();
    await enable(false);
    world.clock.advance(10 * MINUTE_MS);
    expect(await workspace.sync('delta')).toMatchObject({ state: 'complete', counts: { observations: 1 } });
    const notCollected = async () => {
      const { body } = await workspace.api<{ coverage: { notCollected: { facts: string }[] }[] }>('GET', '/directory/coverage');
      return body.coverage[0]?.notCollected.filter(({ facts }) => facts === 'audit-log');
    };
    expect(await notCollected()).toMatchObject([{ facts: 'audit-log', because: 'throttled', refusals: 1 }]);
    world.clock.advance(20 * MINUTE_MS);
    // Within the rest nothing is asked, and the look counts all the same.
    expect(await workspace.sync()).toMatchObject({ state: 'complete' });
    expect(await exactAt()).toBeNull();
    await tenant.control('PUT', '/graph/faults', {});
    world.clock.advance(HOUR_MS);
    await workspace.sync('delta');
    expect(await notCollected()).toEqual([]);
    expect(await exactAt()).toBe(at);
  });

  it('that asks for a short rest is gone on with at the page where it stopped', async () => {
    await tenant.control('PUT', '/graph/faults', { faults: [{ kind: 'throttle', path: '/v1.0/auditLogs', retryAfter: '60', times: 1 }] });
    const parked = await workspace.sync('delta');
    expect(parked).toMatchObject({ state: 'parked' });
    await tenant.control('PUT', '/graph/faults', { faults: [{ kind: 'throttle', path: '/v1.0/auditLogs', retryAfter: '60' }] });
    // Short rests add up to a long one.
    let { state, resumeAt } = parked;
    let rests = 1;
    for (; state === 'parked' && rests < 20; rests += 1) {
      world.clock.set(resumeAt);
      await runSync(deps, workspace.workspaceId, parked.id as DirectoryRunId);
      ({ state, resumeAt } = (await workspace.api<RunBody>('GET', `/directory/runs/${parked.id}`)).body);
    }
    expect(state).toBe('complete');
    expect(rests).toBeGreaterThan(5);
  });

  it('is not collected without its permission, and no run fails for that', async () => {
    const other = await connect(world, directoryDeps(world, tenant.url), await tenant.reader());
    expect(await other.sync()).toMatchObject({ state: 'complete' });
    const check = await other.api<{ permissions: { permission: string; detail: string }[] }>(
      'POST',
      `/directory/connections/${other.connectionId}/check`,
    );
    const row = check.body.permissions.find(({ permission }) => permission === 'AuditLog.Read.All');
    expect(row?.detail).toMatch(/^Not granted\. Not collected: exact times of disabling and of deletion for good, /);
    await other.close();
  });

  it('gives the instant of an end before the first look', async () => {
    const at = world.clock.now();
    await enable(false);
    world.clock.advance(2 * DAY_MS);
    const later = await connect(world, directoryDeps(world, tenant.url), await tenant.reader(['Directory.Read.All', 'AuditLog.Read.All']));
    await later.sync();
    world.clock.advance(HOUR_MS);
    await later.sync();
    const { body } = await later.api<{ accounts: { objectId: string; exactAt: string | null; notBefore: string | null }[] }>(
      'GET',
      '/directory/accounts',
    );
    expect(body.accounts.find(({ objectId }) => objectId === ada)).toMatchObject({ exactAt: at, notBefore: null });
    await later.close();
  });
});
