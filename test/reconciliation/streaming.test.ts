import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { reconcile, setPolicy } from '../../src/reconciliation/index.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { ann, annsAccount, type Facts, givenFacts, leavesOf, LONG_AGO, march, NOW } from './facts.ts';

let db: TestDatabase;
let clock: SteppingClock;
let facts: Facts;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  clock = steppingClock(LONG_AGO);
  facts = await givenFacts({ database: db.database, owner: db.owner, clock });
  await setPolicy({ database: db.database, clock }, facts.workspaceId, { slaHours: 24, actor: 'system' });
  clock.set(NOW);
  await facts.looked(NOW);
});

async function run() {
  return reconcile({ database: db.database, clock }, facts.workspaceId, 'system');
}

/** Every row of the workspace as it is stored, with the transaction that wrote it. */
async function storedRows(): Promise<readonly unknown[]> {
  const { rows } = await db.owner.query(
    'select finding.xmin::text as written_by, finding.* from finding where finding.workspace_id = $1 order by finding.unit_id',
    [facts.workspaceId],
  );
  return rows;
}

describe('a run over many', () => {
  it('judges everybody, over more batches than one', async () => {
    const rows = Array.from({ length: 2_050 }, (_, n) => `${n},p${n}@contoso.example,2020-01-01,${n === 2_049 ? '2026-02-01' : ''}`);
    await facts.roster(...rows);
    const { population, counts, opened } = await run();
    expect(population).toEqual({ employmentPeriods: 2_050, continued: 0 });
    expect(counts.byVerdict).toEqual({ ACTIVE_EMPLOYEE_NO_ACCESS: 2_049, LEAVER_NO_ACCOUNT_FOUND: 1 });
    expect(opened).toBe(1);
  });

  it('leaves the rows alone of whom nothing new can be said', async () => {
    await facts.roster(ann('2026-02-01'), '2,ben@contoso.example,2020-01-01,', '3,cleo@contoso.example,2020-01-01,');
    await facts.account({
      ...annsAccount,
      stretches: [
        { state: 'enabled', from: LONG_AGO, to: '2026-02-01T10:00:00.000Z' as typeof NOW },
        { state: 'disabled', from: '2026-02-01T12:00:00.000Z' as typeof NOW },
      ],
    });
    await facts.account({ upn: 'ben@contoso.example', stretches: [{ state: 'enabled', from: LONG_AGO }] });
    await facts.account({ upn: 'nobody@contoso.example', stretches: [{ state: 'enabled', from: LONG_AGO }] });
    await run();
    const before = await storedRows();
    expect(before).toHaveLength(4);
    clock.set(march(10, 15));
    await facts.looked(march(10, 15));
    expect(await run()).toMatchObject({ opened: 0, changed: 0, closed: 0, population: { employmentPeriods: 3 } });
    expect(await storedRows()).toEqual(before);
  });

  it('goes on saying for how long access has outlived its deadline, without another record', async () => {
    await facts.roster(ann('2026-02-01'));
    await facts.account({ ...annsAccount, stretches: [{ state: 'enabled', from: LONG_AGO }] });
    await run();
    const [before] = (await storedRows()) as { sentence: string }[];
    clock.set(march(10, 15));
    await facts.looked(march(10, 15));
    expect(await run()).toMatchObject({ opened: 0, changed: 0, closed: 0 });
    const [after] = (await storedRows()) as { sentence: string }[];
    expect(after?.sentence).not.toBe(before?.sentence);
    expect(await leavesOf(db.owner, facts.workspaceId, 'finding.')).toHaveLength(1);
  });

  it('takes all SCIM users of an account that is nobody’s together, deleted ones and the one that is there', async () => {
    const { objectId } = await facts.account({ upn: 'svc@contoso.example', stretches: [{ state: 'enabled', from: LONG_AGO }] });
    await facts.scim({
      userName: 'svc@contoso.example',
      externalId: objectId,
      states: [
        { at: LONG_AGO, is: 'active' },
        { at: march(1), is: 'deleted' },
      ],
    });
    await facts.scim({ userName: 'svc@contoso.example', externalId: objectId, states: [{ at: march(2), is: 'active' }] });
    expect((await run()).counts.byVerdict).toEqual({ UNMATCHED_ACCOUNT: 1 });
    expect(await run()).toMatchObject({ opened: 0, changed: 0, closed: 0 });
  });

  it('closes the finding of an account that has become somebody’s', async () => {
    await facts.account({ ...annsAccount, stretches: [{ state: 'enabled', from: LONG_AGO }] });
    expect(await run()).toMatchObject({ opened: 1, counts: { byVerdict: { UNMATCHED_ACCOUNT: 1 } } });
    await facts.roster(ann(''));
    const { closed, counts } = await run();
    expect(closed).toBe(1);
    expect(counts.byVerdict).not.toHaveProperty('UNMATCHED_ACCOUNT');
  });
});
