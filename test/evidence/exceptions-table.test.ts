import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { exceptionsCsv } from '../../src/evidence/exceptions-table.ts';
import { populationCsv } from '../../src/evidence/report-tables.ts';
import { DAY_MS, newId, plusMs } from '../../src/kernel/index.ts';
import type { ReportUnit, UnitDisposition } from '../../src/reconciliation/index.ts';
import { asOf, sampleLeaver, sampleReport } from './sample-population.ts';

type Row = Readonly<Record<string, string>>;

const requested: UnitDisposition = {
  id: newId<'disposition'>(asOf),
  kind: 'exception',
  reason: '=HYPERLINK("x")',
  ticket: '-1',
  requestedBy: 'administrator:a',
  requestedAt: asOf,
  approvedBy: null,
  approvedAt: null,
  expiresAt: plusMs(asOf, DAY_MS),
  isAfterDeadline: false,
};
const approved = { ...requested, id: newId<'disposition'>(asOf), approvedBy: 'administrator:b', approvedAt: asOf, isAfterDeadline: true };

function late(name: string, disposition: UnitDisposition | null): ReportUnit {
  return { ...sampleLeaver({ name, employeeId: name, lastUsable: 30, unusable: 31, evidence: [] }), disposition };
}

const excluded: ReportUnit = {
  ...late('Printer', null),
  kind: 'account',
  person: null,
  period: null,
  end: null,
  deadline: null,
  exclusion: {
    id: newId<'classification'>(asOf),
    class: 'service',
    ownerPersonId: newId<'person'>(asOf),
    reason: 'It prints.',
    requestedBy: 'administrator:a',
    approvedBy: 'administrator:b',
    expiresAt: plusMs(asOf, DAY_MS),
  },
};
const report = sampleReport([
  late('Ada', approved),
  late('Eve', requested),
  late('Bob', null),
  late('Cay', { ...requested, kind: 'dispute' }),
  excluded,
]);

function rowsOf(csv: Iterable<string>): readonly Row[] {
  return parse([...csv].join(''), { columns: true }) as Row[];
}

describe('exceptions.csv', () => {
  const rows = rowsOf(exceptionsCsv(report));

  it('lists exceptions, approved or not, and exclusions, each beside the verdict that it does not alter', () => {
    expect(rows.map(({ kind, name, effect, approved_by: by }) => [kind, name, effect, by])).toEqual([
      ['exception', 'Ada', 'FAIL', 'administrator:b'],
      ['exception', 'Eve', 'FAIL', ''],
      ['exclusion', '', 'FAIL', 'administrator:b'],
    ]);
    expect(rows.map(({ after_deadline: after }) => after)).toEqual(['true', '', '']);
    expect(rows[2]).toMatchObject({ class: 'service', owner_person_ref: excluded.exclusion?.ownerPersonId, reason: 'It prints.' });
  });

  it('ties to the population: what is excepted there by two people is here, and nothing else is', () => {
    const there = rowsOf(populationCsv(report, new Map())).flatMap(({ exception_id: id }) => (id === '' || id === undefined ? [] : [id]));
    const here = rows.flatMap(({ kind, approved_by: by, exception_id: id }) => (kind === 'exception' && by !== '' ? [id] : []));
    expect(new Set(there)).toEqual(new Set(here));
    expect(here).toEqual([approved.id]);
  });

  it('runs no formula in a spreadsheet', () => {
    expect(rows[0]).toMatchObject({ reason: `'=HYPERLINK("x")`, ticket: "'-1" });
  });

  it('says of what it is, also when it is empty', () => {
    expect([...exceptionsCsv(sampleReport([]))].join('').trim()).toMatch(/^exception_id,.*,interim_as_of$/);
    expect(rows.every(({ interim_as_of: at }) => at === asOf)).toBe(true);
  });
});
