import { describe, expect, it } from '@jest/globals';
import { concludeTest } from '../../src/verdict/index.ts';

describe('the verdict of a test over a population', () => {
  it.each([
    { name: 'everybody passes', effects: { PASS: 3 }, expected: 'PASS' },
    { name: 'nobody is to be tested', effects: {}, expected: 'PASS' },
    { name: 'who is outside the test decides nothing', effects: { PASS: 1, 'N/A': 2, WARN: 1 }, expected: 'PASS' },
    { name: 'one failed', effects: { PASS: 99, FAIL: 1 }, expected: 'FAIL' },
    { name: 'a failure outweighs doubt', effects: { FAIL: 1, INSUF: 5, PEND: 1 }, expected: 'FAIL' },
    { name: 'one is in doubt (I10)', effects: { PASS: 99, INSUF: 1 }, expected: 'INSUFFICIENT' },
    { name: 'one is not due yet (I10)', effects: { PASS: 99, PEND: 1 }, expected: 'INSUFFICIENT' },
  ] as const)('$name: $expected', ({ effects, expected }) => {
    expect(concludeTest(effects, false)).toBe(expected);
  });

  it.each([
    { effects: {}, expected: 'INSUFFICIENT' },
    { effects: { PASS: 3 }, expected: 'INSUFFICIENT' },
    { effects: { FAIL: 1 }, expected: 'FAIL' },
  ] as const)('is no pass where the population itself is in doubt, and a failure stays one: $expected (I10)', ({ effects, expected }) => {
    expect(concludeTest(effects, true)).toBe(expected);
  });
});
