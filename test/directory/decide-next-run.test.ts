import { describe, expect, it } from '@jest/globals';
import { decideNextRun, type NextRun, type ScheduleFacts } from '../../src/directory/decide-next-run.ts';
import type { Instant } from '../../src/kernel/index.ts';

const at = (hour: number, minute = 0) =>
  `2026-03-03T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00.000Z` as Instant;

const steady: ScheduleFacts = {
  createdAt: at(0),
  syncEveryMinutes: 60,
  fullEveryMinutes: 720,
  lastCompleteAt: at(9),
  lastFullAt: at(3),
  failures: 0,
  lastFailureAt: null,
  hasDeltaLinks: true,
};

const rows: readonly { name: string; given: Partial<ScheduleFacts>; expected: NextRun }[] = [
  { name: 'what changed, one interval after the last look', given: {}, expected: { kind: 'delta', at: at(10) } },
  {
    name: 'the whole, when its own interval has passed, although a delta look was just complete',
    given: { lastCompleteAt: at(14, 59) },
    expected: { kind: 'full', at: at(15) },
  },
  {
    name: 'the whole, when both are due at once',
    given: { lastCompleteAt: at(14), lastFullAt: at(3) },
    expected: { kind: 'full', at: at(15) },
  },
  {
    name: 'the whole, where delta queries have nothing to go on from',
    given: { hasDeltaLinks: false },
    expected: { kind: 'full', at: at(10) },
  },
  {
    name: 'the whole, one interval after a connection was made, so that who sets it up has the first word',
    given: { lastCompleteAt: null, lastFullAt: null, hasDeltaLinks: false },
    expected: { kind: 'full', at: at(1) },
  },
  {
    name: 'not at once after a failure',
    given: { failures: 1, lastFailureAt: at(9, 58) },
    expected: { kind: 'delta', at: at(10, 3) },
  },
  {
    name: 'later after each further failure',
    given: { failures: 4, lastFailureAt: at(10) },
    expected: { kind: 'delta', at: at(10, 40) },
  },
  {
    name: 'after four hours at the latest, however often it failed',
    given: { failures: 60, lastFailureAt: at(10) },
    expected: { kind: 'delta', at: at(14) },
  },
  {
    name: 'the whole, when that has become due while failures held everything up',
    given: { failures: 60, lastFailureAt: at(12) },
    expected: { kind: 'full', at: at(16) },
  },
];

describe('the next look is', () => {
  it.each(rows)('$name', ({ given, expected }) => {
    expect(decideNextRun({ ...steady, ...given })).toEqual(expected);
  });
});
