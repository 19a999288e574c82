import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { createAdministrationApp } from '../../src/app/administration-app.ts';
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
  const room = express.Router().get('/secret', (_request, response) => void response.json({ token: 'shown once' }));
  const app = createAdministrationApp({
    database: db.database,
    clock,
    log: silentLog,
    authenticate: (_request, _response, next) => next(),
    rooms: [room],
    signIn: express.Router(),
    token: express.Router(),
    health: express.Router(),
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
