import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { installJobs } from '../../src/jobs/index.ts';
import { DAY_MS, HOUR_MS } from '../../src/kernel/index.ts';
import { createOutboundHttp } from '../../src/platform/index.ts';
import { countSources, eraseRosterFiles } from '../../src/roster/index.ts';
import { pullRosterTask } from '../../src/roster/pull-roster.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { recordingLog } from '../support/log.ts';
import { type LoopbackServer, serve } from '../support/loopback.ts';
import { ANN, BEN, CEM, HEADER, type RosterServer, rosterServer, secretBox } from './roster-server.ts';

const BEN_LEAVES = '2,ben@contoso.example,Ben Baker,2021-05-01,2026-03-31,,Europe/Berlin';
const CEM_WRONG = '3,cem,Cem Celik,2022-05-01,soon,,';
const NOBODY = ',dan@contoso.example,Dan Dorn,2021-05-01,2026-02-28,,';

let db: TestDatabase;
let clock: SteppingClock;
let at: RosterServer;
let hr: LoopbackServer;
let rows: readonly string[];
let log: ReturnType<typeof recordingLog>;

beforeAll(async () => {
  db = await testDatabase();
  await installJobs(db.ownerUrl);
});
afterAll(() => db.drop());

beforeEach(async () => {
  clock = steppingClock();
  log = recordingLog();
  hr = await serve((_request, response) => response.end([HEADER, ...rows].join('\n')));
  at = await rosterServer(db, clock, undefined, [hr.url]);
  rows = [ANN, BEN, CEM];
});
afterEach(async () => {
  await at.close();
  await hr.close();
});

const set = (more: object = {}) => at.send('PUT', '/roster/source', { url: `${hr.url}/people.csv`, everyHours: 24, ...more });
const source = () => at.get('/roster/source');
const decide = (id: string, decision = 'released') =>
  at.send('POST', `/roster/held-imports/${id}/decision`, { decision, reason: 'Cem is known to HR' });

async function pull(): Promise<void> {
  const outbound = createOutboundHttp({ allowedOrigins: [hr.url] });
  const task = pullRosterTask({ database: db.database, clock, secretBox, outbound, log });
  await task.run({ workspaceId: at.workspaceId }, { signal: new AbortController().signal });
}

/** A day after a good roster, one by which Ben leaves, with rows that nobody can take. */
async function pullRejected(more: object = {}, bad: readonly string[] = [CEM_WRONG, NOBODY]): Promise<string> {
  await set(more);
  await pull();
  clock.advance(DAY_MS);
  rows = [ANN, BEN_LEAVES, ...bad];
  await pull();
  return String((await source())['lastImportId']);
}

async function standing(): Promise<unknown> {
  const all = await countSources(db.database, clock.now());
  await at.send('DELETE', '/roster/source', undefined);
  const others = await countSources(db.database, clock.now());
  return [...all].flatMap(([state, count]) => (count > (others.get(state) ?? 0) ? [state] : []));
}

describe('rows of a fetched roster that cannot be taken', () => {
  it('have it held for somebody to see, with every reason, and its bytes are kept', async () => {
    const id = await pullRejected();
    expect(await at.get(`/roster/held-imports/${id}`)).toMatchObject({
      state: 'held',
      because: ['rows-rejected'],
      source: 'pull',
      counts: { rows: 4, ended: 1, rejected: 2 },
    });
    expect(await at.get(`/roster/held-imports/${id}/rejected-rows`)).toEqual({
      rejectedRows: [
        { line: 4, column: 'work_email', reason: 'is not an e-mail address', employeeId: '3' },
        { line: 4, column: 'end_date', reason: expect.stringContaining('is no date'), employeeId: '3' },
        { line: 5, column: 'employee_id', reason: 'is missing', employeeId: null },
      ],
      next: null,
    });
    expect((await at.get(`/roster/held-imports/${id}/ends`))['ends']).toMatchObject([{ employeeId: '2', endDate: '2026-03-31' }]);
    const kept = await db.owner.query<{ bytes: number }>(
      'select octet_length(sealed_file) as bytes from roster_held_import where id = $1',
      [id],
    );
    expect(kept.rows[0]?.bytes).toBeGreaterThan([HEADER, ...rows].join('\n').length);
    expect(await source()).toMatchObject({ allowRejected: false, lastProblem: expect.stringContaining('has 2 rows that cannot be taken') });
    expect(log.events.at(-1)).toMatchObject({ level: 'warn', event: 'roster.pull.held', fields: { importId: id, rejected: 2 } });
    expect((await at.recordTypes()).at(-1)).toBe('hr.import.held');
    expect((await at.periods()).map(({ endDate }) => endDate)).toEqual([null, null, null]);
    expect(await standing()).toEqual(['held']);
  });

  it('says of one row that it is one', async () => {
    await pullRejected({}, [CEM_WRONG]);
    expect(await source()).toMatchObject({ lastProblem: expect.stringMatching(/has 1 row that .* look at it:/) });
  });

  it('are doubts once somebody lets the others be taken, whoever that is, and the source stands well again', async () => {
    const id = await pullRejected();
    const told = clock.now();
    clock.advance(HOUR_MS);
    expect(await decide(id)).toMatchObject({ status: 200, body: { state: 'released' } });
    expect((await at.periods()).map(({ endDate, hrRecordedAt }) => [endDate, hrRecordedAt])).toEqual([
      [null, null],
      ['2026-03-31', told],
      [null, null],
    ]);
    expect((await at.get(`/roster/imports/${id}/rejected-rows`))['rejectedRows']).toMatchObject([
      { line: 4, employeeId: '3', takenAt: null },
      { line: 4 },
      { line: 5, employeeId: null, takenAt: null },
    ]);
    expect(await source()).toMatchObject({ lastProblem: null });
    expect(await standing()).toEqual(['taken']);
  });

  it('are doubts at once where the source is set to take the others', async () => {
    const id = await pullRejected({ allowRejected: true });
    expect(await source()).toMatchObject({ allowRejected: true, lastProblem: null, lastSucceededAt: clock.now() });
    expect((await at.periods()).map(({ endDate }) => endDate)).toEqual([null, '2026-03-31', null]);
    expect((await at.get(`/roster/imports/${id}/rejected-rows`))['rejectedRows']).toHaveLength(3);
    expect(log.events.at(-1)).toMatchObject({ event: 'roster.pull.taken', fields: { rejected: 2 } });
    const leaf = (await at.leaves())
      .map((text) => JSON.parse(text) as { type: string; after: unknown })
      .find(({ type }) => type === 'hr.source.set');
    expect(leaf?.after).toMatchObject({ allow_rejected: true });
  });

  it('have it held once, however often it is fetched, until a better one comes', async () => {
    const id = await pullRejected();
    await pull();
    expect((await at.recordTypes()).filter((type) => type === 'hr.import.held')).toHaveLength(1);
    rows = [ANN, BEN_LEAVES, CEM];
    await pull();
    expect(await at.get(`/roster/held-imports/${id}`)).toMatchObject({ state: 'superseded' });
    expect(await source()).toMatchObject({ lastProblem: null });
    expect((await at.periods()).map(({ endDate }) => endDate)).toEqual([null, '2026-03-31', null]);
  });

  it('do not hide from two people that it would end many', async () => {
    const company = (end: string) => Array.from({ length: 20 }, (_, n) => `${n},p${n}@x.example,P,2020-01-01,${end},,`);
    rows = company('');
    await set();
    await pull();
    rows = [...company('2026-02-28'), NOBODY];
    await pull();
    const id = String((await source())['lastImportId']);
    expect(await at.get(`/roster/held-imports/${id}`)).toMatchObject({ because: ['ends-many', 'rows-rejected'], ends: 20 });
    expect(await source()).toMatchObject({ lastProblem: expect.stringMatching(/end 20 people .* has 1 row/) });
    expect((await decide(id)).status).toBe(403);
  });

  it('of which one names nobody end nobody whom the rest leaves out, though it is said to hold everybody', async () => {
    const id = await pullRejected({ full: true }, [NOBODY]);
    expect(await at.get(`/roster/held-imports/${id}`)).toMatchObject({ ends: 1, counts: { dropped: 1, endedByOmission: 0 } });
    expect((await decide(id)).status).toBe(200);
    expect((await at.get('/people?listing=dropped'))['people']).toMatchObject([{ employeeId: '3', periods: [{ endedBetween: null }] }]);
  });

  it('are not taken by a release that would by now reject more than it showed', async () => {
    const id = await pullRejected({}, [NOBODY]);
    await db.owner.query(
      "update employment_period as period set start_date = '2021-04-01' from person where person.id = period.person_id and person.employee_id = '2' and period.workspace_id = $1",
      [at.workspaceId],
    );
    expect(await decide(id)).toMatchObject({ status: 409, body: { detail: expect.stringContaining('something else') } });
  });

  it('go with whom they name when the file is older than is kept, unless it still waits', async () => {
    const id = await pullRejected();
    const erase = async () => {
      clock.advance(HOUR_MS);
      const now = clock.now();
      return db.database.transaction((tx) => eraseRosterFiles(tx, at.workspaceId, { before: now, at: now }));
    };
    expect(await erase()).toBe(1);
    await decide(id, 'rejected');
    expect(await erase()).toBe(1);
    expect(await at.get(`/roster/held-imports/${id}/rejected-rows`)).toMatchObject({
      rejectedRows: [{ line: 4, employeeId: null }, {}, {}],
    });
    const { rows: held } = await db.owner.query<{ sealed: boolean }>(
      'select sealed_file is not null as sealed from roster_held_import where id = $1',
      [id],
    );
    expect(held).toEqual([{ sealed: false }]);
  });

  it.each([
    {
      story: 'failed',
      prepare: async () => void (await at.send('PUT', '/roster/source', { url: 'https://127.0.0.1:1/x', everyHours: 24 })),
      state: 'failed',
    },
    { story: 'has gone well', prepare: async () => void (await set()), state: 'taken' },
  ])('are told apart from an attempt that $story', async ({ prepare, state }) => {
    await prepare();
    await pull();
    expect(await standing()).toEqual([state]);
  });

  it('are told apart from a source that nobody has tried for two of its intervals', async () => {
    await set();
    await pull();
    clock.advance(48 * HOUR_MS + 1);
    expect(await standing()).toEqual(['late']);
  });
});
