import { describe, expect, it } from '@jest/globals';
import { HOUR_MS, type Instant, instantOf, plusMs } from '../../src/kernel/index.ts';
import { observedWindow, type Stretch } from '../../src/verdict/observed-window.ts';

function at(hours: number): Instant {
  return instantOf(Date.parse('2026-02-10T23:00:00.000Z') + hours * HOUR_MS);
}

const end = { earliest: at(0), latest: at(0) };
const on = (from: number, to: number): Stretch => ({ usable: true, from: at(from), to: at(to) });
const off = (from: number, to: number): Stretch => ({ usable: false, from: at(from), to: at(to) });

describe('the window in which access ended', () => {
  it.each<{ story: string; stretches: Stretch[]; until?: number; window: (number | null)[] }>([
    { story: 'nothing was ever seen', stretches: [], window: [null, null, null] },
    { story: 'it is still usable', stretches: [on(-90, 50)], window: [50, null, null] },
    { story: 'it ended once', stretches: [on(-90, 4), off(5, 50)], window: [4, 5, null] },
    { story: 'it was disabled, then deleted', stretches: [on(-90, 4), off(5, 9), off(10, 50)], window: [4, 5, null] },
    { story: 'it was first seen disabled', stretches: [off(5, 50)], window: [null, 5, null] },
    {
      story: 'it was off during a leave long before the end',
      stretches: [on(-90, -80), off(-79, -60), on(-59, 4), off(5, 50)],
      window: [4, 5, null],
    },
    { story: 'it came back after the end', stretches: [on(-90, 4), off(5, 9), on(10, 50)], window: [4, 5, 10] },
    {
      story: 'it came back after the end and ended again',
      stretches: [on(-90, 4), off(5, 9), on(10, 20), off(21, 50)],
      window: [4, 5, 10],
    },
    { story: 'it ended early and came back after the end', stretches: [on(-90, -9), off(-8, 9), on(10, 50)], window: [-9, -8, 10] },
    {
      story: 'it may have come back before the end, which is use and no reactivation (I10)',
      stretches: [on(-90, -9), off(-8, -5), on(10, 50)],
      window: [50, null, null],
    },
    {
      story: 'use that may have been before the end was seen is the last word (I10)',
      stretches: [on(-90, 4), off(5, 5), on(4, 4)],
      window: [4, null, null],
    },
    {
      story: 'such use goes on until after the end was seen',
      stretches: [on(-90, 4), off(5, 5), on(4, 9)],
      window: [4, 5, 9],
    },
    {
      story: 'such use is followed by another end',
      stretches: [on(-90, 4), off(5, 5), on(4, 4), off(6, 50)],
      window: [4, 6, null],
    },
    {
      story: 'it came back after it was unusable at the end itself',
      stretches: [on(-90, -9), off(-8, 0), on(10, 50)],
      window: [-9, -8, 10],
    },
    {
      story: 'such use began in the instant in which the end was seen, and goes on',
      stretches: [on(-90, 4), off(5, 5), on(5, 9)],
      window: [4, 5, 9],
    },
    {
      story: 'such use was last proven in the very instant in which the end was seen',
      stretches: [on(-90, 4), off(5, 5), on(4, 5)],
      window: [5, null, null],
    },
    {
      story: 'an answer still showed use after the end that the directory names: it ended in between (I10)',
      stretches: [on(-90, 6), off(5, 50)],
      window: [5, 6, null],
    },
    { story: 'it became unusable at the evaluation itself', stretches: [on(-90, 4), off(10, 50)], until: 10, window: [4, 10, null] },
    { story: 'it becomes unusable later', stretches: [on(-90, 4), off(11, 50)], until: 10, window: [4, null, null] },
    { story: 'a rehire begins what follows', stretches: [on(-90, 4), off(5, 90), on(100, 150)], until: 99, window: [4, 5, null] },
    { story: 'a stretch runs into the rehire', stretches: [on(-90, 150)], until: 99, window: [99, null, null] },
  ])('is read right where $story', ({ story, stretches, until = 200, window }) => {
    const [lastProvenUsable, firstProvenUnusable, provenUsableAgain] = window.map((hours) => (hours === null ? null : at(hours)));
    const { isContradicted, ...instants } = observedWindow(stretches, end, { until: at(until) });
    expect(instants).toEqual({ lastProvenUsable, firstProvenUnusable, provenUsableAgain });
    expect(isContradicted === true).toBe(story.includes('after the end that the directory names'));
  });

  it.each<{ story: string; stretches: readonly Stretch[]; window: readonly (number | null)[] }>([
    { story: 'it goes on into it: the moment before is proven', stretches: [on(-90, 20)], window: [9, null, null] },
    { story: 'it begins within it: none of this employment is proven', stretches: [on(-90, 4), off(5, 9), on(12, 20)], window: [4, 5, 12] },
    { story: 'it ends within it', stretches: [on(-90, 14), off(15, 20)], window: [9, 15, null] },
    { story: 'nothing but that was seen', stretches: [on(12, 20)], window: [null, null, null] },
  ])('takes no use for proof that may be of the next employment: $story (I10)', ({ stretches, window }) => {
    const [used, unusable, again] = window.map((hours) => (hours === null ? null : at(hours)));
    const before = used === at(9) ? plusMs(at(10), -1) : used;
    expect(observedWindow(stretches, end, { until: at(20), mayBeEmployedFrom: at(10) })).toEqual({
      lastProvenUsable: before,
      firstProvenUnusable: unusable,
      provenUsableAgain: again,
    });
  });

  it.each<{ story: string; stretches: readonly Stretch[]; looks: readonly number[]; cut: { until: number; mayBe?: number }; used: number }>(
    [
      { story: 'the last look before it is days before', stretches: [on(-90, 150)], looks: [-20, 110], cut: { until: 99 }, used: -20 },
      { story: 'somebody looked in between', stretches: [on(-90, 150)], looks: [-20, 50, 110], cut: { until: 99 }, used: 50 },
      { story: 'somebody looked in that very moment', stretches: [on(-90, 150)], looks: [-20, 99, 110], cut: { until: 99 }, used: 99 },
      {
        story: 'nobody had looked before but when it was first seen',
        stretches: [on(-90, 150)],
        looks: [110],
        cut: { until: 99 },
        used: -90,
      },
      { story: 'it ended before', stretches: [on(-90, 60), off(61, 150)], looks: [-20, 110], cut: { until: 99 }, used: 60 },
      { story: 'it may have begun before', stretches: [on(-90, 15)], looks: [3, 12], cut: { until: 20, mayBe: 10 }, used: 3 },
    ],
  )('takes use that runs into the next employment for proven until somebody looked: $story (I10)', ({ stretches, looks, cut, used }) => {
    const mayBeEmployedFrom = cut.mayBe === undefined ? undefined : at(cut.mayBe);
    const window = observedWindow(stretches, end, { until: at(cut.until), mayBeEmployedFrom, looks: looks.map(at) });
    expect(window.lastProvenUsable).toBe(at(used));
  });

  it('takes no use for a return that was seen in the next employment alone', () => {
    const stretches = [on(-90, 4), off(5, 50), on(5, 150)];
    expect(observedWindow(stretches, end, { until: at(99), looks: [at(-20), at(110)] })).toMatchObject({ provenUsableAgain: null });
  });
});
