import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import {
  type BlindStretch,
  blindStretchesIn,
  blindStretchesOf,
  connectedAnew,
  gapIdOf,
  judgeTiming,
  type MayBeBack,
  mayBeBlind,
  type TimingInput,
  type TriedLook,
  unconnectedStretches,
  withBlind,
} from '../../src/verdict/index.ts';

/** A day and an hour of March 2026. */
const on = (day: number, hour = 0) => `2026-03-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z` as Instant;
const connection = { id: 'c', tenantId: 't', addedAt: on(1), removedAt: null, anewAt: null };
const look = (from: Instant, to: Instant, errorCode: string | null = null, connectionId = 'c'): TriedLook => ({
  connectionId,
  complete: errorCode === null,
  from,
  to,
  errorCode,
});
const short = (stretches: readonly BlindStretch[]) =>
  stretches.map(({ because, from, to }) => `${from.slice(8, 13)} ${to?.slice(8, 13) ?? 'on'} ${because}`);

describe('stretches in which nobody looked', () => {
  it.each<{ what: string; of?: Partial<typeof connection>; looks: readonly TriedLook[]; are: readonly string[] }>([
    { what: 'begin with the connection', looks: [], are: ['01T00 on not-synced-yet'] },
    {
      what: 'lie between complete looks',
      looks: [look(on(2), on(2, 1)), look(on(3), on(3, 1))],
      are: ['01T00 02T00 not-synced-yet', '02T01 03T00 no-run', '03T01 on no-run'],
    },
    {
      what: 'are not ended by a look that failed, which says why: the last one in each',
      looks: [
        look(on(2), on(2, 1)),
        look(on(2, 5), on(2, 6), 'a'),
        look(on(2, 8), on(2, 9), 'b'),
        look(on(3), on(3, 1)),
        look(on(4), on(4, 1), 'c'),
      ],
      are: ['01T00 02T00 not-synced-yet', '02T01 03T00 b', '03T01 on c'],
    },
    {
      what: 'are no other connection’s',
      looks: [look(on(2), on(2, 1), null, 'd'), look(on(2), on(2, 1), 'a', 'd')],
      are: ['01T00 on not-synced-yet'],
    },
    {
      what: 'go on after the connection was removed',
      of: { removedAt: on(4) as never },
      looks: [look(on(2), on(2, 1))],
      are: ['01T00 02T00 not-synced-yet', '02T01 04T00 no-run', '04T00 on connection-removed'],
    },
    {
      what: 'end where the tenant was connected anew',
      of: { removedAt: on(4) as never, anewAt: on(6) as never },
      looks: [],
      are: ['01T00 04T00 not-synced-yet', '04T00 06T00 connection-removed'],
    },
    { what: 'know nothing of a removal that is to come', of: { removedAt: on(30) as never }, looks: [], are: ['01T00 on not-synced-yet'] },
  ])('$what', ({ of = {}, looks, are }) => {
    const stretches = blindStretchesOf({ ...connection, ...of }, looks, on(10));
    expect(short(stretches)).toEqual(are);
    for (const { gapId, from } of stretches) expect(gapId).toBe(gapIdOf('c', from));
  });

  it('are of no connection where there was none', () => {
    const connections = [{ addedAt: on(2), removedAt: on(4) }];
    expect(short(unconnectedStretches(connections, { from: on(1), end: on(10) }))).toEqual([
      '01T00 02T00 not-connected',
      '04T00 on not-connected',
    ]);
  });

  it('know which connection took the place of another: the next one of its tenant', () => {
    const at = (id: string, tenantId: string, addedAt: Instant, removedAt: Instant | null) => ({ id, tenantId, addedAt, removedAt });
    const connections = [at('a', 't', on(1), on(3)), at('b', 'u', on(4), null), at('c', 't', on(5), on(6)), at('d', 't', on(8), null)];
    expect(connectedAnew(connections).map(({ anewAt }) => anewAt)).toEqual([on(5), null, on(8), null]);
  });
});

const end = { earliest: on(6), latest: on(6) };
const timing = (given: Partial<TimingInput>): TimingInput => ({
  neverHadAccount: false,
  end,
  deadline: { earliest: on(7), latest: on(7) },
  lastProvenUsable: null,
  firstProvenUnusable: null,
  provenUsableAgain: null,
  evaluatedAt: on(10),
  covered: true,
  ...given,
});

interface Case {
  readonly what: string;
  readonly timing: Partial<TimingInput>;
  readonly accountId?: string | null;
  readonly looks: readonly TriedLook[];
  readonly names: readonly string[];
}

/** By the looks of one connection, which was made long before. */
function namesOf({ accountId = 'account', looks, timing: given }: Omit<Case, 'names' | 'what'>): readonly string[] {
  const input = timing(given);
  const line = { accountId, connectionId: accountId === null ? null : 'c', timing: input, outcome: judgeTiming(input).outcome };
  const own = blindStretchesOf(connection, looks, on(10));
  const named = blindStretchesIn(line, { ofTenantOf: (id) => (id === 'c' ? own : []), tenants: [own], unconnected: [] });
  if (named.length > 0) expect(mayBeBlind(line)).toBe(true);
  return short(named);
}

/** The account was restored then, and off before that. */
const backAt = (since: Instant): MayBeBack => ({
  because: 'restored',
  since,
  lastProvenUsable: on(6, 23),
  firstProvenUnusable: on(7),
  provenUsableAgain: null,
});

const hourly = Array.from({ length: 9 * 24 }, (_, hour) =>
  look(on(1 + Math.floor(hour / 24), hour % 24), on(1 + Math.floor(hour / 24), hour % 24)),
);

describe('a stretch in which nobody looked is named', () => {
  it.each<Case>([
    {
      what: 'where it leaves open on which side of the deadline access ended, short as it is',
      timing: { lastProvenUsable: on(6, 23), firstProvenUnusable: on(7, 1) },
      looks: [look(on(6, 22), on(6, 22)), look(on(6, 23), on(6, 23)), look(on(7, 1), on(7, 1))],
      names: ['06T23 07T01 no-run'],
    },
    {
      what: 'where a settled window holds more than a day of it',
      timing: { lastProvenUsable: on(7, 1), firstProvenUnusable: on(8, 2) },
      looks: [look(on(7, 1), on(7, 1)), look(on(8, 2), on(8, 2))],
      names: ['07T01 08T02 no-run'],
    },
    {
      what: 'not where a settled window holds a day of it',
      timing: { lastProvenUsable: on(7, 1), firstProvenUnusable: on(8, 1) },
      looks: [look(on(7, 1), on(7, 1)), look(on(8, 1), on(8, 1))],
      names: [],
    },
    {
      what: 'not for what lies before the end',
      timing: { lastProvenUsable: on(2), firstProvenUnusable: on(6, 2) },
      looks: [look(on(2), on(2)), look(on(6, 2), on(6, 2))],
      names: [],
    },
    {
      what: 'not where access had ended before the end',
      timing: { lastProvenUsable: on(2), firstProvenUnusable: on(5) },
      looks: [look(on(2), on(2)), look(on(5), on(5))],
      names: [],
    },
    {
      what: 'not for what lies after access had ended',
      timing: { lastProvenUsable: on(7, 1), firstProvenUnusable: on(7, 2) },
      looks: [look(on(7, 1), on(7, 1)), look(on(7, 2), on(7, 2))],
      names: [],
    },
    {
      what: 'as long as it goes on',
      timing: { lastProvenUsable: on(6, 23), covered: false },
      looks: [look(on(6, 23), on(6, 23)), look(on(8), on(8), 'throttled')],
      names: ['06T23 on throttled'],
    },
    {
      what: 'also beside a proven failure that nobody has looked at since',
      timing: { lastProvenUsable: on(8) },
      looks: [look(on(8), on(8))],
      names: ['08T00 on no-run'],
    },
    {
      what: 'not where looks went on and did not show the account',
      timing: { lastProvenUsable: on(6), covered: false },
      looks: hourly,
      names: [],
    },
    {
      what: 'not where the directory contradicts itself',
      timing: { lastProvenUsable: on(6, 23), firstProvenUnusable: on(7, 1), isContradicted: true },
      looks: [look(on(6, 23), on(6, 23)), look(on(7, 1), on(7, 1))],
      names: [],
    },
    {
      what: 'where access may have come back in it',
      timing: { lastProvenUsable: on(6, 23), firstProvenUnusable: on(8, 5), mayBeBack: backAt(on(8, 3)) },
      looks: hourly.filter(({ from }) => from < on(8, 2) || from > on(8, 5)),
      names: ['08T01 08T06 no-run'],
    },
    {
      what: 'as long as access may be back',
      timing: { lastProvenUsable: on(6, 23), covered: false, mayBeBack: backAt(on(8, 3)) },
      looks: hourly.filter(({ from }) => from < on(8, 2)),
      names: ['08T01 on no-run'],
    },
    {
      what: 'where access ended, and again where it may have come back, whatever was looked at in between',
      timing: {
        lastProvenUsable: on(6, 23),
        firstProvenUnusable: on(8, 5),
        mayBeBack: { ...backAt(on(8, 3)), firstProvenUnusable: on(7, 4) },
      },
      looks: hourly.filter(({ from }) => !(from > on(6, 23) && from < on(7, 4)) && !(from > on(8, 2) && from < on(8, 6))),
      names: ['06T23 07T04 no-run', '08T02 08T06 no-run'],
    },
    {
      what: 'not where access may have come back before the end',
      timing: {
        lastProvenUsable: on(5),
        firstProvenUnusable: on(5, 20),
        mayBeBack: { ...backAt(on(5, 10)), firstProvenUnusable: on(5, 5) },
      },
      looks: [],
      names: [],
    },
    {
      what: 'not where looks went on while the account had vanished',
      timing: {
        lastProvenUsable: on(4),
        firstProvenUnusable: on(8),
        mayBeBack: { ...backAt(on(5)), because: 'vanished', firstProvenUnusable: on(4, 5) },
      },
      looks: hourly,
      names: [],
    },
    {
      what: 'of a tenant at which nobody looked since the end, where it is not known whether there is an account',
      timing: { covered: false },
      accountId: null,
      looks: [look(on(5), on(5))],
      names: ['05T00 on no-run'],
    },
    {
      what: 'not of a tenant at which somebody did',
      timing: { covered: false },
      accountId: null,
      looks: [look(on(6, 1), on(6, 1))],
      names: [],
    },
    { what: 'not where there never was an account', timing: { neverHadAccount: true }, accountId: null, looks: [], names: [] },
  ])('$what', ({ names, what: _title, ...given }) => {
    expect(namesOf(given)).toEqual(names);
  });

  it('that lies before the first connection of all is named, however late somebody began to tell of it', () => {
    const made = { ...connection, addedAt: on(9) };
    const own = blindStretchesOf(made, [look(on(9, 1), on(9, 1))], on(10));
    const unconnected = unconnectedStretches([made], { from: on(8), end: on(10) });
    const times = { ofTenantOf: () => own, tenants: [own], unconnected };
    const first = timing({ firstProvenUnusable: on(9, 1) });
    const none = timing({ evaluatedAt: on(7, 12), covered: false });
    expect(blindStretchesIn({ accountId: 'a', connectionId: 'c', timing: first, outcome: judgeTiming(first).outcome }, times)).toEqual([
      unconnected[0],
      own[0],
    ]);
    expect(blindStretchesIn({ accountId: null, connectionId: null, timing: none, outcome: judgeTiming(none).outcome }, times)).toEqual(
      unconnected,
    );
  });

  it('is said once of several accounts, in the order of time', () => {
    const stretch = (from: Instant, to: Instant | null, because: string, connectionId: string | null = 'c') => ({
      gapId: gapIdOf(connectionId, from),
      connectionId,
      from,
      to,
      because,
    });
    const later = stretch(on(8), null, 'held');
    const stretches = [later, stretch(on(2), on(3), 'connection-removed'), later, stretch(on(1), null, 'not-connected', null)];
    expect(withBlind('It is late.', stretches)).toBe(
      `It is late. No directory was connected. Nobody looked at the whole directory between ${on(2)} and ${on(3)}: its connection had been removed. Since ${on(8)} nobody has looked at the whole directory: a look was held until somebody decided.`,
    );
    expect(withBlind('It is late.', [])).toBe('It is late.');
  });
});
