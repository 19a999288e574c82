import { describe, expect, it } from '@jest/globals';
import { setAsideOverPeriod } from '../../src/verdict/index.ts';

const own = { reportId: 'own', periodStart: '2026-03-01', periodEnd: '2026-04-01' };

const subjectOf = (reportId: string) => ({ kind: 'report', id: reportId });
const freezing = (reportId: string, [start, end]: readonly [string, string] = ['2026-03-01', '2026-04-01']) => ({
  type: 'report.frozen',
  recorded_at: '2026-04-03',
  actor: 'administrator:ada',
  subject: subjectOf(reportId),
  detail: { period: { start, end }, as_of: '2026-04-02', conclusion: 'FAIL', document: 'hash' },
});
const discard = (reportId: string) => ({
  type: 'report.discarded',
  recorded_at: '2026-04-04',
  actor: 'administrator:ben',
  subject: subjectOf(reportId),
});
const seal = (reportId: string) => ({ type: 'report.sealed', subject: subjectOf(reportId) });

type Leaf = Readonly<Record<string, unknown>>;
const recordsOf = (leaves: readonly Leaf[]) => leaves.map((leaf, index) => ({ index, id: `record ${index}`, leaf }));

describe('what was frozen over a report’s period and never sealed', () => {
  const frozen = {
    reportId: 'other',
    periodStart: '2026-03-01',
    periodEnd: '2026-04-01',
    asOf: '2026-04-02',
    conclusion: 'FAIL',
    frozenAt: '2026-04-03',
    frozenBy: 'administrator:ada',
    document: 'hash',
    recordId: 'record 0',
    index: 0,
  };

  it('says what its records say, and where they stand', () => {
    expect(setAsideOverPeriod(recordsOf([freezing('other'), discard('other')]), own)).toEqual([
      { ...frozen, discarded: { at: '2026-04-04', by: 'administrator:ben', recordId: 'record 1', index: 1 } },
    ]);
  });

  it('is open still where nothing says that it was given up', () => {
    expect(setAsideOverPeriod(recordsOf([freezing('other'), discard('another')]), own)).toEqual([{ ...frozen, discarded: null }]);
  });

  it('says null of what its records do not say', () => {
    const bare = { type: 'report.frozen', subject: subjectOf('other'), detail: { period: { start: '2026-03-01', end: '2026-04-01' } } };
    const given = { type: 'report.discarded', subject: subjectOf('other') };
    expect(setAsideOverPeriod(recordsOf([bare, given]), own)).toEqual([
      {
        ...frozen,
        asOf: null,
        conclusion: null,
        frozenAt: null,
        frozenBy: null,
        document: null,
        discarded: { at: null, by: null, recordId: 'record 1', index: 1 },
      },
    ]);
  });

  it.each<{ readonly name: string; readonly leaves: readonly Leaf[]; readonly listed: readonly string[] }>([
    { name: 'is nothing without records', leaves: [], listed: [] },
    { name: 'is not the report’s own', leaves: [freezing('own'), freezing('other')], listed: ['other'] },
    { name: 'is none that was sealed', leaves: [freezing('other'), seal('other')], listed: [] },
    { name: 'is one beside another that was sealed', leaves: [freezing('other'), freezing('sealed'), seal('sealed')], listed: ['other'] },
    { name: 'is no discard of what was never frozen', leaves: [discard('other')], listed: [] },
    { name: 'is in the order of the ledger', leaves: [freezing('b'), freezing('a'), discard('a')], listed: ['b', 'a'] },
    { name: 'is none that ended as this one begins', leaves: [freezing('other', ['2026-02-01', '2026-03-01'])], listed: [] },
    { name: 'is one that reaches into it', leaves: [freezing('other', ['2026-02-01', '2026-03-02'])], listed: ['other'] },
    { name: 'is one that goes on behind it', leaves: [freezing('other', ['2026-03-31', '2026-05-01'])], listed: ['other'] },
    { name: 'is none that begins as it ends', leaves: [freezing('other', ['2026-04-01', '2026-05-01'])], listed: [] },
  ])('$name', ({ leaves, listed }) => {
    expect(setAsideOverPeriod(recordsOf(leaves), own).map(({ reportId }) => reportId)).toEqual(listed);
  });
});
