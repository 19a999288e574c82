import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { askTests } from '../../src/reconciliation/ask-tests.ts';
import type { ComplianceTestId } from '../../src/verdict/index.ts';
import { createTestMemory } from '../../src/reconciliation/index.ts';
import { reconcile, type Extent } from '../../src/reconciliation/reconcile.ts';
import type { SteppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Facts, LONG_AGO, march, type StretchGiven } from './facts.ts';
import { judgeableWorkspace } from './judgeable-workspace.ts';

const ANN = 'ann@contoso.example';
const BEN = 'ben@contoso.example';
const row = (employeeId: string, address: string, end = '') => `${employeeId},${address},2020-01-01,${end}`;

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

const run = (extent: Extent = 'changes') => reconcile({ database: db.database, clock }, facts.workspaceId, 'system', extent);

/** The present verdicts, by the employee id of whom they are about: what a run of what changed and one of everything come to alike. */
async function verdicts(): Promise<readonly string[]> {
  await run();
  const byChanges = await present();
  await run('everything');
  expect(await present()).toEqual(byChanges);
  return byChanges;
}

async function present(): Promise<readonly string[]> {
  const { rows } = await db.owner.query<{ line: string }>(
    `select concat_ws(' ', coalesce(person.employee_id, 'nobody'), finding.rule, finding.effect) as line
     from finding left join person on person.workspace_id = finding.workspace_id and person.id = finding.person_id
     where finding.workspace_id = $1 and finding.closed_at is null
     order by line`,
    [facts.workspaceId],
  );
  return rows.map(({ line }) => line);
}

/** Ann's account goes to Ben with its employee id, and then HR tells that she had left with the 6th. */
async function annsAccountWent(stretches: readonly StretchGiven[]): Promise<void> {
  await facts.roster(row('1', ANN), row('2', BEN));
  const { accountId } = await facts.account({ upn: ANN, employeeId: '1', stretches });
  await run('everything');
  await moveTo('2', accountId);
  await run();
  await facts.roster(row('1', ANN, '2026-03-06'));
}

async function moveTo(employeeId: string | null, accountId: string): Promise<void> {
  await db.owner.query('update directory_account set employee_id = $3 where workspace_id = $1 and account_id = $2', [
    facts.workspaceId,
    accountId,
    employeeId,
  ]);
}

describe('an account that followed its identifiers before HR told that its holder had left by then', () => {
  it.each<{ readonly name: string; readonly stretches: readonly StretchGiven[]; readonly expected: string }>([
    { name: 'fails its leaver where it is enabled still', stretches: [{ state: 'enabled', from: LONG_AGO }], expected: '1 L03 FAIL' },
    {
      name: 'fails its leaver where it had been off before the end, as during a leave',
      stretches: [
        { state: 'enabled', from: LONG_AGO, to: march(1) },
        { state: 'disabled', from: march(1, 1), to: march(4) },
        { state: 'enabled', from: march(4, 1) },
      ],
      expected: '1 L03 FAIL',
    },
    {
      name: 'fails its leaver where it was off too late',
      stretches: [
        { state: 'enabled', from: LONG_AGO, to: march(9) },
        { state: 'disabled', from: march(9, 1) },
      ],
      expected: '1 L05 FAIL',
    },
    {
      name: 'was off in time, and is on for whoever has it now',
      stretches: [
        { state: 'enabled', from: LONG_AGO, to: march(7) },
        { state: 'disabled', from: march(7, 1), to: march(9) },
        { state: 'enabled', from: march(9, 1) },
      ],
      expected: '1 L12 PASS',
    },
  ])('$name', async ({ stretches, expected }) => {
    await annsAccountWent(stretches);
    clock.set(march(14));
    await facts.looked(march(14));
    expect(await verdicts()).toContain(expected);
  });

  it('fails its leaver by what was left of it in SCIM as well', async () => {
    await facts.roster(row('1', ANN), row('2', BEN));
    const { userId } = await facts.scim({ userName: ANN, employeeNumber: '1', states: [{ at: LONG_AGO, is: 'active' }] });
    await run('everything');
    await db.owner.query('update scim_user set employee_number = $3 where workspace_id = $1 and id = $2', [facts.workspaceId, userId, '2']);
    await run('everything');
    await facts.roster(row('1', ANN, '2026-03-06'));
    expect(await verdicts()).toEqual(['1 L04 FAIL', '2 S05 FAIL']);
  });

  it('fails its leaver also where it was in doubt for a while whose it is', async () => {
    await facts.roster(row('1', ANN), row('2', BEN));
    const { accountId } = await facts.account({ upn: ANN, employeeId: '1', stretches: [{ state: 'enabled', from: LONG_AGO }] });
    await run('everything');
    await moveTo(null, accountId);
    await facts.roster(row('2', ANN));
    expect(await verdicts()).toEqual(['1 X03 INSUF', '2 X03 INSUF']);
    clock.set(march(11));
    await facts.looked(march(11));
    await moveTo('2', accountId);
    await run();
    await facts.roster(row('1', ANN, '2026-03-06'));
    expect(await verdicts()).toEqual(['1 L03 FAIL', '2 S10 WARN']);
  });

  describe('which was theirs, and in doubt whose it is when they left', () => {
    /** Ann's account names her and Ben; on the 13th HR tells that she left with the 11th. */
    async function leftInDoubt(stretches: readonly StretchGiven[] = [{ state: 'enabled', from: LONG_AGO }]): Promise<string> {
      await facts.roster(row('1', ANN), row('2', BEN));
      const { accountId } = await facts.account({ upn: ANN, employeeId: '1', stretches });
      await run('everything');
      await moveTo(null, accountId);
      await facts.roster(row('2', ANN));
      expect(await verdicts()).toEqual(['1 X03 INSUF', '2 X03 INSUF']);
      clock.set(march(13));
      await facts.looked(march(13));
      await facts.roster(row('1', ANN, '2026-03-11'));
      expect(await verdicts()).toEqual(['1 X03 INSUF', '2 X03 INSUF']);
      clock.set(march(14));
      await facts.looked(march(14));
      return accountId;
    }

    it('leaves its leaver in doubt when its identifiers name somebody else alone', async () => {
      const accountId = await leftInDoubt();
      await moveTo('2', accountId);
      expect(await verdicts()).toEqual(['1 X03 INSUF', '2 S10 WARN']);
      clock.set(march(16));
      await facts.looked(march(16));
      expect(await verdicts()).toEqual(['1 X03 INSUF', '2 S10 WARN']);
    });

    it('leaves its leaver in doubt also where it was off by then', async () => {
      const accountId = await leftInDoubt([
        { state: 'enabled', from: LONG_AGO, to: march(9) },
        { state: 'disabled', from: march(9, 1) },
      ]);
      await moveTo('2', accountId);
      expect(await verdicts()).toEqual(['1 X03 INSUF', '2 S13 INFO']);
    });

    it('leaves its leaver in doubt also where it was in doubt once more after that', async () => {
      const accountId = await leftInDoubt();
      await moveTo('2', accountId);
      await run();
      clock.set(march(15));
      await facts.looked(march(15));
      await moveTo(null, accountId);
      await run();
      clock.set(march(16));
      await facts.looked(march(16));
      await moveTo('2', accountId);
      expect(await verdicts()).toEqual(['1 X03 INSUF', '2 S10 WARN']);
    });

    it('is not theirs where the doubt was over before they left', async () => {
      await facts.roster(row('1', ANN), row('2', BEN));
      const { accountId } = await facts.account({ upn: ANN, employeeId: '1', stretches: [{ state: 'enabled', from: LONG_AGO }] });
      await run('everything');
      await moveTo(null, accountId);
      await facts.roster(row('2', ANN));
      await run();
      await moveTo('2', accountId);
      await run();
      clock.set(march(13));
      await facts.looked(march(13));
      await facts.roster(row('1', ANN, '2026-03-11'));
      expect(await verdicts()).toEqual(['1 L10 N/A', '2 S10 WARN']);
    });
  });

  it('counts once in the test about accounts, with whoever has it now', async () => {
    await annsAccountWent([{ state: 'enabled', from: LONG_AGO }]);
    await verdicts();
    const results = await askTests(
      { database: db.database, memory: createTestMemory() },
      { workspaceId: facts.workspaceId, at: clock.now(), period: null },
    );
    const effectsOf = (test: ComplianceTestId) => results.find(({ id }) => id === test)?.effects;
    expect(effectsOf('terminated-people-are-deactivated')).toEqual({ FAIL: 1 });
    expect(effectsOf('directory-accounts-have-people')).toEqual({ PASS: 1 });
  });
});
