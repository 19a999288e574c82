import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import { reconcile } from '../../src/reconciliation/index.ts';
import type { SteppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { ann, annsAccount, type Facts, LONG_AGO, march } from './facts.ts';
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

/** A second directory of the workspace: read whole, and disconnected. */
async function secondDirectory({ added, read, removed }: { readonly added: Instant; readonly read: Instant; readonly removed: Instant }) {
  const values = [facts.workspaceId, randomUUID()];
  await db.owner.query(
    `insert into directory_connection (workspace_id, id, cloud, tenant_id, client_id, created_at, created_by, removed_at)
     values ($1, $2, 'commercial', $2, $2, $3, 'system', $4)`,
    [...values, added, removed],
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
}

describe('a directory that was disconnected', () => {
  it.each([
    { when: 'before it was read after the end', added: LONG_AGO, read: march(7), verdict: 'NO_COVERAGE' },
    { when: 'once it was read after the end', added: LONG_AGO, read: march(9, 1), verdict: 'DEPROVISIONED_IN_TIME' },
    { when: 'having been connected after the end', added: march(9, 1), read: march(7), verdict: 'DEPROVISIONED_IN_TIME' },
  ])('$when, while another one proves that the account in it went in time: $verdict', async ({ added, read, verdict }) => {
    await facts.roster(ann('2026-03-08'));
    await facts.account({
      ...annsAccount,
      stretches: [
        { state: 'enabled', from: LONG_AGO, to: march(9, 4) },
        { state: 'disabled', from: march(9, 5) },
      ],
    });
    await secondDirectory({ added, read, removed: march(9, 8) });
    const run = await reconcile({ database: db.database, clock }, facts.workspaceId, 'system');
    expect(run.counts.byVerdict).toEqual({ [verdict]: 1 });
  });
});
