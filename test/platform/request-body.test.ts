import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import express from 'express';
import { newId } from '../../src/kernel/index.ts';
import { type Log, problemHandler, readBody, setContext } from '../../src/platform/index.ts';
import { steppingClock } from '../support/clock.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { silentLog } from '../support/log.ts';

const clock = steppingClock();

/** An address that takes a name, and one that takes nothing. */
function twoRoutes(): express.Router {
  const router = express.Router();
  router.post('/named', (request, response) => {
    const body = readBody(request);
    const answer = { name: body.text('name'), list: body.optionalText('comment') };
    body.end();
    response.json(answer);
  });
  router.post('/listed', (request, response) => {
    const body = readBody(request);
    const names = body.textList('names');
    body.end();
    response.json({ names });
  });
  router.post('/chosen', (request, response) => {
    const body = readBody(request);
    response.json({ action: body.oneOf('action', ['link', 'unlink']) });
  });
  router.post('/bare', (request, response) => {
    readBody(request).end();
    response.json({});
  });
  return router;
}

describe('the body of an administration request', () => {
  let server: LoopbackServer;

  beforeAll(async () => {
    server = await administrationServer({ clock, workspaceId: newId<'workspace'>(clock.now()), routers: [twoRoutes()] });
  });
  afterAll(() => server.close());

  async function post(path: string, body?: string, headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' }) {
    const response = await fetch(`${server.url}${path}`, { method: 'POST', headers, ...(body === undefined ? {} : { body }) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  it.each([
    { name: 'a text', type: 'text/plain' },
    { name: 'a form, as any page of another site can send', type: 'application/x-www-form-urlencoded' },
    { name: 'JSON under the name of a text', type: 'text/plain;application/json' },
    { name: 'JSON of a kind that is not asked for', type: 'application/merge-patch+json' },
  ])('is never taken for an empty one: $name is refused with 415', async ({ type }) => {
    expect(await post('/bare', '{"force":true}', { 'content-type': type })).toMatchObject({
      status: 415,
      body: { type: expect.stringMatching(/unsupported-media-type$/) },
    });
  });

  it('may be left out where nothing is asked for', async () => {
    expect((await post('/bare', undefined, {})).status).toBe(200);
    expect((await post('/bare', '{}')).status).toBe(200);
  });

  it.each([
    {
      name: 'a member that no address knows',
      path: '/bare',
      sent: '{"x":1}',
      said: { detail: '"x" is not known here.', next: 'Send no body, or {}.' },
    },
    {
      name: 'one more than there are',
      path: '/named',
      sent: '{"name":"a","x":1}',
      said: { detail: '"x" is not known here.', next: 'Known here: name, comment.' },
    },
    { name: 'a word that is missing', path: '/chosen', sent: '{}', said: { detail: '"action" is missing: it is one of link, unlink.' } },
    {
      name: 'a word that is none of them',
      path: '/chosen',
      sent: '{"action":"x"}',
      said: { detail: '"action" must be one of: link, unlink.' },
    },
  ])('is refused with what may stand there instead: $name', async ({ path, sent, said }) => {
    expect(await post(path, sent)).toMatchObject({ status: 400, body: said });
  });

  it.each([
    { name: 'a NUL, which PostgreSQL cannot store', path: '/named', body: String.raw`{"name":"a\u0000b"}` },
    { name: 'half a surrogate pair, which would be stored as something else', path: '/named', body: String.raw`{"name":"a\ud800b"}` },
    { name: 'a NUL in a list', path: '/listed', body: String.raw`{"names":["a\u0000"]}` },
    { name: 'half a surrogate pair in a list', path: '/listed', body: String.raw`{"names":["\udc00"]}` },
    { name: 'a member that a prototype would take', path: '/named', body: '{"name":"a","__proto__":{"comment":"x"}}' },
    { name: 'a list in place of an object', path: '/bare', body: '[]' },
    { name: 'half an object', path: '/bare', body: '{' },
  ])('is refused with 400 when it holds $name', async ({ path, body }) => {
    expect(await post(path, body)).toMatchObject({ status: 400, body: { type: expect.stringMatching(/invalid-request$/) } });
  });

  it('is refused with 400 when it is not the gzip that it says it is', async () => {
    const answer = await post('/bare', 'nonsense', { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    expect(answer).toMatchObject({ status: 400, body: { type: expect.stringMatching(/invalid-request$/) } });
  });
});

describe('a client that goes away in the middle of its body', () => {
  it('is no failure of the server', async () => {
    const failures: string[] = [];
    const log: Log = { ...silentLog, error: (event) => void failures.push(event) };
    const app = express();
    let answered = () => {};
    const isAnswered = new Promise<void>((resolve) => {
      answered = resolve;
    });
    app.use((request, _response, next) => {
      setContext(request, { requestId: 'test', at: clock.now() });
      next();
    });
    app.use(express.json(), twoRoutes());
    const handleProblem = problemHandler(log);
    app.use(((error: unknown, request, response, next) => {
      handleProblem(error, request, response, next);
      answered();
    }) as express.ErrorRequestHandler);
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening on a port');
    const socket = connect(address.port, '127.0.0.1');
    socket.write('POST /bare HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"half"', () =>
      socket.destroy(),
    );
    await isAnswered;
    server.close();
    expect(failures).toEqual([]);
  });
});
