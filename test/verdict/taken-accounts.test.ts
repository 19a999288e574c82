import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import { countTaken, decide, isDisownedOpenly, sentenceFor, sentenceOf, type TimingInput } from '../../src/verdict/index.ts';
import { employee } from './employee.ts';

/** An instant of March 2026. */
const at = (day: number, hour = 0) => `2026-03-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z` as Instant;

function timing(more: Partial<TimingInput>): TimingInput {
  return {
    neverHadAccount: false,
    end: { earliest: at(7), latest: at(7) },
    deadline: { earliest: at(8), latest: at(8) },
    lastProvenUsable: null,
    firstProvenUnusable: null,
    provenUsableAgain: null,
    evaluatedAt: at(10),
    covered: true,
    ...more,
  };
}

const late = timing({ lastProvenUsable: at(9), firstProvenUnusable: at(9, 2) });
const inTime = timing({ lastProvenUsable: at(7, 1), firstProvenUnusable: at(7, 2) });
const early = timing({ lastProvenUsable: at(5), firstProvenUnusable: at(6) });
const never = timing({ neverHadAccount: true });

describe('accounts that a human took from a leaver', () => {
  it('are counted by what was decided of them', () => {
    expect(countTaken(['barred', 'classed', 'linked', 'barred', 'candidate', 'released'].map((standing) => ({ standing })))).toEqual({
      barred: 2,
      classed: 1,
      released: 1,
    });
    expect(countTaken([])).toEqual({ barred: 0, classed: 0, released: 0 });
  });

  it.each([
    { what: 'one that was off too late', accounts: [{ standing: 'barred', timing: late }], isOpen: true },
    { what: 'one that was off in time', accounts: [{ standing: 'barred', timing: inTime }], isOpen: false },
    { what: 'one that was off before the end', accounts: [{ standing: 'barred', timing: early }], isOpen: false },
    { what: 'one that never was there', accounts: [{ standing: 'barred', timing: never }], isOpen: false },
    { what: 'one that was never judged', accounts: [{ standing: 'barred', timing: null }], isOpen: false },
    { what: 'one that was taken before the end', accounts: [{ standing: 'released', timing: null }], isOpen: false },
    { what: 'one that counts as theirs', accounts: [{ standing: 'classed', timing: late }], isOpen: false },
    { what: 'none', accounts: [], isOpen: false },
    {
      what: 'one of two',
      accounts: [
        { standing: 'barred', timing: inTime },
        { standing: 'barred', timing: late },
      ],
      isOpen: true,
    },
    {
      what: 'one in time beside another that is theirs and late',
      accounts: [
        { standing: 'barred', timing: inTime },
        { standing: 'linked', timing: late },
      ],
      isOpen: false,
    },
  ])('leave in doubt whether access ended: $what, $isOpen (I10)', ({ accounts, isOpen }) => {
    expect(isDisownedOpenly(accounts)).toBe(isOpen);
  });
});

describe('what a sentence says of decisions after the end', () => {
  const facts = { vector: employee, directory: [], scim: [] };

  it('is why nothing is settled', () => {
    expect(sentenceFor('X06', facts)).toBe(
      'An account was taken from the person by hand after the employment had ended, and its access is not proven to have ended in time: that it never was theirs is the word of those who decided it, and no source says so.',
    );
  });

  it.each([
    { taken: { barred: 0, classed: 1, released: 0 }, says: /^No account was found in the directory or in SCIM:/ },
    { taken: { barred: 1, classed: 0, released: 0 }, says: /^No account counts as the person’s any more, in the directory or in SCIM\.$/ },
    { taken: { barred: 0, classed: 0, released: 1 }, says: /^No account counts as the person’s any more, in the directory or in SCIM\.$/ },
  ])('is that there was one, where no account is left: $taken', ({ taken, says }) => {
    expect(sentenceFor('L10', { ...facts, taken })).toMatch(says);
  });

  it.each([
    { taken: { barred: 0, classed: 0, released: 0 }, says: '' },
    {
      taken: { barred: 1, classed: 0, released: 0 },
      says: ' Listed and not counted: 1 account that a human took from the person after the employment had ended.',
    },
    {
      taken: { barred: 0, classed: 1, released: 0 },
      says: ' Counted as when the employment ended: 1 account classed as nobody’s own since.',
    },
    {
      taken: { barred: 2, classed: 3, released: 0 },
      says: ' Listed and not counted: 2 accounts that a human took from the person after the employment had ended. Counted as when the employment ended: 3 accounts classed as nobody’s own since.',
    },
    {
      taken: { barred: 0, classed: 0, released: 1 },
      says: ' Listed and not judged: 1 account that two people took from the person before the employment ended.',
    },
  ])('follows the verdict: $taken', ({ taken, says }) => {
    const well = 'The person is employed, and the directory account and the SCIM user are both in use.';
    expect(sentenceOf(decide(employee), { ...facts, taken })).toBe(`${well}${says}`);
  });
});
