import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HOUR_MS, type Instant, instantOf } from '../../src/kernel/index.ts';
import { decide, judgeTiming, type StateVector, sentenceFor, type TimingInput, worstTiming } from '../../src/verdict/index.ts';

const HOUR_0 = Date.parse('2026-02-10T23:00:00.000Z');

/** Instants are hours after the end of employment; the deadline is 24. */
function at(hours: number): Instant {
  return instantOf(HOUR_0 + hours * HOUR_MS);
}

interface Given {
  readonly L?: number;
  readonly U?: number;
  readonly again?: number;
  readonly now?: number;
  readonly covered?: boolean;
  /** From when on the person may have been employed again. */
  readonly mayBe?: number;
  /** Width of the range in which the employment ended. */
  readonly doubt?: number;
  readonly never?: boolean;
  /** The window if access did not come back unseen. */
  readonly else?: Pick<Given, 'L' | 'U' | 'again'>;
}

function windowOf({ L, U, again }: Given) {
  return {
    lastProvenUsable: L === undefined ? null : at(L),
    firstProvenUnusable: U === undefined ? null : at(U),
    provenUsableAgain: again === undefined ? null : at(again),
  };
}

function inputOf({ now = 100, covered = true, doubt = 0, else: otherwise, mayBe, never = false, ...window }: Given): TimingInput {
  return {
    neverHadAccount: never,
    end: { earliest: at(0), latest: at(doubt) },
    deadline: { earliest: at(24), latest: at(24 + doubt) },
    ...windowOf(window),
    evaluatedAt: at(now),
    covered,
    ...(otherwise !== undefined && { mayBeBack: { because: 'restored', since: at(2), ...windowOf(otherwise) } }),
    ...(mayBe !== undefined && { mayBeEmployedFrom: at(mayBe) }),
  };
}

describe('the timing of one account', () => {
  it.each<{ story: string; given: Given; outcome: string; late?: [number, number | null] }>([
    { story: 'never had an account', given: { never: true }, outcome: 'NO_ACCOUNT' },
    { story: 'usable again after it had ended', given: { L: 1, U: 2, again: 3 }, outcome: 'REACTIVATED' },
    {
      story: 'usable again when the person may have been employed again',
      given: { L: 1, U: 2, again: 30, mayBe: 20 },
      outcome: 'INDETERMINATE',
    },
    { story: 'usable again before that may have been', given: { L: 1, U: 2, again: 19, mayBe: 20 }, outcome: 'REACTIVATED' },
    { story: 'unusable in time, whenever that was', given: { L: 1, U: 2, mayBe: 20 }, outcome: 'IN_TIME' },
    { story: 'ended before the employment', given: { L: -30, U: -1 }, outcome: 'EARLY' },
    { story: 'ended in time, whether it came back unseen or not', given: { L: -5, U: 4, else: { L: -5, U: -1 } }, outcome: 'IN_TIME' },
    {
      story: 'ended late, whether it came back unseen or not',
      given: { L: 30, U: 40, else: { L: 30, U: 31 } },
      outcome: 'LATE',
      late: [6, 16],
    },
    {
      story: 'ended in time, unless it came back unseen',
      given: { L: -5, U: 30, else: { L: -5, U: 4 } },
      outcome: 'INDETERMINATE',
      late: [0, 6],
    },
    {
      story: 'ended in time, and was in time a return, unless it went on unseen',
      given: { L: 5, U: 6, else: { L: -5, U: -1, again: 3 } },
      outcome: 'INDETERMINATE',
    },
    {
      story: 'was used after the deadline: a return, or late',
      given: { L: 30, U: 31, else: { L: -5, U: -1, again: 28 } },
      outcome: 'LATE',
      late: [6, 7],
    },
    {
      story: 'came back, which may be late where it came back unseen',
      given: { L: 5, U: 30, else: { L: -5, U: -1, again: 3 } },
      outcome: 'INDETERMINATE',
      late: [0, 6],
    },
    {
      story: 'ended in time, unless it came back unseen and goes on',
      given: { L: -5, else: { L: -5, U: 4 } },
      outcome: 'OVERDUE_UNPROVEN',
    },
    {
      story: 'may have come back unseen with nobody looking',
      given: { L: -5, covered: false, else: { L: -5, U: 4 } },
      outcome: 'NO_COVERAGE',
    },
    { story: 'may have come back unseen, and there is time', given: { L: -5, now: 10, else: { L: -5, U: 4 } }, outcome: 'PENDING' },
    { story: 'ended at the very end', given: { L: -1, U: 0 }, outcome: 'EARLY' },
    { story: 'ended within the doubt about the end', given: { U: 1, doubt: 26 }, outcome: 'IN_TIME' },
    { story: 'ended between end and deadline', given: { L: 3, U: 4 }, outcome: 'IN_TIME' },
    { story: 'ended at the very deadline', given: { L: 3, U: 24 }, outcome: 'IN_TIME' },
    { story: 'still usable after the deadline, then ended', given: { L: 30, U: 31 }, outcome: 'LATE', late: [6, 7] },
    { story: 'late even by the latest deadline', given: { L: 52, U: 53, doubt: 26 }, outcome: 'LATE', late: [2, 29] },
    { story: 'looked blindly over the deadline', given: { L: 20, U: 25 }, outcome: 'INDETERMINATE', late: [0, 1] },
    { story: 'last seen usable at the very deadline', given: { L: 24, U: 30 }, outcome: 'INDETERMINATE', late: [0, 6] },
    { story: 'first seen when it was unusable already', given: { U: 90 }, outcome: 'INDETERMINATE', late: [0, 66] },
    { story: 'between the earliest and the latest deadline', given: { L: 30, U: 31, doubt: 26 }, outcome: 'INDETERMINATE', late: [0, 7] },
    { story: 'not due yet', given: { L: 10, now: 20 }, outcome: 'PENDING' },
    { story: 'due this very moment', given: { L: 10, now: 24 }, outcome: 'PENDING' },
    { story: 'proven usable after the deadline', given: { L: 99 }, outcome: 'OVERDUE', late: [75, null] },
    { story: 'due, last seen before the deadline', given: { L: 20, now: 25 }, outcome: 'OVERDUE_UNPROVEN' },
    { story: 'due, last seen at the very deadline', given: { L: 24, now: 25 }, outcome: 'OVERDUE_UNPROVEN' },
    { story: 'due, in doubt about the end', given: { L: 30, now: 31, doubt: 26 }, outcome: 'OVERDUE_UNPROVEN' },
    { story: 'due, and nobody is looking', given: { L: 20, now: 25, covered: false }, outcome: 'NO_COVERAGE' },
    { story: 'never read at all', given: { now: 25, covered: false }, outcome: 'NO_COVERAGE' },
  ])('is $outcome when it was $story (I10)', ({ given, outcome, late }) => {
    const verdict = judgeTiming(inputOf(given));
    expect(verdict.outcome).toBe(outcome);
    const [atLeast, atMost] = late ?? [];
    const expected =
      late === undefined ? null : { atLeastMs: (atLeast ?? 0) * HOUR_MS, atMostMs: atMost === null ? null : (atMost ?? 0) * HOUR_MS };
    expect(verdict.late).toEqual(expected);
  });

  it('lets the worst account of a system count, and takes no account judged for no coverage (I10)', () => {
    expect(worstTiming(['IN_TIME', 'OVERDUE', 'LATE'])).toBe('OVERDUE');
    expect(worstTiming(['NO_ACCOUNT', 'EARLY'])).toBe('EARLY');
    expect(worstTiming([])).toBe('NO_COVERAGE');
  });
});

type Colour = 'pass' | 'fail' | 'doubt';

function colourOf(input: TimingInput): Colour {
  const timing = judgeTiming(input).outcome;
  const vector = {
    classification: 'HUMAN',
    match: 'ONE',
    directory: 'DISABLED',
    scim: 'NEVER',
    assigned: 'NO',
    roster: 'LISTED',
    propagation: 'SETTLED',
    role: 'NONE',
    privileged: 'NO',
  } as const;
  const { effect } = decide({
    ...vector,
    employment: 'ENDED',
    directoryTiming: timing,
    scimTiming: 'NO_ACCOUNT',
  } satisfies StateVector).primary;
  return effect === 'PASS' ? 'pass' : effect === 'FAIL' ? 'fail' : 'doubt';
}

describe('timing as a function', () => {
  const hours = fc.integer({ min: -80, max: 160 });
  const doubt = fc.constantFrom(0, 1, 26);

  it('never turns a pass into a failure or back when the observation window shrinks (I10)', () => {
    const windows = fc.tuple(fc.uniqueArray(hours, { minLength: 4, maxLength: 4 }), doubt);
    fc.assert(
      fc.property(windows, ([[a = 0, b = 0, c = 0, d = 0], width]) => {
        const [L, closerL, closerU, U] = [a, b, c, d].sort((x, y) => x - y) as [number, number, number, number];
        const wide = colourOf(inputOf({ L, U, doubt: width }));
        const narrow = colourOf(inputOf({ L: closerL, U: closerU, doubt: width }));
        expect(wide === 'doubt' || wide === narrow).toBe(true);
      }),
    );
  });

  it('never turns a pass into a failure or back when the end of employment is known more closely (I10)', () => {
    fc.assert(
      fc.property(fc.uniqueArray(hours, { minLength: 2, maxLength: 2 }), ([a = 0, b = 0]) => {
        const [L, U] = [Math.min(a, b), Math.max(a, b)];
        const wide = colourOf(inputOf({ L, U, doubt: 26 }));
        expect(wide === 'doubt' || wide === colourOf(inputOf({ L, U }))).toBe(true);
      }),
    );
  });

  it('grows no better with time: a later end of access is never judged milder', () => {
    const severity = ['EARLY', 'IN_TIME', 'INDETERMINATE', 'LATE'];
    fc.assert(
      fc.property(fc.uniqueArray(hours, { minLength: 2, maxLength: 2 }), doubt, ([a = 0, b = 0], width) => {
        const judged = [Math.min(a, b), Math.max(a, b)].map((U) => judgeTiming(inputOf({ L: U - 1, U, doubt: width })).outcome);
        const [sooner = -1, later = -1] = judged.map((outcome) => severity.indexOf(outcome));
        expect(sooner).toBeGreaterThanOrEqual(0);
        expect(later).toBeGreaterThanOrEqual(sooner);
      }),
    );
  });

  it('stays what it is once access has ended, whenever it is looked at again', () => {
    fc.assert(
      fc.property(fc.uniqueArray(hours, { minLength: 2, maxLength: 2 }), hours, doubt, ([a = 0, b = 0], later, width) => {
        const given = { L: Math.min(a, b), U: Math.max(a, b), doubt: width };
        expect(judgeTiming(inputOf({ ...given, now: 200 + later, covered: false }))).toEqual(judgeTiming(inputOf({ ...given, now: 161 })));
      }),
    );
  });
});

describe('the sentence of a timing rule', () => {
  const facts = (given: Given) => ({
    vector: { employment: 'ENDED' } as StateVector,
    directory: [inputOf(given)],
    scim: [inputOf({ L: 1, U: 2 })],
  });

  it.each([
    {
      rule: 'L05' as const,
      given: { L: 50.99, U: 51.01 },
      sentence: 'The directory account was still usable 26.9 h after the deadline and became unusable at most 27.1 h after it.',
    },
    {
      rule: 'L03' as const,
      given: { L: 24.5 },
      sentence:
        'The directory account was proven usable 30 min after the deadline, last at 2026-02-11T23:30:00.000Z, and nothing was seen to end it since.',
    },
    {
      rule: 'L08' as const,
      given: { U: 26 },
      sentence:
        'The directory account became unusable at most 2.0 h after the deadline, perhaps before it: it was never seen usable, and first proven unusable at 2026-02-12T01:00:00.000Z.',
    },
    {
      rule: 'L09' as const,
      given: { L: 1, now: 2 },
      sentence: 'The directory account is not yet proven unusable and has until 2026-02-11T23:00:00.000Z.',
    },
    {
      rule: 'L11' as const,
      given: { L: -50, U: -48 },
      sentence:
        'The directory account was unusable 48.0 h before the employment ended; more than a day: the end date may be wrong, or the last weeks were not worked.',
    },
    {
      rule: 'L01' as const,
      given: { L: 1, U: 2, again: 3 },
      sentence:
        'The directory account was unusable by 2026-02-11T01:00:00.000Z and proven usable again at 2026-02-11T02:00:00.000Z, after the employment ended at 2026-02-10T23:00:00.000Z.',
    },
  ])('gives the figures of $rule, rounded away from a verdict', ({ rule, given, sentence }) => {
    expect(sentenceFor(rule, facts(given))).toBe(sentence);
  });

  const range =
    'deadline lies between 2026-02-11T23:00:00.000Z and 2026-02-13T01:00:00.000Z, since the end of employment is known no closer';

  it.each<{ rule: 'L06' | 'L07' | 'L08'; story: string; given: Given; says: string }>([
    {
      rule: 'L06',
      story: 'the last look lies before the deadline',
      given: { L: 20, now: 25 },
      says: 'is past its deadline of 2026-02-11T23:00:00.000Z and not proven unusable; it was last proven usable at 2026-02-11T19:00:00.000Z; the next complete look decides',
    },
    {
      rule: 'L06',
      story: 'the deadline may have passed',
      given: { L: 30, now: 31, doubt: 26 },
      says: `is not proven unusable, and its ${range}; it was last proven usable at 2026-02-12T05:00:00.000Z; a complete look after that decides`,
    },
    {
      rule: 'L06',
      story: 'the latest deadline is this very moment',
      given: { L: 30, now: 50, doubt: 26 },
      says: `is not proven unusable, and its ${range}; it was last proven usable at 2026-02-12T05:00:00.000Z; a complete look after that decides`,
    },
    {
      rule: 'L06',
      story: 'even the latest deadline has passed',
      given: { L: 30, now: 51, doubt: 26 },
      says: 'is past its deadline of 2026-02-13T01:00:00.000Z and not proven unusable; it was last proven usable at 2026-02-12T05:00:00.000Z; the next complete look decides',
    },
    {
      rule: 'L07',
      story: 'nobody is looking any more',
      given: { L: 20, now: 25, covered: false },
      says: 'is past its deadline of 2026-02-11T23:00:00.000Z and nobody is looking at it: it was last proven usable at 2026-02-11T19:00:00.000Z',
    },
    {
      rule: 'L07',
      story: 'nobody ever looked',
      given: { now: 25, covered: false },
      says: 'is past its deadline of 2026-02-11T23:00:00.000Z, if there is one at all, and nobody is looking at it: it was never seen usable',
    },
    {
      rule: 'L07',
      story: 'nobody is looking, and the deadline may have passed',
      given: { L: 20, now: 31, doubt: 26, covered: false },
      says: `is not proven unusable, its ${range}, and nobody is looking at it: it was last proven usable at 2026-02-11T19:00:00.000Z`,
    },
    {
      rule: 'L08',
      story: 'nobody looked over the deadline',
      given: { L: 20, U: 25 },
      says: 'became unusable at most 1.0 h after the deadline, perhaps before it: it was last proven usable at 2026-02-11T19:00:00.000Z and first proven unusable at 2026-02-12T00:00:00.000Z, with no proof of anything between',
    },
    {
      rule: 'L08',
      story: 'the deadline is a range',
      given: { L: 30, U: 31, doubt: 26 },
      says: `became unusable at most 7.0 h after the deadline, perhaps before it: it was last proven usable at 2026-02-12T05:00:00.000Z and first proven unusable at 2026-02-12T06:00:00.000Z, with no proof of anything between; its ${range}`,
    },
    {
      rule: 'L08',
      story: 'the deadline is a range and nothing was seen before',
      given: { U: 90, doubt: 26 },
      says: `became unusable at most 66.0 h after the deadline, perhaps before it: it was never seen usable, and first proven unusable at 2026-02-14T17:00:00.000Z; its ${range}`,
    },
  ])('says of $rule what is missing where $story', ({ rule, given, says }) => {
    expect(sentenceFor(rule, facts(given))).toBe(`The directory account ${says}.`);
  });

  it.each([
    { U: 0, says: 'was unusable when the employment ended' },
    { U: -24, says: 'was unusable 24.0 h before the employment ended' },
    {
      U: -25,
      says: 'was unusable 25.0 h before the employment ended; more than a day: the end date may be wrong, or the last weeks were not worked',
    },
  ])('doubts the end date where access ended more than a day before: $U', ({ U, says }) => {
    expect(sentenceFor('L11', facts({ U }))).toBe(`The directory account ${says}.`);
  });

  it.each([
    { L: 24 + 36 / 3600, U: 24 + 45 / 3600, says: '36 s after the deadline and became unusable at most 45 s after it' },
    { L: 24 + 59.9 / 3600, U: 24 + 60 / 3600, says: '59 s after the deadline and became unusable at most 1 min after it' },
    { L: 24 + 3599 / 3600, U: 25, says: '59 min after the deadline and became unusable at most 1.0 h after it' },
    { L: 25, U: 25.01, says: '1.0 h after the deadline and became unusable at most 1.1 h after it' },
  ])('gives a span in the unit that it takes: $says', ({ L, U, says }) => {
    expect(sentenceFor('L05', facts({ L, U }))).toBe(`The directory account was still usable ${says}.`);
  });

  it.each<{ rule: 'L01' | 'L03' | 'L05' | 'L06' | 'L08' | 'L11' | 'L12'; several: readonly Given[]; says: string }>([
    {
      rule: 'L12',
      several: [
        { L: 1, U: 2 },
        { L: 3, U: 4 },
      ],
      says: 'was unusable at most 4.0 h after',
    },
    {
      rule: 'L12',
      several: [
        { L: 3, U: 4 },
        { L: 1, U: 9 },
      ],
      says: 'was unusable at most 9.0 h after',
    },
    {
      rule: 'L11',
      several: [
        { L: -30, U: -20 },
        { L: -9, U: -8 },
      ],
      says: 'was unusable 8.0 h before',
    },
    {
      rule: 'L08',
      several: [
        { L: 1, U: 30 },
        { L: 2, U: 40 },
      ],
      says: 'became unusable at most 16.0 h after',
    },
    { rule: 'L08', several: [{ U: 40 }, { L: 2, U: 40 }], says: 'it was last proven usable at 2026-02-11T01:00' },
    {
      rule: 'L06',
      several: [
        { L: 20, now: 25 },
        { L: 21, now: 25 },
      ],
      says: 'last proven usable at 2026-02-11T20:00',
    },
    { rule: 'L03', several: [{ L: 30 }, { L: 40 }], says: 'was proven usable 16.0 h after' },
    {
      rule: 'L05',
      several: [
        { L: 30, U: 50 },
        { L: 40, U: 45 },
      ],
      says: 'was still usable 16.0 h after',
    },
    {
      rule: 'L05',
      several: [
        { L: 30, U: 31 },
        { L: 30, U: 35 },
      ],
      says: 'at most 11.0 h after',
    },
    {
      rule: 'L01',
      several: [
        { L: 1, U: 2, again: 3 },
        { L: 1, U: 2, again: 9 },
      ],
      says: 'again at 2026-02-11T08:00',
    },
  ])('speaks of the account whose access lasted longest, whichever was read first: $rule, $says', ({ rule, several, says }) => {
    const inputs = several.map(inputOf);
    const { vector } = facts({});
    for (const directory of [inputs, inputs.toReversed()]) expect(sentenceFor(rule, { vector, directory, scim: [] })).toContain(says);
  });

  it('speaks of both systems where both count', () => {
    const sentence = sentenceFor('L12', { ...facts({ L: 3, U: 4 }), scim: [inputOf({ L: 0.5, U: 0.75 })] });
    expect(sentence).toBe(
      'The directory account was unusable at most 4.0 h after the employment ended, 20.0 h before the deadline. The SCIM user was unusable at most 45 min after the employment ended, 23.2 h before the deadline.',
    );
  });
});
