import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import { reconcile, reconciliationRoutes, setPolicy } from '../../src/reconciliation/index.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { type Facts, givenFacts, LONG_AGO, march, NOW } from './facts.ts';

const OBJECT = '7b0c3c62-9f0e-4d0c-8a30-5d7a3f0e9a12';

interface Told {
  readonly what: string;
  readonly sentence: string;
  readonly from: string | null;
  readonly at: string;
  readonly grade: string | null;
  readonly source: string;
}

let db: TestDatabase;
let clock: SteppingClock;
let facts: Facts;
let server: LoopbackServer;
let accountId: string;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  clock = steppingClock(LONG_AGO);
  facts = await givenFacts({ database: db.database, owner: db.owner, clock });
  server = await administrationServer({ clock, workspaceId: facts.workspaceId, routers: [reconciliationRoutes(deps())] });
  await setPolicy(deps(), facts.workspaceId, { slaHours: 24, actor: 'system' });
});
afterEach(() => server.close());

const deps = () => ({ database: db.database, clock });
const ask = async <Body>(path: string) => (await (await fetch(server.url + path)).json()) as Body;

/** Ann, by HR's rows, and what the directory says of when she leaves. */
async function ann(rows: readonly string[], ...claims: readonly (Instant | null)[]): Promise<void> {
  await facts.roster(...rows);
  const address = 'ann@contoso.example';
  const stretches = [{ state: 'enabled' as const, from: LONG_AGO }];
  ({ accountId } = await facts.account({ upn: address, mail: address, objectId: OBJECT, employeeId: '1', stretches }));
  for (const [index, leaves] of claims.entries()) {
    await db.owner.query(
      `insert into directory_leave_date (workspace_id, connection_id, object_id, ordinal, leave_at, not_before, observed_at, run_id)
       values ($1, $2, $3, $4, $5, $6, $7, gen_random_uuid())`,
      [facts.workspaceId, facts.connectionId, OBJECT, index + 1, leaves, march(index + 1), march(index + 1, 4)],
    );
  }
  await facts.looked(NOW);
  clock.set(NOW);
  await reconcile(deps(), facts.workspaceId, 'system');
}

const flags = async () =>
  (await ask<{ findings: readonly { flags: readonly object[] }[] }>('/findings')).findings.flatMap((one) => one.flags);
const person = async () => {
  const { rows } = await db.owner.query<{ id: string }>('select id from person where workspace_id = $1', [facts.workspaceId]);
  return rows[0]?.id ?? '';
};

describe("a directory's leave date beside HR's end", () => {
  it.each([
    { name: 'on the last day', row: '1,ann@contoso.example,2020-01-01,2026-03-06', leaves: march(6) },
    { name: 'at the end of the last day', row: '1,ann@contoso.example,2020-01-01,2026-03-06', leaves: march(6, 23) },
    { name: 'a day before', row: '1,ann@contoso.example,2020-01-01,2026-03-06', leaves: march(5) },
    { name: 'a day after', row: '1,ann@contoso.example,2020-01-01,2026-03-06', leaves: march(8) },
    {
      name: 'on the last day of a zone far away',
      row: '1,ann@contoso.example,2020-01-01,2026-03-06,,,America/Los_Angeles',
      leaves: march(6),
    },
    { name: 'that is to come, and HR tells no end yet', row: '1,ann@contoso.example,2020-01-01,', leaves: march(28) },
  ])('is no flag $name', async ({ row, leaves }) => {
    await ann([row], leaves);
    expect(await flags()).toEqual([]);
  });

  it.each([
    { name: 'two days before', row: '1,ann@contoso.example,2020-01-01,2026-03-06', leaves: march(4), endedAt: march(7) },
    { name: 'two days after', row: '1,ann@contoso.example,2020-01-01,2026-03-06', leaves: march(8, 1), endedAt: march(7) },
    { name: 'that has passed, and HR tells no end', row: '1,ann@contoso.example,2020-01-01,', leaves: march(2), endedAt: null },
  ])('is a flag $name, and moves no verdict (I9)', async ({ row, leaves, endedAt }) => {
    await ann([row]);
    const verdicts = async () =>
      (await ask<{ findings: readonly { verdict: string }[] }>('/findings')).findings.map(({ verdict }) => verdict);
    const before = await verdicts();
    await db.owner.query(
      `insert into directory_leave_date (workspace_id, connection_id, object_id, ordinal, leave_at, observed_at, run_id)
       values ($1, $2, $3, 1, $4, $5, gen_random_uuid())`,
      [facts.workspaceId, facts.connectionId, OBJECT, leaves, march(1)],
    );
    await reconcile(deps(), facts.workspaceId, 'system');
    const flag = { kind: 'leave-date-differs', accountId, at: leaves, endedAt, entry: null };
    expect((await ask<{ flags: readonly object[] }>(`/people/${await person()}`)).flags).toEqual([flag]);
    expect(await verdicts()).toEqual(before);
  });

  it('fits the end of any employment: the directory keeps the date of one that is over', async () => {
    await ann(['1,ann@contoso.example,2020-01-01,2025-06-30', '1,ann@contoso.example,2026-01-01,'], '2025-06-30T00:00:00.000Z' as Instant);
    expect(await flags()).toEqual([]);
  });

  it('is gone with the claim', async () => {
    await ann(['1,ann@contoso.example,2020-01-01,2026-03-06'], march(1), null);
    expect(await flags()).toEqual([]);
  });

  it('is of the own workspace alone (I12)', async () => {
    await ann(['1,ann@contoso.example,2020-01-01,2026-03-06'], march(1));
    const other = await givenFacts({ database: db.database, owner: db.owner, clock });
    await db.owner.query('update directory_leave_date set workspace_id = $2, connection_id = $3 where workspace_id = $1', [
      facts.workspaceId,
      other.workspaceId,
      other.connectionId,
    ]);
    expect(await flags()).toEqual([]);
  });

  it("stands in the person's timeline as the directory's claim, between two looks", async () => {
    await ann(['1,ann@contoso.example,2020-01-01,2026-03-06'], march(6), march(9), null);
    const { facts: told } = await ask<{ facts: readonly Told[] }>(`/people/${await person()}/timeline`);
    expect(told.filter(({ what }) => what === 'graph.account.leave_told')).toMatchObject([
      {
        source: 'directory',
        grade: 'C',
        from: march(1),
        at: march(1, 4),
        sentence: `The directory says that the employee leaves at ${march(6)}. It is HR’s end that counts.`,
      },
      { sentence: `The directory says that the employee leaves at ${march(9)} (it said ${march(6)} before). It is HR’s end that counts.` },
      { sentence: `The directory no longer says that the employee leaves at ${march(9)}.` },
    ]);
  });
});
