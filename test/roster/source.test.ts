import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { installJobs } from '../../src/jobs/index.ts';
import { HOUR_MS, plusMs } from '../../src/kernel/index.ts';
import { createOutboundHttp } from '../../src/platform/index.ts';
import { pullDueRostersTask, pullRosterTask } from '../../src/roster/pull-roster.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { recordingLog } from '../support/log.ts';
import { type LoopbackServer, serve } from '../support/loopback.ts';
import { ANN, BEN, CEM, HEADER, type RosterServer, rosterServer, secretBox } from './roster-server.ts';

const SECRET = 'Bearer of-hr-and-nobody-else';
const file = [HEADER, ANN, BEN].join('\n');

let db: TestDatabase;
let clock: SteppingClock;
let at: RosterServer;
let hr: LoopbackServer;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let log: ReturnType<typeof recordingLog>;

beforeAll(async () => {
  db = await testDatabase();
  await installJobs(db.ownerUrl);
});
afterAll(() => db.drop());

beforeEach(async () => {
  clock = steppingClock();
  log = recordingLog();
  answer = (_request, response) => response.writeHead(200, { 'content-type': 'text/csv' }).end(file);
  hr = await serve((request, response) => answer(request, response));
  at = await rosterServer(db, clock, undefined, [hr.url]);
});
afterEach(async () => {
  await at.close();
  await hr.close();
});

const set = (more: object = {}) =>
  at.send('PUT', '/roster/source', { url: `${hr.url}/people.csv?key=hidden`, authorization: SECRET, everyHours: 24, ...more });

async function pull(): Promise<void> {
  const outbound = createOutboundHttp({ allowedOrigins: [hr.url] });
  const task = pullRosterTask({ database: db.database, clock, secretBox, outbound, log });
  await task.run({ workspaceId: at.workspaceId }, { signal: new AbortController().signal });
}

/** The workspaces whose roster is waiting to be fetched. */
async function queued(): Promise<readonly string[]> {
  const { rows } = await db.owner.query<{ id: string }>(
    `select job.key as id from graphile_worker.jobs as job where job.task_identifier = 'roster.pull' and job.key = $1`,
    [`roster.pull:${at.workspaceId}`],
  );
  return rows.map(({ id }) => id);
}

describe('a roster that is fetched', () => {
  it('is imported as a file is, and shows neither what lets us in nor the query of its address', async () => {
    let sent: IncomingMessage['headers'] = {};
    answer = (request, response) => {
      sent = request.headers;
      response.writeHead(200, { 'content-type': 'text/csv' }).end(file);
    };
    const { body } = await set();
    expect(body).toMatchObject({ address: `${hr.url}/people.csv`, everyHours: 24, full: false, lastSucceededAt: null });
    await pull();
    expect(sent.authorization).toBe(SECRET);
    expect(await at.get('/roster/source')).toMatchObject({ lastSucceededAt: clock.now(), lastProblem: null });
    expect(await at.get('/roster/imports')).toMatchObject({ imports: [{ source: 'pull', added: 2, importedBy: 'system' }] });
    const kept = await db.owner.query<{ all: string }>('select (roster_source.*)::text as all from roster_source where workspace_id = $1', [
      at.workspaceId,
    ]);
    expect(JSON.stringify([kept.rows, await at.leaves(), await at.get('/roster/source'), log.events])).not.toMatch(/nobody-else|hidden/);
    expect((await at.recordTypes())[0]).toBe('hr.source.set');
  });

  it.each([
    {
      story: 'an error',
      respond: (response: ServerResponse) => response.writeHead(503).end(),
      problem: 'answered 503. Ask whoever runs it',
    },
    {
      story: 'a page to sign in at',
      respond: (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      problem: 'answered with a page',
    },
    {
      story: 'another address',
      respond: (response: ServerResponse) => response.writeHead(302, { location: '/elsewhere' }).end(),
      problem: 'Redirects are not followed: give the address',
    },
    {
      story: 'no roster',
      respond: (response: ServerResponse) => response.end('name\nAnn\n'),
      problem: 'Choose the preset of your HR system',
    },
    { story: 'what is no answer', respond: (response: ServerResponse) => response.writeHead(799).end(), problem: 'ANSWER_WITHOUT_STATUS' },
    { story: 'nothing', respond: (response: ServerResponse) => response.destroy(), problem: 'could not be reached' },
  ])('that is $story changes nothing, and says so wherever somebody looks', async ({ respond, problem }) => {
    await set();
    await pull();
    const before = await at.periods();
    clock.advance(HOUR_MS);
    answer = (_request, response) => void respond(response);
    await pull();
    expect(await at.get('/roster/source')).toMatchObject({
      lastTriedAt: clock.now(),
      lastSucceededAt: plusMs(clock.now(), -HOUR_MS),
      lastProblem: expect.stringContaining(problem),
    });
    expect(await at.periods()).toEqual(before);
    expect(await at.recordTypes()).toContain('hr.source.failed');
    expect(log.events).toMatchObject([{ event: 'roster.pull.taken' }, { level: 'warn', event: 'roster.pull.failed' }]);
  });

  it('ends whom it plausibly leaves out where it is declared to hold everybody', async () => {
    answer = (_request, response) => void response.end([HEADER, ANN, BEN, CEM].join('\n'));
    await set({ full: true });
    await pull();
    clock.advance(24 * HOUR_MS);
    answer = (_request, response) => void response.end([HEADER, ANN, CEM].join('\n'));
    await pull();
    expect(await at.periods()).toMatchObject([{ endedBetween: null }, { endedBetween: { to: clock.now() } }, {}]);
  });

  it('that is held is held once, however often it is fetched, and whoever set its source cannot release it', async () => {
    const company = (end: string) =>
      [HEADER, ...Array.from({ length: 20 }, (_, n) => `${n},p${n}@x.example,P,2020-01-01,${end},,`)].join('\n');
    let now = company('');
    answer = (_request, response) => response.writeHead(200, { 'content-type': 'text/csv' }).end(now);
    await set();
    await pull();
    now = company('2026-02-28');
    await pull();
    await pull();
    const { heldImports } = await at.get('/roster/held-imports');
    const [held] = heldImports as { id: string; requestedBy: string }[];
    expect(heldImports).toMatchObject([
      { state: 'held', ends: 20, source: 'pull', importedBy: 'system', requestedBy: expect.stringMatching(/^owner:/) },
    ]);
    expect((await at.recordTypes()).filter((type) => type === 'hr.import.held' || type === 'hr.source.failed')).toEqual(['hr.import.held']);
    expect(await at.get('/roster/source')).toMatchObject({ lastProblem: expect.stringContaining('20 people') });
    expect(log.events.filter(({ event }) => event === 'roster.pull.held')).toHaveLength(2);
    const decision = { decision: 'released', reason: 'I say so' };
    expect((await at.send('POST', `/roster/held-imports/${held?.id}/decision`, decision)).status).toBe(403);
    now = company('');
    await pull();
    expect(await at.get('/roster/held-imports')).toMatchObject({ heldImports: [{ state: 'superseded' }] });
    expect(await at.get('/roster/source')).toMatchObject({ lastProblem: null });
  });

  it('is fetched when it is due, and at once when somebody asks', async () => {
    const due = pullDueRostersTask({ database: db.database, clock });
    const look = () => due.run({}, { signal: new AbortController().signal });
    const drain = () => db.owner.query('select graphile_worker.remove_job($1)', [`roster.pull:${at.workspaceId}`]);
    await set();
    expect(await queued()).toHaveLength(1);
    await drain();
    await look();
    expect(await queued()).toHaveLength(1);
    await drain();
    clock.advance(23 * HOUR_MS);
    await look();
    expect(await queued()).toEqual([]);
    clock.advance(HOUR_MS);
    await look();
    expect(await queued()).toHaveLength(1);
    await drain();
    expect((await at.send('POST', '/roster/source/pull', {})).status).toBe(202);
    expect(await queued()).toHaveLength(1);
  });

  it('is fetched no more once it was removed', async () => {
    await set();
    expect((await at.send('DELETE', '/roster/source', undefined)).status).toBe(204);
    await pull();
    expect((await at.send('POST', '/roster/source/pull', {})).status).toBe(404);
    expect((await at.send('DELETE', '/roster/source', undefined)).status).toBe(404);
    expect(await at.get('/roster/imports')).toMatchObject({ imports: [] });
  });

  it.each([
    { story: 'a file of this machine', body: { url: 'file:///etc/passwd', everyHours: 24 } },
    { story: 'an address that is not https, unless the operator lists it', body: { url: 'http://hr.example/people.csv', everyHours: 24 } },
    { story: 'a user name in the address', body: { url: 'https://me:pass@hr.example/people.csv', everyHours: 24 } },
    { story: 'no address', body: { url: 'people.csv', everyHours: 24 } },
    { story: 'never', body: { url: 'https://hr.example/people.csv', everyHours: 0 } },
  ])('is refused with $story', async ({ body }) => {
    expect((await at.send('PUT', '/roster/source', body)).status).toBe(400);
  });

  it('from an address within our own network is not fetched, unless the operator lists it', async () => {
    await set();
    const task = pullRosterTask({ database: db.database, clock, secretBox, outbound: createOutboundHttp({ allowedOrigins: [] }), log });
    await task.run({ workspaceId: at.workspaceId }, { signal: new AbortController().signal });
    expect(await at.get('/roster/source')).toMatchObject({ lastProblem: expect.stringMatching(/not https|private/) });
  });
});
