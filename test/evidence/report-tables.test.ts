import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { reportPage } from '../../src/evidence/report-page.ts';
import { coverageCsv, findingsCsv, populationCsv } from '../../src/evidence/report-tables.ts';
import { type Instant, newId } from '../../src/kernel/index.ts';
import { asOf, sampleConnection, sampleGap, sampleLeaver, sampleReport } from './sample-population.ts';

const recordIds = [newId<'ledger-record'>(asOf), newId<'ledger-record'>(asOf)];
const indexes = new Map(recordIds.map((id, n) => [id, 12 - n]));

const late = sampleLeaver({ name: 'Grace Sample', employeeId: '0008', lastUsable: 30, unusable: 31.004, evidence: recordIds });
const inTime = sampleLeaver({ name: '@Ada', employeeId: '-0007', lastUsable: 1, unusable: 2, evidence: [] });
const doubtful = sampleLeaver({ name: 'Alan', employeeId: '0009', lastUsable: 20, unusable: 27, evidence: [] });
const pending = sampleLeaver({ name: 'Mary', employeeId: '0010', lastUsable: null, unusable: null, evidence: [] });

function rowsOf(csv: Iterable<string>): readonly Record<string, string>[] {
  return parse([...csv].join(''), { columns: true }) as Record<string, string>[];
}

describe('population.csv', () => {
  it('has the columns that auditors sample by, and one row per leaver and account, passes included', () => {
    const csv = [...populationCsv(sampleReport([inTime, late]), indexes)].join('');
    expect(csv.split('\r\n')[0]).toBe(
      'period_id,person_ref,kind,employee_id,name,work_email,end_date,end_tz,end_instant_utc,hr_recorded_at,system,account_ref,account_external_id,last_proven_usable_utc,first_proven_unusable_utc,grade,deadline_earliest_utc,deadline_latest_utc,verdict,effect,late_min_h,late_max_h,gap_id,exception_id,leaf_indexes,match_rule,standing,name_marks,interim_as_of',
    );
    expect(rowsOf([csv]).map(({ effect, system }) => `${effect} ${system}`)).toEqual([
      'PASS directory',
      'PASS scim',
      'FAIL directory',
      'FAIL scim',
    ]);
    expect(rowsOf([csv])[2]).toMatchObject({
      late_min_h: '6.00',
      late_max_h: '7.01',
      leaf_indexes: '11 12',
      interim_as_of: asOf,
      end_tz: 'Europe/Berlin',
    });
  });

  it('disarms cells that a spreadsheet would run', () => {
    expect(rowsOf(populationCsv(sampleReport([inTime]), indexes))[0]).toMatchObject({ name: "'@Ada", employee_id: "'-0007" });
  });

  it('says INTERIM also when nobody left (I10)', () => {
    for (const csv of [populationCsv(sampleReport([]), indexes), findingsCsv(sampleReport([]), indexes), coverageCsv(sampleReport([]))]) {
      expect([...csv].join('')).toMatch(/^[^\n]*interim_as_of\r\n$/);
    }
    expect([...reportPage(sampleReport([]), indexes)].join('')).toContain('no leavers (40 employment periods were looked at)');
  });
});

describe('a stretch in which nobody looked', () => {
  const gap = sampleGap('2026-02-11T06:00:00.000Z' as Instant, '2026-02-12T06:00:00.000Z' as Instant);
  const { because = '', from, gapId = '', to } = gap;
  const blind = [{ gapId, connectionId: sampleConnection, from, to, because }];
  const systems = doubtful.systems.map((system) => (system.system === 'directory' ? { ...system, blind } : system));
  const report = sampleReport([{ ...doubtful, systems }, inTime], { coverage: [gap] });

  it('has one name in all tables: of the account, of the finding, of the coverage', () => {
    expect(rowsOf(populationCsv(report, indexes)).map(({ gap_id: id, system }) => `${system} ${id}`)).toEqual([
      `directory ${gapId}`,
      'scim ',
      'directory ',
      'scim ',
    ]);
    expect(rowsOf(findingsCsv(report, indexes)).map(({ effect, gap_id: id }) => `${effect} ${id}`)).toEqual([`INSUF ${gapId}`, 'PASS ']);
    expect(rowsOf(coverageCsv(report))).toEqual([
      expect.objectContaining({ what: 'blind', gap_id: gapId, because, from_utc: from, to_utc: to }),
    ]);
  });
});

describe('findings.csv', () => {
  it('lists everything, the worst first', () => {
    const rows = rowsOf(findingsCsv(sampleReport([inTime, doubtful, late]), indexes));
    expect(rows.map(({ effect }) => effect)).toEqual(['FAIL', 'INSUF', 'PASS']);
    expect(rows[0]).toMatchObject({ verdict: 'DEPROVISIONED_LATE', all_rules: 'L05', leaf_indexes: '11 12' });
  });
});

describe('the conclusion of an interim report', () => {
  it.each([
    { given: 'a failure among passes', units: [inTime, late, doubtful], conclusion: 'FAIL' },
    { given: 'doubt among passes', units: [inTime, doubtful], conclusion: 'INSUFFICIENT' },
    { given: 'nothing but doubt about who was seen', units: [pending], conclusion: 'INSUFFICIENT' },
    { given: 'nothing but passes', units: [inTime], conclusion: 'PENDING' },
    { given: 'nobody', units: [], conclusion: 'PENDING' },
  ])('is $conclusion with $given, and never a pass (I10)', ({ units, conclusion }) => {
    expect(sampleReport(units).conclusion).toBe(conclusion);
  });
});
