import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { installJobs } from '../../src/jobs/index.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type LoopbackServer, serve } from '../support/loopback.ts';
import { ANN, BEN, CEM, HEADER, type RosterServer, rosterServer } from './roster-server.ts';

let db: TestDatabase;
let clock: SteppingClock;
let at: RosterServer;
let hr: LoopbackServer;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  db = await testDatabase();
  await installJobs(db.ownerUrl);
});
afterAll(() => db.drop());

beforeEach(async () => {
  clock = steppingClock();
  hr = await serve((request, response) => answer(request, response));
  at = await rosterServer(db, clock, undefined, [hr.url]);
  serves([ANN, BEN]);
});
afterEach(async () => {
  await at.close();
  await hr.close();
});

function serves(rows: readonly string[]): void {
  answer = (_request, response) => response.writeHead(200, { 'content-type': 'text/csv' }).end([HEADER, ...rows].join('\n'));
}

const setting = (more: object = {}) => ({ url: `${hr.url}/people.csv`, authorization: 'Bearer of-hr', everyHours: 24, ...more });
const tryIt = (body: object = {}) => at.send('POST', '/roster/source/dry-run', body);

describe('trying where a roster is fetched from', () => {
  it.each([
    { story: 'plain', full: false },
    { story: 'of everybody', full: true },
  ])('answers what the dry run of the same file answers, $story, and imports nothing', async ({ full }) => {
    await at.post('mode=import', [ANN, BEN]);
    const before = [await at.get('/roster/imports'), await at.get('/people'), await at.recordTypes()];
    const rows = [ANN.replace('2020-01-01,', '2020-01-01,2026-03-31'), CEM, '4,nobody,Dan,soon,,,'];
    serves(rows);
    const tried = await tryIt(setting({ full }));
    expect(tried).toMatchObject({ status: 200, body: { mode: 'dry-run', ended: 1, added: 1, rejectedRows: 1 } });
    expect(tried).toEqual(await at.post(`mode=dry-run&full=${full}`, rows));
    expect([await at.get('/roster/imports'), await at.get('/people'), await at.recordTypes()]).toEqual(before);
    expect((await at.send('GET', '/roster/source', undefined)).status).toBe(404);
  });

  it('without a setting tries the one in force, with what lets us in there, and leaves how it stands', async () => {
    await at.send('PUT', '/roster/source', setting());
    const before = await at.get('/roster/source');
    let sent: IncomingMessage['headers'] = {};
    answer = (request, response) => {
      sent = request.headers;
      response.end([HEADER, ANN].join('\n'));
    };
    expect(await tryIt()).toMatchObject({ status: 200, body: { added: 1 } });
    expect(sent.authorization).toBe('Bearer of-hr');
    expect(await at.get('/roster/source')).toEqual(before);
  });

  it('sends what lets us in at the present address to no other', async () => {
    await at.send('PUT', '/roster/source', setting());
    let sent: IncomingMessage['headers'] | undefined;
    answer = (request, response) => {
      sent = request.headers;
      response.end([HEADER, ANN].join('\n'));
    };
    expect((await tryIt({ url: `${hr.url}/elsewhere.csv`, everyHours: 24 })).status).toBe(200);
    expect(sent).toBeDefined();
    expect(sent).not.toHaveProperty('authorization');
  });

  it.each([
    { story: 'no source is set, and none given', body: () => ({}), status: 404, code: 'not-found', says: 'fetched from nowhere' },
    {
      story: "HR's server answers an error",
      body: setting,
      respond: (response: ServerResponse) => response.writeHead(503).end(),
      status: 502,
      code: 'outbound-failed',
      says: '503',
    },
    {
      story: 'nothing answers',
      body: setting,
      respond: (response: ServerResponse) => response.destroy(),
      status: 502,
      code: 'outbound-failed',
      says: 'could not be reached',
    },
    {
      story: 'the file is no roster',
      body: setting,
      respond: (response: ServerResponse) => response.end('name\nAnn\n'),
      status: 400,
      code: 'invalid-request',
      says: 'lacks employee_id',
    },
    {
      story: "HR's server leads elsewhere, whose secret is not shown",
      body: setting,
      respond: (response: ServerResponse) => response.writeHead(302, { location: 'https://login.example/?key=hidden' }).end(),
      status: 502,
      code: 'outbound-failed',
      says: '302',
      next: 'Redirects are not followed (this one leads to https://login.example): give the address at which the file lies.',
    },
    {
      story: "HR's server does not let us in",
      body: setting,
      respond: (response: ServerResponse) => response.writeHead(401).end(),
      status: 502,
      code: 'outbound-failed',
      says: '401',
      next: expect.stringContaining('"authorization"'),
    },
    {
      story: 'the address is none',
      body: () => ({ ...setting(), url: 'people.csv' }),
      status: 400,
      code: 'invalid-request',
      says: 'https',
    },
    {
      story: 'it lies within our own network',
      body: () => ({ ...setting(), url: 'https://127.0.0.1:1/x' }),
      status: 502,
      code: 'outbound-refused',
      says: 'private',
      next: expect.stringContaining('ROLLCALL_OUTBOUND_ALLOWED_ORIGINS'),
    },
    {
      story: 'it is not https',
      body: () => ({ ...setting(), url: 'http://hr.example/people.csv' }),
      status: 400,
      code: 'invalid-request',
      says: 'http://hr.example is none',
      next: expect.stringContaining('ROLLCALL_OUTBOUND_ALLOWED_ORIGINS'),
    },
    {
      story: 'the setting is not whole',
      body: () => ({ url: `${hr.url}/people.csv` }),
      status: 400,
      code: 'invalid-request',
      says: 'everyHours',
    },
  ])('says why where $story', async ({ body, code, next, respond, says, status }) => {
    if (respond !== undefined) answer = (_request, response) => void respond(response);
    const said = {
      type: `https://rollcall.example/problems/${code}`,
      detail: expect.stringContaining(says),
      ...(next !== undefined && { next }),
    };
    expect(await tryIt(body())).toMatchObject({ status, body: said });
  });
});
