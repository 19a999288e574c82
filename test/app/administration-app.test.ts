import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { createAdministrationApp } from '../../src/app/administration-app.ts';
import { scopes, setPrincipal } from '../../src/platform/index.ts';
import { createWorkspace } from '../../src/workspace/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { type LoopbackServer, serve } from '../support/loopback.ts';

const clock = steppingClock();
let db: TestDatabase;
let server: LoopbackServer;
let base: string;

beforeAll(async () => {
  db = await testDatabase();
  const { workspaceId } = await createWorkspace(
    { database: db.database, clock },
    { slug: 'acme', name: 'Acme', timeZone: 'UTC', ownerName: 'Olive' },
  );
  const room = express
    .Router()
    .get('/secret', (_request, response) => void response.json({ token: 'shown once' }))
    .post('/change', (_request, response) => void response.status(204).end())
    .post('/echo', (request, response) => void response.json(request.body));
  const app = createAdministrationApp({
    database: db.database,
    clock,
    log: silentLog,
    authenticate: (request, _response, next) => {
      setPrincipal(request, { kind: 'owner', id: 'o', actor: 'owner:o', scopes });
      next();
    },
    answerOnce: (_request, _response, next) => next(),
    rooms: [room],
    signIn: express.Router(),
    token: express.Router(),
    tiles: express.Router(),
    auditors: express.Router(),
    health: express.Router(),
    limits: { requestsPerMinute: 30, changesPerMinute: 10, trustedProxies: ['loopback'] },
  });
  server = await serve(app);
  base = `${server.url}/api/v1/workspaces/${workspaceId}`;
});
afterAll(async () => {
  await server.close();
  await db.drop();
});

describe('every answer of the administration', () => {
  it.each([
    { name: 'one that shows a secret', path: '/secret', status: 200 },
    { name: 'a refusal', path: '/nothing', status: 404 },
  ])('is kept by no cache: $name', async ({ path, status }) => {
    const response = await fetch(`${base}${path}`);
    expect([response.status, response.headers.get('cache-control')]).toEqual([status, 'no-store']);
  });

  it.each([
    { name: 'lists', deep: `${'['.repeat(200_000)}${']'.repeat(200_000)}`, status: 400 },
    { name: 'objects', deep: `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, status: 400 },
    { name: 'what is as deep as it may be', deep: `${'{"a":'.repeat(64)}1${'}'.repeat(64)}`, status: 200 },
    { name: 'what only looks deep', deep: JSON.stringify({ a: `\\"${'['.repeat(1000)}` }), status: 200 },
    { name: 'UTF-16', deep: '{}', type: 'application/json; charset=utf-16le', status: 415 },
  ])('is a refusal where the body nests without measure: $name', async ({ deep, status, type = 'application/json' }) => {
    const response = await fetch(`${base}/echo`, { method: 'POST', headers: { 'content-type': type }, body: deep });
    expect(response.status).toBe(status);
  });

  it('runs and loads nothing, in no frame', async () => {
    const { headers } = await fetch(`${base}/secret`);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'/);
    expect([headers.get('x-content-type-options'), headers.get('referrer-policy'), headers.get('x-powered-by')]).toEqual([
      'nosniff',
      'no-referrer',
      null,
    ]);
  });
});

describe('the limits', () => {
  const ask = (path: string, { method = 'GET', from, token = 'a' }: { method?: string; from: string; token?: string }) =>
    fetch(`${base}${path}`, { method, headers: { authorization: `Bearer ${token}`, 'x-forwarded-for': from } });
  const times = async (n: number, one: () => Promise<Response>) => {
    const statuses: number[] = [];
    for (let time = 0; time < n; time += 1) statuses.push((await one()).status);
    return statuses;
  };

  it('tell a credential that changes too much to wait, and let it look, and let others change', async () => {
    const change = (token: string) => ask('/change', { method: 'POST', from: '198.51.100.1', token });
    expect(await times(10, () => change('a'))).toEqual(Array(10).fill(204));
    const refused = await change('a');
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ type: 'https://rollcall.example/problems/too-many-requests', status: 429 });
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect((await ask('/secret', { from: '198.51.100.1' })).status).toBe(200);
    expect((await change('b')).status).toBe(204);
  });

  it('know a credential however its header is spelt', async () => {
    const spelt = (scheme: string) => () =>
      fetch(`${base}/change`, { method: 'POST', headers: { authorization: `${scheme}c`, 'x-forwarded-for': '198.51.100.9' } });
    expect(await times(10, spelt('Bearer '))).toEqual(Array(10).fill(204));
    expect(await times(1, spelt('bearer '))).toEqual([429]);
    expect(await times(1, spelt('Bearer  '))).toEqual([429]);
  });

  it.each([
    { family: 'IPv4', from: '198.51.100.2', beside: '198.51.100.3' },
    { family: 'IPv6, by the network that a customer of a provider has', from: '2001:db8:1:1::1', beside: '2001:db8:2::1' },
  ])('tell an address that asks too much to wait, as the trusted proxy names it: $family', async ({ from, beside }) => {
    expect(await times(30, () => ask('/secret', { from }))).toEqual(Array(30).fill(200));
    expect((await ask('/secret', { from })).status).toBe(429);
    expect((await ask('/secret', { from: beside })).status).toBe(200);
  });

  it('count what one IPv6 customer sends from many addresses together', async () => {
    let host = 0;
    const statuses = await times(31, () => ask('/secret', { from: `2001:db8:3:1::${((host += 1)).toString(16)}` }));
    expect(statuses.slice(-2)).toEqual([200, 429]);
  });
});
