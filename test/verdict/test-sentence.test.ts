import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from '../../src/kernel/index.ts';
import { complianceTestIds, type TestFigures, testSentence, testWords } from '../../src/verdict/index.ts';

const words = testWords['owners-are-here'];
const figures: TestFigures = {
  effects: { PASS: 12, FAIL: 2 },
  passed: 12,
  of: 14,
  excepted: 0,
  ties: { rows: 20, of: 'owners and accounts' },
  doubts: [],
  taken: 0,
};
const counted = '12 of 14 owners and excluded accounts have a person who is here; 2 failed (FAIL).';

describe('the sentence of a compliance test', () => {
  it.each<{ readonly name: string; readonly of: Partial<TestFigures>; readonly sentence: string }>([
    { name: 'counts who passes, and who does not', of: {}, sentence: counted },
    {
      name: 'counts those alone where nobody does anything else',
      of: { effects: { PASS: 14, FAIL: 0 }, passed: 14 },
      sentence: '14 of 14 owners and excluded accounts have a person who is here.',
    },
    {
      name: 'names the worst first, and nothing of what is well',
      of: { effects: { OK: 1, INFO: 1, 'N/A': 6, WARN: 5, PEND: 4, INSUF: 3, FAIL: 2, PASS: 12 } },
      sentence:
        '12 of 14 owners and excluded accounts have a person who is here; 2 failed (FAIL); 3 cannot be settled (INSUF); 4 not due yet (PEND); 5 to be looked at (WARN); 6 outside the test (N/A).',
    },
    {
      name: 'says of nobody how many were looked at',
      of: { effects: {}, passed: 0, of: 0 },
      sentence: 'There is no owner and no excluded account (looked at: 20 owners and accounts).',
    },
    {
      name: 'says how many stand under an exception',
      of: { excepted: 2 },
      sentence: `${counted} Of those that do not pass, 2 stand under an approved exception, which changes no verdict.`,
    },
    {
      name: 'says from how many a human took an account',
      of: { taken: 3 },
      sentence: `${counted} Of 3 of them a human took an account after the employment had ended: each finding says which, and who decided it.`,
    },
    {
      name: 'says every doubt about the whole, behind all else',
      of: { taken: 1, excepted: 1, doubts: [{ detail: 'Nobody looked.' }, { detail: 'Nobody asked.' }] },
      sentence: `${counted} Of 1 of them a human took an account after the employment had ended: each finding says which, and who decided it. Of those that do not pass, 1 stand under an approved exception, which changes no verdict. Nobody looked. Nobody asked.`,
    },
    { name: 'says nothing of ends taken back where there are none', of: { takenBack: { employments: 0, failed: 0 } }, sentence: counted },
    {
      name: 'says that an end was taken back',
      of: { takenBack: { employments: 1, failed: 0 } },
      sentence: `${counted} HR has taken back, or moved to a later day, the end of 1 employment by which it had been judged as ended; none had failed by that: flags of findings and closed findings say which.`,
    },
    {
      name: 'says how many had failed by ends that were taken back',
      of: { takenBack: { employments: 3, failed: 2 } },
      sentence: `${counted} HR has taken back, or moved to a later day, the ends of 3 employments by which they had been judged as ended; 2 had failed by that: flags of findings and closed findings say which.`,
    },
  ])('$name', ({ of, sentence }) => {
    expect(testSentence(words, { ...figures, ...of })).toBe(sentence);
  });
});

describe('the words of the compliance tests', () => {
  it('are those of the present format: sealed reports are held to them, so that other ones want another format, of which these stay', () => {
    const told = canonicalJson(complianceTestIds.map((id) => ({ id, ...testWords[id] })));
    expect(createHash('sha256').update(told).digest('hex')).toBe('ca867fd99869b6aed7e95830996f46a1162ce048f103334255a5334af1f3e30d');
  });
});
