import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS } from '../../src/kernel/index.ts';
import { lapseHeldImportsTask } from '../../src/roster/lapse-held-imports.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { oneWithTwoCredentials } from '../support/owners.ts';
import { type RosterServer, rosterServer } from './roster-server.ts';

let db: TestDatabase;
let clock: SteppingClock;
/** Whoever sends rosters, and somebody else. */
let at: RosterServer;
let second: RosterServer;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  clock = steppingClock();
  at = await rosterServer(db, clock);
  second = await rosterServer(db, clock, { workspaceId: at.workspaceId, actor: 'administrator:second' });
});
afterEach(async () => {
  await at.close();
  await second.close();
});

const company = (people: number, ends: number) =>
  Array.from({ length: people }, (_, n) => `${n + 10},p${n}@contoso.example,Person ${n},2020-01-01,${n < ends ? '2026-02-28' : ''},,`);

/** A company of 30 of whom the next roster ends 11. */
async function hold(query = 'mode=import'): Promise<string> {
  await at.post('mode=import', company(30, 0));
  clock.advance(DAY_MS);
  const answer = await at.post(query, company(30, 11));
  expect(answer.status).toBe(202);
  return String(answer.body['id']);
}

const decide = (by: RosterServer, id: string, decision: string, reason = 'the site in Bonn closes') =>
  by.send('POST', `/roster/held-imports/${id}/decision`, { decision, reason });
const held = (id: string) => at.get(`/roster/held-imports/${id}`);
const endDates = async () => new Set((await at.periods()).map(({ endDate }) => endDate));
const lastRecords = async (n: number) => (await at.recordTypes()).slice(-n);

describe('a roster that would end many', () => {
  it('is held whole, with whom it would end and by which row, and changes nobody', async () => {
    const id = await hold();
    expect(await held(id)).toMatchObject({
      state: 'held',
      ends: 11,
      employed: 30,
      most: 10,
      counts: { ended: 11, unchanged: 19 },
      decidedAt: null,
    });
    expect(await endDates()).toEqual(new Set([null]));
    const { ends, next } = await at.get(`/roster/held-imports/${id}/ends?limit=5`);
    expect(ends).toHaveLength(5);
    const { ends: rest } = await at.get(`/roster/held-imports/${id}/ends?after=${String(next)}`);
    const all = [...(ends as object[]), ...(rest as object[])];
    expect(all).toHaveLength(11);
    expect(all).toContainEqual(
      expect.objectContaining({
        employeeId: '10',
        displayName: 'Person 0',
        because: 'stated',
        endDate: '2026-02-28',
        lastDay: null,
        line: 2,
      }),
    );
    expect(await lastRecords(1)).toEqual(['hr.import.held']);
    expect((await at.get('/roster/imports'))['imports']).toHaveLength(1);
    expect(await at.get('/roster/held-imports')).toMatchObject({ heldImports: [{ id }], next: null });
  });

  it('is seen in a dry run, which holds nothing', async () => {
    await at.post('mode=import', company(30, 0));
    expect((await at.post('mode=dry-run', company(30, 11))).body).toMatchObject({
      brake: { ends: 11, employed: 30, most: 10, holds: true },
    });
    expect((await at.get('/roster/held-imports'))['heldImports']).toEqual([]);
  });

  it.each([
    { story: 'the first one, whomever it ends', first: [], next: company(30, 30) },
    { story: 'one that ends ten', first: company(30, 0), next: company(30, 10) },
  ])('is not $story', async ({ first, next }) => {
    if (first.length > 0) await at.post('mode=import', first);
    expect(await at.post('mode=import', next)).toMatchObject({ status: 201, body: { brake: { holds: false } } });
  });

  it('is released by a second person, and told when it came', async () => {
    const id = await hold();
    const told = clock.now();
    clock.advance(DAY_MS);
    expect(await decide(second, id, 'released')).toMatchObject({
      status: 200,
      body: { state: 'released', decidedBy: 'administrator:second' },
    });
    expect((await at.periods()).filter(({ endDate, hrRecordedAt }) => endDate === '2026-02-28' && hrRecordedAt === told)).toHaveLength(11);
    expect(await at.recordTypes()).toEqual(expect.arrayContaining(['hr.import.held', 'hr.import.released', 'hr.period.end_set']));
    expect(await lastRecords(1)).toEqual(['hr.import.completed']);
    expect(await at.get('/roster/imports')).toMatchObject({ imports: [{ id, ended: 11 }, {}] });
    expect((await at.leaves()).join()).not.toContain('Bonn');
    const { rows } = await db.owner.query<{ sealed: boolean; taken: boolean }>(
      `select held.sealed_file is null as sealed, made.sealed_file is not null as taken
       from roster_held_import as held join roster_import as made using (workspace_id, id) where held.id = $1`,
      [id],
    );
    expect(rows).toEqual([{ sealed: true, taken: true }]);
  });

  it('is not released by whoever sent it, neither by asking nor by sending it again', async () => {
    const id = await hold();
    expect(await decide(at, id, 'released')).toMatchObject({ status: 403 });
    const records = await at.recordTypes();
    expect(await at.post('mode=import', company(30, 11))).toMatchObject({ status: 202, body: { id } });
    expect(await second.post('mode=import', company(30, 11))).toMatchObject({
      status: 202,
      body: { id, requestedBy: expect.stringContaining('owner:') },
    });
    expect(await at.recordTypes()).toEqual(records);
    expect(await endDates()).toEqual(new Set([null]));
  });

  it('is not released with another credential of whoever sent it', async () => {
    const [one, other] = await oneWithTwoCredentials({ database: db.database, clock }, at.workspaceId);
    const sender = await rosterServer(db, clock, { workspaceId: at.workspaceId, actor: one });
    const releaser = await rosterServer(db, clock, { workspaceId: at.workspaceId, actor: other });
    await sender.post('mode=import', company(30, 0));
    const { body } = await sender.post('mode=import', company(30, 11));
    const refused = await decide(releaser, String(body['id']), 'released');
    await Promise.all([sender.close(), releaser.close()]);
    expect(refused).toMatchObject({ status: 403, body: { detail: expect.stringContaining('may hold this credential') } });
    expect(await endDates()).toEqual(new Set([null]));
  });

  it('is not released by the database either, to whoever sent it', async () => {
    const id = await hold();
    const release = db.database.query(
      `update roster_held_import set state = 'released', sealed_file = null, decided_at = now(), decided_by = requested_by, decision_record_id = record_id where id = $1`,
      [id],
    );
    await expect(release).rejects.toThrow('roster_held_import_four_eyes');
  });

  it.each(['at', 'second'])('is rejected by anybody (%s), and proves nothing', async (who) => {
    const id = await hold();
    expect(await decide(who === 'at' ? at : second, id, 'rejected')).toMatchObject({ status: 200, body: { state: 'rejected' } });
    expect(await endDates()).toEqual(new Set([null]));
    expect(await lastRecords(1)).toEqual(['hr.import.rejected']);
    expect(await decide(second, id, 'released')).toMatchObject({ status: 409 });
  });

  it('needs a reason, and one that is there', async () => {
    const id = await hold();
    expect((await second.send('POST', `/roster/held-imports/${id}/decision`, { decision: 'released' })).status).toBe(400);
    expect((await decide(second, 'no-id', 'released')).status).toBe(404);
    expect((await second.send('GET', '/roster/held-imports/00000000-0000-4000-8000-00000000dead/ends', undefined)).status).toBe(404);
  });

  it('is decided once, however many decide at once', async () => {
    const id = await hold();
    const third = await rosterServer(db, clock, { workspaceId: at.workspaceId, actor: 'administrator:third' });
    const answers = await Promise.all([decide(second, id, 'released'), decide(third, id, 'rejected'), decide(third, id, 'released')]);
    await third.close();
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
    expect((await at.recordTypes()).filter((type) => type === 'hr.import.released' || type === 'hr.import.rejected')).toHaveLength(1);
  });

  it.each([
    { story: 'that is taken', rows: company(30, 3), status: 201, states: ['superseded'] },
    { story: 'that is held', rows: company(30, 12), status: 202, states: ['held', 'superseded'] },
  ])('gives way to a later one $story', async ({ rows, status, states }) => {
    const id = await hold();
    clock.advance(DAY_MS);
    expect((await at.post('mode=import', rows)).status).toBe(status);
    const { heldImports } = await at.get('/roster/held-imports');
    expect((heldImports as { state: string }[]).map(({ state }) => state)).toEqual(states);
    expect(await at.recordTypes()).toContain('hr.import.lapsed');
    expect((await decide(second, id, 'released')).status).toBe(409);
  });

  it('stays held when a later one cannot be read', async () => {
    const id = await hold();
    expect((await at.post('mode=import', ['x,not-an-address,X,yesterday,,,'])).status).toBe(400);
    expect(await held(id)).toMatchObject({ state: 'held' });
  });

  it('expires after a week, so that nobody releases what was true long ago', async () => {
    const id = await hold();
    clock.advance(7 * DAY_MS);
    expect((await decide(second, id, 'released')).status).toBe(409);
    const task = lapseHeldImportsTask({ database: db.database, clock });
    const run = () => task.run({}, { signal: new AbortController().signal });
    await Promise.all([run(), run()]);
    expect(await held(id)).toMatchObject({ state: 'expired', decidedBy: 'system' });
    expect((await at.recordTypes()).filter((type) => type === 'hr.import.lapsed')).toHaveLength(1);
  });

  it('is read at its release as it was read when it was held, whatever the mapping is by then', async () => {
    const id = await hold();
    await at.send('PUT', '/roster/mapping', { columns: { end_date: ['time_zone'] } });
    expect((await decide(second, id, 'released')).status).toBe(200);
    expect(await endDates()).toEqual(new Set(['2026-02-28', null]));
  });

  it('counts by what is stated and by whom a roster of everybody leaves out together, and its release ends both', async () => {
    await at.post('mode=import', company(100, 0));
    const from = clock.now();
    const to = clock.advance(DAY_MS);
    const answer = await at.post('mode=import&full=true', company(100, 6).slice(0, 94));
    expect(answer).toMatchObject({ status: 202, body: { ends: 12, most: 10, counts: { endedByOmission: 6, ended: 6 } } });
    const id = String(answer.body['id']);
    const { ends } = await at.get(`/roster/held-imports/${id}/ends`);
    expect(
      (ends as { because: string; line: number | null }[]).filter(({ because, line }) => because === 'omitted' && line === null),
    ).toHaveLength(6);
    clock.advance(DAY_MS);
    expect((await decide(second, id, 'released')).status).toBe(200);
    const omitted = (await at.periods()).filter(({ endedBetween }) => endedBetween !== null);
    expect(omitted).toHaveLength(6);
    expect(omitted[0]).toMatchObject({ endedBetween: { from, to }, hrRecordedAt: to });
  });

  it('counts whom a roster of everybody leaves out before the end that HR had told, and its release ends them then, although that day has come', async () => {
    // Each has another employment to come, and is one person all the same.
    const told = (n: number) => [`${n},p${n}@contoso.example,P,2020-01-01,2026-03-08,,`, `${n},p${n}@contoso.example,P,2026-06-01,,,`];
    const leaving = Array.from({ length: 11 }, (_, n) => told(n + 200)).flat();
    await at.post('mode=import', [...company(60, 0), ...leaving]);
    const from = clock.now();
    const to = clock.advance(DAY_MS);
    const { body, status } = await at.post('mode=import&full=true', company(60, 0));
    expect({ status, body }).toMatchObject({ status: 202, body: { ends: 11, employed: 71, counts: { endedByOmission: 22 } } });
    const id = String(body['id']);
    expect((await at.get(`/roster/held-imports/${id}/ends`))['ends']).toHaveLength(11);
    clock.advance(6 * DAY_MS);
    expect((await decide(second, id, 'released')).status).toBe(200);
    const omitted = (await at.periods()).filter(({ endedBetween }) => endedBetween !== null);
    expect(omitted).toHaveLength(22);
    expect(omitted[0]).toMatchObject({ endDate: null, endedBetween: { from, to }, hrRecordedAt: to });
  });

  it('is held where a roster of everybody is cut in half, and ends whom it leaves out when two people say that it is not', async () => {
    await at.post('mode=import', company(30, 0));
    const { body, status } = await at.post('mode=import&full=true', company(30, 0).slice(0, 15));
    expect({ status, body }).toMatchObject({ status: 202, body: { ends: 15, counts: { dropped: 0, endedByOmission: 15 } } });
    expect((await at.get('/people?listing=dropped'))['people']).toEqual([]);
    expect((await decide(second, String(body['id']), 'released')).status).toBe(200);
    expect((await at.periods()).filter(({ endedBetween }) => endedBetween !== null)).toHaveLength(15);
  });

  it('of two thousand and more is released to the last of them, and leaves nothing on the stage', async () => {
    await at.post('mode=import', company(5_000, 0));
    const { body } = await at.post('mode=import', company(5_000, 2_500));
    expect(body).toMatchObject({ state: 'held', ends: 2_500 });
    expect((await decide(second, String(body['id']), 'released')).status).toBe(200);
    expect((await at.periods()).filter(({ endDate }) => endDate === '2026-02-28').length).toBeGreaterThan(0);
    const { rows } = await db.owner.query<{ n: number; ended: number }>(
      `select (select count(*) from roster_stage)::int as n,
              (select count(*) from employment_period where workspace_id = $1 and end_date is not null)::int as ended`,
      [at.workspaceId],
    );
    expect(rows).toEqual([{ n: 0, ended: 2_500 }]);
  });

  it('is not released where it would end somebody by now whom it was not shown to end (I9)', async () => {
    const id = await hold();
    await db.owner.query(
      'delete from roster_held_end where person_id in (select person_id from roster_held_end where import_id = $1 limit 1)',
      [id],
    );
    expect(await decide(second, id, 'released')).toMatchObject({ status: 409 });
    expect(await endDates()).toEqual(new Set([null]));
    expect(await held(id)).toMatchObject({ state: 'held' });
  });

  it('is seen by nobody of another workspace (I12)', async () => {
    const id = await hold();
    const stranger = await rosterServer(db, clock);
    expect((await stranger.get(`/roster/held-imports/${id}`))['status']).toBe(404);
    expect((await decide(stranger, id, 'released')).status).toBe(404);
    await stranger.close();
  });
});
