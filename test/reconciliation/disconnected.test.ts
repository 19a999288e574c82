import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import { askTests } from '../../src/reconciliation/ask-tests.ts';
import { createTestMemory, reconcile } from '../../src/reconciliation/index.ts';
import type { SteppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { ann, annsAccount, type Facts, LONG_AGO, march, NOW } from './facts.ts';
import { judgeableWorkspace } from './judgeable-workspace.ts';

let db: TestDatabase;
let clock: SteppingClock;
let facts: Facts;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  ({ clock, facts } = await judgeableWorkspace(db));
});

interface DirectoryGiven {
  /** Left out: one of its own. */
  readonly tenantId?: string;
  readonly added: Instant;
  readonly read: Instant;
  /** Left out: it is connected still. */
  readonly removed?: Instant;
}

/** Another directory of the workspace that was read whole. */
async function directory({ added, read, removed, ...given }: DirectoryGiven): Promise<string> {
  const id = randomUUID();
  const values = [facts.workspaceId, id];
  await db.owner.query(
    `insert into directory_connection (workspace_id, id, cloud, tenant_id, client_id, created_at, created_by, removed_at)
     values ($1, $2, 'commercial', $5, $2, $3, 'system', $4)`,
    [...values, added, removed, given.tenantId ?? id],
  );
  await db.owner.query(
    `insert into directory_run (workspace_id, id, connection_id, state, requested_at, requested_by, started_at, look_from, look_to, finished_at, counts)
     values ($1, $2, $2, 'complete', $3, 'system', $3, $3, $3, $3, '{}')`,
    [...values, read],
  );
  await db.owner.query(
    `update directory_connection set last_complete_run_id = id, last_complete_requested_at = $3, confirmed_until = $3
     where workspace_id = $1 and id = $2`,
    [...values, read],
  );
  return id;
}

/** Disconnects the workspace's first directory; returns its tenant. */
async function disconnected(removed: Instant): Promise<string> {
  const { rows } = await db.owner.query<{ tenant: string }>(
    'update directory_connection set removed_at = $3 where workspace_id = $1 and id = $2 returning tenant_id as tenant',
    [facts.workspaceId, facts.connectionId, removed],
  );
  return rows[0]?.tenant ?? '';
}

async function verdicts(): Promise<unknown> {
  return (await reconcile({ database: db.database, clock }, facts.workspaceId, 'system')).counts.byVerdict;
}

const goneInTime = [
  { state: 'enabled', from: LONG_AGO, to: march(9, 4) },
  { state: 'disabled', from: march(9, 5) },
] as const;

describe('a directory that was disconnected', () => {
  it.each([
    { when: 'before it was read after the end', added: LONG_AGO, read: march(7), verdict: 'NO_COVERAGE' },
    { when: 'once it was read after the end', added: LONG_AGO, read: march(9, 1), verdict: 'DEPROVISIONED_IN_TIME' },
    { when: 'having been connected after the end', added: march(9, 1), read: march(7), verdict: 'DEPROVISIONED_IN_TIME' },
  ])('$when, while another one proves that the account in it went in time: $verdict', async ({ added, read, verdict }) => {
    await facts.roster(ann('2026-03-08'));
    await facts.account({ ...annsAccount, stretches: goneInTime });
    await directory({ added, read, removed: march(9, 8) });
    expect(await verdicts()).toEqual({ [verdict]: 1 });
  });
});

describe('an account in a directory that was disconnected before the end', () => {
  it.each([
    { seen: 'enabled', stretches: [{ state: 'enabled', from: LONG_AGO }], verdict: 'NO_COVERAGE' },
    {
      seen: 'enabled, and then not at all',
      stretches: [
        { state: 'enabled', from: LONG_AGO, to: march(2) },
        { state: 'vanished', from: march(2, 4) },
      ],
      verdict: 'NO_COVERAGE',
    },
    {
      seen: 'disabled',
      stretches: [
        { state: 'enabled', from: LONG_AGO, to: march(2) },
        { state: 'disabled', from: march(2, 4) },
      ],
      verdict: 'DEPROVISIONED_IN_TIME',
    },
  ] as const)('that last showed it $seen comes to $verdict (I10)', async ({ stretches, verdict }) => {
    await facts.roster(ann('2026-03-08'));
    await facts.account({ ...annsAccount, stretches: goneInTime });
    const connectionId = await directory({ added: LONG_AGO, read: march(3), removed: march(4) });
    await facts.account({ upn: 'ann@fabrikam.example', employeeId: '1', connectionId, stretches });
    expect(await verdicts()).toEqual({ [verdict]: 1 });
  });
});

describe('an account of somebody who stays that has vanished', () => {
  it('is in doubt while its directory is connected, and in no test once that was removed', async () => {
    await facts.everybody([ann('')]);
    await facts.account({ ...annsAccount, stretches: [{ state: 'enabled', from: LONG_AGO }] });
    const connectionId = await directory({ added: LONG_AGO, read: NOW });
    const stretches = [
      { state: 'enabled', from: LONG_AGO, to: march(2) },
      { state: 'vanished', from: march(2, 4) },
    ] as const;
    await facts.account({ upn: 'ann@fabrikam.example', employeeId: '1', connectionId, stretches });
    const tested = async () => {
      const asked = { workspaceId: facts.workspaceId, at: clock.now(), period: null };
      await verdicts();
      const tests = await askTests({ database: db.database, memory: createTestMemory() }, asked);
      return tests.find(({ id }) => id === 'directory-accounts-have-people');
    };
    expect(await tested()).toMatchObject({ verdict: 'INSUFFICIENT', of: 2, effects: { INSUF: 1, PASS: 1 } });
    await db.owner.query('update directory_connection set removed_at = $2 where id = $1', [connectionId, NOW]);
    expect(await tested()).toMatchObject({ verdict: 'PASS', of: 1 });
  });
});

describe('a tenant that was disconnected and connected anew', () => {
  const seenUntil = (to: Instant) => [{ state: 'enabled', from: LONG_AGO, to }] as const;

  it.each([
    {
      story: 'shows off what was open',
      removed: march(8, 2),
      anew: [{ state: 'disabled', from: march(9, 5) }],
      verdict: 'DEPROVISIONED_IN_TIME',
    },
    {
      story: 'shows off what was proven in use after the deadline',
      end: '2026-03-05',
      removed: march(8, 2),
      anew: [{ state: 'disabled', from: march(9, 5) }],
      verdict: 'DEPROVISIONED_LATE',
    },
    {
      story: 'shows in use what was open',
      removed: march(8, 2),
      anew: [{ state: 'enabled', from: march(10, 2) }],
      verdict: 'TERMINATED_ACTIVE_DIR',
    },
    { story: 'shows nothing of what was open', removed: march(8, 2), anew: undefined, verdict: 'NO_COVERAGE' },
    { story: 'shows nothing of what was open before the end', removed: march(7, 2), anew: undefined, verdict: 'NO_COVERAGE' },
  ] as const)('and $story: $verdict', async ({ removed, anew, verdict, ...given }) => {
    const { end = '2026-03-08' } = given as { readonly end?: string };
    await facts.roster(ann(end));
    await facts.looked(removed);
    const { objectId } = await facts.account({ ...annsAccount, stretches: [{ state: 'enabled', from: LONG_AGO }] });
    const tenantId = await disconnected(removed);
    const connectionId = await directory({ tenantId, added: march(9, 4), read: NOW });
    if (anew !== undefined) await facts.account({ ...annsAccount, objectId, connectionId, stretches: anew });
    expect(await verdicts()).toEqual({ [verdict]: 1 });
  });

  it('brings an account back that was off when it was disconnected: it was used again', async () => {
    await facts.roster(ann('2026-03-05'));
    const stretches = [...seenUntil(march(6, 1)), { state: 'disabled', from: march(6, 2) }] as const;
    await facts.looked(march(8));
    const { objectId } = await facts.account({ ...annsAccount, stretches });
    const tenantId = await disconnected(march(8, 2));
    const connectionId = await directory({ tenantId, added: march(9, 4), read: NOW });
    await facts.account({ ...annsAccount, objectId, connectionId, stretches: [{ state: 'enabled', from: march(9, 5) }] });
    expect(await verdicts()).toEqual({ REACTIVATED_AFTER_END: 1 });
  });

  it('settles for everybody else what it was not read for when it was disconnected', async () => {
    await facts.roster(ann('2026-03-08'));
    await facts.account({ ...annsAccount, stretches: goneInTime });
    const tenantId = randomUUID();
    await directory({ tenantId, added: LONG_AGO, read: march(7), removed: march(9, 8) });
    expect(await verdicts()).toEqual({ NO_COVERAGE: 1 });
    await directory({ tenantId, added: march(9, 9), read: NOW });
    expect(await verdicts()).toEqual({ DEPROVISIONED_IN_TIME: 1 });
  });
});
