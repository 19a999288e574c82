import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { REPLICATION_ALLOWANCE_MS } from '../../src/directory/index.ts';
import { HOUR_MS, type Instant, MINUTE_MS, plusMs } from '../../src/kernel/index.ts';
import {
  accountRecords,
  type ConnectedWorkspace,
  connect,
  directoryDeps,
  EXCHANGE_MS,
  openWorld,
  type SimulatedTenant,
  simulatedTenant,
  stretches,
  user,
  type World,
} from './simulated-tenant.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

let tenant: SimulatedTenant;
let workspace: ConnectedWorkspace;
let ada: string;
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  workspace = await connect(world, directoryDeps(world, tenant.url), await tenant.reader());
  const [first] = await tenant.createUsers([user('ada'), user('grace'), user('barbara')]);
  ada = first?.id ?? '';
});
afterEach(async () => {
  // I7: whatever a test did, nothing was ever written to Graph.
  expect(await tenant.control('GET', '/graph/violations')).toEqual({ violations: [] });
  await workspace.close();
  await tenant.close();
});

/**
 * A complete run: when it asked for the users, and when it had the answer. The token's exchange comes first. What it shows held at some instant
 * since `since`, when a replica may have had it.
 */
async function look(): Promise<{ from: Instant; to: Instant; since: Instant }> {
  const run = await workspace.sync();
  expect(run).toMatchObject({ state: 'complete', errorCode: null });
  return { from: run.lookFrom, to: plusMs(run.lookFrom, EXCHANGE_MS), since: plusMs(run.lookFrom, -REPLICATION_ALLOWANCE_MS) };
}

async function account(objectId: string) {
  const { body } = await workspace.api<{ accounts: { objectId: string }[] }>('GET', '/directory/accounts');
  return body.accounts.find((row) => row.objectId === objectId);
}

describe('observations of an account', () => {
  it('say enabled from the allowance before the first request on, and that nobody looked before', async () => {
    const first = await look();
    expect(await stretches(world, workspace.workspaceId, ada)).toEqual([
      { state: 'enabled', not_before: null, seen_from: first.since, observed_at: first.to, confirmed_until: null, source: 'full' },
    ]);
    expect(await accountRecords(world, workspace.workspaceId, ada)).toEqual(['graph.account.first_seen']);
  });

  it('name the record that is their evidence, and cannot be without one (I3)', async () => {
    await look();
    const { rows } = await world.db.owner.query<{ isAboutIt: boolean }>(
      `select record.subject_id = account.account_id as "isAboutIt"
       from directory_observation as stretch
       join directory_account as account using (workspace_id, connection_id, object_id)
       left join ledger_record as record on record.workspace_id = stretch.workspace_id and record.id = stretch.record_id
       where stretch.workspace_id = $1`,
      [workspace.workspaceId],
    );
    expect(rows.length).toBeGreaterThanOrEqual(3);
    expect(rows.filter(({ isAboutIt }) => !isAboutIt)).toEqual([]);
    const forget = world.db.owner.query('update directory_observation set record_id = null where workspace_id = $1', [
      workspace.workspaceId,
    ]);
    await expect(forget).rejects.toMatchObject({ code: '23502' });
  });

  it('say disabled between the last complete request, less the allowance, and the answer that showed it (microsoft-graph §10 #7)', async () => {
    const first = await look();
    world.clock.advance(HOUR_MS);
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
    world.clock.advance(HOUR_MS);
    const second = await look();
    expect(await stretches(world, workspace.workspaceId, ada)).toEqual([
      { state: 'enabled', not_before: null, seen_from: first.since, observed_at: first.to, confirmed_until: first.since, source: 'full' },
      {
        state: 'disabled',
        not_before: first.since,
        seen_from: second.since,
        observed_at: second.to,
        confirmed_until: null,
        source: 'full',
      },
    ]);
    expect(await account(ada)).toMatchObject({ state: 'disabled', accountEnabled: false });
    expect(await accountRecords(world, workspace.workspaceId, ada)).toEqual(['graph.account.first_seen', 'graph.account.disabled']);
  });

  it('confirm an unchanged state by the latest complete run without writing it again', async () => {
    await look();
    world.clock.advance(HOUR_MS);
    const second = await look();
    world.clock.advance(HOUR_MS);
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
    const third = await look();
    expect(await stretches(world, workspace.workspaceId, ada)).toMatchObject([
      { state: 'enabled', confirmed_until: second.since },
      { state: 'disabled', not_before: second.since, observed_at: third.to },
    ]);
  });

  it('say enabled again from the allowance before the request that showed it on', async () => {
    await look();
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
    const second = await look();
    world.clock.advance(HOUR_MS);
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: true });
    const third = await look();
    const [, disabled, enabled] = await stretches(world, workspace.workspaceId, ada);
    expect(disabled).toMatchObject({ state: 'disabled', observed_at: second.to, confirmed_until: second.since });
    expect(enabled).toMatchObject({ state: 'enabled', not_before: second.since, seen_from: third.since, confirmed_until: null });
  });

  it('take a deletion from the time that the directory states, and keep the name that the account had', async () => {
    const first = await look();
    const deletedAt = world.clock.advance(HOUR_MS);
    await tenant.control('DELETE', `/users/${ada}`);
    const exact = `${deletedAt.slice(0, 19)}.000Z`;
    world.clock.advance(HOUR_MS);
    await look();
    expect(await stretches(world, workspace.workspaceId, ada)).toEqual([
      { state: 'enabled', not_before: null, seen_from: first.since, observed_at: first.to, confirmed_until: first.since, source: 'full' },
      { state: 'soft_deleted', not_before: exact, seen_from: exact, observed_at: exact, confirmed_until: null, source: 'deletedItems' },
    ]);
    expect(await account(ada)).toMatchObject({ state: 'soft_deleted', deletedAt: exact, userPrincipalName: 'ada@contoso.example' });
  });

  it('do not let a deletion in the same second contradict what was confirmed in it', async () => {
    world.clock.set('2026-04-07T09:00:00.500Z' as Instant);
    await look();
    const { from, since } = await look();
    world.clock.set(plusMs(from, 100));
    await tenant.control('DELETE', `/users/${ada}`);
    world.clock.advance(MINUTE_MS);
    await look();
    expect(await stretches(world, workspace.workspaceId, ada)).toMatchObject([
      { state: 'enabled', confirmed_until: since },
      { state: 'soft_deleted', not_before: `${from.slice(0, 19)}.000Z`, observed_at: `${from.slice(0, 19)}.000Z` },
    ]);
  });

  it('say permanently deleted between the last sight of the recycle bin and the second answer by id', async () => {
    await look();
    world.clock.advance(HOUR_MS);
    await tenant.control('DELETE', `/users/${ada}`);
    await look();
    world.clock.advance(HOUR_MS);
    await tenant.control('DELETE', `/deleted-users/${ada}`);
    await look();
    world.clock.advance(HOUR_MS);
    await look();
    const [, soft, , hard] = await stretches(world, workspace.workspaceId, ada);
    expect(soft).toMatchObject({ state: 'soft_deleted', confirmed_until: soft?.seen_from });
    expect(hard).toMatchObject({ state: 'hard_deleted', not_before: soft?.seen_from, source: 'get', confirmed_until: null });
    expect(await accountRecords(world, workspace.workspaceId, ada)).toEqual([
      'graph.account.first_seen',
      'graph.account.soft_deleted',
      'graph.account.vanished',
      'graph.account.hard_deleted',
    ]);
    // A tombstone: the row stays, and later runs leave it alone.
    await look();
    expect(await account(ada)).toMatchObject({ state: 'hard_deleted', userPrincipalName: 'ada@contoso.example' });
    expect(await stretches(world, workspace.workspaceId, ada)).toHaveLength(4);
  });

  it('call an account that is hidden vanished, never disabled, and find it again (I8, microsoft-graph §10 #2)', async () => {
    const first = await look();
    await tenant.control('POST', `/users/${ada}/withhold`, { withheld: true });
    await look();
    expect(await account(ada)).toMatchObject({ state: 'vanished', accountEnabled: true });
    await tenant.control('POST', `/users/${ada}/withhold`, { withheld: false });
    world.clock.advance(HOUR_MS);
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
    const third = await look();
    expect(await stretches(world, workspace.workspaceId, ada)).toMatchObject([
      { state: 'enabled', confirmed_until: first.since },
      { state: 'vanished', not_before: first.since, source: 'get' },
      // Disabled some time since it was last seen enabled; having been hidden proves nothing in between.
      { state: 'disabled', not_before: first.since, observed_at: third.to },
    ]);
  });

  it('say restored when a deleted account is back', async () => {
    await look();
    await tenant.control('DELETE', `/users/${ada}`);
    await look();
    world.clock.advance(HOUR_MS);
    await tenant.control('POST', `/users/${ada}/restore`);
    const third = await look();
    const [, deleted, restored] = await stretches(world, workspace.workspaceId, ada);
    expect(restored).toMatchObject({ state: 'enabled', seen_from: third.since, observed_at: third.to });
    expect(restored?.not_before).toBe(deleted?.confirmed_until);
    expect(await account(ada)).toMatchObject({ state: 'enabled', deletedAt: null });
    expect(await accountRecords(world, workspace.workspaceId, ada)).toEqual([
      'graph.account.first_seen',
      'graph.account.soft_deleted',
      'graph.account.restored',
    ]);
  });

  it('see a second deletion of an account that was restored in between', async () => {
    await look();
    await tenant.control('DELETE', `/users/${ada}`);
    await look();
    world.clock.advance(HOUR_MS);
    await tenant.control('POST', `/users/${ada}/restore`);
    const again = world.clock.advance(HOUR_MS);
    await tenant.control('DELETE', `/users/${ada}`);
    await look();
    expect(await stretches(world, workspace.workspaceId, ada)).toMatchObject([
      { state: 'enabled' },
      { state: 'soft_deleted' },
      { state: 'soft_deleted', observed_at: `${again.slice(0, 19)}.000Z`, confirmed_until: null },
    ]);
  });

  it('prove an account that was deleted before the first look', async () => {
    const deletedAt = world.clock.advance(HOUR_MS);
    await tenant.control('DELETE', `/users/${ada}`);
    world.clock.advance(HOUR_MS);
    await look();
    expect(await account(ada)).toMatchObject({ state: 'soft_deleted', userPrincipalName: 'ada@contoso.example' });
    expect(await stretches(world, workspace.workspaceId, ada)).toMatchObject([{ observed_at: `${deletedAt.slice(0, 19)}.000Z` }]);
  });

  it('call an account disabled before the first look disabled since nobody knows when', async () => {
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
    const first = await look();
    expect(await stretches(world, workspace.workspaceId, ada)).toMatchObject([
      { state: 'disabled', not_before: null, observed_at: first.to },
    ]);
  });
});

describe('how an observation is known', () => {
  interface Observed {
    readonly state: string;
    readonly recordId: string;
    readonly runId: string;
    readonly answer: { readonly requestId: string; readonly sha256: string };
  }

  async function observations() {
    const { body } = await workspace.api<{ observations: readonly Observed[] }>('GET', `/directory/observations?objectId=${ada}`);
    return body.observations;
  }

  it('is shown with the answer that it came in, and stands in its record', async () => {
    await look();
    world.clock.advance(HOUR_MS);
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
    const { from, to, since } = await look();
    const [disabled, enabled] = await observations();
    expect(disabled).toMatchObject({
      state: 'disabled',
      ordinal: 2,
      seenFrom: since,
      observedAt: to,
      confirmedUntil: null,
      answer: { requestedAt: from, receivedAt: to, serverDate: `${from.slice(0, 19)}.000Z` },
    });
    expect(disabled?.answer.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(enabled).toMatchObject({ state: 'enabled', ordinal: 1, notBefore: null });
    expect(enabled?.answer).not.toEqual(disabled?.answer);
    expect(await account(ada)).toMatchObject({
      seenFrom: since,
      observedAt: to,
      source: 'full',
      runId: disabled?.runId,
      answer: disabled?.answer,
    });
    const { rows } = await world.db.owner.query<{ record: object }>(
      `select convert_from(record.leaf, 'UTF8')::jsonb as record from ledger_record as record where record.workspace_id = $1 and record.id = $2`,
      [workspace.workspaceId, disabled?.recordId],
    );
    expect(rows[0]?.record).toMatchObject({
      raw: `sha256:${disabled?.answer.sha256}`,
      detail: {
        run: disabled?.runId,
        source: 'full',
        seen_from: since,
        requested_at: from,
        received_at: to,
        request_id: disabled?.answer.requestId,
      },
    });
  });

  it('keeps one answer for a page, however many accounts it was about', async () => {
    await look();
    const { rows } = await world.db.owner.query('select distinct ordinal from directory_answer where workspace_id = $1', [
      workspace.workspaceId,
    ]);
    expect(rows).toHaveLength(1);
  });

  it('is paged', async () => {
    await look();
    await tenant.control('PATCH', `/users/${ada}`, { accountEnabled: false });
    await look();
    const first = await workspace.api<{ next: string }>('GET', `/directory/observations?objectId=${ada}&limit=1`);
    expect(first.body).toMatchObject({ observations: [{ state: 'disabled' }] });
    const second = await workspace.api('GET', `/directory/observations?objectId=${ada}&limit=1&after=${first.body.next}`);
    expect(second.body).toMatchObject({ observations: [{ state: 'enabled' }], next: null });
  });
});

describe('a clock that differs', () => {
  it.each([
    { name: "the tenant's is ahead", skewMs: 10 * MINUTE_MS },
    { name: "the tenant's is behind", skewMs: -10 * MINUTE_MS },
  ])('widens what is observed, and is shown with the run: $name', async ({ skewMs }) => {
    const elsewhere = await simulatedTenant(world, skewMs);
    const looking = await connect(world, directoryDeps(world, elsewhere.url), await elsewhere.reader());
    const [made] = await elsewhere.createUsers([user('ada')]);
    const run = await looking.sync();
    expect(run.clockSkewMs).toBeGreaterThanOrEqual(Math.abs(skewMs));
    expect(run.clockSkewMs).toBeLessThan(Math.abs(skewMs) + 3_000);
    const [enabled] = await stretches(world, looking.workspaceId, made?.id ?? '');
    expect(Date.parse(enabled?.seen_from ?? '')).toBeLessThanOrEqual(
      Date.parse(run.lookFrom) - REPLICATION_ALLOWANCE_MS - Math.abs(skewMs),
    );
    expect(Date.parse(enabled?.observed_at ?? '')).toBeGreaterThanOrEqual(Date.parse(run.lookFrom) + Math.abs(skewMs));
    await looking.close();
    await elsewhere.close();
  });
});

describe('a replica that is behind', () => {
  it('does not end an account that it does not know yet (I8)', async () => {
    // A look asks about users three times here, for sign-ins last; the next one is answered with what was before the account was made, also when it asks for it by id.
    await tenant.control('PUT', '/graph/faults', { lag: { path: '/v1.0/users', after: 3, requests: 3, seconds: 240 } });
    const [late] = await tenant.createUsers([user('late')]);
    await look();
    expect(await account(late?.id ?? '')).toMatchObject({ state: 'enabled' });
    await look();
    expect(await account(late?.id ?? '')).toMatchObject({ state: 'vanished' });
    world.clock.advance(HOUR_MS);
    await look();
    const states = (await stretches(world, workspace.workspaceId, late?.id ?? '')).map(({ state }) => state);
    expect(states).toEqual(['enabled', 'vanished', 'enabled']);
  });
});

describe('a re-sync', () => {
  it('writes no row of an account that did not change', async () => {
    await look();
    const versions = () =>
      world.db.owner.query('select object_id, xmin::text as version from directory_account where workspace_id = $1 order by object_id', [
        workspace.workspaceId,
      ]);
    const before = await versions();
    world.clock.advance(HOUR_MS);
    await look();
    expect((await versions()).rows).toEqual(before.rows);
  });

  it('takes over changed properties without a new observation', async () => {
    await look();
    await tenant.control('PATCH', `/users/${ada}`, {
      displayName: 'Ada Renamed',
      employeeId: '0042',
      otherAddresses: ['Ada.L@Contoso.example'],
    });
    await look();
    expect(await account(ada)).toMatchObject({ displayName: 'Ada Renamed', employeeId: '0042' });
    expect(await stretches(world, workspace.workspaceId, ada)).toHaveLength(1);
    const { rows } = await world.db.owner.query('select address_keys from directory_account where workspace_id = $1 and object_id = $2', [
      workspace.workspaceId,
      ada,
    ]);
    expect(rows).toEqual([{ address_keys: ['ada.l@contoso.example', 'ada@contoso.example'] }]);
  });
});
