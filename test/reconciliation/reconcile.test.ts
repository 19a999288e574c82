import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ReportUnit, reconcile, reportPopulation, setPolicy } from '../../src/reconciliation/index.ts';
import { MINUTE_MS } from '../../src/kernel/index.ts';
import { lastingClock, type SteppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { ann, annsAccount, type Facts, LONG_AGO, leavesOf, march, NOW } from './facts.ts';
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

describe('the verdict on an employment period', () => {
  const enabled = { state: 'enabled', from: LONG_AGO } as const;
  const activeSince = { at: LONG_AGO, is: 'active' } as const;

  interface Story {
    readonly story: string;
    readonly row: string;
    readonly directory?: Parameters<Facts['account']>[0]['stretches'];
    readonly scim?: Parameters<Facts['scim']>[0]['states'];
    readonly assigned?: boolean;
    readonly rule: string;
    readonly all?: readonly string[];
    readonly says?: string;
  }

  it.each<Story>([
    {
      story: 'in time in both systems',
      row: ann('2026-03-08'),
      directory: [
        { ...enabled, to: march(9, 4) },
        { state: 'disabled', from: march(9, 5) },
      ],
      scim: [activeSince, { at: march(9, 6), is: 'inactive' }],
      rule: 'L12',
      says: 'The directory account was unusable at most 5.0 h after the employment ended, 19.0 h before the deadline.',
    },
    {
      story: 'late in the directory, by the distance between two looks',
      row: ann('2026-03-06'),
      directory: [
        { ...enabled, to: march(8, 10) },
        { state: 'disabled', from: march(8, 11) },
      ],
      scim: [activeSince, { at: march(7, 1), is: 'inactive' }],
      rule: 'L05',
      says: 'The directory account was still usable 9.9 h after the deadline and became unusable at most 11.0 h after it.',
    },
    {
      story: 'overdue in the directory',
      row: ann('2026-03-06'),
      directory: [enabled],
      scim: [activeSince, { at: march(7, 1), is: 'inactive' }],
      rule: 'L03',
      all: ['L03'],
    },
    {
      story: 'overdue in SCIM',
      row: ann('2026-03-06'),
      directory: [
        { ...enabled, to: march(7, 4) },
        { state: 'disabled', from: march(7, 5) },
      ],
      scim: [activeSince],
      rule: 'L04',
      all: ['L04', 'S04'],
    },
    { story: 'overdue in both', row: ann('2026-03-06'), directory: [enabled], scim: [activeSince], rule: 'L02', all: ['L02'] },
    {
      story: 'indeterminate, since nobody looked over the deadline (I10)',
      row: ann('2026-03-06'),
      directory: [
        { ...enabled, to: march(7, 20) },
        { state: 'disabled', from: march(8, 4) },
      ],
      rule: 'L08',
      says: 'became unusable at most 4.0 h after the deadline, perhaps before it',
    },
    {
      story: 'indeterminate, since the first look found it disabled (I10)',
      row: ann('2026-03-06'),
      directory: [{ state: 'disabled', from: march(9) }],
      rule: 'L08',
      says: 'it was never seen usable',
    },
    {
      story: 'pending',
      row: ann('2026-03-09'),
      directory: [enabled],
      scim: [activeSince],
      rule: 'L09',
      says: 'has until 2026-03-11T00:00:00.000Z',
    },
    { story: 'without any account', row: ann('2026-03-06'), rule: 'L10', all: ['L10'] },
    {
      story: 'early',
      row: ann('2026-03-06'),
      directory: [
        { ...enabled, to: march(2) },
        { state: 'disabled', from: march(2, 1) },
      ],
      rule: 'L11',
      says: 'more than a day',
    },
    {
      story: 'deleted, at the time that the directory gives',
      row: ann('2026-03-06'),
      directory: [
        { ...enabled, to: march(7, 8) },
        { state: 'soft_deleted', from: march(7, 9), exact: true },
      ],
      rule: 'L12',
    },
    {
      story: 'reactivated after the end',
      row: ann('2026-03-06'),
      directory: [
        { ...enabled, to: march(7, 1) },
        { state: 'disabled', from: march(7, 2), to: march(8) },
        { state: 'enabled', from: march(8, 1) },
      ],
      rule: 'L01',
    },
    {
      story: 'reactivated in SCIM, and ended again',
      row: ann('2026-03-06'),
      scim: [activeSince, { at: march(7, 1), is: 'inactive' }, { at: march(8), is: 'active' }, { at: march(9), is: 'deleted' }],
      rule: 'L01',
    },
    {
      story: 'vanished, which is not disabled (I8)',
      row: ann('2026-03-06'),
      directory: [
        { ...enabled, to: march(7, 4) },
        { state: 'vanished', from: march(7, 5) },
      ],
      scim: [activeSince, { at: march(7, 1), is: 'inactive' }],
      rule: 'L07',
      all: ['L07', 'S02'],
    },
    {
      story: 'overdue although it vanished, since it was proven usable after the deadline',
      row: ann('2026-03-06'),
      directory: [
        { ...enabled, to: march(9, 4) },
        { state: 'vanished', from: march(9, 5) },
      ],
      rule: 'L03',
      all: ['L03', 'S02'],
    },
    {
      story: 'in doubt by 26 hours where the zone is not known (I10)',
      row: '1,ann@contoso.example,2020-01-01,2026-03-06,,,Nowhere/Land',
      directory: [
        { ...enabled, to: march(8, 4) },
        { state: 'disabled', from: march(8, 5) },
      ],
      rule: 'L08',
    },
    {
      story: 'employed and vanished',
      row: ann(''),
      directory: [
        { ...enabled, to: march(9) },
        { state: 'vanished', from: march(9, 1) },
      ],
      scim: [activeSince],
      rule: 'S02',
    },
    {
      story: 'employed, disabled long ago, active in SCIM',
      row: ann(''),
      directory: [{ state: 'disabled', from: march(9) }],
      scim: [activeSince],
      rule: 'S04',
    },
    {
      story: 'employed, deleted, active in SCIM',
      row: ann(''),
      directory: [{ state: 'soft_deleted', from: march(9) }],
      scim: [activeSince],
      rule: 'S03',
    },
    {
      story: 'employed, active in SCIM, unassigned',
      row: ann(''),
      directory: [enabled],
      scim: [activeSince],
      assigned: false,
      rule: 'S06',
    },
    { story: 'employed, active in SCIM, unknown to the directory', row: ann(''), scim: [activeSince], rule: 'S05' },
    { story: 'not begun, active', row: '1,ann@contoso.example,2026-04-01,', directory: [enabled], scim: [activeSince], rule: 'S08' },
    { story: 'on leave, active', row: '1,ann@contoso.example,2020-01-01,,,leave', directory: [enabled], scim: [activeSince], rule: 'S09' },
    { story: 'assigned, never provisioned', row: ann(''), directory: [enabled], rule: 'S10' },
  ])('is $rule when access is $story', async ({ row, directory, scim, assigned, rule, all, says }) => {
    await facts.roster(row);
    const account =
      directory === undefined ? undefined : await facts.account({ ...annsAccount, assigned: assigned ?? true, stretches: directory });
    if (scim !== undefined) {
      await facts.scim({ userName: annsAccount.upn, ...(account === undefined ? {} : { externalId: account.objectId }), states: scim });
    }
    await run();
    const unit = await theUnit();
    expect(unit.rule).toBe(rule);
    if (all !== undefined) expect(unit.all.map((match) => match.rule)).toEqual(all);
    if (says !== undefined) expect(unit.sentence).toContain(says);
  });

  it.each<{ story: string; row: string; verdict: string }>([
    { story: 'in use on both sides', row: ann(''), verdict: 'CONSISTENT_ACTIVE' },
    { story: 'under notice', row: ann('2026-03-31'), verdict: 'CONSISTENT_ACTIVE' },
    { story: 'on the last day', row: ann('2026-03-10'), verdict: 'CONSISTENT_ACTIVE' },
  ])('is no finding when somebody is $story', async ({ row, verdict }) => {
    await facts.roster(row);
    const { objectId } = await facts.account({ ...annsAccount, stretches: [enabled] });
    await facts.scim({ userName: 'another-name', externalId: objectId.toUpperCase(), states: [activeSince] });
    expect(await run()).toMatchObject({ counts: { byVerdict: { [verdict]: 1 } }, opened: 0 });
  });

  it('takes the end from HR alone: a deactivation neither makes a leaver nor moves an end (I9)', async () => {
    await facts.roster(ann(''));
    const { objectId } = await facts.account({
      ...annsAccount,
      stretches: [
        { ...enabled, to: march(3) },
        { state: 'disabled', from: march(4) },
      ],
    });
    await facts.scim({ userName: annsAccount.upn, externalId: objectId, states: [activeSince, { at: march(4), is: 'deleted' }] });
    const { counts } = await run();
    expect(counts.byVerdict).toEqual({ ACTIVE_EMPLOYEE_NO_ACCESS: 1 });
    await facts.roster(ann('2026-03-06'));
    await run();
    expect((await theUnit()).end).toEqual({ earliest: march(7), latest: march(7) });
  });

  it('looks at nothing of a directory without a complete run (I8)', async () => {
    await db.owner.query(
      'update directory_connection set last_complete_run_id = null, last_complete_requested_at = null, confirmed_until = null where workspace_id = $1',
      [facts.workspaceId],
    );
    await facts.roster(ann('2026-03-06'), '2,ben@contoso.example,2020-01-01,');
    const { counts } = await run();
    expect(counts.byVerdict).toEqual({ NO_COVERAGE: 1, SOURCE_STALE: 1 });
  });

  it('knows nothing of now by a look that is older than a day (I10)', async () => {
    await facts.roster(ann('2026-03-08'), '2,ben@contoso.example,2020-01-01,');
    await facts.account({ ...annsAccount, stretches: [enabled] });
    await facts.account({ upn: 'ben@contoso.example', stretches: [enabled] });
    await facts.looked(march(9, 4));
    expect((await run()).counts.byVerdict).toEqual({ NO_COVERAGE: 1, SOURCE_STALE: 1 });
  });

  it('judges by the worst account of a person', async () => {
    await facts.roster(ann('2026-03-06'));
    await facts.account({
      ...annsAccount,
      stretches: [
        { ...enabled, to: march(7, 4) },
        { state: 'disabled', from: march(7, 5) },
      ],
    });
    await facts.account({
      upn: 'adm-ann@contoso.example',
      employeeId: '1',
      stretches: [{ state: 'soft_deleted', from: march(9, 5), exact: true }],
    });
    await run();
    const unit = await theUnit();
    expect({ rule: unit.rule, outcomes: new Set(unit.systems.map(({ judged }) => judged?.outcome)) }).toEqual({
      rule: 'L08',
      outcomes: new Set(['INDETERMINATE', 'IN_TIME', 'NO_ACCOUNT']),
    });
  });

  it.each([
    {
      name: 'takes the instant of the audit log for the end of access, and shows the entry as evidence',
      entries: [{ at: march(7, 3), ledTo: 'disabled' as const }],
      expected: { firstProvenUnusable: march(7, 3), grade: 'B', isEvidence: true },
    },
    {
      name: 'keeps the interval where the audit log says something else',
      entries: [
        { at: march(7, 3), ledTo: 'disabled' as const },
        { at: march(7, 4), ledTo: 'enabled' as const },
      ],
      expected: { firstProvenUnusable: march(8), grade: 'C', isEvidence: false },
    },
    {
      name: 'keeps the interval where the entry lies before it',
      entries: [{ at: march(5), ledTo: 'disabled' as const }],
      expected: { firstProvenUnusable: march(8), grade: 'C', isEvidence: false },
    },
  ])('$name', async ({ entries, expected }) => {
    await facts.roster(ann('2026-03-06'));
    const { objectId } = await facts.account({
      ...annsAccount,
      stretches: [
        { ...enabled, to: march(6, 12) },
        { state: 'disabled', from: march(8) },
      ],
    });
    const [record] = await facts.audited(objectId, entries);
    await run();
    const unit = await theUnit();
    const system = unit.systems.find(({ system: kind }) => kind === 'directory');
    expect(system).toMatchObject({ grade: expected.grade, timing: { firstProvenUnusable: expected.firstProvenUnusable } });
    expect(system?.evidence.includes(record as never)).toBe(expected.isEvidence);
  });

  it('lets a rehire begin anew: use in the new employment is no reactivation', async () => {
    await facts.roster('1,ann@contoso.example,2020-01-01,2026-03-03', '1,ann@contoso.example,2026-03-09,');
    const { objectId } = await facts.account({
      ...annsAccount,
      stretches: [
        { ...enabled, to: march(4, 4) },
        { state: 'disabled', from: march(4, 5), to: march(8, 23) },
        { state: 'enabled', from: march(9, 8) },
      ],
    });
    await facts.scim({
      userName: annsAccount.upn,
      externalId: objectId,
      states: [activeSince, { at: march(4, 6), is: 'inactive' }, { at: march(9, 9), is: 'active' }],
    });
    expect((await run()).counts.byVerdict).toEqual({ DEPROVISIONED_IN_TIME: 1, CONSISTENT_ACTIVE: 1 });
    expect((await theUnit()).vector).toMatchObject({ directory: 'DISABLED', scim: 'INACTIVE' });
  });

  it('asks nothing of an employment that goes on in another before the deadline, and counts it', async () => {
    await facts.roster('1,ann@contoso.example,2020-01-01,2026-02-28', '1,ann@contoso.example,2026-03-01,');
    const { objectId } = await facts.account({ ...annsAccount, stretches: [enabled] });
    await facts.scim({ userName: annsAccount.upn, externalId: objectId, states: [activeSince] });
    expect(await run()).toMatchObject({
      counts: { byVerdict: { CONSISTENT_ACTIVE: 1 } },
      population: { employmentPeriods: 2, continued: 1 },
    });
    const { totals } = await reportPopulation(db.database, facts.workspaceId, { periodStart: march(1), periodEnd: march(31) });
    expect(totals).toEqual({
      employmentPeriods: 2,
      leavers: 0,
      endedOutsidePeriod: 0,
      continued: 1,
      active: 1,
      prehire: 0,
      unmatchedAccounts: 0,
      excludedAccounts: 0,
    });
  });

  it('judges each end by the policy that was in force at it', async () => {
    await facts.roster(ann('2026-03-08'), '2,ben@contoso.example,2020-01-01,2026-02-08');
    clock.set(march(1));
    await setPolicy({ database: db.database, clock }, facts.workspaceId, { slaHours: 4, actor: 'system' });
    clock.set(NOW);
    await run();
    const { units: judged, policies } = await reportPopulation(db.database, facts.workspaceId, {
      periodStart: march(-60),
      periodEnd: march(31),
    });
    expect(policies.map(({ version, slaHours }) => ({ version, slaHours }))).toEqual([
      { version: 2, slaHours: 4 },
      { version: 1, slaHours: 24 },
    ]);
    expect(judged.map(({ deadline }) => deadline?.latest)).toEqual(['2026-02-10T00:00:00.000Z', march(9, 4)]);
  });
});

describe('a run', () => {
  it.each([
    { took: 'five minutes', ms: 5 * MINUTE_MS, told: [] },
    { took: 'longer', ms: 20 * MINUTE_MS, told: ['2026-03-10T12:20:00.000Z'] },
  ])('that took $took says when it ended, or need not', async ({ ms, told }) => {
    const { asOf, id } = await reconcile({ database: db.database, clock: lastingClock(NOW, ms) }, facts.workspaceId, 'system');
    const leaves = await leavesOf(db.owner, facts.workspaceId, 'reconciliation.');
    const ended = { type: 'reconciliation.ended', subject: { kind: 'reconciliation-run', id }, detail: { as_of: asOf }, actor: 'system' };
    expect(leaves).toMatchObject(told.map((at) => ({ ...ended, recorded_at: at })));
    expect(leaves).toHaveLength(told.length);
  });
});
