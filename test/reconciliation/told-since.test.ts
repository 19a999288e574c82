import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HOUR_MS, type Instant, plusMs } from '../../src/kernel/index.ts';
import { reconcile, reconciliationRoutes, setPolicy } from '../../src/reconciliation/index.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { ann, annsAccount, type Facts, givenFacts, LONG_AGO, march } from './facts.ts';

let db: TestDatabase;
let clock: SteppingClock;
let facts: Facts;
let server: LoopbackServer;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

const deps = () => ({ database: db.database, clock });

beforeEach(async () => {
  clock = steppingClock(LONG_AGO);
  facts = await givenFacts({ database: db.database, owner: db.owner, clock });
  await setPolicy(deps(), facts.workspaceId, { slaHours: 24, actor: 'system' });
  server = await administrationServer({ clock, workspaceId: facts.workspaceId, routers: [reconciliationRoutes(deps())] });
  await facts.roster(ann('2026-03-06'));
  await facts.account({ ...annsAccount, stretches: [{ state: 'enabled', from: LONG_AGO }] });
  await runAt(march(10));
});
afterEach(() => server.close());

/** Looks and judges at an instant, and goes on an hour later. */
async function runAt(at: Instant) {
  clock.set(at);
  await facts.looked(at);
  await reconcile(deps(), facts.workspaceId, 'system');
  clock.set(plusMs(at, HOUR_MS));
}

/** A run that has judged, and is not recorded before something else has been done. */
async function runAcross(at: Instant, meanwhile: () => Promise<unknown>): Promise<void> {
  clock.set(at);
  await facts.looked(at);
  const { running } = await db.owner.transaction(async (tx) => {
    // It is written behind the last verdict.
    await tx.query('select from reconciliation_horizon as horizon where horizon.workspace_id = $1 for update', [facts.workspaceId]);
    const run = reconcile(deps(), facts.workspaceId, 'system');
    for (let looks = 0; !(await isSomebodyWaiting()); looks += 1) if (looks > 10_000) throw new Error('nobody waits');
    await meanwhile();
    return { running: run };
  });
  await running;
  clock.set(plusMs(at, HOUR_MS));
}

async function isSomebodyWaiting(): Promise<boolean> {
  const { count } = await db.owner.query(
    "select from pg_locks where locktype = 'transactionid' and not granted and pid in (select pid from pg_stat_activity where datname = current_database())",
  );
  return count > 0;
}

interface Shown {
  readonly id: string;
  readonly end: { readonly earliest: Instant } | null;
  readonly period: { readonly endDate: string | null; readonly toldSince: Record<string, unknown> | null };
}

async function shown(query = ''): Promise<Shown> {
  const response = await fetch(`${server.url}/findings${query}`, { headers: { accept: 'application/json' } });
  const { findings } = (await response.json()) as { findings: readonly Shown[] };
  const [found] = findings.filter(({ period }) => period !== null);
  if (found === undefined) throw new Error('nobody is found');
  return found;
}

/** What a finding shows of HR's word, and what it says of the word since. */
const told = ({ period }: Shown) => [period.endDate, period.toldSince?.['endDate']];

describe('what a finding shows of HR’s word', () => {
  it('is what its verdict was decided on, until a run has judged what HR told since', async () => {
    expect(told(await shown())).toEqual(['2026-03-06', undefined]);
    await facts.roster('1,ann@contoso.example,2020-01-01,2026-03-20');
    const between = await shown();
    expect(told(between)).toEqual(['2026-03-06', '2026-03-20']);
    expect(between.end?.earliest.slice(0, 10)).toBe('2026-03-07');
    await runAt(march(11));
    expect(told(await shown())).toEqual(['2026-03-20', undefined]);
  });

  it('says all of what HR told since, and by which record', async () => {
    await facts.roster('1,ann@contoso.example,2020-01-01,');
    const { rows } = await db.owner.query<{ id: string }>(
      'select period.record_id as id from employment_period as period where period.workspace_id = $1',
      [facts.workspaceId],
    );
    expect((await shown()).period.toldSince).toEqual({
      startDate: '2020-01-01',
      endDate: null,
      lastDay: null,
      endedBetween: null,
      timeZone: 'UTC',
      site: null,
      workerType: 'employee',
      hrRecordedAt: null,
      record: rows[0]?.id,
    });
  });

  it('is said of one finding as of a list, and in a file', async () => {
    await facts.roster(ann('2026-03-20'));
    const { id } = await shown();
    const one = (await (await fetch(`${server.url}/findings/${id}`)).json()) as { finding: Shown };
    expect(told(one.finding)).toEqual(['2026-03-06', '2026-03-20']);
    const file = await (await fetch(`${server.url}/findings`, { headers: { accept: 'text/csv' } })).text();
    const [head = '', line = ''] = file.split('\r\n');
    const place = head.split(',').indexOf('hr_changed_since');
    expect([place > 0, line.split(',').includes('2026-03-06'), line.includes('2026-03-20')]).toEqual([true, true, false]);
    expect(file).toContain('true');
  });

  it('is not what an import brought that a run had judged before', async () => {
    await runAcross(march(11), () => facts.roster(ann('2026-03-20')));
    expect(told(await shown())).toEqual(['2026-03-06', '2026-03-20']);
    const then = await shown(`?asOf=${march(11, 0.5)}`);
    expect(told(then)).toEqual(['2026-03-06', undefined]);
    await runAt(march(12));
    expect(told(await shown())).toEqual(['2026-03-20', undefined]);
    expect(await shown(`?asOf=${march(11, 0.5)}`)).toEqual(then);
  });

  it('is the word between two others where a run judged by that one', async () => {
    await facts.roster(ann('2026-03-08'));
    await runAcross(march(11), () => facts.roster(ann('2026-03-20')));
    expect(told(await shown())).toEqual(['2026-03-08', '2026-03-20']);
    await runAt(march(12));
    expect(told(await shown(`?asOf=${march(10, 1)}`))).toEqual(['2026-03-06', undefined]);
    expect(told(await shown(`?asOf=${march(11, 0.5)}`))).toEqual(['2026-03-08', undefined]);
  });

  it('keeps to the time zone that the workspace had, where HR gives none', async () => {
    await db.owner.query('update employment_period set time_zone = null where workspace_id = $1', [facts.workspaceId]);
    await runAt(march(11));
    const before = await shown();
    await db.owner.query("update workspace set time_zone = 'Asia/Tokyo' where workspace_id = $1", [facts.workspaceId]);
    expect(await shown()).toEqual(before);
    await runAt(march(12));
    expect(await shown()).not.toEqual(before);
  });
});
