import { beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, type Instant, plusMs } from '../../src/kernel/index.ts';
import { eachRoster } from './each-roster.ts';
import { ANN, BEN, CEM } from './roster-server.ts';

/** For so many days an answer is good. */
const GOOD_FOR = 35;

const given = eachRoster();
let named: Instant;
let answered: Instant;

/** Ann, Ben and Cem are named; a day later Ann and Cem, and a day later somebody says that Ben is employed. */
beforeEach(async () => {
  named = given.clock.now();
  await given.at.post('mode=import', [ANN, BEN, CEM]);
  given.clock.advance(DAY_MS);
  await given.at.post('mode=import', [ANN, CEM]);
  answered = given.clock.advance(DAY_MS);
  expect(await answer({ decision: 'employed' })).toBe(204);
});

interface Shown {
  readonly id: string;
  readonly employeeId: string;
  readonly listing: string;
  readonly unlistedBetween: unknown;
  readonly keptUntil: Instant | null;
}

const shown = async (query = ''): Promise<Shown | undefined> =>
  ((await given.at.get(`/people${query}`))['people'] as Shown[]).find(({ employeeId }) => employeeId === '2');
const answer = async (body: object): Promise<number> =>
  (await given.at.send('POST', `/people/${(await shown())?.id}/listing`, { ...body, reason: 'HR by telephone' })).status;
const full = (query = 'mode=import&full=true') => given.at.post(query, [ANN, CEM]);

describe('somebody’s word that a person is employed whom HR leaves out', () => {
  it('is good for five weeks, and shown until when, also of a past instant', async () => {
    const until = plusMs(answered, GOOD_FOR * DAY_MS);
    expect(await shown('?listing=kept')).toMatchObject({ listing: 'kept', keptUntil: until });
    given.clock.set(plusMs(until, -1));
    for (const query of ['mode=import', 'mode=import&full=true']) {
      expect((await given.at.post(query, [ANN, CEM])).body).toMatchObject({ dropped: 0, endedByOmission: 0 });
    }
    expect(await shown()).toMatchObject({ listing: 'kept', keptUntil: until });
    expect(await shown(`?asOf=${answered}`)).toMatchObject({ listing: 'kept', keptUntil: until });
  });

  it.each([
    { of: 'which it is not said that it holds everybody', query: 'mode=import' },
    { of: 'everybody, which ends nobody of whom somebody said so', query: 'mode=import&full=true' },
  ])('is asked for again by the first roster behind them of $of', async ({ query }) => {
    const to = given.clock.advance(GOOD_FOR * DAY_MS);
    const { body } = await given.at.post(query.replace('mode=import', 'mode=dry-run'), [ANN, CEM]);
    expect(body).toMatchObject({
      dropped: 1,
      endedByOmission: 0,
      brake: { ends: 0 },
      people: { dropped: { total: 1, people: [{ employeeId: '2', changes: [{ field: 'listing', before: 'kept', after: 'dropped' }] }] } },
    });
    expect(await shown()).toMatchObject({ listing: 'kept' });
    expect((await given.at.post(query, [ANN, CEM])).body).toMatchObject({ dropped: 1, endedByOmission: 0 });
    const asked = { listing: 'dropped', unlistedBetween: { from: answered, to }, keptUntil: null };
    expect(await shown()).toMatchObject(asked);
    given.clock.advance(DAY_MS);
    expect(await shown(`?asOf=${to}`)).toMatchObject(asked);
    expect(await answer({ decision: 'employed' })).toBe(204);
    expect(await shown()).toMatchObject({ listing: 'kept', keptUntil: plusMs(given.clock.now(), GOOD_FOR * DAY_MS) });
  });

  it('is not asked for by changes alone, nor where the roster names them again', async () => {
    given.clock.advance(GOOD_FOR * DAY_MS);
    expect((await given.at.post('mode=import&partial=true', [ANN])).body).toMatchObject({ dropped: 0 });
    expect((await given.at.post('mode=import', [ANN, BEN, CEM])).body).toMatchObject({ dropped: 0, listedAgain: 1 });
    expect(await shown()).toMatchObject({ listing: 'listed', unlistedBetween: null, keptUntil: null });
  });

  it('that nobody gives again leaves it to the next roster of everybody: it ended between the last answer and that', async () => {
    given.clock.advance(GOOD_FOR * DAY_MS);
    await full();
    const to = given.clock.advance(DAY_MS);
    expect((await full()).body).toMatchObject({ dropped: 0, endedByOmission: 1 });
    expect((await given.at.periods())[1]).toMatchObject({ endedBetween: { from: answered, to } });
  });

  it('is asked for beside those whom the same roster ends, and counts for no brake', async () => {
    given.clock.advance(GOOD_FOR * DAY_MS);
    const others = Array.from({ length: 9 }, (_, n) => `${n + 10},p${n}@contoso.example,P,2020-01-01,,,`);
    await given.at.post('mode=import', [ANN, BEN, CEM, ...others]);
    given.clock.advance(DAY_MS);
    await given.at.post('mode=import', [ANN, CEM, ...others]);
    await answer({ decision: 'employed' });
    given.clock.advance(GOOD_FOR * DAY_MS);
    expect((await given.at.post('mode=import&full=true', [ANN, ...others])).body).toMatchObject({
      dropped: 1,
      endedByOmission: 1,
      brake: { ends: 1 },
    });
    expect(await shown()).toMatchObject({ listing: 'dropped' });
  });

  it('an earlier version did not keep the instant of: it counts from when HR left them out', async () => {
    await given.db.owner.query('update person set kept_at = null where workspace_id = $1', [given.at.workspaceId]);
    expect(await shown()).toMatchObject({ keptUntil: plusMs(named, (1 + GOOD_FOR) * DAY_MS) });
  });
});
