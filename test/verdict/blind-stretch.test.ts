import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import { blindStretchesOf, connectedAnew, gapIdOf, gapsBetween, UNFINISHED } from '../../src/verdict/index.ts';

const at = (day: string) => `2026-03-${day}T00:00:00.000Z` as Instant;
const range = (from: string, to: string) => ({ from: at(from), to: at(to) });
const dayOf = (instant: Instant | null) => (instant === null ? 'on' : instant.slice(8, 10));

interface Looked {
  readonly of?: string;
  readonly from: string;
  readonly to: string;
  /** Left out: it was complete. */
  readonly failed?: string | null;
}

interface Row {
  readonly name: string;
  readonly removed?: string;
  readonly anew?: string;
  readonly looks: readonly Looked[];
  readonly blind: readonly string[];
}

describe('the stretches in which nobody looked at a directory that was connected on the 1st, up to the 20th', () => {
  it.each<Row>([
    { name: 'are all of it where nobody ever looked', looks: [], blind: ['01-on not-synced-yet'] },
    { name: 'lie around its complete looks', looks: [{ from: '02', to: '05' }], blind: ['01-02 not-synced-yet', '05-on no-run'] },
    { name: 'are none where looks were as they should be', looks: [{ from: '01', to: '20' }], blind: [] },
    { name: 'are not ended by looks at another', looks: [{ of: 'other', from: '02', to: '05' }], blind: ['01-on not-synced-yet'] },
    {
      name: 'say how the last look failed that ended within them',
      looks: [
        { from: '01', to: '05' },
        { from: '05', to: '05', failed: 'too-early' },
        { from: '08', to: '10', failed: 'last' },
        { from: '06', to: '08', failed: 'first' },
        { from: '11', to: '12' },
        { from: '12', to: '15', failed: 'at-the-end' },
        { from: '15', to: '20' },
      ],
      blind: ['05-11 last', '12-15 at-the-end'],
    },
    {
      name: 'say so of one that ended without a word',
      looks: [
        { from: '01', to: '05' },
        { from: '06', to: '20', failed: null },
      ],
      blind: ['05-on not finished'],
    },
    {
      name: 'go on where it was removed',
      removed: '10',
      looks: [{ from: '01', to: '05' }],
      blind: ['05-10 no-run', '10-on connection-removed'],
    },
    {
      name: 'end where its tenant was connected anew',
      removed: '10',
      anew: '12',
      looks: [{ from: '01', to: '10' }],
      blind: ['10-12 connection-removed'],
    },
    {
      name: 'go on where that was only at the end',
      removed: '10',
      anew: '20',
      looks: [{ from: '01', to: '10' }],
      blind: ['10-on connection-removed'],
    },
    { name: 'know nothing of a removal at the end', removed: '20', looks: [{ from: '01', to: '10' }], blind: ['10-on no-run'] },
  ])('$name', ({ removed, anew, looks, blind }) => {
    const connection = {
      id: 'own',
      addedAt: at('01'),
      removedAt: removed === undefined ? null : at(removed),
      anewAt: anew === undefined ? null : at(anew),
    };
    const tried = looks.map(({ of = 'own', from, to, failed }) => ({
      ...range(from, to),
      connectionId: of,
      complete: failed === undefined,
      errorCode: failed ?? null,
    }));
    const stretches = blindStretchesOf(connection, tried, at('20'));
    expect(stretches.map(({ from, to, because }) => `${dayOf(from)}-${dayOf(to)} ${because}`)).toEqual(blind);
    expect(stretches.map(({ gapId }) => gapId)).toEqual(stretches.map(({ from }) => `own/${from}`));
  });

  it('have an id also where no directory was connected', () => {
    expect(gapIdOf(null, at('03'))).toBe(`none/${at('03')}`);
    expect(UNFINISHED).toBe('not finished');
  });
});

describe('what stretches leave uncovered from the 5th to the 10th', () => {
  it.each<{ readonly covered: readonly (readonly [string, string])[]; readonly gaps: readonly string[] }>([
    { covered: [], gaps: ['05-10'] },
    { covered: [['05', '10']], gaps: [] },
    { covered: [['01', '05']], gaps: ['05-10'] },
    {
      covered: [
        ['06', '09'],
        ['07', '08'],
      ],
      gaps: ['05-06', '09-10'],
    },
    {
      covered: [
        ['06', '07'],
        ['07', '12'],
        ['14', '15'],
      ],
      gaps: ['05-06'],
    },
    {
      covered: [
        ['06', '10'],
        ['12', '15'],
      ],
      gaps: ['05-06'],
    },
    { covered: [['12', '15']], gaps: ['05-10'] },
  ])('is $gaps of $covered', ({ covered, gaps }) => {
    const left = gapsBetween(
      covered.map(([from, to]) => range(from, to)),
      range('05', '10'),
    );
    expect(left.map(({ from, to }) => `${dayOf(from)}-${dayOf(to)}`)).toEqual(gaps);
  });
});

describe('when a tenant was connected anew', () => {
  const connection = (tenantId: string, added: string, removed: string | null) => ({
    tenantId,
    addedAt: at(added),
    removedAt: removed === null ? null : at(removed),
  });

  it('is when the first connection of it was added that came with the removal or after it', () => {
    const connections = [
      connection('one', '01', '05'),
      connection('one', '03', null),
      connection('two', '05', '06'),
      connection('one', '05', '07'),
      connection('one', '09', null),
    ];
    expect(connectedAnew(connections).map(({ anewAt }) => dayOf(anewAt))).toEqual(['05', 'on', 'on', '09', 'on']);
  });
});
