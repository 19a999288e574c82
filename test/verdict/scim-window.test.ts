import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import { scimWindow } from '../../src/verdict/index.ts';

const at = (text: string) => `2026-03-${text}:00:00.000Z` as Instant;
const end = { earliest: at('07T00'), latest: at('07T02') };

interface Row {
  readonly story: string;
  readonly became: readonly (readonly [active: boolean, at: string])[];
  readonly used: string | null;
  readonly unusable: string | null;
  readonly again: string | null;
}

describe('when a SCIM user’s access ended', () => {
  it.each<Row>([
    {
      story: 'made inactive after the end, it never could be used',
      became: [[false, '09T08']],
      used: null,
      unusable: '07T00',
      again: null,
    },
    { story: 'made inactive before the end, since then at least', became: [[false, '01T08']], used: null, unusable: '01T08', again: null },
    {
      story: 'made inactive after the end and activated, access came back',
      became: [
        [false, '08T08'],
        [true, '09T08'],
      ],
      used: null,
      unusable: '07T00',
      again: '09T08',
    },
    { story: 'made active after the end, it has not ended', became: [[true, '08T08']], used: '10T00', unusable: null, again: null },
    {
      story: 'made active and deactivated after the end, with the deactivation',
      became: [
        [true, '08T08'],
        [false, '09T08'],
      ],
      used: '09T07:59:59.999',
      unusable: '09T08',
      again: null,
    },
    { story: 'made after it was judged, nothing is known', became: [[false, '11T08']], used: null, unusable: null, again: null },
  ])('$story', ({ became, used, unusable, again }) => {
    const receipts = became.map(([active, from]) => ({ active, deleted: false, from: at(from) }));
    const instant = (text: string | null) => (text === null ? null : text.includes(':') ? `2026-03-${text}Z` : at(text));
    expect(scimWindow(receipts, end, { until: at('10T00') })).toEqual({
      lastProvenUsable: instant(used),
      firstProvenUnusable: instant(unusable),
      provenUsableAgain: instant(again),
    });
  });

  it('is no end before the employment’s where it was used when the person may have been employed again (I10)', () => {
    const receipts = [true, false].map((active, n) => ({ active, deleted: false, from: at(`0${8 + n}T08`) }));
    expect(scimWindow(receipts, end, { until: at('10T00'), mayBeEmployedFrom: at('08T00') })).toEqual({
      lastProvenUsable: null,
      firstProvenUnusable: at('09T08'),
      provenUsableAgain: null,
    });
  });
});
