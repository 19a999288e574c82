import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId, type WorkspaceId } from '../../src/kernel/index.ts';
import { append } from '../../src/ledger/index.ts';
import { lockLedger } from '../../src/ledger/ledger-store.ts';
import { lockRetention } from '../../src/ledger/retention-store.ts';
import type { Transaction } from '../../src/platform/index.ts';
import { type LedgerFixture, ledgerFixture, openTransaction } from './ledger-fixture.ts';

let fixture: LedgerFixture;
let workspaceId: WorkspaceId;
beforeAll(async () => {
  fixture = await ledgerFixture();
  ({ workspaceId } = fixture);
});
afterAll(() => fixture.drop());

/** A record with a value beside it, as a change of a user writes it. */
async function record(tx: Transaction): Promise<void> {
  const at = fixture.clock.now();
  const subject = { kind: 'scim-user', id: newId(at) };
  await append(tx, workspaceId, [{ type: 'scim.user.updated', at, actor: 'system', subject, disclose: { name: 'Ada' } }]);
}

/** What is refused to wait for a lock is an error at once. */
const withoutWaiting = (work: (tx: Transaction) => Promise<unknown>) =>
  fixture.test.database.transaction(async (tx) => {
    await tx.query("set local lock_timeout = '100ms'");
    await work(tx);
  });

describe('a record in the transaction of its change', () => {
  it.each([
    { who: 'an integrator that has the ledger', hold: (tx: Transaction) => lockLedger(tx, workspaceId) },
    { who: 'another writer who has not committed', hold: record },
    { who: 'a purge', hold: (tx: Transaction) => lockRetention(tx, workspaceId, fixture.clock.now()) },
  ])('does not wait for $who', async ({ hold }) => {
    const held = await openTransaction(fixture.test.database, hold);
    await withoutWaiting(record);
    await held.commit();
  });

  it('would be seen to wait if it took the row of the ledger', async () => {
    const held = await openTransaction(fixture.test.database, (tx) => lockLedger(tx, workspaceId));
    const taking = (tx: Transaction) => tx.query('update ledger set size = size where workspace_id = $1', [workspaceId]);
    await expect(withoutWaiting(taking)).rejects.toMatchObject({ code: 'database-unavailable' });
    await held.commit();
  });

  it('takes no lock that keeps anybody from writing another', async () => {
    const locks = await fixture.test.database.transaction(async (tx) => {
      await record(tx);
      const { rows } = await tx.query<{ lock: string }>(
        `select distinct locktype || ' ' || mode as lock from pg_locks
          where pid = pg_backend_pid() and locktype not in ('virtualxid', 'transactionid') and relation is distinct from 'pg_locks'::regclass
          order by 1`,
      );
      return rows.map(({ lock }) => lock);
    });
    expect(locks).toEqual(['relation RowExclusiveLock']);
  });
});
