import { describe, expect, it } from '@jest/globals';
import { concludeReport, conclusionSentence } from '../../src/verdict/index.ts';

const quiet = { code: 'roster-before-period-end', detail: 'HR has not spoken since.' };
const goesOn = { code: 'period-not-over', detail: 'The period goes on.' };
const known = { effects: {}, doubts: [] };

describe('the conclusion of a report', () => {
  it.each([
    { name: 'everybody passes', findings: { PASS: 2 }, interim: 'PENDING', final: 'PASS' },
    { name: 'nobody left', findings: {}, interim: 'PENDING', final: 'PASS' },
    { name: 'who is outside decides nothing', findings: { PASS: 1, WARN: 1, 'N/A': 1 }, interim: 'PENDING', final: 'PASS' },
    { name: 'one is not due yet', findings: { PASS: 1, PEND: 1 }, interim: 'PENDING', final: 'INSUFFICIENT' },
    { name: 'one is in doubt', findings: { PASS: 1, INSUF: 1 }, interim: 'INSUFFICIENT', final: 'INSUFFICIENT' },
    { name: 'one failed', findings: { FAIL: 1, INSUF: 1 }, interim: 'FAIL', final: 'FAIL' },
  ] as const)('where $name: $interim so far, $final in the end', ({ findings, interim, final }) => {
    expect([concludeReport('INTERIM', findings, known), concludeReport('FINAL', findings, known)]).toEqual([interim, final]);
  });

  it.each([
    { name: 'HR has not spoken since', doubts: [quiet], interim: 'INSUFFICIENT', final: 'INSUFFICIENT' },
    { name: 'the period goes on', doubts: [goesOn], interim: 'PENDING', final: 'INSUFFICIENT' },
    { name: 'the period goes on and HR is not heard', doubts: [goesOn, quiet], interim: 'INSUFFICIENT', final: 'INSUFFICIENT' },
  ] as const)('is no pass where $name, though everybody passes who is known (I9, I10)', ({ doubts, interim, final }) => {
    const leavers = { effects: { PASS: 2 }, doubts };
    expect([concludeReport('INTERIM', { PASS: 2 }, leavers), concludeReport('FINAL', { PASS: 2 }, leavers)]).toEqual([interim, final]);
    expect(concludeReport('FINAL', { FAIL: 1 }, leavers)).toBe('FAIL');
  });

  it.each([
    { effects: { FAIL: 1 }, expected: 'FAIL' },
    { effects: { INSUF: 1 }, expected: 'INSUFFICIENT' },
    { effects: { PEND: 1 }, expected: 'INSUFFICIENT' },
  ] as const)('is never better than the test about leavers: $expected (I10)', ({ effects, expected }) => {
    expect(concludeReport('FINAL', { PASS: 1 }, { effects, doubts: [] })).toBe(expected);
  });

  it.each([
    {
      kind: 'FINAL',
      conclusion: 'INSUFFICIENT',
      doubts: [quiet, goesOn],
      said: / settled\. Who left is in doubt: HR has not spoken since\. The period goes on\.$/,
    },
    {
      kind: 'FINAL',
      conclusion: 'FAIL',
      doubts: [quiet],
      said: /^at least one finding failed\. Who left is in doubt: HR has not spoken since\.$/,
    },
    { kind: 'INTERIM', conclusion: 'PENDING', doubts: [goesOn], said: /never passes as a whole\.$/ },
    { kind: 'FINAL', conclusion: 'PASS', doubts: [], said: /or is in doubt\.$/ },
  ] as const)('is said with the doubts by name: $said', ({ kind, conclusion, doubts, said }) => {
    expect(conclusionSentence(kind, conclusion, doubts)).toMatch(said);
  });

  const untested = 'so that nothing was tested: 0 of 0 is no evidence that access ends in time.';
  it.each([
    {
      conclusion: 'PASS',
      doubts: [],
      imports: 2,
      said: `nobody left within the period, by HR’s roster (2 imports), ${untested} Nothing else failed or is in doubt.`,
    },
    {
      conclusion: 'FAIL',
      doubts: [],
      imports: 1,
      said: `nobody left within the period, by HR’s roster (1 import), ${untested} At least one finding failed.`,
    },
    {
      conclusion: 'INSUFFICIENT',
      doubts: [quiet],
      imports: 0,
      said: `nobody is known to have left within the period, by HR’s roster (0 imports), ${untested} Nothing failed, but not everything could be settled. Who left is in doubt: HR has not spoken since.`,
    },
  ] as const)('says first that nothing was tested where nobody left: $conclusion', ({ conclusion, doubts, imports, said }) => {
    expect(conclusionSentence('FINAL', conclusion, doubts, { imports })).toBe(said);
  });
});
