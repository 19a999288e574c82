import { describe, expect, it } from '@jest/globals';
import { type KnownPerson, type KnownPeriod, planImport } from '../../src/roster/plan-import.ts';
import type { RosterRow } from '../../src/roster/roster-row.ts';

const TODAY = '2026-03-03';

function rowOf(named: Partial<RosterRow>): RosterRow {
  return {
    line: 2,
    employeeId: '1',
    workEmail: 'ann@contoso.example',
    displayName: 'Ann',
    workerType: 'employee',
    startDate: '2020-01-01',
    endDate: null,
    lastDay: null,
    status: 'active',
    timeZone: null,
    site: null,
    managerEmployeeId: null,
    ...named,
  };
}

function knownWith(...periods: Partial<KnownPeriod>[]): ReadonlyMap<string, KnownPerson> {
  const full = periods.map((period, index) => ({
    id: `period-${index}`,
    startDate: '2020-01-01',
    endDate: null,
    lastDay: null,
    timeZone: null,
    site: null,
    status: 'active',
    workerType: 'employee',
    isEndedByOmission: false,
    namedLast: null,
    ...period,
  }));
  return new Map([
    [
      '1',
      {
        id: 'person',
        employeeId: '1',
        displayName: 'Ann',
        workEmail: 'ann@contoso.example',
        emailKey: 'ann@contoso.example',
        managerEmployeeId: '9',
        periods: full,
      },
    ],
  ]);
}

describe('planning a roster import', () => {
  it.each([
    { story: 'a new person', known: new Map(), row: {}, outcome: 'added', changes: null },
    { story: 'a new person who has left already', known: new Map(), row: { endDate: '2026-01-31' }, outcome: 'added', changes: null },
    { story: 'the same again', known: knownWith({}), row: {}, outcome: 'unchanged', changes: 'period-0' },
    { story: 'an end', known: knownWith({}), row: { endDate: '2026-03-31' }, outcome: 'ended', changes: 'period-0' },
    { story: 'a last day alone', known: knownWith({}), row: { lastDay: '2026-03-15' }, outcome: 'ended', changes: 'period-0' },
    {
      story: 'another end',
      known: knownWith({ endDate: '2026-03-31' }),
      row: { endDate: '2026-04-30' },
      outcome: 'changed',
      changes: 'period-0',
    },
    { story: 'an end taken back', known: knownWith({ endDate: '2026-03-31' }), row: {}, outcome: 'changed', changes: 'period-0' },
    { story: 'a new address', known: knownWith({}), row: { workEmail: 'ann.b@contoso.example' }, outcome: 'changed', changes: 'period-0' },
    { story: 'another site', known: knownWith({ site: 'Berlin' }), row: { site: 'Austin' }, outcome: 'changed', changes: 'period-0' },
    { story: 'another manager', known: knownWith({}), row: { managerEmployeeId: '8' }, outcome: 'changed', changes: 'period-0' },
    { story: 'the same manager', known: knownWith({}), row: { managerEmployeeId: '9' }, outcome: 'unchanged', changes: 'period-0' },
    {
      story: 'no name, which leaves the known one',
      known: knownWith({}),
      row: { displayName: null },
      outcome: 'unchanged',
      changes: 'period-0',
    },
    {
      story: 'a later start after an end',
      known: knownWith({ endDate: '2026-01-31' }),
      row: { startDate: '2026-03-01' },
      outcome: 'rehired',
      changes: null,
    },
    {
      story: 'another start that still lies ahead',
      known: knownWith({ startDate: '2026-04-01' }),
      row: { startDate: '2026-05-01' },
      outcome: 'changed',
      changes: 'period-0',
    },
    {
      story: 'a later start after an end by being left out',
      known: knownWith({ isEndedByOmission: true, namedLast: '2026-02-27' }),
      row: { startDate: '2026-02-27' },
      outcome: 'rehired',
      changes: null,
    },
    {
      story: 'an end taken back, where a next employment was withdrawn',
      known: knownWith({ endDate: '2026-03-31' }, { startDate: '2026-06-01', isEndedByOmission: true, namedLast: '2026-02-27' }),
      row: {},
      outcome: 'changed',
      changes: 'period-0',
    },
    {
      story: 'an earlier start of an employment that goes on',
      known: knownWith({ startDate: '2015-01-01', endDate: '2017-12-31' }, {}),
      row: { startDate: '2019-12-01', endDate: '2026-03-31' },
      outcome: 'ended',
      changes: 'period-1',
    },
  ])('reads $story as $outcome', ({ known, row, outcome, changes }) => {
    const { people, rejected } = planImport([rowOf(row)], known, TODAY);
    expect(rejected).toEqual([]);
    expect(people[0]?.rows.map((planned) => ({ outcome: planned.outcome, changes: planned.before?.id ?? null }))).toEqual([
      { outcome, changes },
    ]);
  });

  it('takes the end of one employment and the start of the next from the same file, in any order', () => {
    const rows = [rowOf({ line: 2, startDate: '2026-03-01' }), rowOf({ line: 3, endDate: '2026-02-10' })];
    const { people, rejected } = planImport(rows, knownWith({}), TODAY);
    expect(rejected).toEqual([]);
    expect(people[0]?.rows.map(({ outcome }) => outcome)).toEqual(['ended', 'rehired']);
  });

  it.each([
    {
      story: 'a start within an employment that has not ended',
      known: knownWith({}),
      rows: [rowOf({ startDate: '2026-03-01' })],
      column: 'start_date',
    },
    {
      story: 'an end that would reach into the next employment',
      known: knownWith({ endDate: '2025-12-31' }, { startDate: '2026-01-15' }),
      rows: [rowOf({ endDate: '2026-02-10' })],
      column: 'start_date',
    },
    {
      story: 'a start before HR named them last, of somebody who ended by being left out since',
      known: knownWith({ isEndedByOmission: true, namedLast: '2026-02-27' }),
      rows: [rowOf({ startDate: '2026-02-26' })],
      column: 'start_date',
    },
    {
      story: 'an earlier start that would reach over two employments',
      known: knownWith({ endDate: '2021-12-31' }, { startDate: '2022-01-01' }),
      rows: [rowOf({ startDate: '2019-12-01' })],
      column: 'start_date',
    },
    { story: 'the same employment twice', known: new Map(), rows: [rowOf({ line: 2 }), rowOf({ line: 9 })], column: 'employee_id' },
  ])('rejects $story rather than guess', ({ known, rows, column }) => {
    expect(planImport(rows, known, TODAY).rejected).toEqual([
      { row: rows.at(-1), line: rows.at(-1)?.line, column, reason: expect.any(String) },
    ]);
  });

  it('leaves a person alone whom the file does not name (I9)', () => {
    expect(planImport([], knownWith({}), TODAY)).toEqual({ people: [], rejected: [] });
  });

  it('rejects row by row a file whose rows all have one id, as when another column is read for it', () => {
    const rows = Array.from({ length: 200_000 }, (_, n) => rowOf({ line: n + 2 }));
    expect(planImport(rows, new Map(), TODAY).rejected).toHaveLength(rows.length - 1);
  });
});

describe('dates of one person that move together', () => {
  const leaving = { startDate: '2020-01-01', endDate: '2026-06-30' };
  const coming = { startDate: '2026-07-01' };
  const planned = (...rows: readonly Partial<RosterRow>[]) => {
    const numbered = rows.map((row, index) => rowOf({ line: index + 2, ...row }));
    const { people, rejected } = planImport(numbered, knownWith(leaving, coming), TODAY);
    return {
      rows: people.flatMap((person) => person.rows.map(({ before, outcome, row }) => `${row.startDate} ${outcome} ${before?.id ?? 'new'}`)),
      rejected: rejected.map(({ line, reason }) => `${line} ${reason}`),
    };
  };

  it.each([
    {
      name: 'an end that is put off with the beginning after it',
      rows: [{ ...leaving, endDate: '2026-07-15' }, { startDate: '2026-07-16' }],
    },
    { name: 'both brought forward', rows: [{ ...leaving, endDate: '2026-05-31' }, { startDate: '2026-06-01' }] },
  ])('are taken as they will stand: $name', ({ rows }) => {
    expect(planned(...rows)).toEqual({
      rows: ['2020-01-01 changed period-0', `${rows[1]?.startDate} changed period-1`],
      rejected: [],
    });
  });

  it('leave no overlap where one of them does not fit: what is known of it stays', () => {
    const plan = planned({ ...leaving, endDate: '2026-07-20' }, { startDate: '2026-07-16' });
    expect(plan.rows).toEqual([]);
    expect(plan.rejected).toEqual([expect.stringMatching(/^2 overlaps/), expect.stringMatching(/^3 overlaps/)]);
  });

  it('leave no overlap with an employment whose end is not taken either: it goes on', () => {
    const next = { startDate: '2027-01-01' };
    const plan = planned({ ...leaving, endDate: '2026-07-20' }, { startDate: '2026-07-01', endDate: '2026-12-31' }, next);
    expect(plan.rows).toEqual([]);
    expect(plan.rejected.map((line) => line.slice(0, 10))).toEqual(['2 overlaps', '3 overlaps', '4 overlaps']);
  });

  it('move a beginning that lies ahead once: another row behind it is an employment of its own', () => {
    expect(planned(leaving, { startDate: '2026-08-01', endDate: '2026-08-31' }, { startDate: '2026-09-01' }).rows).toEqual([
      '2020-01-01 unchanged period-0',
      '2026-08-01 ended period-1',
      '2026-09-01 rehired new',
    ]);
  });
});
