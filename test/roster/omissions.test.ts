import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS } from '../../src/kernel/index.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { ANN, BEN, CEM, type RosterServer, rosterServer } from './roster-server.ts';

let db: TestDatabase;
let clock: SteppingClock;
let at: RosterServer;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  clock = steppingClock();
  at = await rosterServer(db, clock);
});
afterEach(() => at.close());

describe('whom a roster no longer names', () => {
  const people = async () =>
    ((await at.get('/people'))['people'] as { employeeId: string; listing: string; unlistedBetween: unknown }[]).map(
      ({ employeeId, listing, unlistedBetween }) => ({ employeeId, listing, unlistedBetween }),
    );
  const benId = async () => ((await at.get('/people?listing=dropped'))['people'] as { id: string }[])[0]?.id ?? '';
  const answer = async (personId: string, body: unknown) => (await at.send('POST', `/people/${personId}/listing`, body)).status;
  /** Ann and Ben are named; then Ann alone. */
  const dropBen = async () => {
    const from = clock.now();
    await at.post('mode=import', [ANN, BEN]);
    const to = clock.advance(DAY_MS);
    return { from, to, dropped: await at.post('mode=import', [ANN]) };
  };

  it('is asked about: nobody ends by a file that lacks them (I9)', async () => {
    const { from, to, dropped } = await dropBen();
    expect(dropped.body).toMatchObject({ dropped: 1, endedByOmission: 0, notInFile: 1, ended: 0 });
    expect(await people()).toEqual([
      { employeeId: '1', listing: 'listed', unlistedBetween: null },
      { employeeId: '2', listing: 'dropped', unlistedBetween: { from, to } },
    ]);
    expect(await at.periods()).toMatchObject([
      { endDate: null, endedBetween: null },
      { endDate: null, endedBetween: null },
    ]);
    expect((await at.recordTypes()).slice(-2)).toEqual(['hr.person.dropped', 'hr.import.completed']);
    expect(await at.get('/roster/imports')).toMatchObject({ imports: [{ dropped: 1 }, { dropped: 0 }] });
  });

  it('is seen in a dry run, which drops nobody', async () => {
    await at.post('mode=import', [ANN, BEN]);
    expect((await at.post('mode=dry-run', [ANN])).body).toMatchObject({ dropped: 1 });
    expect(await people()).toMatchObject([{ listing: 'listed' }, { listing: 'listed' }]);
  });

  it.each([
    { story: 'who has an end already', first: [ANN, '2,ben@contoso.example,Ben,2021-05-01,2026-04-30,,'], query: 'mode=import' },
    { story: 'where a file holds changes alone', first: [ANN, BEN], query: 'mode=import&partial=true' },
  ])('is not asked about $story', async ({ first, query }) => {
    await at.post('mode=import', first);
    expect((await at.post(query, [ANN])).body).toMatchObject({ dropped: 0, endedByOmission: 0 });
    expect(await people()).toMatchObject([{ listing: 'listed' }, { listing: 'listed' }]);
  });

  it('has ended, between the roster that named them and a plausible one of everybody that does not', async () => {
    const from = clock.now();
    await at.post('mode=import', [ANN, BEN, CEM]);
    const to = clock.advance(DAY_MS);
    const full = await at.post('mode=import&full=true', [ANN, CEM]);
    expect(full.body).toMatchObject({ dropped: 0, endedByOmission: 1, implausible: null });
    expect(await at.periods()).toMatchObject([
      { endedBetween: null },
      { endDate: null, endedBetween: { from, to }, hrRecordedAt: to },
      { endedBetween: null },
    ]);
    expect((await at.recordTypes()).slice(-2)).toEqual(['hr.period.ended', 'hr.import.completed']);
    const again = await at.post('mode=import&full=true', [ANN, BEN, CEM]);
    expect(again.body).toMatchObject({ changed: 1 });
    expect(await at.periods()).toMatchObject([{ endedBetween: null }, { endedBetween: null, hrRecordedAt: null }, {}]);
    expect(await at.recordTypes()).toContain('hr.period.end_cancelled');
  });

  it.each([
    { story: 'everybody', query: 'mode=import&allowRejected=true&full=true' },
    { story: 'who knows whom', query: 'mode=import&allowRejected=true' },
  ])('is nobody whose row of a roster of $story cannot be read: their name stands in it (I9)', async ({ query }) => {
    await at.post('mode=import', [ANN, BEN]);
    clock.advance(DAY_MS);
    const wrong = await at.post(query, [ANN, '2,ben@contoso.example,Ben Baker,01/05/2021,,,']);
    expect(wrong).toMatchObject({ status: 201, body: { rejectedRows: 1, dropped: 0, endedByOmission: 0 } });
    expect(await people()).toMatchObject([{ listing: 'listed' }, { listing: 'listed' }]);
    expect(await at.periods()).toMatchObject([{ endedBetween: null }, { endedBetween: null }]);
  });

  it('is asked about where a roster of everybody may have been cut in half, however small it is', async () => {
    const few = Array.from({ length: 20 }, (_, n) => `${n + 10},p${n}@contoso.example,P,2020-01-01,,,`);
    await at.post('mode=import', few);
    expect((await at.post('mode=import&full=true', few.slice(0, 10))).body).toMatchObject({ dropped: 10, endedByOmission: 0 });
  });

  it('is asked about where a row of a roster of everybody may be theirs, as it names nobody', async () => {
    await at.post('mode=import', [ANN, BEN]);
    const nameless = await at.post('mode=import&full=true&allowRejected=true', [ANN, ',ben@contoso.example,Ben Baker,2021-05-01,,,']);
    expect(nameless.body).toMatchObject({ dropped: 1, endedByOmission: 0, implausible: expect.stringContaining('of 1 of its rows') });
  });

  it('ended before the first roster of everybody, where only changes had named them: not after it', async () => {
    const from = clock.now();
    await at.post('mode=import&partial=true', [ANN, BEN, CEM]);
    const to = clock.advance(DAY_MS);
    expect((await at.post('mode=import&full=true', [ANN, CEM])).body).toMatchObject({ endedByOmission: 1 });
    clock.advance(DAY_MS);
    expect((await at.post('mode=import&full=true', [ANN, CEM])).body).toMatchObject({ endedByOmission: 0 });
    expect(await at.periods()).toMatchObject([{ endedBetween: null }, { endedBetween: { from, to } }, {}]);
  });

  it('is listed again once HR names them again', async () => {
    await dropBen();
    expect((await at.post('mode=import', [ANN, BEN])).body).toMatchObject({ listedAgain: 1, unchanged: 2 });
    expect(await people()).toMatchObject([{ listing: 'listed' }, { listing: 'listed', unlistedBetween: null }]);
    expect(await at.recordTypes()).toContain('hr.person.listed');
  });

  it('leaves when somebody says so, with the day that HR gave when asked', async () => {
    await dropBen();
    const told = clock.advance(DAY_MS);
    const left = { decision: 'left', endDate: '2026-03-03', lastDay: '2026-03-02', reason: 'HR by telephone' };
    expect(await answer(await benId(), left)).toBe(204);
    expect(await people()).toMatchObject([{ listing: 'listed' }, { listing: 'kept' }]);
    expect(await at.periods()).toMatchObject([{}, { endDate: '2026-03-03', lastDay: '2026-03-02', hrRecordedAt: told }]);
    expect((await at.recordTypes()).at(-1)).toBe('hr.period.end_set');
    expect((await at.post('mode=import', [ANN])).body).toMatchObject({ dropped: 0 });
  });

  it('stays when somebody says so, and is not asked about again', async () => {
    await dropBen();
    const ben = await benId();
    expect(await answer(ben, { decision: 'employed', reason: 'on the payroll of the sister company' })).toBe(204);
    expect(await at.periods()).toMatchObject([{}, { endDate: null }]);
    expect((await at.post('mode=import', [ANN])).body).toMatchObject({ dropped: 0 });
    expect(await answer(ben, { decision: 'employed', reason: 'again' })).toBe(409);
  });

  it.each([
    { story: 'an end before the start', body: { decision: 'left', endDate: '2021-04-30', reason: 'x' }, status: 400 },
    { story: 'an end that is no date', body: { decision: 'left', endDate: 'yesterday', reason: 'x' }, status: 400 },
    { story: 'no reason', body: { decision: 'employed' }, status: 400 },
    { story: 'an end of somebody who is employed', body: { decision: 'employed', endDate: '2026-03-03', reason: 'x' }, status: 400 },
  ])('is not answered for with $story', async ({ body, status }) => {
    await dropBen();
    expect(await answer(await benId(), body)).toBe(status);
    expect(await people()).toMatchObject([{}, { listing: 'dropped' }]);
  });
});
