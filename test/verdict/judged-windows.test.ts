import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import {
  type BlindStretch,
  blindStretchesIn,
  gapIdOf,
  type JudgedLine,
  mayBeBlind,
  type TimingInput,
  type TimingOutcome,
  windowsOf,
  withBlind,
} from '../../src/verdict/index.ts';

/** A day and an hour of March 2026. The employment ended with the 5th, or six hours later. */
const on = (day: number, hour = 0) => `2026-03-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z` as Instant;

const timing = (given: Partial<TimingInput> = {}): TimingInput => ({
  neverHadAccount: false,
  end: { earliest: on(6), latest: on(6, 6) },
  deadline: { earliest: on(7), latest: on(7, 6) },
  lastProvenUsable: null,
  firstProvenUnusable: null,
  provenUsableAgain: null,
  evaluatedAt: on(10),
  covered: true,
  ...given,
});
const line = (outcome: TimingOutcome, given: Partial<TimingInput> = {}, more: Partial<JudgedLine> = {}): JudgedLine => ({
  accountId: 'account',
  connectionId: 'c',
  outcome,
  timing: timing(given),
  ...more,
});
const stretch = (from: Instant, to: Instant | null, because = 'no-run', connectionId: string | null = 'c'): BlindStretch => ({
  gapId: gapIdOf(connectionId, from),
  connectionId,
  from,
  to,
  because,
});

describe('what is judged of the window in which access ended', () => {
  it.each<{ readonly what: string; readonly of: JudgedLine; readonly windows: readonly string[] }>([
    { what: 'nothing, where there never was an account', of: line('NO_ACCOUNT', { neverHadAccount: true }), windows: [] },
    { what: 'from the end to the verdict', of: line('PENDING'), windows: ['06T00 10T00'] },
    { what: 'from the last use after the end', of: line('OVERDUE', { lastProvenUsable: on(8) }), windows: ['08T00 10T00'] },
    {
      what: 'from the end, where the last use was before it',
      of: line('OVERDUE_UNPROVEN', { lastProvenUsable: on(5) }),
      windows: ['06T00 10T00 in doubt'],
    },
    { what: 'to the proof that it had ended', of: line('IN_TIME', { firstProvenUnusable: on(6, 9) }), windows: ['06T00 06T09'] },
    { what: 'nothing, where that is the end itself', of: line('EARLY', { firstProvenUnusable: on(6) }), windows: [] },
    {
      what: 'from the latest end, where no account is known',
      of: line('NO_COVERAGE', {}, { accountId: null }),
      windows: ['06T06 10T00 in doubt'],
    },
    {
      what: 'in doubt, where it straddles the deadline',
      of: line('INDETERMINATE', { firstProvenUnusable: on(8) }),
      windows: ['06T00 08T00 in doubt'],
    },
    {
      what: 'in no doubt for looks, where it is in doubt whose use followed',
      of: line('INDETERMINATE', { firstProvenUnusable: on(6, 9), provenUsableAgain: on(8) }),
      windows: ['06T00 06T09'],
    },
    {
      what: 'nor where the directory contradicts itself',
      of: line('INDETERMINATE', { firstProvenUnusable: on(8), isContradicted: true }),
      windows: ['06T00 08T00'],
    },
    {
      what: 'in two, where access may have come back',
      of: line('INDETERMINATE', {
        firstProvenUnusable: on(8, 5),
        mayBeBack: { because: 'restored', since: on(8, 3), lastProvenUsable: null, firstProvenUnusable: on(6, 9), provenUsableAgain: null },
      }),
      windows: ['06T00 06T09', '08T03 08T05 in doubt'],
    },
    {
      what: 'in one, where it may have come back for no time after the end',
      of: line('IN_TIME', {
        firstProvenUnusable: on(6),
        mayBeBack: { because: 'restored', since: on(5, 3), lastProvenUsable: null, firstProvenUnusable: on(5, 1), provenUsableAgain: null },
      }),
      windows: [],
    },
  ])('is $what', ({ of, windows }) => {
    const said = windowsOf(of).map(({ from, isInDoubt, to }) => `${from.slice(8, 13)} ${to.slice(8, 13)}${isInDoubt ? ' in doubt' : ''}`);
    expect(said).toEqual(windows);
  });
});

describe('whether a stretch may have to be named', () => {
  it.each([
    { what: 'not of a settled window of a day', of: line('IN_TIME', { firstProvenUnusable: on(7) }), is: false },
    { what: 'of a settled window of more than a day', of: line('LATE', { firstProvenUnusable: on(7, 1) }), is: true },
    { what: 'of a short one in doubt', of: line('INDETERMINATE', { lastProvenUsable: on(7), firstProvenUnusable: on(7, 1) }), is: true },
    { what: 'not where there never was an account', of: line('NO_ACCOUNT', { neverHadAccount: true }), is: false },
  ])('$what', ({ of, is }) => {
    expect(mayBeBlind(of)).toBe(is);
  });
});

describe('the stretches that are named', () => {
  const inDoubt = { lastProvenUsable: on(7), firstProvenUnusable: on(7, 4) };
  const gap = stretch(on(7), on(7, 3));
  const timesOf = (own: readonly BlindStretch[], unconnected: readonly BlindStretch[] = [], tenants = [own]) => ({
    ofTenantOf: () => own,
    tenants,
    unconnected,
  });

  it('are none of an account that no connection shows', () => {
    expect(blindStretchesIn(line('INDETERMINATE', inDoubt), timesOf([gap]))).toEqual([gap]);
    expect(blindStretchesIn(line('INDETERMINATE', inDoubt, { connectionId: null }), timesOf([gap]))).toEqual([]);
  });

  it('are none that are no more than half of the window', () => {
    expect(blindStretchesIn(line('INDETERMINATE', inDoubt), timesOf([stretch(on(7), on(7, 2))]))).toEqual([]);
  });

  it('are none where no account is known and none was due yet', () => {
    expect(blindStretchesIn(line('PENDING', {}, { accountId: null }), timesOf([stretch(on(5), null)]))).toEqual([]);
  });

  it.each([
    {
      what: 'are those without any connection that were over before the tenant was connected',
      none: stretch(on(6, 20), on(7, 3), 'not-connected', null),
      named: 1,
    },
    { what: 'are not those that go on', none: stretch(on(6, 20), null, 'not-connected', null), named: 0 },
    { what: 'are not those that ended later', none: stretch(on(6, 20), on(7, 4), 'not-connected', null), named: 0 },
  ])('$what', ({ named, none }) => {
    const own = [stretch(on(7, 3), on(7, 3))];
    const earlier = [stretch(on(1), on(1, 1), 'no-run', 'd')];
    expect(blindStretchesIn(line('INDETERMINATE', inDoubt), timesOf(own, [none], [own, earlier]))).toEqual(named === 1 ? [none] : []);
  });

  it('count together where a tenant was disconnected without a look in between', () => {
    const removed = (from: Instant) => stretch(from, on(7, 3), 'connection-removed');
    const [before, after] = [stretch(on(6), on(7, 1)), removed(on(7, 1))];
    const window = { lastProvenUsable: on(7), firstProvenUnusable: on(7, 4) };
    expect(blindStretchesIn(line('INDETERMINATE', window), timesOf([before, after]))).toEqual([before, after]);
    expect(blindStretchesIn(line('INDETERMINATE', window), timesOf([stretch(on(6), on(7, 1)), removed(on(7, 2))]))).toEqual([]);
  });

  it('reach back without any connection as far as nobody was connected before', () => {
    const none = stretch(on(7, 1), on(7, 3), 'not-connected', null);
    const own = [stretch(on(7, 3), on(7, 3))];
    expect(blindStretchesIn(line('INDETERMINATE', inDoubt), timesOf(own, [none]))).toEqual([none]);
    const earlier = [stretch(on(1), on(1, 1), 'no-run', 'd')];
    expect(blindStretchesIn(line('INDETERMINATE', inDoubt), timesOf(own, [none], [own, earlier]))).toEqual([]);
  });
});

describe('what is said of a stretch', () => {
  it.each([
    { because: 'no-run', says: 'no such look was made' },
    { because: 'not-synced-yet', says: 'it had not been read yet' },
    { because: 'connection-removed', says: 'its connection had been removed' },
    { because: 'held', says: 'a look was held until somebody decided' },
    { because: 'throttled', says: 'a look failed (throttled)' },
  ])('is why: $because', ({ because, says }) => {
    expect(withBlind('Late.', [stretch(on(7), on(8), because)])).toBe(
      `Late. Nobody looked at the whole directory between ${on(7)} and ${on(8)}: ${says}.`,
    );
    expect(withBlind('Late.', [stretch(on(7), null, because)])).toBe(
      `Late. Since ${on(7)} nobody has looked at the whole directory: ${says}.`,
    );
  });

  it('is until when no directory was connected', () => {
    expect(withBlind('Late.', [stretch(on(7), on(8), 'not-connected', null)])).toBe(`Late. No directory was connected until ${on(8)}.`);
    expect(withBlind('Late.', [stretch(on(7), null, 'not-connected', null)])).toBe('Late. No directory was connected.');
  });

  it('comes in the order of time, and of one instant in that of the connections', () => {
    const [a, b, later] = [stretch(on(7), on(8), 'held', 'a'), stretch(on(7), on(9), 'no-run', 'b'), stretch(on(8), null, 'held', 'a')];
    const said = withBlind('Late.', [a, b, later]);
    for (const order of [
      [later, b, a],
      [b, a, later, b],
      [a, later, b],
    ])
      expect(withBlind('Late.', order)).toBe(said);
    expect(said.indexOf(on(8))).toBeLessThan(said.indexOf(on(9)));
  });
});
