import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { ann, annsAccount, march, NOW } from './facts.ts';
import { BEN, enabled, late, REASON, type LeaverAndColleague, leaverAndColleague } from './leaver-and-colleague.ts';

let db: TestDatabase;
let facts: LeaverAndColleague['facts'];
let verdictsOf: LeaverAndColleague['verdictsOf'];
let annLeft: LeaverAndColleague['annLeft'];
let decide: LeaverAndColleague['decide'];
let asked: LeaverAndColleague['asked'];
let approve: LeaverAndColleague['approve'];
let testOf: LeaverAndColleague['testOf'];
let lookAt: LeaverAndColleague['lookAt'];
let annsUnit: LeaverAndColleague['annsUnit'];

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  ({ facts, verdictsOf, annLeft, decide, asked, approve, testOf, lookAt, annsUnit } = await leaverAndColleague(db));
});

describe('a decision on whose an account is', () => {
  it.each([
    { name: 'has no end', rows: [ann('')], kind: 'decided' },
    { name: 'has an end that is still to come', rows: [ann('2026-06-30')], kind: 'waits' },
    {
      name: 'came back after an end',
      rows: ['1,ann@contoso.example,2020-01-01,2025-03-06', '1,ann@contoso.example,2025-09-01,'],
      kind: 'waits',
    },
  ])('$kind where whoever loses it $name', async ({ rows, kind }) => {
    await facts.roster(...rows, BEN);
    const { accountId } = await facts.account({ ...annsAccount, stretches: enabled });
    await verdictsOf('1');
    expect(await decide(accountId, 'unlink')).toMatchObject({ kind });
  });

  it('is made at once where the end that an earlier version took from HR stands for none', async () => {
    await facts.roster(ann(''), BEN);
    const { accountId } = await facts.account({ ...annsAccount, stretches: enabled });
    await verdictsOf('1');
    await db.owner.query("update employment_period set end_date = '9999-12-31', hr_recorded_at = $2 where workspace_id = $1", [
      facts.workspaceId,
      NOW,
    ]);
    expect(await decide(accountId, 'unlink')).toMatchObject({ kind: 'decided' });
  });

  it('waits where whoever loses it is left out of the roster', async () => {
    await facts.everybody([ann(''), BEN]);
    const { accountId } = await facts.account({ ...annsAccount, stretches: enabled });
    await verdictsOf('1');
    await facts.everybody([BEN]);
    expect(await decide(accountId, 'unlink')).toMatchObject({ kind: 'waits' });
  });

  it('moves a leaver’s account to somebody else with a second person alone, and leaves the leaver in the same doubt', async () => {
    const accountId = await annLeft(enabled);
    expect(await verdictsOf('1')).toEqual(['L03 FAIL']);
    const id = await asked(accountId, 'link', { employeeId: '2' });
    expect(await verdictsOf('1')).toEqual(['L03 FAIL']);
    expect(await verdictsOf('2')).toEqual(['S13 INFO']);
    await approve(id);
    expect(await verdictsOf('1')).toEqual(['X06 INSUF']);
    expect(await verdictsOf('2')).toEqual(['S10 WARN']);
    expect((await annsUnit()).systems[0]).toMatchObject({ accountId, standing: 'barred', taken: { because: 'moved', reason: REASON } });
    expect(await testOf('directory-accounts-have-people')).toMatchObject({ of: 1, effects: { PASS: 1 } });
  });

  it('made before the end is no word on afterwards: the account is not among the leaver’s', async () => {
    await facts.roster(ann('2026-03-11'), BEN);
    const { accountId } = await facts.account({ ...annsAccount, stretches: enabled });
    await verdictsOf('1');
    await approve(await asked(accountId, 'unlink'));
    await lookAt(march(12, 12));
    expect(await verdictsOf('1')).toEqual(['L10 N/A']);
  });

  it('made by one person while no end was told says nothing of an end that HR told for a day before', async () => {
    await facts.roster(ann(''), BEN);
    const { accountId } = await facts.account({ ...annsAccount, stretches: late });
    await verdictsOf('1');
    expect(await decide(accountId, 'unlink')).toMatchObject({ kind: 'decided' });
    await facts.roster(ann('2026-03-06'), BEN);
    expect(await verdictsOf('1')).toEqual(['X06 INSUF']);
    expect((await annsUnit()).systems[0]).toMatchObject({ taken: { requestedBy: 'administrator:one', approvedBy: null } });
  });
});
