import { describe, expect, it } from '@jest/globals';
import { DAY_MS, type Instant } from '../../src/kernel/index.ts';
import { eachRoster } from './each-roster.ts';
import { ANN, BEN, CEM } from './roster-server.ts';

const given = eachRoster();

/** Ben's row with an end that is no date, and one of an employment before. */
const UNREAD = '2,ben@contoso.example,Ben Baker,2021-05-01,31 March,,';
const EARLIER = '2,ben@contoso.example,Ben Baker,2015-01-01,31 March,,';
const LATER = '2,ben@contoso.example,Ben Baker,2026-02-01,,,';
const UNREAD_START = '2,ben@contoso.example,Ben Baker,May 2021,,,';
/** So many besides that no roster is implausible. */
const MORE = Array.from({ length: 6 }, (_, n) => `${n + 10},p${n}@contoso.example,P,2020-01-01,,,`);
const TAKE = 'mode=import&allowRejected=true';

/** Rosters a day apart, and when each was told. */
async function tell(rosters: readonly { readonly query?: string; readonly rows: readonly string[] }[]): Promise<readonly Instant[]> {
  const told: Instant[] = [];
  for (const { query = TAKE, rows } of rosters) {
    told.push(given.clock.now());
    expect((await given.at.post(query, [...rows, ...MORE])).status).toBe(201);
    given.clock.advance(DAY_MS);
  }
  return told;
}

const everybody = { rows: [ANN, BEN, CEM] };
const unread = { rows: [ANN, UNREAD, CEM] };
const others = { query: `${TAKE}&full=true`, rows: [ANN, CEM] };

describe('somebody whose row was rejected, and whom a later roster leaves out', () => {
  it.each([
    { story: 'the roster before that took it', rosters: [everybody, unread, others], from: 0 },
    { story: 'the latest that took it, of several', rosters: [everybody, everybody, unread, unread, others], from: 1 },
    { story: 'the roster before, where that took it again', rosters: [everybody, unread, everybody, others], from: 2 },
    {
      story: 'the roster before, where the row was of an employment before',
      rosters: [everybody, { rows: [ANN, BEN, EARLIER, CEM] }, others],
      from: 1,
    },
    {
      story: 'the one that took it, where the row may be of a next employment',
      rosters: [everybody, { rows: [ANN, BEN, LATER, CEM] }, others],
      from: 0,
    },
    {
      story: 'the one that took it, where nobody can say which employment the row was of',
      rosters: [everybody, { rows: [ANN, UNREAD_START, CEM] }, others],
      from: 0,
    },
    {
      story: 'changes behind the one that took it, which say that nobody else has changed',
      rosters: [everybody, { query: `${TAKE}&partial=true&elseUnchanged=true`, rows: [ANN] }, unread, others],
      from: 1,
    },
    {
      story: 'no changes behind the rejected row: by them they are as nobody knows',
      rosters: [everybody, unread, { query: `${TAKE}&partial=true&elseUnchanged=true`, rows: [ANN] }, others],
      from: 0,
    },
  ])('ended after $story: what the rejected one said nobody knows', async ({ rosters, from }) => {
    const told = await tell(rosters);
    expect((await given.at.periods()).find(({ startDate }) => startDate === '2021-05-01')).toMatchObject({
      endedBetween: { from: told[from], to: told.at(-1) },
    });
  });

  it('is asked about as missed since the roster that took it, by one that does not say that it holds everybody', async () => {
    const told = await tell([everybody, unread, { rows: [ANN, CEM] }]);
    expect((await given.at.get('/people?listing=dropped'))['people']).toMatchObject([
      { employeeId: '2', unlistedBetween: { from: told[0], to: told[2] } },
    ]);
  });

  it('is asked about still where a roster names them by such a row alone: it says nothing of what it means', async () => {
    const told = await tell([everybody, { rows: [ANN, CEM] }, unread]);
    expect((await given.at.get('/people?listing=dropped'))['people']).toMatchObject([
      { employeeId: '2', unlistedBetween: { from: told[0], to: told[1] } },
    ]);
    expect((await given.at.post('mode=dry-run&full=true', [ANN, UNREAD, CEM, ...MORE])).body).toMatchObject({
      listedAgain: 0,
      dropped: 0,
      endedByOmission: 0,
    });
    await tell([everybody]);
    expect((await given.at.get('/people?listing=dropped'))['people']).toEqual([]);
  });
});

describe('somebody who had ended by being left out, and comes back', () => {
  it('begins a new employment, and the one before stays as it ended', async () => {
    const told = await tell([everybody, others]);
    const back = BEN.replace('2021-05-01', '2026-04-01');
    expect((await given.at.post('mode=import', [ANN, back, CEM, ...MORE])).body).toMatchObject({ rehired: 1, rejectedRows: 0 });
    expect((await given.at.periods()).filter(({ startDate }) => startDate === '2021-05-01' || startDate === '2026-04-01')).toMatchObject([
      { endedBetween: { from: told[0], to: told[1] } },
      { startDate: '2026-04-01', endDate: null, endedBetween: null },
    ]);
  });
});

describe('a first day that HR corrects', () => {
  it('to an earlier one is taken with the end that stands beside it', async () => {
    await tell([everybody]);
    const corrected = BEN.replace('2021-05-01,,', '2021-04-01,2026-03-31,');
    expect((await given.at.post('mode=import', [ANN, corrected, CEM, ...MORE])).body).toMatchObject({ ended: 1, rejectedRows: 0 });
    expect((await given.at.periods()).filter(({ endDate }) => endDate !== null)).toMatchObject([
      { startDate: '2021-04-01', endDate: '2026-03-31' },
    ]);
    expect((await given.at.recordTypes()).slice(-3)).toEqual(['hr.period.started', 'hr.period.end_set', 'hr.import.completed']);
  });
});
