import { describe, expect, it } from '@jest/globals';
import { decideBrake } from '../../src/roster/decide-brake.ts';
import { statedEndOf } from '../../src/roster/ended-person.ts';
import { type KnownPeriod, planImport } from '../../src/roster/plan-import.ts';
import type { RosterRow } from '../../src/roster/roster-row.ts';

const TODAY = '2026-03-03';
type Dates = readonly [start: string, end?: string, lastDay?: string];

function endOf(known: readonly Dates[], rows: readonly Dates[], isEndedByOmission = false) {
  const person = {
    id: 'p',
    employeeId: '1',
    displayName: null,
    workEmail: 'a@x',
    emailKey: 'a@x',
    managerEmployeeId: null,
    periods: known.map(
      ([startDate, endDate, lastDay], n): KnownPeriod => ({
        id: `${n}`,
        startDate,
        endDate: endDate ?? null,
        lastDay: lastDay ?? null,
        timeZone: null,
        site: null,
        status: 'active',
        workerType: 'employee',
        isEndedByOmission,
        namedLast: isEndedByOmission ? startDate : null,
      }),
    ),
  };
  const stated = rows.map(
    ([startDate, endDate, lastDay], n): RosterRow => ({
      line: n + 2,
      employeeId: '1',
      workEmail: 'a@x',
      displayName: null,
      startDate,
      endDate: endDate ?? null,
      lastDay: lastDay ?? null,
      timeZone: null,
      site: null,
      managerEmployeeId: null,
      status: 'active',
      workerType: 'employee',
    }),
  );
  const [planned] = planImport(stated, known.length === 0 ? new Map() : new Map([['1', person]]), TODAY).people;
  return planned && statedEndOf(planned, TODAY);
}

describe('whom a row ends', () => {
  it.each<{ story: string; known: readonly Dates[]; rows: readonly Dates[]; line: number }>([
    { story: 'whose end is told', known: [['2020-01-01']], rows: [['2020-01-01', '2026-02-28']], line: 2 },
    { story: 'whose end is told for a day to come', known: [['2020-01-01']], rows: [['2020-01-01', '2026-12-31']], line: 2 },
    { story: 'whose last day worked comes before', known: [['2020-01-01']], rows: [['2020-01-01', '2026-12-31', '2026-03-01']], line: 2 },
    { story: 'whose contract ends sooner', known: [['2020-01-01', '2026-12-31']], rows: [['2020-01-01', '2026-06-30']], line: 2 },
    { story: 'who comes back much later', known: [['2020-01-01']], rows: [['2020-01-01', '2026-03-31'], ['2099-01-01']], line: 2 },
    {
      story: 'whose next contract ends',
      known: [['2020-01-01', '2026-06-30'], ['2026-07-01']],
      rows: [['2026-07-01', '2026-09-30']],
      line: 2,
    },
  ])('is somebody $story', ({ known, rows, line }) => {
    expect(endOf(known, rows)).toMatchObject({ personId: 'p', line });
  });

  it.each<{ story: string; known: readonly Dates[]; rows: readonly Dates[]; omitted?: boolean }>([
    { story: 'who was not known', known: [], rows: [['2020-01-01', '2026-02-28']] },
    { story: 'who stays', known: [['2020-01-01']], rows: [['2020-01-01']] },
    { story: 'whose contract is extended', known: [['2020-01-01', '2026-06-30']], rows: [['2020-01-01', '2026-12-31']] },
    { story: 'whose end is taken back', known: [['2020-01-01', '2026-06-30']], rows: [['2020-01-01']] },
    { story: 'who moves to another contract the day after', known: [['2020-01-01']], rows: [['2020-01-01', '2026-03-31'], ['2026-04-01']] },
    { story: 'who moves over a weekend', known: [['2020-01-01']], rows: [['2020-01-01', '2026-02-27'], ['2026-03-02']] },
    { story: 'who had left, whatever their dates become', known: [['2020-01-01', '2025-12-31']], rows: [['2020-01-01', '2025-06-30']] },
    { story: 'who had left out of a roster of everybody', known: [['2020-01-01']], rows: [['2020-01-01', '2026-02-28']], omitted: true },
    { story: 'of whom an earlier employment is told', known: [['2024-01-01']], rows: [['2010-01-01', '2012-12-31'], ['2024-01-01']] },
  ])('is nobody $story', ({ known, rows, omitted }) => {
    expect(endOf(known, rows, omitted)).toBeUndefined();
  });
});

describe('the brake', () => {
  it.each([
    { employed: 0, ends: 0, most: 10, holds: false },
    { employed: 20, ends: 10, most: 10, holds: false },
    { employed: 20, ends: 11, most: 10, holds: true },
    { employed: 109, ends: 10, most: 10, holds: false },
    { employed: 1_000, ends: 100, most: 100, holds: false },
    { employed: 1_000, ends: 101, most: 100, holds: true },
  ])('of $employed people lets $most go, and at $ends holds: $holds', ({ employed, ends, most, holds }) => {
    expect(decideBrake({ ends, employed })).toEqual({ ends, employed, most, holds });
  });
});
