import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import { sentenceFor, type TimingInput } from '../../src/verdict/index.ts';
import { employee } from './employee.ts';

/** An instant of March 2026. */
const at = (day: number, hour = 0) => `2026-03-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z` as Instant;

/** Usable before the deadline, unusable after it. */
const straddling: TimingInput = {
  neverHadAccount: false,
  end: { earliest: at(7), latest: at(7) },
  deadline: { earliest: at(8), latest: at(8) },
  lastProvenUsable: at(7, 20),
  firstProvenUnusable: at(8, 4),
  provenUsableAgain: null,
  evaluatedAt: at(10),
  covered: true,
};

describe('an indeterminate end of access', () => {
  const says = (input: TimingInput) => sentenceFor('L08', { vector: employee, directory: [input], scim: [] });

  it('is between two proofs', () => {
    expect(says(straddling)).toMatch(
      /it was last proven usable at 2026-03-07T20.* and first proven unusable at 2026-03-08T04.*no proof of anything between\.$/,
    );
  });

  it('is between two that contradict each other', () => {
    expect(says({ ...straddling, isContradicted: true })).toMatch(
      /the directory names its end at 2026-03-07T20:00:00.000Z, and use is proven until 2026-03-08T04:00:00.000Z; the two contradict each other, and neither is taken for true\.$/,
    );
  });

  it.each([
    { of: 'a role', end: at(7), because: 'it is not known whether a privileged role was held' },
    { of: 'the end', end: at(7, 10), because: 'the end of employment is known no closer' },
  ])('names the range of the deadline, by reason of $of', ({ end, because }) => {
    const input = { ...straddling, end: { earliest: at(7), latest: end }, deadline: { earliest: at(8), latest: at(8, 10) } };
    expect(says(input)).toContain(`; its deadline lies between 2026-03-08T00:00:00.000Z and 2026-03-08T10:00:00.000Z, since ${because}`);
  });

  it('may be followed by use in another employment', () => {
    const input = { ...straddling, firstProvenUnusable: at(7, 22), provenUsableAgain: at(9), mayBeEmployedFrom: at(8, 20) };
    expect(says(input)).toContain(
      'was unusable by 2026-03-07T22:00:00.000Z and proven usable again at 2026-03-09T00:00:00.000Z, when the person may have been employed again: from 2026-03-08T20:00:00.000Z on, which is known no closer',
    );
  });

  const back = { since: at(8, 9), lastProvenUsable: at(7, 3), firstProvenUnusable: at(7, 5), provenUsableAgain: null } as const;

  it.each([
    {
      because: 'restored',
      words: 'was restored at 2026-03-08T09:00:00.000Z by the directory’s audit log, which does not say whether it was enabled',
    },
    { because: 'enabled', words: 'was enabled at 2026-03-08T09:00:00.000Z by the directory’s audit log, which does not say until when' },
    { because: 'vanished', words: 'had vanished by 2026-03-08T09:00:00.000Z, which does not say what it could do' },
  ] as const)('may lie before access that may have come back: it $because', ({ because, words }) => {
    const input = { ...straddling, firstProvenUnusable: at(8, 12), mayBeBack: { ...back, because } };
    expect(says(input)).toBe(
      `The directory account became unusable at most 12.0 h after the deadline, perhaps before it: it was unusable by 2026-03-07T05:00:00.000Z, ${words}, and was proven unusable again at 2026-03-08T12:00:00.000Z.`,
    );
    expect(says({ ...input, deadline: { earliest: at(8), latest: at(8, 10) } })).toContain(
      ' again at 2026-03-08T12:00:00.000Z; its deadline lies between ',
    );
  });

  it('is unsettled where the use that followed may be a return or have gone on', () => {
    const input = { ...straddling, mayBeBack: { ...back, because: 'restored', provenUsableAgain: at(8, 10) } as const };
    expect(says(input)).toContain(
      'which does not say whether it was enabled, and was proven usable again at 2026-03-08T10:00:00.000Z: that access had ended by the end of the employment and came back is not proven',
    );
  });

  it('is said while nothing has ended it again', () => {
    const open = { ...straddling, firstProvenUnusable: null, mayBeBack: { ...back, because: 'enabled' } as const };
    const seen =
      'was unusable by 2026-03-07T05:00:00.000Z, and was enabled at 2026-03-08T09:00:00.000Z by the directory’s audit log, which does not say until when';
    expect(sentenceFor('L06', { vector: employee, directory: [open], scim: [] })).toContain(`, ${seen}; the next complete look decides`);
    const pending = { ...open, evaluatedAt: at(7, 22) };
    expect(sentenceFor('L09', { vector: employee, directory: [pending], scim: [] })).toContain(
      `has until 2026-03-08T00:00:00.000Z; it was last proven usable at 2026-03-07T20:00:00.000Z, ${seen}`,
    );
  });
});
