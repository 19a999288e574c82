import { describe, expect, it } from '@jest/globals';
import { conclusionSentence, type PopulationDoubt } from '../../src/verdict/index.ts';
import { checkConclusion, FORMATS, LEAVERS } from '../../src/verifier/check-conclusion.ts';
import type { JsonObject } from '../../src/verifier/json-shape.ts';

const [periodStart, periodEnd] = ['2026-03-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z'];
const rosterAt = '2026-04-02T08:00:00.000Z';
const leftOut: PopulationDoubt = { code: 'roster-leaves-out', detail: 'whether they have left is not known.' };

/** A final report on a period in which nobody left, with one finding: somebody whom a roster leaves out, or who else is given. */
function reportOf(format: string, vector: object, doubts: readonly PopulationDoubt[]): JsonObject {
  return {
    format,
    kind: 'FINAL',
    asOf: '2026-04-03T00:00:00.000Z',
    periodStart,
    periodEnd,
    conclusion: 'INSUFFICIENT',
    concludedBecause: conclusionSentence('FINAL', 'INSUFFICIENT', doubts, { imports: 1 }),
    findings: [{ effect: 'INSUF', end: null, vector: { employment: 'ACTIVE', roster: 'LISTED', ...vector } }],
    totals: { leavers: 0 },
    tests: [
      {
        id: LEAVERS,
        verdict: doubts.length === 0 ? 'PASS' : 'INSUFFICIENT',
        effects: {},
        doubts: [...doubts],
        period: { from: periodStart, to: periodEnd },
      },
    ],
    sources: { roster: [{ importedAt: rosterAt, toldAt: rosterAt, tells: 'everybody' }] },
  };
}

const [fourth, fifth] = [FORMATS[3], FORMATS[4]];
const isMissing = [expect.stringContaining(`the test ${LEAVERS} leaves out the doubt roster-leaves-out`)];

describe('the test about leavers of a report', () => {
  it.each([
    { name: 'tells that a roster leaves somebody out', format: fifth, vector: { roster: 'DROPPED' }, doubts: [leftOut], is: [] },
    {
      name: 'is no pass beside somebody whom a roster leaves out (I10)',
      format: fifth,
      vector: { roster: 'DROPPED' },
      doubts: [],
      is: isMissing,
    },
    { name: 'need not tell it of whoever is listed', format: fifth, vector: {}, doubts: [], is: [] },
    {
      name: 'need not tell it of somebody whose told end has come, who is one of its own',
      format: fifth,
      vector: { roster: 'DROPPED', employment: 'ENDED' },
      doubts: [],
      is: [],
    },
    { name: 'need not tell it in reports of 4', format: fourth, vector: { roster: 'DROPPED' }, doubts: [], is: [] },
  ])('$name', ({ doubts, format, is, vector }) => {
    const problems = checkConclusion(reportOf(format, vector, doubts), new Map([['INSUF', 1]]));
    expect(problems.map(({ detail }) => detail)).toEqual(is);
  });
});
