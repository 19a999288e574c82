import { describe, expect, it } from '@jest/globals';
import { coverageOf, type EndedRun } from '../../src/directory/coverage.ts';
import type { DirectoryRunId, Instant } from '../../src/kernel/index.ts';

const at = (day: number, hour = 0) => `2026-03-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z` as Instant;
const id = (name: string) => name as DirectoryRunId;

function complete(name: string, from: Instant, to: Instant): EndedRun {
  return { id: id(name), kind: 'full', state: 'complete', finishedAt: to, lookFrom: from, lookTo: to, errorCode: null, between: null };
}

function failed(name: string, finishedAt: Instant, errorCode: string): EndedRun {
  return { id: id(name), kind: 'full', state: 'failed', finishedAt, lookFrom: null, lookTo: null, errorCode, between: null };
}

/** A look at changes that failed, after one that ended and before one that began then. */
function failedDelta(name: string, finishedAt: Instant, from: Instant, to: Instant | null): EndedRun {
  return { ...failed(name, finishedAt, 'throttled'), kind: 'delta', between: { from, to } };
}

const connected = at(1);

const rows: readonly { name: string; runs: readonly EndedRun[]; now: Instant; gaps: readonly object[]; windows: number }[] = [
  {
    name: 'is blind from the start when nothing ever ran',
    runs: [],
    now: at(1, 1),
    gaps: [{ from: connected, to: null, reason: 'not-synced-yet', failedRuns: [] }],
    windows: 0,
  },
  {
    name: 'was blind until the first complete look',
    runs: [complete('a', at(1, 2), at(1, 3))],
    now: at(2),
    gaps: [{ from: connected, to: at(1, 2), reason: 'not-synced-yet', failedRuns: [] }],
    windows: 1,
  },
  {
    name: 'has no gap between looks that follow each other soon enough',
    runs: [complete('a', connected, at(1, 1)), complete('b', at(2), at(2, 1)), complete('c', at(4), at(4, 1))],
    now: at(5),
    gaps: [],
    windows: 3,
  },
  {
    name: 'has a gap back to the last complete look as soon as a run fails',
    runs: [complete('a', at(1, 2), at(1, 3)), failed('b', at(1, 5), 'throttled'), failed('c', at(1, 6), 'secret-expired')],
    now: at(1, 7),
    gaps: [
      { from: connected, to: at(1, 2), reason: 'not-synced-yet', failedRuns: [] },
      { from: at(1, 3), to: null, reason: 'secret-expired', failedRuns: ['b', 'c'] },
    ],
    windows: 1,
  },
  {
    name: 'closes a gap when the next look begins',
    runs: [complete('a', at(1, 2), at(1, 3)), failed('b', at(1, 5), 'throttled'), complete('c', at(1, 8), at(1, 9))],
    now: at(1, 10),
    gaps: [
      { from: connected, to: at(1, 2), reason: 'not-synced-yet', failedRuns: [] },
      { from: at(1, 3), to: at(1, 8), reason: 'throttled', failedRuns: ['b'] },
    ],
    windows: 2,
  },
  {
    name: 'has a gap from the look before to the look after when a look at changes fails between two punctual ones at the whole',
    runs: [
      complete('a', connected, at(1, 1)),
      failedDelta('b', at(1, 5), at(1, 4), at(1, 6)),
      failedDelta('c', at(1, 12), at(1, 11), at(1, 14)),
      failedDelta('d', at(1, 13), at(1, 11), at(1, 14)),
      complete('e', at(2), at(2, 1)),
    ],
    now: at(2, 2),
    gaps: [
      { from: at(1, 4), to: at(1, 6), reason: 'throttled', failedRuns: ['b'] },
      { from: at(1, 11), to: at(1, 14), reason: 'throttled', failedRuns: ['c', 'd'] },
    ],
    windows: 2,
  },
  {
    name: 'has a gap that goes on while looks at changes fail and nobody has looked since',
    runs: [complete('a', connected, at(1, 1)), failedDelta('b', at(1, 5), at(1, 4), null)],
    now: at(1, 6),
    gaps: [{ from: at(1, 4), to: null, reason: 'throttled', failedRuns: ['b'] }],
    windows: 1,
  },
  {
    name: 'has a gap back to the last look at the whole when such a one fails too: nobody is known not to have changed',
    runs: [complete('a', connected, at(1, 1)), failedDelta('b', at(1, 5), at(1, 4), at(1, 6)), failed('c', at(2), 'secret-expired')],
    now: at(2, 1),
    gaps: [{ from: at(1, 1), to: null, reason: 'secret-expired', failedRuns: ['b', 'c'] }],
    windows: 1,
  },
  {
    name: 'has a gap when nobody looked for too long, although nothing failed',
    runs: [complete('a', at(1, 2), at(1, 3))],
    now: at(3, 4),
    gaps: [
      { from: connected, to: at(1, 2), reason: 'not-synced-yet', failedRuns: [] },
      { from: at(1, 3), to: null, reason: 'no-run', failedRuns: [] },
    ],
    windows: 1,
  },
  {
    name: 'names the failure that kept the first look away',
    runs: [failed('a', at(1, 1), 'permission-missing')],
    now: at(1, 2),
    gaps: [{ from: connected, to: null, reason: 'permission-missing', failedRuns: ['a'] }],
    windows: 0,
  },
];

describe('coverage of a connection', () => {
  it.each(rows)('$name', ({ runs, now, gaps, windows }) => {
    const coverage = coverageOf(runs, { createdAt: connected, removedAt: null }, now);
    expect(coverage.gaps).toEqual(gaps);
    expect(coverage.windows).toHaveLength(windows);
  });
});
