import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { plusMs } from '../../src/kernel/index.ts';
import { flagsOf } from '../../src/reconciliation/flags-of.ts';
import type { Extent } from '../../src/reconciliation/reconcile.ts';
import { type ReportUnit, reconcile, reportPopulation } from '../../src/reconciliation/index.ts';
import { decideListing } from '../../src/roster/decide-listing.ts';
import type { SteppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { ann, type Facts, LONG_AGO, march, NOW } from './facts.ts';
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

async function run(extent: Extent = 'everything') {
  return reconcile({ database: db.database, clock }, facts.workspaceId, 'system', extent);
}

async function units(): Promise<readonly ReportUnit[]> {
  const period = { periodStart: march(1), periodEnd: march(31) };
  return (await reportPopulation(db.database, facts.workspaceId, period)).units;
}

describe('the verdict on whom HR speaks of no longer, or without an end', () => {
  const bob = '2,bob@contoso.example,2020-01-01,';
  const usable = async (upn: string, employeeId: string) => {
    await facts.account({ upn, employeeId, assigned: true, stretches: [{ state: 'enabled', from: LONG_AGO }] });
  };
  const citedTypes = async (unit: ReportUnit | undefined) => {
    const cited = 'select record.type from ledger_record as record where record.workspace_id = $1 and record.id = any ($2::uuid[])';
    const { rows } = await db.owner.query<{ type: string }>(cited, [facts.workspaceId, unit?.evidence ?? []]);
    return rows.map(({ type }) => type);
  };
  const ruleOf = async (employeeId: string) => (await units()).find(({ person }) => person?.employeeId === employeeId);

  it('cannot tell of somebody whom a roster leaves out and nobody has answered for, and can once somebody has', async () => {
    clock.set(LONG_AGO);
    await facts.everybody([ann(''), bob]);
    clock.set(march(9));
    await facts.everybody([ann('')]);
    clock.set(NOW);
    await usable('bob@contoso.example', '2');
    await run();
    const dropped = await ruleOf('2');
    expect(dropped).toMatchObject({ rule: 'X04', verdict: 'ROSTER_DROPPED', effect: 'INSUF' });
    expect(await citedTypes(dropped)).toEqual(expect.arrayContaining(['hr.period.started', 'hr.person.dropped']));
    const kept = { answer: { decision: 'employed' }, reason: 'HR by telephone', actor: 'system' } as const;
    await decideListing({ database: db.database, clock }, facts.workspaceId, { personId: dropped?.person?.id ?? '', ...kept });
    clock.advance(1_000);
    await run();
    expect((await ruleOf('2'))?.rule).not.toBe('X04');
    expect(await citedTypes(await ruleOf('2'))).not.toContain('hr.person.dropped');
  });

  it('takes an end that a roster of everybody tells for one that lies in between (I10)', async () => {
    clock.set(march(5));
    const cem = '3,cem@contoso.example,2020-01-01,';
    await facts.everybody([ann(''), bob, cem]);
    clock.set(march(7));
    await facts.everybody([ann(''), cem], { full: true });
    clock.set(NOW);
    await facts.account({
      upn: 'bob@contoso.example',
      employeeId: '2',
      stretches: [
        { state: 'enabled', from: LONG_AGO, to: march(7, 1) },
        { state: 'disabled', from: march(7, 2) },
      ],
    });
    await run();
    expect(await ruleOf('2')).toMatchObject({ rule: 'L08', end: { earliest: march(5), latest: march(7) } });
  });

  const BOB_AHEAD = '2,bob@contoso.example,2020-01-01,2026-12-31';
  const CEM = '3,cem@contoso.example,2020-01-01,';

  it('cannot tell of somebody whom a roster leaves out before the end that HR had told, whose access goes on', async () => {
    clock.set(LONG_AGO);
    await facts.everybody([ann(''), BOB_AHEAD]);
    clock.set(NOW);
    await usable('bob@contoso.example', '2');
    await run();
    expect((await ruleOf('2'))?.rule).toBe('S10');
    clock.advance(1_000);
    await facts.everybody([ann('')]);
    clock.advance(1_000);
    await run('changes');
    expect(await ruleOf('2')).toMatchObject({ rule: 'X04', effect: 'INSUF', vector: { employment: 'NOTICE', roster: 'DROPPED' } });
  });

  it('cannot tell when somebody left whom a roster leaves out before the end that HR had told, until somebody has answered (I10)', async () => {
    clock.set(march(3));
    await facts.everybody([ann(''), '2,bob@contoso.example,2020-01-01,2026-03-06']);
    clock.set(march(4));
    await facts.everybody([ann('')]);
    clock.set(NOW);
    const [gone, seen] = [march(7, 1), { from: LONG_AGO, to: march(7) }];
    await facts.account({
      upn: 'bob@contoso.example',
      employeeId: '2',
      stretches: [
        { state: 'enabled', ...seen },
        { state: 'disabled', from: gone },
      ],
    });
    await run();
    const dropped = await ruleOf('2');
    expect(dropped).toMatchObject({ rule: 'X04', effect: 'INSUF', vector: { employment: 'ENDED', roster: 'DROPPED' } });
    const kept = { answer: { decision: 'employed' }, reason: 'employed until the 6th', actor: 'system' } as const;
    await decideListing({ database: db.database, clock }, facts.workspaceId, { personId: dropped?.person?.id ?? '', ...kept });
    clock.advance(1_000);
    await run('changes');
    expect(await ruleOf('2')).toMatchObject({ rule: 'L12', effect: 'PASS' });
  });

  it('finds a leaver whom a roster left out, and then one of everybody: between the one that named them last and that one (I10)', async () => {
    clock.set(march(3));
    await facts.everybody([ann(''), bob, CEM]);
    await usable('bob@contoso.example', '2');
    clock.set(march(4));
    await facts.everybody([ann(''), CEM]);
    clock.set(march(6));
    await run();
    expect(await ruleOf('2')).toMatchObject({ rule: 'X04', effect: 'INSUF' });
    clock.set(march(7));
    await facts.everybody([ann(''), CEM], { full: true });
    clock.set(NOW);
    await facts.looked(plusMs(NOW, -60_000));
    await run('changes');
    expect(await ruleOf('2')).toMatchObject({
      rule: 'L03',
      effect: 'FAIL',
      end: { earliest: march(3), latest: march(7) },
      vector: { employment: 'ENDED', roster: 'LISTED' },
    });
  });

  it('judges a leaver until the next employment begins, and as one who left where HR still calls it to come on that day', async () => {
    const [left, next] = ['2,bob@contoso.example,2020-01-01,2026-03-09', '2,bob@contoso.example,2026-03-11,'];
    await facts.roster(left, `${next},,prehire`);
    await usable('bob@contoso.example', '2');
    const rulesAt = async (at: typeof NOW, extent: Extent) => {
      clock.set(at);
      await facts.looked(plusMs(at, -60_000));
      await run(extent);
      const found = (await units()).find(({ end, person }) => person?.employeeId === '2' && end !== null);
      return found === undefined ? 'continued' : `${found.rule} ${found.effect}`;
    };
    expect(await rulesAt(march(10, 6), 'everything')).toBe('L09 PEND');
    expect(await rulesAt(march(11, 6), 'changes')).toBe('L03 FAIL');
    await facts.roster(left, `${next},,active`);
    expect(await rulesAt(march(11, 7), 'changes')).toBe('continued');
  });

  it('finds a leaver whom a roster of everybody leaves out before the end that HR had told', async () => {
    clock.set(march(5));
    await facts.everybody([ann(''), BOB_AHEAD, CEM]);
    await usable('bob@contoso.example', '2');
    clock.set(march(6));
    await run();
    clock.set(march(7));
    await facts.everybody([ann(''), CEM], { full: true });
    clock.set(NOW);
    await facts.looked(plusMs(NOW, -60_000));
    await run('changes');
    const leaver = await ruleOf('2');
    expect(leaver).toMatchObject({ rule: 'L03', effect: 'FAIL', end: { earliest: march(5), latest: march(7) } });
    expect(leaver?.period).toMatchObject({ endDate: null, backdated: false });
    clock.advance(1_000);
    await run();
    expect(await ruleOf('2')).toEqual(leaver);
  });

  it.each([
    { story: 'a contractor without an end', row: '2,bob@contoso.example,2020-01-01,,,active,,contractor', rule: 'C01' },
    { story: 'a contractor with an end', row: '2,bob@contoso.example,2020-01-01,2027-01-01,,active,,contractor', rule: 'S10' },
    {
      story: 'somebody in garden leave whose account is usable',
      row: '2,bob@contoso.example,2020-01-01,,,garden_leave,,employee',
      rule: 'S09',
    },
  ])('on $story is $rule', async ({ row, rule }) => {
    await facts.roster(row);
    await usable('bob@contoso.example', '2');
    await run();
    expect((await ruleOf('2'))?.rule).toBe(rule);
  });

  it.each([
    { story: 'somebody went on leave', before: 'active,,employee', now: 'leave,,employee', rule: 'S09', cites: 'hr.period.status_changed' },
    {
      story: 'somebody came back from leave',
      before: 'leave,,employee',
      now: 'active,,employee',
      rule: 'S10',
      cites: 'hr.period.status_changed',
    },
    {
      story: 'an employee became a contractor',
      before: 'active,,employee',
      now: 'active,,contractor',
      rule: 'C01',
      cites: 'hr.period.type_changed',
    },
    {
      story: 'a contractor became an employee',
      before: 'active,,contractor',
      now: 'active,,employee',
      rule: 'S10',
      cites: 'hr.period.type_changed',
    },
  ])('cites the record that says that $story', async ({ before, now, rule, cites }) => {
    clock.set(LONG_AGO);
    await facts.roster(`${bob},,${before}`);
    clock.set(march(9));
    await facts.roster(`${bob},,${now}`);
    clock.set(NOW);
    await usable('bob@contoso.example', '2');
    await run();
    const unit = await ruleOf('2');
    expect(unit?.rule).toBe(rule);
    expect(await citedTypes(unit)).toContain(cites);
  });

  it('ends whom a roster of everybody leaves out after HR’s last word that nobody else has changed, in the period in which that was', async () => {
    const others = ['1,ann@contoso.example,2020-01-01,', '2,bob@contoso.example,2020-01-01,'];
    clock.set(march(1, -20));
    await facts.everybody([...others, '3,cem@contoso.example,2020-01-01,']);
    clock.set(march(2));
    await facts.roster();
    clock.set(march(5));
    await facts.everybody(others, { full: true });
    clock.set(NOW);
    await run();
    expect(await ruleOf('3')).toMatchObject({ end: { earliest: march(2), latest: march(5) } });
  });

  it.each(['9998-12-31', '9999-12-31'])('survives the end %s of an earlier import, and takes it for none (I10)', async (day) => {
    await facts.roster('2,bob@contoso.example,2020-01-01,2027-01-01,,active,,contractor', '3,cem@contoso.example,2020-01-01,2027-01-01');
    await db.owner.query('update employment_period set end_date = $2 where workspace_id = $1', [facts.workspaceId, day]);
    await usable('bob@contoso.example', '2');
    await usable('cem@contoso.example', '3');
    await run();
    expect(await ruleOf('2')).toMatchObject({ rule: 'C01', vector: { employment: 'ACTIVE', roster: 'OPEN_ENDED' }, end: null });
    const asked = 'select account_id as id from account_link where workspace_id = $1 and ended_at is null';
    const { rows } = await db.owner.query<{ id: string }>(asked, [facts.workspaceId]);
    const accountIds = rows.map(({ id }) => id);
    const flags = await flagsOf(db.database, facts.workspaceId, { accountIds, at: NOW });
    expect(flags.map(({ kind, accountId, at }) => ({ kind, accountId, at }))).toEqual(
      accountIds.toSorted().map((accountId) => ({ kind: 'end-beyond-employment', accountId, at: NOW })),
    );
    clock.advance(1_000);
    await facts.everybody(['2,bob@contoso.example,2020-01-01,,,active,,contractor']);
    await run('changes');
    expect((await ruleOf('3'))?.rule).toBe('X04');
    expect(await flagsOf(db.database, facts.workspaceId, { accountIds, at: NOW })).toHaveLength(1);
  });
});
