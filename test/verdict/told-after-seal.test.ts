import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import { type EarlierSeal, unawareSeal } from '../../src/verdict/index.ts';

type KnownEnd = Parameters<typeof unawareSeal>[0];

const at = (day: string) => `2026-${day}T00:00:00.000Z` as Instant;

/** Over January, as of the 5th of February, sealed on the 6th. */
const january: EarlierSeal = {
  reportId: 'january',
  kind: 'FINAL',
  version: 1,
  periodStart: at('01-01'),
  periodEnd: at('02-01'),
  asOf: at('02-05'),
  conclusion: 'PASS',
  sealedAt: at('02-06'),
  manifest: 'hash',
  supersededBy: null,
  recordId: 'record',
  index: 7,
};
const march = { periodStart: at('03-01'), periodEnd: at('04-01'), asOf: at('04-02') };
/** On the 20th of January, told on the 10th of February. */
const end: KnownEnd = { earliest: at('01-20'), knownAt: at('02-10') };

describe('a final report that did not know of an end within its period', () => {
  it.each<{
    readonly name: string;
    readonly end?: Partial<KnownEnd>;
    readonly seals?: readonly EarlierSeal[];
    readonly asking?: Partial<typeof march>;
    readonly found: string | undefined;
  }>([
    { name: 'is found by a later one', found: 'january' },
    { name: 'is none where there is none', seals: [], found: undefined },
    {
      name: 'is found where the end was told a moment after its as-of',
      end: { knownAt: '2026-02-05T00:00:00.001Z' as Instant },
      found: 'january',
    },
    { name: 'is none where the end was told by its as-of', end: { knownAt: at('02-05') }, found: undefined },
    { name: 'is found from the first instant of its period on', end: { earliest: at('01-01') }, found: 'january' },
    { name: 'is none before its period', end: { earliest: '2025-12-31T23:59:59.999Z' as Instant }, found: undefined },
    { name: 'is none from the end of its period on', end: { earliest: at('02-01') }, found: undefined },
    { name: 'is none where the report that asks has the leaver itself', asking: { periodStart: at('01-20') }, found: undefined },
    { name: 'is found where the period of the one that asks begins later', asking: { periodStart: at('01-21') }, found: 'january' },
    {
      name: 'is found where the period of the one that asks ends with it',
      asking: { periodStart: at('01-01'), periodEnd: at('01-20') },
      found: 'january',
    },
    { name: 'is none of an interim report, which bound nobody', seals: [{ ...january, kind: 'INTERIM' }], found: undefined },
    { name: 'is none that was sealed after the as-of of the one that asks', asking: { asOf: at('02-05') }, found: undefined },
    { name: 'is found where it was sealed by then', asking: { asOf: at('02-06') }, found: 'january' },
    { name: 'is none of which the record does not say when it was sealed', seals: [{ ...january, sealedAt: null }], found: undefined },
    { name: 'is none of which the record does not say over what', seals: [{ ...january, periodStart: null }], found: undefined },
    { name: 'is none of which the record does not say up to when', seals: [{ ...january, periodEnd: null }], found: undefined },
    { name: 'is none where the record does not say what it knew', seals: [{ ...january, asOf: null }], found: undefined },
    {
      name: 'is none where a correction knew of it',
      seals: [january, { ...january, reportId: 'corrected', asOf: at('02-20'), sealedAt: at('02-21') }],
      found: undefined,
    },
    {
      name: 'is the one that knew most, of several',
      seals: [{ ...january, reportId: 'corrected', asOf: at('02-08') }, january],
      found: 'corrected',
    },
    {
      name: 'is the last in the ledger, of those that knew as much',
      seals: [{ ...january, reportId: 'later', index: 9 }, january],
      found: 'later',
    },
  ])('$name', ({ end: other, seals = [january], asking, found }) => {
    expect(unawareSeal({ ...end, ...other }, seals, { ...march, ...asking })?.reportId).toBe(found);
  });
});
