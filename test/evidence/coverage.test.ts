import { describe, expect, it } from '@jest/globals';
import { type CoverageFacts, coverageRows } from '../../src/evidence/coverage.ts';
import type { Instant } from '../../src/kernel/index.ts';

const at = (time: string) => `2026-03-03T${time}:00.000Z` as Instant;
const range = { start: at('00:00'), end: at('12:00') };
const nothing: CoverageFacts = { connections: [], looks: [], imports: [], scimMinutes: [], since: at('00:00') };
const connected = (id: string, addedAt: Instant, removedAt: Instant | null = null, anewAt: Instant | null = null) => ({
  id,
  addedAt,
  removedAt,
  anewAt,
  isListed: true,
});
const connection = connected('c', at('00:00'));
const look = (from: string, to: string, complete = true) => ({
  runId: `run ${from}`,
  connectionId: 'c',
  complete,
  from: at(from),
  to: at(to),
  errorCode: complete ? null : 'throttled',
  endedAt: at(to),
});

function told(facts: Partial<CoverageFacts>): readonly string[] {
  return coverageRows({ ...nothing, ...facts }, range).map(
    ({ source, what, from, to }) => `${source} ${what} ${from.slice(11, 16)}-${to.slice(11, 16)}`,
  );
}

describe('coverage', () => {
  it.each([
    {
      what: 'without a connection there was nothing to look at, and that is said (I10)',
      facts: {},
      rows: ['directory unconnected 00:00-12:00', 'scim silent 00:00-12:00'],
    },
    {
      what: 'a directory is unconnected only while there is no connection at all',
      facts: {
        connections: [connected('c', at('02:00'), at('06:00')), connected('d', at('05:00'), at('08:00'))],
      },
      rows: [
        'directory unconnected 00:00-02:00',
        'directory blind 02:00-06:00',
        'directory blind 05:00-08:00',
        'directory blind 06:00-12:00',
        'directory blind 08:00-12:00',
        'directory unconnected 08:00-12:00',
        'scim silent 00:00-12:00',
      ],
    },
    {
      what: 'a connection that was never looked at is blind throughout',
      facts: { connections: [connection], scimMinutes: [] },
      rows: ['directory blind 00:00-12:00', 'scim silent 00:00-12:00'],
    },
    {
      what: 'every stretch between complete looks is blind',
      facts: { connections: [connection], looks: [look('03:00', '03:10'), look('06:00', '06:10')] },
      rows: [
        'directory blind 00:00-03:00',
        'directory looked 03:00-03:10',
        'directory blind 03:10-06:00',
        'directory looked 06:00-06:10',
        'directory blind 06:10-12:00',
        'scim silent 00:00-12:00',
      ],
    },
    {
      what: 'a look that failed ends no blindness (I8)',
      facts: { connections: [connection], looks: [look('03:00', '03:10', false)] },
      rows: ['directory blind 00:00-12:00', 'directory failed 03:00-03:10', 'scim silent 00:00-12:00'],
    },
    {
      what: 'a look that failed between two complete ones takes nothing from either, and adds its own stretch alone',
      facts: { connections: [connection], looks: [look('00:00', '00:10'), look('03:00', '03:10', false), look('11:00', '12:00')] },
      rows: [
        'directory looked 00:00-00:10',
        'directory blind 00:10-11:00',
        'directory failed 03:00-03:10',
        'directory looked 11:00-12:00',
        'scim silent 00:00-12:00',
      ],
    },
    {
      what: 'a connection is blind while it exists, and its tenant after it was removed',
      facts: { connections: [connected('c', at('04:00'), at('05:00'))] },
      rows: [
        'directory unconnected 00:00-04:00',
        'directory blind 04:00-05:00',
        'directory blind 05:00-12:00',
        'directory unconnected 05:00-12:00',
        'scim silent 00:00-12:00',
      ],
    },
    {
      what: 'a tenant that was connected anew is blind until then, and from then on by its new connection',
      facts: {
        connections: [connected('c', at('00:00'), at('05:00'), at('07:00')), connected('d', at('07:00'))],
        looks: [look('04:00', '04:10')],
      },
      rows: [
        'directory blind 00:00-04:00',
        'directory looked 04:00-04:10',
        'directory blind 04:10-05:00',
        'directory blind 05:00-07:00',
        'directory unconnected 05:00-07:00',
        'directory blind 07:00-12:00',
        'scim silent 00:00-12:00',
      ],
    },
    {
      what: 'a connection that the report does not speak of is none of its coverage, and was one all the same',
      facts: { connections: [{ ...connected('c', at('00:00'), at('05:00')), isListed: false }] },
      rows: ['directory unconnected 05:00-12:00', 'scim silent 00:00-12:00'],
    },
    {
      what: 'SCIM is silent after three cycles without a call, not before',
      facts: { connections: [connection], scimMinutes: ['01:00', '02:59', '04:59', '07:00', '11:00'].map(at) },
      rows: ['directory blind 00:00-12:00', 'scim silent 04:59-07:00', 'scim silent 07:00-11:00'],
    },
    {
      what: 'what HR told is listed',
      facts: {
        scimMinutes: ['01:00', '03:00', '05:00', '07:00', '09:00', '11:00'].map(at),
        imports: [{ id: 'i', at: at('08:00'), rows: 4, rejected: 1 }],
      },
      rows: ['directory unconnected 00:00-12:00', 'roster imported 08:00-08:00'],
    },
  ])('$what', ({ facts, rows }) => {
    expect(told(facts)).toEqual(rows);
  });

  it('tells a stretch in which the period began from its beginning, names each by it, and says why', () => {
    const day = (time: string) => `2026-03-02T${time}:00.000Z` as Instant;
    const before = { ...look('00:00', '00:10'), from: day('20:00'), to: day('20:10') };
    const failed = { ...look('00:00', '00:10', false), from: day('22:00'), to: day('22:10') };
    const facts = { ...nothing, connections: [connected('c', day('01:00'))], looks: [before, failed, look('03:00', '03:10')] };
    expect(coverageRows(facts, range).filter(({ what }) => what === 'blind')).toEqual([
      {
        source: 'directory',
        what: 'blind',
        ref: null,
        from: day('20:10'),
        to: at('03:00'),
        detail: 'connection c',
        gapId: `c/${day('20:10')}`,
        because: 'throttled',
      },
      expect.objectContaining({ from: at('03:10'), to: at('12:00'), gapId: `c/${at('03:10')}`, because: 'no-run' }),
    ]);
  });
});
