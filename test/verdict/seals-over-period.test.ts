import { describe, expect, it } from '@jest/globals';
import { sealsOverPeriod } from '../../src/verdict/index.ts';

const own = { reportId: 'own', periodStart: '2026-03-01', periodEnd: '2026-04-01', supersedes: null };

function leafOf(reportId: string, [start, end]: readonly [string, string], supersedes: unknown = null) {
  const detail = {
    kind: 'FINAL',
    version: 2,
    period: { start, end },
    as_of: '2026-04-02',
    conclusion: 'PASS',
    manifest: 'hash',
    supersedes,
  };
  return { recorded_at: '2026-04-03', subject: { kind: 'report', id: reportId }, detail };
}

const record = (index: number, leaf: Readonly<Record<string, unknown>>) => ({ index, id: `record ${index}`, leaf });

describe('the seals that a report has to name', () => {
  it('say what their records say, and where those stand', () => {
    expect(sealsOverPeriod([record(7, leafOf('earlier', ['2026-02-01', '2026-03-02']))], own)).toEqual([
      {
        reportId: 'earlier',
        kind: 'FINAL',
        version: 2,
        periodStart: '2026-02-01',
        periodEnd: '2026-03-02',
        asOf: '2026-04-02',
        conclusion: 'PASS',
        sealedAt: '2026-04-03',
        manifest: 'hash',
        supersededBy: null,
        recordId: 'record 7',
        index: 7,
      },
    ]);
  });

  it.each<{ name: string; period: readonly [string, string]; isNamed: boolean }>([
    { name: 'that ended as this one begins', period: ['2026-02-01', '2026-03-01'], isNamed: false },
    { name: 'that reaches into it', period: ['2026-02-01', '2026-03-02'], isNamed: true },
    { name: 'within it', period: ['2026-03-10', '2026-03-20'], isNamed: true },
    { name: 'that goes on behind it', period: ['2026-03-31', '2026-05-01'], isNamed: true },
    { name: 'that begins as it ends', period: ['2026-04-01', '2026-05-01'], isNamed: false },
  ])('are those over some of the same time: one $name, $isNamed', ({ period, isNamed }) => {
    expect(sealsOverPeriod([record(1, leafOf('earlier', period))], own)).toHaveLength(isNamed ? 1 : 0);
  });

  it.each([
    { name: 'no detail', leaf: {} },
    { name: 'a list in its place', leaf: { detail: [], subject: [] } },
    { name: 'a text, and null', leaf: { detail: 'none', subject: null } },
    {
      name: 'members of another kind',
      leaf: { recorded_at: 1, subject: { id: 1 }, detail: { version: '2', period: { start: 1, end: null } } },
    },
  ])('are among them where their record names no period, and say nothing that it does not: $name', ({ leaf }) => {
    const nothing = { reportId: null, kind: null, version: null, periodStart: null, periodEnd: null, asOf: null };
    expect(sealsOverPeriod([record(3, leaf)], own)).toEqual([
      { ...nothing, conclusion: null, sealedAt: null, manifest: null, supersededBy: null, recordId: 'record 3', index: 3 },
    ]);
  });

  it.each([
    { name: 'a start alone', period: { start: '2026-05-01' } },
    { name: 'an end alone', period: { end: '2026-02-01' } },
  ])('are among them where their record names $name', ({ period }) => {
    expect(sealsOverPeriod([record(3, { detail: { period } })], own)).toHaveLength(1);
  });

  it('name the first report that corrects them, this one included', () => {
    const period = ['2026-03-01', '2026-04-01'] as const;
    const sealed = [record(1, leafOf('first', period)), record(2, leafOf('second', period, { reportId: 'first' }))];
    const correctors = (supersedes: string | null) =>
      sealsOverPeriod([...sealed, record(3, leafOf('third', period, { reportId: 'first' })), record(4, {})], { ...own, supersedes }).map(
        ({ supersededBy }) => supersededBy,
      );
    expect(correctors('second')).toEqual(['second', 'own', null, null]);
    expect(correctors(null)).toEqual(['second', null, null, null]);
  });
});
