import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS, plusMs } from '../../src/kernel/index.ts';
import { reconcile, reconciliationRoutes } from '../../src/reconciliation/index.ts';
import { lapseHeldImportsTask } from '../../src/roster/lapse-held-imports.ts';
import { type RosterServer, rosterServer } from '../roster/roster-server.ts';
import type { SteppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { type Facts, NOW } from './facts.ts';
import { judgeableWorkspace } from './judgeable-workspace.ts';

interface Answer {
  readonly test: {
    readonly verdict: string;
    readonly sentence: string;
    readonly doubts: readonly { readonly code: string; readonly detail: string; readonly remedy: string }[];
  };
}

let db: TestDatabase;
let clock: SteppingClock;
let facts: Facts;
let tests: LoopbackServer;
let sender: RosterServer;
let second: RosterServer;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  ({ clock, facts } = await judgeableWorkspace(db));
  const { workspaceId } = facts;
  tests = await administrationServer({ clock, workspaceId, routers: [reconciliationRoutes({ database: db.database, clock })] });
  sender = await rosterServer(db, clock, { workspaceId, actor: 'administrator:first' });
  second = await rosterServer(db, clock, { workspaceId, actor: 'administrator:second' });
});
afterEach(() => Promise.all([tests.close(), sender.close(), second.close()]));

/** On a directory that was just read, so that no doubt comes from there. */
async function run(): Promise<void> {
  await facts.looked(clock.now());
  await reconcile({ database: db.database, clock }, facts.workspaceId, 'system');
}

async function ask(query = ''): Promise<Answer['test']> {
  const response = await fetch(`${tests.url}/tests/terminated-people-are-deactivated${query}`);
  return ((await response.json()) as Answer).test;
}

const company = (ends: number) =>
  Array.from({ length: 30 }, (_, n) => `${n + 10},p${n}@contoso.example,Person ${n},2020-01-01,${n < ends ? '2026-02-28' : ''},,`);

/** A company of 30 of whom the next roster, a day later, ends 11. */
async function hold(): Promise<string> {
  await sender.post('mode=import', company(0));
  clock.advance(DAY_MS);
  const { body, status } = await sender.post('mode=import', company(11));
  expect(status).toBe(202);
  clock.advance(HOUR_MS);
  return String(body['id']);
}

const decide = (id: string, decision: string) =>
  second.send('POST', `/roster/held-imports/${id}/decision`, { decision, reason: 'the site in Bonn closes' });

async function lapse(): Promise<void> {
  clock.advance(7 * DAY_MS);
  await lapseHeldImportsTask({ database: db.database, clock }).run({}, { signal: new AbortController().signal });
}

describe('a roster that was held and not taken', () => {
  it.each([
    {
      what: 'waits for a decision',
      become: async () => undefined,
      code: 'roster-held',
      says: /nobody had decided it/,
      remedy: /\/decision; then reconcile/,
    },
    {
      what: 'was rejected',
      become: (id: string) => decide(id, 'rejected'),
      code: 'roster-rejected',
      says: /it was rejected, and no other/,
      remedy: /roster\/imports/,
    },
    { what: 'has lapsed', become: lapse, code: 'roster-lapsed', says: /it lapsed without a decision/, remedy: /roster\/imports/ },
  ])('leaves who left in doubt where it $what, and says what to do (I9, I10)', async ({ become, code, says, remedy }) => {
    await become(await hold());
    await run();
    const test = await ask();
    expect(test).toMatchObject({
      verdict: 'INSUFFICIENT',
      doubts: [{ code, detail: expect.stringMatching(says), remedy: expect.stringMatching(remedy) }],
    });
    expect(test.sentence).toContain(test.doubts[0]?.detail);
    const { doubts } = await ask(`?from=2026-02-01T00:00:00Z&to=${NOW}`);
    expect(doubts.map((each) => each.code)).toEqual([code]);
  });

  it('is no doubt any more once another was taken, until the next is held', async () => {
    const id = await hold();
    await run();
    expect((await ask()).doubts).toHaveLength(1);
    await sender.post('mode=import', company(5));
    await run();
    expect((await ask()).doubts).toEqual([]);
    expect((await decide(id, 'released')).status).toBe(409);
    clock.advance(HOUR_MS);
    expect((await sender.post('mode=import', company(17))).status).toBe(202);
    await run();
    expect((await ask()).doubts.map(({ code }) => code)).toEqual(['roster-held']);
  });

  it('is what the run knew: a decision that came later alters nothing of what was judged', async () => {
    const id = await hold();
    await run();
    clock.advance(HOUR_MS);
    expect((await decide(id, 'released')).status).toBe(200);
    expect((await ask()).doubts.map(({ code }) => code)).toEqual(['roster-held']);
    await run();
    expect((await ask()).doubts).toEqual([]);
  });

  it('told what it told when it came, not when it was released', async () => {
    const id = await hold();
    const to = plusMs(clock.now(), HOUR_MS);
    clock.advance(2 * HOUR_MS);
    await decide(id, 'released');
    await run();
    expect((await ask(`?from=2026-02-01T00:00:00Z&to=${to}`)).doubts.map(({ code }) => code)).toEqual(['roster-before-period-end']);
  });
});

describe('a row that an import did not take', () => {
  const TAKE_GOOD = 'mode=import&allowRejected=true';
  const ben = (end: string) => `2,ben@contoso.example,Ben Baker,2020-01-01,${end},,`;
  const codes = async () => (await ask()).doubts.map(({ code }) => code);

  it('leaves who left in doubt, and says what to do, until a later import takes it (I9, I10)', async () => {
    const { body } = await sender.post(TAKE_GOOD, ['1,ann@contoso.example,Ann Adler,2020-01-01,,,', ben('2026-02-30')]);
    await run();
    expect(await ask()).toMatchObject({
      verdict: 'INSUFFICIENT',
      doubts: [
        {
          code: 'roster-rows-rejected',
          detail: expect.stringMatching(/^1 row of HR’s rosters was rejected and not taken since, the latest of the roster of 2026-/),
          remedy: expect.stringContaining(`GET roster/imports/${String(body['id'])}/rejected-rows`),
        },
      ],
    });
    clock.advance(HOUR_MS);
    await sender.post('mode=import&partial=true', ['3,cem@contoso.example,Cem Celik,2020-01-01,,,']);
    await run();
    expect(await codes()).toEqual(['roster-rows-rejected']);
    clock.advance(HOUR_MS);
    await sender.post('mode=import&partial=true', [ben('2026-02-28')]);
    expect(await codes()).toEqual(['roster-rows-rejected']);
    await run();
    expect(await codes()).toEqual([]);
  });

  it('of which nobody can say whom it names is in doubt until a roster of everybody has none that is wrong', async () => {
    const ann = '1,ann@contoso.example,Ann Adler,2020-01-01,,,';
    await sender.post(TAKE_GOOD, [ann, ',ben,Ben Baker,2020-01-01,2026-02-28,,', ben('soon')]);
    clock.advance(HOUR_MS);
    await sender.post('mode=import&partial=true', [ben('')]);
    await run();
    expect((await ask()).doubts).toMatchObject([{ code: 'roster-rows-rejected', detail: expect.stringMatching(/^1 row /) }]);
    clock.advance(HOUR_MS);
    await sender.post('mode=import', [ann, ben('')]);
    await run();
    expect(await codes()).toEqual([]);
  });
});

describe('a push of changes', () => {
  const ann = '1,ann@contoso.example,Ann Adler,2020-01-01,,,';
  const cem = '3,cem@contoso.example,Cem Celik,2020-01-01,,,';
  const codes = async (query = '') => (await ask(query)).doubts.map(({ code }) => code);

  it('says nothing of anybody else: HR has not spoken since it told everybody (I9, I10)', async () => {
    await sender.post('mode=import', [ann]);
    const to = plusMs(clock.now(), DAY_MS);
    const period = `?from=2026-02-01T00:00:00Z&to=${to}`;
    clock.advance(40 * DAY_MS);
    await sender.post('mode=import&partial=true', [cem]);
    await run();
    expect(await codes()).toEqual(['roster-stale']);
    expect(await codes(period)).toContain('roster-before-period-end');
    clock.advance(HOUR_MS);
    await sender.post('mode=import&partial=true&elseUnchanged=true', [cem]);
    await run();
    expect(await codes()).toEqual([]);
    expect(await codes(period)).toEqual([]);
  });

  it('may be of nobody, where it says that nobody has changed', async () => {
    await sender.post('mode=import', [ann]);
    clock.advance(40 * DAY_MS);
    const path = '/roster/imports?mode=import';
    expect((await sender.send('POST', path, { rows: [] })).status).toBe(400);
    expect((await sender.send('POST', `${path}&full=true&elseUnchanged=true`, { rows: [] })).status).toBe(400);
    const { body, status } = await sender.send('POST', `${path}&elseUnchanged=true`, { rows: [] });
    expect([status, body['rows']]).toEqual([201, 0]);
    await run();
    expect(await codes()).toEqual([]);
    expect(await sender.get('/roster/imports')).toMatchObject({
      imports: [{ partial: true, elseUnchanged: true, rows: 0 }, { elseUnchanged: false }],
    });
    const completed = (await sender.leaves()).map((leaf) => JSON.parse(leaf) as { type: string; detail: object });
    expect(completed.findLast(({ type }) => type === 'hr.import.completed')?.detail).toMatchObject({ partial: true, else_unchanged: true });
  });

  it('alone is no roster of everybody, however many came', async () => {
    await sender.post('mode=import&partial=true', [ann, cem]);
    await run();
    expect((await ask()).doubts).toMatchObject([{ code: 'roster-never-imported', detail: expect.stringContaining('changes alone') }]);
  });

  it('leaves in doubt what a roster would have told that it took the place of', async () => {
    await hold();
    await sender.post('mode=import&partial=true', [cem]);
    await run();
    expect((await ask()).doubts).toMatchObject([{ code: 'roster-lapsed', detail: expect.stringContaining('it lapsed when another came') }]);
    clock.advance(HOUR_MS);
    await sender.post('mode=import', [...company(5), cem]);
    await run();
    expect(await codes()).toEqual([]);
  });
});
