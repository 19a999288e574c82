import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import { policyInForce } from '../../src/verdict/index.ts';

const on = (day: string) => `2026-03-${day}T00:00:00.000Z` as Instant;
const policies = ['20', '10', '05'].map((day) => ({ effectiveFrom: on(day) }));

describe('the policy that judges an end of employment', () => {
  it.each([
    { end: '25', judges: '20' },
    { end: '20', judges: '20' },
    { end: '19', judges: '10' },
    { end: '10', judges: '10' },
    { end: '07', judges: '05' },
    { end: '01', judges: '05' },
  ])('is the version in force at the end, else the first: on the $end the one of the $judges', ({ end, judges }) => {
    expect(policyInForce(policies, on(end))?.effectiveFrom).toBe(on(judges));
  });

  it('is none where none was ever set', () => {
    expect(policyInForce([], on('10'))).toBeUndefined();
  });
});
