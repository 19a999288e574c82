import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/kernel/index.ts';
import { append, readSequencedReports } from '../../src/ledger/index.ts';
import { pagesTouched } from '../support/pages-touched.ts';
import { type LedgerFixture, ledgerFixture } from './ledger-fixture.ts';

let fixture: LedgerFixture;
beforeAll(async () => {
  fixture = await ledgerFixture();
});
afterAll(() => fixture.drop());

/** What it costs to find the three seals of a new ledger among so many other records. */
async function pagesAmong(others: number): Promise<number> {
  const { clock, test } = fixture;
  const workspaceId = await fixture.open();
  await fixture.write(others);
  const seal = () => ({
    type: 'report.sealed' as const,
    at: clock.now(),
    actor: 'system',
    subject: { kind: 'report', id: newId(clock.now()) },
    detail: {},
  });
  await test.database.transaction((tx) => append(tx, workspaceId, [seal(), seal(), seal()]));
  await fixture.drain(fixture.integrator());
  expect(await readSequencedReports(test.database, workspaceId)).toHaveLength(3);
  return pagesTouched(test.database, (tx) => readSequencedReports(tx, workspaceId));
}

describe('the seals of a ledger', () => {
  it('are found at the same cost however many other records there are', async () => {
    const few = await pagesAmong(50);
    const many = await pagesAmong(5_000);
    expect(few).toBeGreaterThan(0);
    expect(many).toBeLessThanOrEqual(few + 10);
  });
});
