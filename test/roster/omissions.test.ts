import { describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS, type Instant } from '../../src/kernel/index.ts';
import { eachRoster } from './each-roster.ts';
import { ANN, BEN, CEM } from './roster-server.ts';

const given = eachRoster();

/** Ben's row with an end. */
const ben = (endDate: string, lastDay = '') => `2,ben@contoso.example,Ben Baker,2021-05-01,${endDate},${lastDay},`;

describe('whom a roster no longer names', () => {
  const people = async () =>
    ((await given.at.get('/people'))['people'] as { employeeId: string; listing: string; unlistedBetween: unknown }[]).map(
      ({ employeeId, listing, unlistedBetween }) => ({ employeeId, listing, unlistedBetween }),
    );
  const benId = async () => ((await given.at.get('/people?listing=dropped'))['people'] as { id: string }[])[0]?.id ?? '';
  const answer = async (personId: string, body: unknown) => (await given.at.send('POST', `/people/${personId}/listing`, body)).status;
  /** Ann and Ben are named; then Ann alone. */
  const dropBen = async () => {
    const from = given.clock.now();
    await given.at.post('mode=import', [ANN, BEN]);
    const to = given.clock.advance(DAY_MS);
    return { from, to, dropped: await given.at.post('mode=import', [ANN]) };
  };

  it('is asked about: nobody ends by a file that lacks them (I9)', async () => {
    const { from, to, dropped } = await dropBen();
    expect(dropped.body).toMatchObject({ dropped: 1, endedByOmission: 0, notInFile: 1, ended: 0 });
    expect(await people()).toEqual([
      { employeeId: '1', listing: 'listed', unlistedBetween: null },
      { employeeId: '2', listing: 'dropped', unlistedBetween: { from, to } },
    ]);
    expect(await given.at.periods()).toMatchObject([
      { endDate: null, endedBetween: null },
      { endDate: null, endedBetween: null },
    ]);
    expect((await given.at.recordTypes()).slice(-2)).toEqual(['hr.person.dropped', 'hr.import.completed']);
    expect(await given.at.get('/roster/imports')).toMatchObject({ imports: [{ dropped: 1 }, { dropped: 0 }] });
  });

  it('is seen in a dry run, which drops nobody', async () => {
    await given.at.post('mode=import', [ANN, BEN]);
    expect((await given.at.post('mode=dry-run', [ANN])).body).toMatchObject({ dropped: 1 });
    expect(await people()).toMatchObject([{ listing: 'listed' }, { listing: 'listed' }]);
  });

  it.each([
    { story: 'whose end has passed', first: [ANN, ben('2026-03-02')], query: 'mode=import' },
    {
      story: 'whose last day has passed, though the contract goes on',
      first: [ANN, ben('2026-12-31', '2026-03-02')],
      query: 'mode=import',
    },
    { story: 'whose last day may have begun where they work', first: [ANN, ben('2026-03-05')], query: 'mode=import' },
    { story: 'whose end has passed, by a roster of everybody', first: [ANN, ben('2026-03-02'), CEM], query: 'mode=import&full=true' },
    {
      story: 'whose last day may have begun, by a roster of everybody',
      first: [ANN, ben('2026-03-05'), CEM],
      query: 'mode=import&full=true',
    },
    { story: 'where a file holds changes alone', first: [ANN, BEN], query: 'mode=import&partial=true' },
  ])('is not asked about $story', async ({ first, query }) => {
    await given.at.post('mode=import', first);
    given.clock.advance(DAY_MS + 2 * HOUR_MS); // 2026-03-05 has begun at UTC+14
    const told = (await given.at.periods())[1];
    expect((await given.at.post(query, first.toSpliced(1, 1))).body).toMatchObject({ dropped: 0, endedByOmission: 0, brake: { ends: 0 } });
    expect((await people())[1]).toMatchObject({ listing: 'listed' });
    expect((await given.at.periods())[1]).toEqual(told);
  });

  it('has ended, between the roster that named them and a plausible one of everybody that does not', async () => {
    const from = given.clock.now();
    await given.at.post('mode=import', [ANN, BEN, CEM]);
    const to = given.clock.advance(DAY_MS);
    const full = await given.at.post('mode=import&full=true', [ANN, CEM]);
    expect(full.body).toMatchObject({ dropped: 0, endedByOmission: 1, implausible: null });
    expect(await given.at.periods()).toMatchObject([
      { endedBetween: null },
      { endDate: null, endedBetween: { from, to }, hrRecordedAt: to },
      { endedBetween: null },
    ]);
    expect((await given.at.recordTypes()).slice(-2)).toEqual(['hr.period.ended', 'hr.import.completed']);
    const again = await given.at.post('mode=import&full=true', [ANN, BEN, CEM]);
    expect(again.body).toMatchObject({ changed: 1 });
    expect(await given.at.periods()).toMatchObject([{ endedBetween: null }, { endedBetween: null, hrRecordedAt: null }, {}]);
    expect(await given.at.recordTypes()).toContain('hr.period.end_cancelled');
  });

  it.each([
    { story: 'everybody', query: 'mode=import&allowRejected=true&full=true' },
    { story: 'who knows whom', query: 'mode=import&allowRejected=true' },
  ])('is nobody whose row of a roster of $story cannot be read: their name stands in it (I9)', async ({ query }) => {
    await given.at.post('mode=import', [ANN, BEN]);
    given.clock.advance(DAY_MS);
    const wrong = await given.at.post(query, [ANN, '2,ben@contoso.example,Ben Baker,01/05/2021,,,']);
    expect(wrong).toMatchObject({ status: 201, body: { rejectedRows: 1, dropped: 0, endedByOmission: 0 } });
    expect(await people()).toMatchObject([{ listing: 'listed' }, { listing: 'listed' }]);
    expect(await given.at.periods()).toMatchObject([{ endedBetween: null }, { endedBetween: null }]);
  });

  it('is asked about where a roster of everybody may have been cut in half, however small it is', async () => {
    const few = Array.from({ length: 20 }, (_, n) => `${n + 10},p${n}@contoso.example,P,2020-01-01,,,`);
    await given.at.post('mode=import', few);
    expect((await given.at.post('mode=import&full=true', few.slice(0, 10))).body).toMatchObject({ dropped: 10, endedByOmission: 0 });
  });

  it('is asked about where a row of a roster of everybody may be theirs, as it names nobody', async () => {
    await given.at.post('mode=import', [ANN, BEN]);
    const nameless = await given.at.post('mode=import&full=true&allowRejected=true', [ANN, ',ben@contoso.example,Ben Baker,2021-05-01,,,']);
    expect(nameless.body).toMatchObject({ dropped: 1, endedByOmission: 0, implausible: expect.stringContaining('of 1 of its rows') });
  });

  it('ended before the first roster of everybody, where only changes had named them: not after it', async () => {
    const from = given.clock.now();
    await given.at.post('mode=import&partial=true', [ANN, BEN, CEM]);
    const to = given.clock.advance(DAY_MS);
    expect((await given.at.post('mode=import&full=true', [ANN, CEM])).body).toMatchObject({ endedByOmission: 1 });
    given.clock.advance(DAY_MS);
    expect((await given.at.post('mode=import&full=true', [ANN, CEM])).body).toMatchObject({ endedByOmission: 0 });
    expect(await given.at.periods()).toMatchObject([{ endedBetween: null }, { endedBetween: { from, to } }, {}]);
  });

  it.each([
    { story: 'after changes with HR’s word that nobody else has changed', rows: [ANN], since: 'changes' },
    {
      story: 'after the roster before, where a row of such changes was rejected: it may have said so',
      rows: [ben('31 March'), ANN],
      since: 'roster',
    },
  ])('has ended $story', async ({ rows, since }) => {
    const roster = given.clock.now();
    await given.at.post('mode=import', [ANN, BEN, CEM]);
    const changes = given.clock.advance(DAY_MS);
    await given.at.post('mode=import&partial=true&elseUnchanged=true&allowRejected=true', rows);
    const to = given.clock.advance(DAY_MS);
    await given.at.post('mode=import&full=true', [ANN, CEM]);
    expect((await given.at.periods())[1]).toMatchObject({ endedBetween: { from: { changes, roster }[since], to } });
  });

  it('is listed again once HR names them again', async () => {
    await dropBen();
    expect((await given.at.post('mode=import', [ANN, BEN])).body).toMatchObject({ listedAgain: 1, unchanged: 2 });
    expect(await people()).toMatchObject([{ listing: 'listed' }, { listing: 'listed', unlistedBetween: null }]);
    expect(await given.at.recordTypes()).toContain('hr.person.listed');
  });

  it('leaves when somebody says so, with the day that HR gave when asked', async () => {
    await dropBen();
    const told = given.clock.advance(DAY_MS);
    const left = { decision: 'left', endDate: '2026-03-03', lastDay: '2026-03-02', reason: 'HR by telephone' };
    expect(await answer(await benId(), left)).toBe(204);
    expect(await people()).toMatchObject([{ listing: 'listed' }, { listing: 'kept' }]);
    expect(await given.at.periods()).toMatchObject([{}, { endDate: '2026-03-03', lastDay: '2026-03-02', hrRecordedAt: told }]);
    expect((await given.at.recordTypes()).at(-1)).toBe('hr.period.end_set');
    expect((await given.at.post('mode=import', [ANN])).body).toMatchObject({ dropped: 0 });
  });

  it('stays when somebody says so, and is not asked about again', async () => {
    await dropBen();
    const ben = await benId();
    expect(await answer(ben, { decision: 'employed', reason: 'on the payroll of the sister company' })).toBe(204);
    expect(await given.at.periods()).toMatchObject([{}, { endDate: null }]);
    expect((await given.at.post('mode=import', [ANN])).body).toMatchObject({ dropped: 0 });
    expect(await answer(ben, { decision: 'employed', reason: 'again' })).toBe(409);
  });

  it.each([
    { story: 'an end before the start', body: { decision: 'left', endDate: '2021-04-30', reason: 'x' }, status: 400 },
    { story: 'an end that is no date', body: { decision: 'left', endDate: 'yesterday', reason: 'x' }, status: 400 },
    { story: 'an end that stands for none', body: { decision: 'left', endDate: '9999-12-31', reason: 'x' }, status: 400 },
    {
      story: 'a last day that stands for none',
      body: { decision: 'left', endDate: '2026-03-03', lastDay: '9999-12-31', reason: 'x' },
      status: 400,
    },
    { story: 'no reason', body: { decision: 'employed' }, status: 400 },
    { story: 'an end of somebody who is employed', body: { decision: 'employed', endDate: '2026-03-03', reason: 'x' }, status: 400 },
  ])('is not answered for with $story', async ({ body, status }) => {
    await dropBen();
    expect(await answer(await benId(), body)).toBe(status);
    expect(await people()).toMatchObject([{}, { listing: 'dropped' }]);
  });

  describe('though HR had told an end that lies ahead', () => {
    const AHEAD = ben('2026-12-31');
    const leafOf = async (type: string) =>
      (await given.at.leaves()).map((leaf) => JSON.parse(leaf) as Record<string, unknown>).findLast((leaf) => leaf['type'] === type);
    /** Ann, Ben and Cem are named; a day later Ann and Cem. */
    const leaveOut = async (query: string, row = AHEAD) => {
      const from = given.clock.now();
      await given.at.post('mode=import', [ANN, row, CEM]);
      const to = given.clock.advance(DAY_MS);
      return { from, to, done: await given.at.post(query, [ANN, CEM]) };
    };

    it('is asked about, and the day that HR told stands (I9)', async () => {
      const { from, to, done } = await leaveOut('mode=import');
      expect(done.body).toMatchObject({ dropped: 1, endedByOmission: 0 });
      expect((await people())[1]).toEqual({ employeeId: '2', listing: 'dropped', unlistedBetween: { from, to } });
      expect((await given.at.periods())[1]).toMatchObject({ endDate: '2026-12-31', endedBetween: null, hrRecordedAt: from });
    });

    it('is asked about where the last day worked lies ahead', async () => {
      expect((await leaveOut('mode=import', ben('2026-12-31', '2026-03-20'))).done.body).toMatchObject({ dropped: 1 });
    });

    it('has ended before it, by a plausible roster of everybody: its word is the later one', async () => {
      const { from, to, done } = await leaveOut('mode=import&full=true');
      expect(done.body).toMatchObject({ dropped: 0, endedByOmission: 1, implausible: null, brake: { ends: 1 } });
      expect((await given.at.periods())[1]).toMatchObject({ endDate: null, lastDay: null, endedBetween: { from, to }, hrRecordedAt: to });
      expect(await leafOf('hr.period.ended')).toMatchObject({
        before: { start_date: '2021-05-01', end_date: '2026-12-31', last_day: null },
        observed: { from, to },
      });
      given.clock.advance(DAY_MS);
      expect((await given.at.post('mode=import&full=true', [ANN, CEM])).body).toMatchObject({ dropped: 0, endedByOmission: 0 });
    });

    it('ends by that day after all, where a later roster names them with it again', async () => {
      await leaveOut('mode=import&full=true');
      const told = given.clock.advance(DAY_MS);
      expect((await given.at.post('mode=import', [ANN, AHEAD, CEM])).body).toMatchObject({ changed: 1, brake: { ends: 0 } });
      expect((await given.at.periods())[1]).toMatchObject({ endDate: '2026-12-31', endedBetween: null, hrRecordedAt: told });
      expect(await leafOf('hr.period.end_changed')).toMatchObject({ after: { end_date: '2026-12-31' } });
    });

    it('is listed again where a later roster names them, and nothing else has changed', async () => {
      const { from } = await leaveOut('mode=import');
      expect((await given.at.post('mode=import', [ANN, AHEAD, CEM])).body).toMatchObject({ listedAgain: 1, unchanged: 3 });
      expect((await people())[1]).toMatchObject({ listing: 'listed', unlistedBetween: null });
      expect((await given.at.periods())[1]).toMatchObject({ endDate: '2026-12-31', hrRecordedAt: from });
    });

    it('leaves on the day that HR gives when asked, also once the day that it had told has come', async () => {
      await leaveOut('mode=import', ben('2026-03-20'));
      given.clock.set('2026-04-01T09:00:00.000Z' as Instant);
      expect(await answer(await benId(), { decision: 'left', endDate: '2026-03-03', reason: 'HR by telephone' })).toBe(204);
      expect((await given.at.periods())[1]).toMatchObject({ endDate: '2026-03-03', lastDay: null, hrRecordedAt: given.clock.now() });
      expect(await leafOf('hr.period.end_changed')).toMatchObject({
        before: { end_date: '2026-03-20' },
        after: { end_date: '2026-03-03' },
        detail: { source: 'asked' },
      });
    });

    it('keeps the day that HR had told where somebody says that they are employed', async () => {
      const { from } = await leaveOut('mode=import');
      expect(await answer(await benId(), { decision: 'employed', reason: 'HR by telephone' })).toBe(204);
      expect((await given.at.periods())[1]).toMatchObject({ endDate: '2026-12-31', hrRecordedAt: from });
      expect((await given.at.post('mode=import', [ANN, CEM])).body).toMatchObject({ dropped: 0 });
    });

    describe('and an employment after it', () => {
      const NEXT = '2,ben@contoso.example,Ben Baker,2027-01-01,,,';
      const OTHERS = [4, 5, 6].map((n) => `${n},p${n}@contoso.example,P,2020-01-01,,,`);
      const leaveOutBoth = async (query: string) => {
        const from = given.clock.now();
        await given.at.post('mode=import', [ANN, AHEAD, NEXT, CEM, ...OTHERS]);
        const to = given.clock.advance(DAY_MS);
        return { from, to, done: await given.at.post(query, [ANN, CEM, ...OTHERS]) };
      };

      it('is one person of whom is asked', async () => {
        expect((await leaveOutBoth('mode=import')).done.body).toMatchObject({ dropped: 1 });
        expect((await given.at.recordTypes()).filter((type) => type === 'hr.person.dropped')).toHaveLength(1);
      });

      it('is one person who ended, in both employments', async () => {
        const { from, to, done } = await leaveOutBoth('mode=import&full=true');
        expect(done.body).toMatchObject({ endedByOmission: 2, brake: { ends: 1 } });
        const ended = { endDate: null, endedBetween: { from, to } };
        expect(await given.at.periods()).toMatchObject([{}, ended, ended, {}, {}, {}, {}]);
      });

      it('left in the first one, where somebody says so: the second never began', async () => {
        const { from, to } = await leaveOutBoth('mode=import');
        const told = given.clock.advance(DAY_MS);
        expect(await answer(await benId(), { decision: 'left', endDate: '2026-03-03', reason: 'HR by telephone' })).toBe(204);
        expect(await given.at.periods()).toMatchObject([
          {},
          { endDate: '2026-03-03', endedBetween: null, hrRecordedAt: told },
          { endDate: null, endedBetween: { from, to }, hrRecordedAt: told },
          {},
          {},
          {},
          {},
        ]);
      });
    });
  });

  describe('a next employment, where a roster goes on naming the person', () => {
    const [LEFT, NEXT] = [ben('2026-03-20'), '2,ben@contoso.example,Ben Baker,2026-06-01,,,'];
    const nameBoth = async () => {
      const from = given.clock.now();
      await given.at.post('mode=import', [ANN, LEFT, NEXT, CEM]);
      return { from, to: given.clock.advance(DAY_MS) };
    };

    it('is withdrawn by a roster of everybody that leaves it out: it ended before it began', async () => {
      const { from, to } = await nameBoth();
      expect((await given.at.post('mode=dry-run&full=true', [ANN, LEFT, CEM])).body).toMatchObject({ endedByOmission: 1 });
      expect((await given.at.post('mode=import&full=true', [ANN, LEFT, CEM])).body).toMatchObject({ dropped: 0, endedByOmission: 1 });
      expect(await given.at.periods()).toMatchObject([{}, { endDate: '2026-03-20' }, { endedBetween: { from, to } }, {}]);
      expect(await people()).toMatchObject([{ listing: 'listed' }, { listing: 'listed' }, { listing: 'listed' }]);
      expect((await given.at.post('mode=import&full=true', [ANN, LEFT, NEXT, CEM])).body).toMatchObject({ changed: 1, endedByOmission: 0 });
      expect((await given.at.periods())[2]).toMatchObject({ endedBetween: null });
    });

    it.each([
      { story: 'a roster of whom it is not said that it holds everybody', query: 'mode=import', rows: [ANN, LEFT, CEM] },
      { story: 'a roster of changes', query: 'mode=import&partial=true', rows: [LEFT] },
      {
        story: 'a roster of everybody that moves it',
        query: 'mode=import&full=true',
        rows: [ANN, LEFT, NEXT.replace('2026-06-01', '2026-07-01'), CEM],
      },
      {
        story: 'a roster of everybody with a row of theirs that cannot be read',
        query: 'mode=import&full=true&allowRejected=true',
        rows: [ANN, LEFT, NEXT.replace('2026-06-01', '1 June'), CEM],
      },
    ])('is not withdrawn by $story', async ({ query, rows }) => {
      await nameBoth();
      expect((await given.at.post(query, rows)).body).toMatchObject({ dropped: 0, endedByOmission: 0 });
      expect((await given.at.periods())[2]).toMatchObject({ endedBetween: null });
    });

    it('stays once it has begun, whatever a roster leaves out', async () => {
      await nameBoth();
      given.clock.set('2026-06-02T09:00:00.000Z' as Instant);
      expect((await given.at.post('mode=import&full=true', [ANN, LEFT, CEM])).body).toMatchObject({ dropped: 0, endedByOmission: 0 });
    });
  });

  describe('and whom a roster of everybody then lacks, too', () => {
    const AHEAD = ben('2026-12-31');
    /** Ann, Ben and Cem are named; a day later Ann and Cem, by a roster of whom it is not said that it holds everybody. */
    const leaveOut = async (row = BEN) => {
      const from = given.clock.now();
      await given.at.post('mode=import', [ANN, row, CEM]);
      const to = given.clock.advance(DAY_MS);
      expect((await given.at.post('mode=import', [ANN, CEM])).body).toMatchObject({ dropped: 1 });
      return { from, to };
    };
    const full = (rows = [ANN, CEM]) => given.at.post('mode=import&full=true', rows);

    it.each([
      { story: 'no end was told', row: BEN },
      { story: 'an end was told that lies ahead', row: AHEAD },
    ])('has ended, between the roster that named them last and the one of everybody, where $story', async ({ row }) => {
      const { from } = await leaveOut(row);
      const told = given.clock.advance(DAY_MS);
      expect((await given.at.post('mode=dry-run&full=true', [ANN, CEM])).body).toMatchObject({ endedByOmission: 1, brake: { ends: 1 } });
      expect((await people())[1]).toMatchObject({ listing: 'dropped' });
      expect((await full()).body).toMatchObject({ dropped: 0, endedByOmission: 1, implausible: null, brake: { ends: 1 } });
      expect((await people())[1]).toEqual({ employeeId: '2', listing: 'listed', unlistedBetween: null });
      expect((await given.at.periods())[1]).toMatchObject({ endDate: null, endedBetween: { from, to: told }, hrRecordedAt: told });
      const ended = (await given.at.leaves()).findLast((leaf) => leaf.includes('"hr.period.ended"')) ?? '';
      expect(JSON.parse(ended)).toMatchObject({ observed: { from, to: told } });
    });

    it('has ended once: another roster of everybody says nothing new', async () => {
      const { from } = await leaveOut();
      const told = given.clock.advance(DAY_MS);
      await full();
      given.clock.advance(DAY_MS);
      expect((await full()).body).toMatchObject({ dropped: 0, endedByOmission: 0 });
      expect((await given.at.periods())[1]).toMatchObject({ endedBetween: { from, to: told } });
    });

    it('is employed again where a later roster names them', async () => {
      await leaveOut();
      await full();
      expect((await given.at.post('mode=import', [ANN, BEN, CEM])).body).toMatchObject({ changed: 1, dropped: 0 });
      expect((await given.at.periods())[1]).toMatchObject({ endedBetween: null, hrRecordedAt: null });
    });

    it('is still asked about once the day that HR had told has passed: they may have left before it, and nobody said when', async () => {
      const { from, to } = await leaveOut(ben('2026-03-20'));
      given.clock.set('2026-04-01T09:00:00.000Z' as Instant);
      expect((await full()).body).toMatchObject({ dropped: 0, endedByOmission: 0 });
      expect((await people())[1]).toEqual({ employeeId: '2', listing: 'dropped', unlistedBetween: { from, to } });
      expect((await given.at.periods())[1]).toMatchObject({ endDate: '2026-03-20', endedBetween: null });
    });

    it('is still asked about the employment whose told day has passed, where one that was to follow has ended', async () => {
      const from = given.clock.now();
      await given.at.post('mode=import', [ANN, ben('2026-03-20'), '2,ben@contoso.example,Ben Baker,2026-06-01,,,', CEM]);
      const to = given.clock.advance(DAY_MS);
      await given.at.post('mode=import', [ANN, CEM]);
      given.clock.set('2026-04-01T09:00:00.000Z' as Instant);
      expect((await full()).body).toMatchObject({ dropped: 0, endedByOmission: 1 });
      expect((await people())[1]).toMatchObject({ listing: 'dropped', unlistedBetween: { from, to } });
      expect(await given.at.periods()).toMatchObject([
        {},
        { endDate: '2026-03-20' },
        { endedBetween: { from, to: given.clock.now() } },
        {},
      ]);
    });

    it('is still asked about, since when they were before, where that roster is too small to be taken at its word', async () => {
      const many = Array.from({ length: 9 }, (_, n) => `${n + 10},p${n}@contoso.example,P,2020-01-01,,,`);
      const from = given.clock.now();
      await given.at.post('mode=import', many);
      const to = given.clock.advance(DAY_MS);
      await given.at.post('mode=import', many.slice(4));
      given.clock.advance(DAY_MS);
      const again = await full(many.slice(4));
      expect(again.body).toMatchObject({ dropped: 0, endedByOmission: 0, implausible: expect.stringContaining('leaves out 4') });
      expect((await people()).filter(({ listing }) => listing === 'dropped')).toEqual(
        [10, 11, 12, 13].map((n) => ({ employeeId: String(n), listing: 'dropped', unlistedBetween: { from, to } })),
      );
      expect((await given.at.recordTypes()).filter((type) => type === 'hr.person.dropped')).toHaveLength(4);
    });

    it('counts for the brake, so that no second file ends whom the first one could not', async () => {
      const many = Array.from({ length: 30 }, (_, n) => `${n + 10},p${n}@contoso.example,P,2020-01-01,,,`);
      await given.at.post('mode=import', many);
      await given.at.post('mode=import', many.slice(11));
      expect(await full(many.slice(11))).toMatchObject({ status: 202, body: { ends: 11 } });
      expect((await people()).filter(({ listing }) => listing === 'dropped')).toHaveLength(11);
    });

    it('stays where somebody has said so', async () => {
      await leaveOut();
      expect(await answer(await benId(), { decision: 'employed', reason: 'HR by telephone' })).toBe(204);
      expect((await full()).body).toMatchObject({ dropped: 0, endedByOmission: 0 });
      expect((await given.at.periods())[1]).toMatchObject({ endedBetween: null });
    });
  });
});
