import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ReportUnit, reconcile, reportPopulation } from '../../src/reconciliation/index.ts';
import type { SteppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { ann, annsAccount, type Facts, LONG_AGO, leavesOf, march, NOW, switchOn } from './facts.ts';
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

async function units(): Promise<readonly ReportUnit[]> {
  const period = { periodStart: march(1), periodEnd: march(31) };
  return (await reportPopulation(db.database, facts.workspaceId, period)).units;
}

async function theUnit(): Promise<ReportUnit> {
  const [unit, ...others] = await units();
  if (unit === undefined || others.length > 0) throw new Error(`there are ${others.length + (unit === undefined ? 0 : 1)} units`);
  return unit;
}

describe('accounts for which nobody answers', () => {
  it('are findings where they are usable, one for both sides of the same object', async () => {
    const { objectId, accountId } = await facts.account({ upn: 'svc@contoso.example', stretches: [{ state: 'enabled', from: LONG_AGO }] });
    await facts.scim({ userName: 'svc@contoso.example', externalId: objectId, states: [{ at: LONG_AGO, is: 'active' }] });
    await facts.account({ upn: 'gone@contoso.example', stretches: [{ state: 'disabled', from: LONG_AGO }] });
    await facts.scim({ userName: 'orphan@contoso.example', states: [{ at: LONG_AGO, is: 'active' }] });
    await run();
    const found = await units();
    expect(
      found.map(({ rule, all }) => ({ rule, all: all.map((match) => match.rule) })).sort((a, b) => a.rule.localeCompare(b.rule)),
    ).toEqual([
      { rule: 'S05', all: ['S05', 'S07'] },
      { rule: 'S07', all: ['S07'] },
    ]);
    const matched = found.find(({ rule }) => rule === 'S07');
    expect(matched).toMatchObject({ kind: 'account', person: null, period: null });
    expect(matched?.systems.map(({ system, account }) => ({ system, account }))).toEqual([
      { system: 'directory', account: 'svc@contoso.example' },
      { system: 'scim', account: 'svc@contoso.example' },
    ]);
    expect(matched?.systems[0]?.accountId).toBe(accountId);
  });

  it('are not called orphans while a directory goes unread (I8)', async () => {
    await facts.scim({ userName: 'orphan@contoso.example', states: [{ at: LONG_AGO, is: 'active' }] });
    await facts.looked(march(1));
    await run();
    expect(await theUnit()).toMatchObject({ rule: 'S01', effect: 'INSUF' });
  });

  it('are left out by the scope only while the SCIM switch is off (I6)', async () => {
    await facts.account({ upn: 'outside@contoso.example', inScope: false, stretches: [{ state: 'enabled', from: LONG_AGO }] });
    expect((await run()).counts.byVerdict).toEqual({});
    await switchOn(db.owner, facts.workspaceId);
    expect((await run()).counts.byVerdict).toEqual({ UNMATCHED_ACCOUNT: 1 });
  });
});

describe('findings over time', () => {
  const ledger = () => leavesOf(db.owner, facts.workspaceId, 'finding.');

  it('open, change and close with a record each, and a run without news says nothing', async () => {
    await facts.roster(ann('2026-03-08'));
    const { objectId } = await facts.account({ ...annsAccount, stretches: [{ state: 'enabled', from: LONG_AGO }] });
    clock.set(march(9, 12));
    await facts.looked(march(9, 12));
    expect(await run()).toMatchObject({ counts: { byEffect: { PEND: 1 } }, opened: 1, changed: 0, closed: 0 });
    const opened = await theUnit();
    clock.set(march(9, 13));
    expect(await run()).toMatchObject({ opened: 0, changed: 0, closed: 0 });
    clock.set(NOW);
    await facts.looked(NOW);
    expect(await run()).toMatchObject({ counts: { byVerdict: { TERMINATED_ACTIVE_DIR: 1 } }, opened: 0, changed: 1, closed: 0 });
    const changed = await theUnit();
    expect(changed.id).toBe(opened.id);
    expect(changed.openedAt).toBe(march(9, 12));
    expect(changed.evidence).toEqual(expect.arrayContaining((await ledger()).map(({ id }) => id)));
    await facts.scim({ userName: annsAccount.upn, externalId: objectId, states: [{ at: NOW, is: 'active' }] });
    await facts.roster(ann(''));
    expect(await run()).toMatchObject({ counts: { byVerdict: { CONSISTENT_ACTIVE: 1 } }, closed: 1 });
    expect((await ledger()).map(({ type }) => type)).toEqual(['finding.opened', 'finding.changed', 'finding.closed']);
    expect(new Set((await ledger()).map(({ subject }) => subject.id))).toEqual(new Set([opened.id]));
    expect(await units()).toEqual([]);
  });

  it('carry in their record the vector, the timings and what they rest on, and no personal data (I11)', async () => {
    await facts.roster(ann('2026-03-06'));
    const { accountId, records } = await facts.account({ ...annsAccount, stretches: [{ state: 'enabled', from: LONG_AGO }] });
    await run();
    const unit = await theUnit();
    const [record] = await ledger();
    expect(record).toMatchObject({
      after: { rule: 'L03', effect: 'FAIL', sentence: unit.sentence },
      detail: { unit: { kind: 'employment_period', id: unit.period?.id }, vector: unit.vector },
    });
    expect(JSON.stringify(record)).not.toMatch(/contoso|Person/);
    const detail = record?.['detail'] as { cites: string[]; systems: { account: string | null; timing: unknown }[] };
    expect(detail.cites).toEqual(expect.arrayContaining([...records]));
    expect(detail.systems.find(({ account }) => account === accountId)?.timing).toEqual(
      unit.systems.find((system) => system.accountId === accountId)?.timing,
    );
    const { rows } = await db.owner.query<{ id: string; type: string }>('select id, type from ledger_record where workspace_id = $1', [
      facts.workspaceId,
    ]);
    const types = rows.filter(({ id }) => detail.cites.includes(id)).map(({ type }) => type);
    expect(new Set(types)).toEqual(new Set(['hr.period.end_set', 'match.linked', 'policy.set']));
  });

  it('publish passes too, and totals that tie', async () => {
    await facts.roster(
      ann('2026-03-08'),
      '2,ben@contoso.example,2020-01-01,',
      '3,cyd@contoso.example,2026-05-01,',
      '4,dee@contoso.example,2020-01-01,2025-11-30',
    );
    await facts.account({
      ...annsAccount,
      stretches: [
        { state: 'enabled', from: LONG_AGO, to: march(9, 1) },
        { state: 'disabled', from: march(9, 2) },
      ],
    });
    const { opened } = await run();
    const population = await reportPopulation(db.database, facts.workspaceId, { periodStart: march(1), periodEnd: march(31) });
    expect(population.totals).toEqual({
      employmentPeriods: 4,
      leavers: 1,
      endedOutsidePeriod: 1,
      continued: 0,
      active: 1,
      prehire: 1,
      unmatchedAccounts: 0,
      excludedAccounts: 0,
    });
    expect(population.units.map(({ effect, person }) => ({ effect, employeeId: person?.employeeId }))).toEqual([
      { effect: 'N/A', employeeId: '4' },
      { effect: 'PASS', employeeId: '1' },
    ]);
    expect(opened).toBe(2);
  });

  it('give the same bytes for the same facts', async () => {
    await facts.roster(ann('2026-03-06'), '2,ben@contoso.example,2020-01-01,2026-03-07');
    await facts.account({ ...annsAccount, stretches: [{ state: 'enabled', from: LONG_AGO }] });
    await run();
    const first = await units();
    await run();
    expect(JSON.stringify(await units())).toBe(JSON.stringify(first));
  });
});
