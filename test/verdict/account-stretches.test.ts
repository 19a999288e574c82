import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import { directoryStretches } from '../../src/verdict/account-stretches.ts';
import { type DirectorySighting, directoryStateOf, type ScimReceipt, scimStateOf, scimWindow } from '../../src/verdict/index.ts';

/** An instant of one day, by its hour. */
const at = (hour: number) => `2026-02-10T${String(hour).padStart(2, '0')}:00:00.000Z` as Instant;

const CONFIRMED = at(20);

describe('what sightings of a directory account prove', () => {
  const seen = (state: DirectorySighting['state'], more: Partial<DirectorySighting> = {}): DirectorySighting => ({
    state,
    from: at(9),
    seenFrom: at(8),
    to: null,
    isExact: false,
    ...more,
  });

  it.each([
    { what: 'enabled: usable from the earlier instant on', sighting: seen('enabled'), is: { usable: true, from: at(8), to: CONFIRMED } },
    { what: 'disabled: unusable by the later instant', sighting: seen('disabled'), is: { usable: false, from: at(9), to: CONFIRMED } },
    { what: 'deleted: unusable', sighting: seen('soft_deleted'), is: { usable: false, from: at(9), to: CONFIRMED } },
    { what: 'deleted for good: unusable', sighting: seen('hard_deleted'), is: { usable: false, from: at(9), to: CONFIRMED } },
    { what: 'until it was seen otherwise', sighting: seen('enabled', { to: at(12) }), is: { usable: true, from: at(8), to: at(12) } },
    {
      what: 'no longer than it was surely there, where nothing confirmed it',
      sighting: seen('disabled', { to: at(7) }),
      is: { usable: false, from: at(9), to: at(8) },
    },
    {
      what: 'at the instant that the directory names, where nothing confirmed it',
      sighting: seen('disabled', { to: at(7), isExact: true }),
      is: { usable: false, from: at(9), to: at(9) },
    },
  ])('is $what', ({ sighting, is }) => {
    expect(directoryStretches([sighting], CONFIRMED)).toEqual([is]);
  });

  it('is nothing while it had vanished, whatever came before or after (I8)', () => {
    const stretches = directoryStretches([seen('enabled', { to: at(10) }), seen('vanished'), seen('disabled')], CONFIRMED);
    expect(stretches.map(({ usable }) => usable)).toEqual([true, false]);
    expect(directoryStretches([seen('vanished')], CONFIRMED)).toEqual([]);
    expect(directoryStretches([seen('restored')], CONFIRMED)).toEqual([]);
  });

  it.each([
    ['enabled', 'ENABLED'],
    ['disabled', 'DISABLED'],
    ['soft_deleted', 'SOFT_DELETED'],
    ['hard_deleted', 'HARD_DELETED'],
    ['vanished', 'VANISHED'],
  ] as const)('is the state of an account last seen %s: %s', (state, expected) => {
    expect(directoryStateOf([{ state: 'enabled' }, { state }])).toBe(expected);
    expect(directoryStateOf([{ state: 'restored' }, { state }])).toBe(expected);
  });

  it.each([
    ['disabled', 'UNKNOWN', 'DISABLED'],
    ['soft_deleted', 'UNKNOWN', 'SOFT_DELETED'],
    ['vanished', 'VANISHED', 'VANISHED'],
  ] as const)(
    'is no state of an account seen %s and restored since, which nobody has looked at: %s; up to format 4 %s (I8)',
    (state, now, before) => {
      expect(directoryStateOf([{ state }, { state: 'restored' }])).toBe(now);
      expect(directoryStateOf([{ state }, { state: 'restored' }], 'before-5')).toBe(before);
    },
  );
});

describe('what receipts prove of a SCIM user', () => {
  const became = (from: Instant, active: boolean, deleted = false): ScimReceipt => ({ active, deleted, from });

  const windowOf = (receipts: readonly ScimReceipt[], end: number) => {
    const { firstProvenUnusable, lastProvenUsable, provenUsableAgain } = scimWindow(
      receipts,
      { earliest: at(end), latest: at(end) },
      { until: CONFIRMED },
    );
    return [lastProvenUsable, firstProvenUnusable, provenUsableAgain];
  };

  it.each([
    { after: 'it was deactivated and came back', end: 4, is: ['2026-02-10T04:59:59.999Z', at(5), at(6)] },
    { after: 'it was deleted', end: 9, is: ['2026-02-10T07:59:59.999Z', at(8), null] },
  ])('is each until the millisecond before the next: $after', ({ end, is }) => {
    const receipts = [became(at(1), true), became(at(5), false), became(at(6), true), became(at(8), false, true)];
    expect(windowOf(receipts, end)).toEqual(is);
  });

  it('is use at this very moment where it became active last, and no use where it was deleted while active', () => {
    expect(windowOf([became(at(1), true)], 4)).toEqual([CONFIRMED, null, null]);
    expect(windowOf([became(at(1), true), became(at(5), true, true)], 4)).toEqual(['2026-02-10T04:59:59.999Z', at(5), null]);
  });

  it.each([
    { last: { active: true, deleted: false }, is: 'ACTIVE' },
    { last: { active: false, deleted: false }, is: 'INACTIVE' },
    { last: { active: false, deleted: true }, is: 'DELETED' },
    { last: { active: true, deleted: true }, is: 'DELETED' },
  ])('is the state of a user who last became $last: $is', ({ last, is }) => {
    expect(scimStateOf(last)).toBe(is);
  });
});

it('is no state that is known where nothing was ever seen or received (I10)', () => {
  expect([directoryStateOf([]), scimStateOf(undefined)]).toEqual(['UNKNOWN', 'UNKNOWN']);
});
