import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { NOW as SEEDED_NOW, seedPopulation } from '../../bench/leaver-population.mjs';
import type { Instant } from '../../src/kernel/index.ts';
import type { Transaction } from '../../src/platform/index.ts';
import { reconcile, setPolicy } from '../../src/reconciliation/index.ts';
import type { SteppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { ann, annsAccount, type Facts, leavesOf, LONG_AGO, march } from './facts.ts';
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

  it('holds no more than a thousand rows of anything, a first run included, which links everybody', async () => {
    const workspaceId = await insertWorkspace(db.owner, LONG_AGO);
    clock.set(LONG_AGO);
    await setPolicy({ database: db.database, clock }, workspaceId, { slaHours: 24, actor: 'system' });
    await seedPopulation(db.owner, workspaceId, 1_500);
    clock.set(SEEDED_NOW as Instant);
    const handedOut: number[] = [];
    const counting = (tx: Transaction): Transaction => ({
      ...tx,
      query: async <Row>(...asked: Parameters<Transaction['query']>) => {
        const found = await tx.query<Row>(...asked);
        handedOut.push(found.rows.length);
        return found;
      },
    });
    const database = {
      ...db.database,
      transaction: <Result>(work: (tx: Transaction) => Promise<Result>) => db.database.transaction((tx) => work(counting(tx))),
    };
    const { population } = await reconcile({ database, clock }, workspaceId, 'system');
    expect(population.employmentPeriods).toBe(1_498);
    const { rows } = await db.owner.query(
      `select count(*) as links, count(distinct (link.system, link.account_id)) as accounts, count(record.id) as records
       from account_link as link
       left join ledger_record as record on record.workspace_id = link.workspace_id and record.id = link.record_id and record.type = 'match.linked'
       where link.workspace_id = $1`,
      [workspaceId],
    );
    expect(rows).toEqual([{ links: 2 * 1_498, accounts: 2 * 1_498, records: 2 * 1_498 }]);
    expect(Math.max(...handedOut)).toBe(1_000);
  });

  it('leaves the rows alone of whom nothing new can be said', async () => {
    await facts.roster(ann('2026-02-01'), '2,ben@contoso.example,2020-01-01,', '3,cleo@contoso.example,2020-01-01,');
    await facts.account({
      ...annsAccount,
      stretches: [
        { state: 'enabled', from: LONG_AGO, to: '2026-02-01T10:00:00.000Z' as Instant },
        { state: 'disabled', from: '2026-02-01T12:00:00.000Z' as Instant },
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
