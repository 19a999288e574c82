import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import { type DirectorySighting, directoryWindow, type RuleEdition } from '../../src/verdict/index.ts';

/** A day and an hour of March 2026. The employment ended with the 6th. */
const on = (day: number, hour = 0) => `2026-03-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z` as Instant;
const end = { earliest: on(7), latest: on(7) };

function seen(state: DirectorySighting['state'], from: Instant, to: Instant | null = null): DirectorySighting {
  return { state, from, seenFrom: from, to, isExact: state === 'restored' };
}

const used = seen('enabled', on(1), on(5));
const off = (from: Instant, to: Instant | null = null) => seen('disabled', from, to);
const back = (from: Instant, to: Instant | null = null) => seen('enabled', from, to);
const gone = (from: Instant, to: Instant | null = null) => seen('vanished', from, to);
const restored = (from: Instant, to: Instant | null = null) => seen('restored', from, to);

interface Case {
  readonly what: string;
  readonly sightings: readonly DirectorySighting[];
  /** Last proven usable, first proven unusable, usable again. */
  readonly window: readonly (Instant | null)[];
  /** If access did not come back, and since when it may have. */
  readonly else?: { readonly because: string; readonly since: Instant; readonly window: readonly (Instant | null)[] };
}

function windowOf(sightings: readonly DirectorySighting[], edition?: RuleEdition) {
  const reading = { confirmedUntil: on(20), until: on(20), ...(edition !== undefined && { edition }) };
  const { mayBeBack, ...window } = directoryWindow(sightings, end, reading);
  return { window, mayBeBack };
}

const instants = ([lastProvenUsable = null, firstProvenUnusable = null, provenUsableAgain = null]: readonly (Instant | null)[]) => ({
  lastProvenUsable,
  firstProvenUnusable,
  provenUsableAgain,
});

describe('the window of a directory account', () => {
  it.each<Case>([
    { what: 'ended once', sightings: [used, off(on(6))], window: [on(5), on(6)] },
    {
      what: 'that was restored and deleted again ends with that, unless it was not enabled',
      sightings: [used, off(on(6), on(9)), restored(on(8), on(8, 1)), off(on(8, 1))],
      window: [on(5), on(8, 1)],
      else: { because: 'restored', since: on(8), window: [on(5), on(6)] },
    },
    {
      what: 'that was restored twice is in doubt since the first time, and ends with the last',
      sightings: [used, off(on(6), on(9)), restored(on(8), on(8, 1)), off(on(8, 1), on(9)), restored(on(9), on(9, 1)), off(on(9, 1))],
      window: [on(5), on(9, 1)],
      else: { because: 'restored', since: on(8), window: [on(5), on(6)] },
    },
    {
      what: 'that was restored, and not seen since, has no end',
      sightings: [used, off(on(6)), restored(on(8))],
      window: [on(5), null],
      else: { because: 'restored', since: on(8), window: [on(5), on(6)] },
    },
    {
      what: 'that was restored, and seen disabled next, ends with that',
      sightings: [used, off(on(6), on(7, 1)), restored(on(8)), off(on(9))],
      window: [on(5), on(9)],
      else: { because: 'restored', since: on(8), window: [on(5), on(6)] },
    },
    {
      what: 'that was restored, and seen enabled next, was back for sure',
      sightings: [used, off(on(6), on(7, 1)), restored(on(8)), back(on(9))],
      window: [on(5), on(6), on(9)],
    },
    {
      what: 'that was restored before it was used for the last time is in no doubt for it',
      sightings: [used, off(on(5, 1), on(5, 2)), restored(on(5, 3), on(5, 4)), off(on(5, 4), on(5, 5)), back(on(6), on(7, 1)), off(on(8))],
      window: [on(7, 1), on(8)],
    },
    {
      what: 'that was restored before the end, and used after it: a return, or use that went on',
      sightings: [used, off(on(6), on(7, 4)), restored(on(6, 20), on(7, 5)), back(on(7, 5), on(7, 9)), off(on(7, 10))],
      window: [on(7, 9), on(7, 10)],
      else: { because: 'restored', since: on(6, 20), window: [on(5), on(6), on(7, 5)] },
    },
    {
      what: 'that was restored after the verdict',
      sightings: [used, off(on(6)), restored(on(21))],
      window: [on(5), on(6)],
    },
    {
      what: 'that was off before the end and vanished is not proven off, if it was not seen since',
      sightings: [used, off(on(6), on(6, 1)), gone(on(6, 2))],
      window: [on(5), null],
    },
    {
      what: 'that was seen off at the end is, wherever it went since',
      sightings: [used, off(on(6), on(7)), gone(on(7, 2))],
      window: [on(5), on(6)],
    },
    {
      what: 'that was off before the end and vanished over it ends when it was found off again, unless it was off all the while',
      sightings: [used, off(on(6), on(6, 1)), gone(on(6, 2), on(8)), off(on(9))],
      window: [on(5), on(9)],
      else: { because: 'vanished', since: on(6, 2), window: [on(5), on(6)] },
    },
    {
      what: 'that was found off again before the end',
      sightings: [used, off(on(5, 1), on(5, 2)), gone(on(5, 3), on(5, 4)), off(on(6))],
      window: [on(5), on(5, 1)],
    },
    {
      what: 'that was seen off at the end, and vanished for a while since',
      sightings: [used, off(on(6), on(7)), gone(on(7, 2), on(8)), off(on(9))],
      window: [on(5), on(6)],
    },
    {
      what: 'that was on when it vanished over the end',
      sightings: [used, gone(on(6), on(8)), off(on(9))],
      window: [on(5), on(9)],
    },
    {
      what: 'that vanished over the end and was found on',
      sightings: [used, off(on(6), on(6, 1)), gone(on(6, 2), on(8)), back(on(9))],
      window: [on(20), null],
    },
    {
      what: 'that was restored and vanished since then, unseen, has no end',
      sightings: [used, off(on(6), on(6, 1)), restored(on(8)), gone(on(6, 2))],
      window: [on(5), null],
    },
  ])('$what', ({ sightings, window, else: otherwise }) => {
    const { mayBeBack, window: found } = windowOf(sightings);
    expect(found).toEqual(instants(window));
    expect(mayBeBack).toEqual(
      otherwise === undefined ? undefined : { because: otherwise.because, since: otherwise.since, ...instants(otherwise.window) },
    );
  });

  it('was taken for off while it had vanished over the end in reports up to format 4', () => {
    const sightings = [used, off(on(6), on(6, 1)), gone(on(6, 2), on(8)), off(on(9))];
    for (const edition of ['before-3', 'before-4', 'before-5'] as const)
      expect(windowOf(sightings, edition)).toEqual({ window: instants([on(5), on(6)]), mayBeBack: undefined });
    expect(windowOf(sightings, 'present').mayBeBack).toBeDefined();
  });

  it('had no end up to format 4 either, where it vanished before the end and was not seen since', () => {
    expect(windowOf([used, off(on(6), on(6, 1)), gone(on(6, 2))], 'before-5').window).toEqual(instants([on(5), null]));
  });
});
