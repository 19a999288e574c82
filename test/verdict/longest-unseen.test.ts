import { describe, expect, it } from '@jest/globals';
import { HOUR_MS, type Instant, plusMs } from '../../src/kernel/index.ts';
import { longestUnseen, provableMinutes } from '../../src/verdict/index.ts';

const hour = (n: number) => plusMs('2026-03-01T00:00:00.000Z' as Instant, n * HOUR_MS);
const stretch = ([from, to]: readonly [number, number]) => ({ from: hour(from), to: hour(to) });
const period = stretch([0, 24]);

describe('the longest stretch in which a change may have waited to be seen', () => {
  it.each([
    {
      name: 'runs from the asking of a look to the last answer of the next',
      looks: [
        [0, 1],
        [5, 6],
        [15, 18],
        [23, 24],
      ],
      longest: [5, 18],
    },
    {
      name: 'begins with the period, where nobody had looked yet',
      looks: [
        [9, 10],
        [12, 13],
        [20, 21],
      ],
      longest: [0, 10],
    },
    {
      name: 'goes on to the end of the period, where nobody looked any more',
      looks: [
        [0, 1],
        [4, 5],
      ],
      longest: [4, 24],
    },
    { name: 'is the whole period without a look', looks: [], longest: [0, 24] },
    {
      name: 'does not count looks that were asked for outside',
      looks: [
        [-5, 2],
        [12, 13],
        [25, 26],
      ],
      longest: [0, 13],
    },
    {
      name: 'is the earliest of equals',
      looks: [
        [0, 0],
        [8, 8],
        [16, 16],
        [24, 24],
      ],
      longest: [0, 8],
    },
    {
      name: 'ends with the period, where a look goes on',
      looks: [
        [0, 1],
        [12, 30],
      ],
      longest: [0, 24],
    },
  ] as const)('$name', ({ looks, longest }) => {
    expect(longestUnseen(looks.map(stretch), period)).toEqual(stretch(longest));
  });

  it('counts five minutes for the lag of replicas, and begun minutes whole', () => {
    expect(provableMinutes(HOUR_MS)).toBe(65);
    expect(provableMinutes(HOUR_MS + 1)).toBe(66);
  });

  it('is none of no time at all', () => {
    expect(longestUnseen([], stretch([3, 3]))).toBeNull();
  });

  it('never grows by another look, and never shrinks with one less', () => {
    const looks = [stretch([1, 2]), stretch([6, 7]), stretch([14, 15])];
    const hours = (given: Parameters<typeof longestUnseen>[0]) => {
      const found = longestUnseen(given, period);
      return found === null ? 0 : (Date.parse(found.to) - Date.parse(found.from)) / HOUR_MS;
    };
    for (const left of looks) expect(hours(looks.filter((look) => look !== left))).toBeGreaterThanOrEqual(hours(looks));
  });
});
