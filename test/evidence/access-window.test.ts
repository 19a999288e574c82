import { describe, expect, it } from '@jest/globals';
import { accessWindow } from '../../src/evidence/access-window.ts';
import { boundedHours } from '../../src/evidence/shown-hours.ts';
import { DAY_MS, HOUR_MS, type Instant, plusMs } from '../../src/kernel/index.ts';
import type { InstantRange } from '../../src/verdict/index.ts';
import { sampleLeaver } from './sample-population.ts';

const ended = '2026-02-10T23:00:00.000Z' as Instant;

/** A leaver whose access was last proven 12 hours after `ended`, and proven gone after 16, of whose end so much is known. */
function leaverOf(end: InstantRange) {
  const unit = sampleLeaver({ name: 'Ann Sample', employeeId: '1', lastUsable: 12, unusable: 16, evidence: [] });
  return accessWindow({ ...unit, end, deadline: { earliest: plusMs(end.earliest, DAY_MS), latest: plusMs(end.latest, DAY_MS) } });
}

describe('the hours in which access ended', () => {
  it('are those between the two proofs, where the end of employment is an instant', () => {
    expect(leaverOf({ earliest: ended, latest: ended })).toMatchObject({
      lastUsable: 12,
      firstUnusable: 16,
      deadline: { earliest: 24, latest: 24 },
    });
  });

  it('hold whatever may be true, where the end of employment lies within 26 hours (I10)', () => {
    const earliest = plusMs(ended, -26 * HOUR_MS);
    expect(leaverOf({ earliest, latest: ended })).toMatchObject({
      lastUsable: 12,
      firstUnusable: 42,
      deadline: { earliest: 24, latest: 24 },
    });
  });

  it('are rounded outwards, also before the end', () => {
    expect(boundedHours(84.686, 84.694)).toBe('between 84.68 h and 84.70 h');
    expect(boundedHours(-1.006, -0.994)).toBe('between −1.01 h and −0.99 h');
    expect(boundedHours(null, 1.001)).toBe('at most 1.01 h');
    expect(boundedHours(1.009, null)).toBe('more than 1.00 h, and not proven to have ended');
    expect(boundedHours(0.29, 1.1)).toBe('between 0.29 h and 1.10 h');
    expect(boundedHours(30, 31.5)).toBe('between 30.00 h and 31.50 h');
  });
});
