import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RawAnswer, sendRaw } from './raw-http.ts';
import { type ScimClient, type ScimServer, startScim } from './scim-server.ts';
import { strictClient } from './strict-client.ts';

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

let server: ScimServer;
let client: ScimClient;
let base: string;

beforeAll(async () => {
  server = await startScim();
  client = await server.client();
  base = `/workspaces/${client.workspaceId}/scim/v2`;
});
afterAll(() => server.close());

/** A request as bytes; `target` is appended to the SCIM base unless it is whole. */
function request(method: string, target: string, headers: readonly string[] = [], body: string | Buffer = ''): Buffer {
  const lines = [`${method} ${base}${target} HTTP/1.1`, 'Host: rollcall.example', ...headers];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)]);
}

const authorized = () => `Authorization: Bearer ${client.token}`;
const closing = 'Connection: close';
const json = 'Content-Type: application/scim+json';
const user = (name: string) => JSON.stringify({ userName: `${name}@contoso.example` });
const sized = (body: string | Buffer) => `Content-Length: ${Buffer.byteLength(body)}`;
const chunked = (...pieces: readonly string[]) => [...pieces, ''].map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('');

/** Every answer is SCIM's, in form and type; one of Node's own, to what is no HTTP, has no body at all. */
function expectScim({ body, headers, status }: RawAnswer): void {
  expect(status).toBeLessThan(500);
  if (body === '') return;
  expect(headers.get('content-type')).toBe('application/scim+json');
  const parsed = JSON.parse(body);
  expect(parsed.schemas).toEqual([expect.any(String)]);
  if (status >= 400) expect(parsed).toMatchObject({ schemas: [ERROR], status: String(status), detail: expect.any(String) });
}

async function expectServing(): Promise<void> {
  expect(await client.send('GET', '/ServiceProviderConfig')).toMatchObject({ status: 200 });
  expect(await client.send('GET', '/Users?count=1')).toMatchObject({ status: 200 });
}

describe('an address that nobody should send', () => {
  it.each([
    { name: 'a slash that is escaped', target: '/Users%2F..%2FGroups', status: 404 },
    { name: 'dots that climb', target: '/Users/../Groups', status: 404 },
    { name: 'dots that climb out, escaped', target: '/%2e%2e/%2e%2e/Users', status: 404 },
    { name: 'doubled slashes', target: '//Users//', status: 200 },
    { name: 'an escaped NUL', target: '/Users/%00', status: 404 },
    { name: 'an escape that is none', target: '/Users/%zz%', status: 404 },
    { name: 'an escape that is none in a schema', target: '/Schemas/%E0%A4%A', status: 404 },
    { name: 'bytes beyond ASCII', target: '/Users/\xff\xfe', status: 400 },
    { name: 'a name that objects have', target: '/__proto__', status: 404 },
    { name: 'another name that objects have', target: '/constructor/toString', status: 404 },
    { name: 'broken escapes in a filter', target: '/Users?filter=%E0%A4%A', status: 400 },
    {
      name: 'parameters that are repeated',
      target: '/Users?count=1&count=2&startIndex=1&startIndex=9&attributes=id&attributes=x',
      status: 200,
    },
    { name: 'numbers that are none', target: '/Users?count=1e9&startIndex=-0', status: 200 },
    { name: 'numbers beyond integers', target: '/Users?count=99999999999999999999&startIndex=999999999999999', status: 200 },
    { name: 'negative numbers', target: '/Groups?count=-999999999999999&startIndex=-999999999999999', status: 200 },
    { name: 'no values', target: '/Users?filter=&sortBy=&attributes=&count=&startIndex=', status: 400 },
    { name: 'marks without names', target: '/Users?&&=&?=?&', status: 200 },
    { name: 'brackets that never close', target: `/Users?attributes=${'['.repeat(8000)}`, status: 200 },
    { name: 'a NUL in a comparison of ids', target: '/Users?filter=id+co+%22%5Cu0000%22', status: 200 },
    { name: 'a lone surrogate in a comparison of ids', target: '/Users?filter=id+ne+%22%5Cud800%22', status: 200 },
    { name: 'a NUL in a comparison of addresses', target: '/Users?filter=meta.location+co+%22%5Cu0000%22', status: 200 },
    { name: 'the year 0', target: '/Users?filter=meta.created+gt+%220000-01-01T00:00:00Z%22', status: 400 },
    { name: 'more characters than an address may have', target: `/Users?filter=${'x'.repeat(9000)}`, status: 414 },
    { name: 'more characters than a head may have', target: `/Users/${'x'.repeat(20_000)}`, status: 431 },
  ])('is answered in order: $name', async ({ target, status }) => {
    const [answer, ...more] = await sendRaw(server.url, request('GET', target, [authorized(), closing]));
    expect([answer?.status, more]).toEqual([status, []]);
    if (answer !== undefined) expectScim(answer);
    await expectServing();
  });
});

describe('a method that no endpoint has', () => {
  it.each(['HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'LINK', 'QUERY', 'PURGE'])('is refused: %s', async (method) => {
    for (const target of ['/Users', '/Users/00000000-0000-7000-8000-000000000000', '/Schemas', '/.search', '/Groups/.search']) {
      const [answer] = await sendRaw(server.url, request(method, target, [authorized(), closing]));
      expect([method, target, answer?.status, answer?.headers.has('allow')]).toEqual([method, target, 405, true]);
      expect(answer?.headers.get('content-type')).toBe('application/scim+json');
    }
  });

  it('is no HTTP where Node does not know it, and ends the connection', async () => {
    const answers = await sendRaw(server.url, request('BREW', '/Users', [authorized()]));
    expect(answers).toMatchObject([{ status: 400, body: '' }]);
    await expectServing();
  });
});

describe('a header that nobody should send', () => {
  it.each([
    { name: 'no token', header: 'Authorization: Bearer' },
    { name: 'an empty token', header: 'Authorization: Bearer ' },
    { name: 'a tab', header: 'Authorization: bearer\t' },
    { name: 'bytes beyond ASCII', header: 'Authorization: Bearer \xff\xfe' },
    { name: 'dots', header: 'Authorization: Bearer a.b.c' },
    { name: 'an empty JWT', header: 'Authorization: Bearer e30.e30.' },
    { name: 'a JWT of many parts', header: `Authorization: Bearer ${'e30.'.repeat(3000)}` },
    { name: 'a long token', header: `Authorization: Bearer ${'A'.repeat(12_000)}` },
    { name: 'a list', header: 'Authorization: Bearer null, Bearer null' },
    { name: 'another scheme', header: 'Authorization: Basic Og==' },
  ])('is no credential: $name', async ({ header }) => {
    const [answer] = await sendRaw(server.url, request('GET', '/Users', [header, closing]));
    expect([answer?.status, answer?.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="rollcall"']);
    if (answer !== undefined) expectScim(answer);
  });

  it.each([
    { name: 'If-Match that is empty', header: 'If-Match: ""', statuses: [200, 412] },
    { name: 'If-Match of a great version', header: 'If-Match: W/"999999999999999"', statuses: [200, 412] },
    { name: 'If-Match beyond numbers', header: 'If-Match: W/"99999999999999999999999"', statuses: [200, 412] },
    { name: 'If-Match of many', header: `If-Match: ${'W/"1",'.repeat(1500)}`, statuses: [200, 200] },
    { name: 'If-Match of everything twice', header: 'If-Match: *, *', statuses: [200, 412] },
    { name: 'If-Match beyond ASCII', header: 'If-Match: \xff"1"', statuses: [200, 412] },
    { name: 'If-None-Match of a long version', header: `If-None-Match: "${'1'.repeat(9000)}"`, statuses: [200, 200] },
    { name: 'If-None-Match twice weak', header: 'If-None-Match: W/W/"1"', statuses: [200, 200] },
    { name: 'If-None-Match of everything', header: 'If-None-Match: *', statuses: [304, 200] },
    { name: 'Content-Encoding twice', header: 'Content-Encoding: gzip, gzip', statuses: [200, 415] },
    { name: 'Content-Encoding that is empty', header: 'Content-Encoding:', statuses: [200, 415] },
  ])('gets an answer of SCIM: $name', async ({ name, header, statuses }) => {
    const id = await client.addUser(`${name}@contoso.example`);
    const body = JSON.stringify({ Operations: [{ op: 'replace', path: 'title', value: 'x' }] });
    const [read] = await sendRaw(server.url, request('GET', `/Users/${id}`, [authorized(), closing, header]));
    const [changed] = await sendRaw(server.url, request('PATCH', `/Users/${id}`, [authorized(), closing, json, sized(body), header], body));
    expect([read?.status, changed?.status]).toEqual(statuses);
    for (const answer of [read, changed]) if (answer !== undefined) expectScim(answer);
    await expectServing();
  });

  it.each([
    'application/scim+json; charset',
    `;${';'.repeat(5000)}`,
    'application/json; charset="UTF-8"; x=y',
    'text/plain, application/json',
  ])('gets an answer of SCIM whatever type it says', async (type) => {
    const [answer] = await sendRaw(
      server.url,
      request('POST', '/Users', [authorized(), closing, `Content-Type: ${type}`, sized('{}')], '{}'),
    );
    expect([400, 415]).toContain(answer?.status);
    if (answer !== undefined) expectScim(answer);
  });

  it('is refused as a coding that is not read', async () => {
    const body = gzipSync(user('zipped'));
    const [answer] = await sendRaw(
      server.url,
      request('POST', '/Users', [authorized(), json, closing, 'Content-Encoding: gzip', sized(body)], body),
    );
    expect(answer?.status).toBe(415);
    if (answer !== undefined) expectScim(answer);
  });
});

describe('a body that arrives in an unusual way', () => {
  it('is read in chunks, with a trailer behind it, and behind 100 Continue', async () => {
    const inChunks = [authorized(), json, closing, 'Transfer-Encoding: chunked'];
    const [whole] = await sendRaw(server.url, request('POST', '/Users', inChunks, chunked(...(user('in-chunks').match(/.{1,3}/g) ?? []))));
    expect(whole?.status).toBe(201);
    const trailing = chunked(user('trailing')).replace(/\r\n$/, 'X-Trailer: x\r\n\r\n');
    expect((await sendRaw(server.url, request('POST', '/Users', inChunks, trailing)))[0]?.status).toBe(201);
    const body = user('expected');
    const answers = await sendRaw(
      server.url,
      request('POST', '/Users', [authorized(), json, closing, 'Expect: 100-continue', sized(body)], body),
    );
    expect(answers.map(({ status }) => status)).toEqual([100, 201]);
  });

  it.each([
    { name: 'an expectation that nobody meets', headers: ['Expect: tea', 'Content-Length: 2'], body: '{}', status: 417 },
    { name: 'two lengths', headers: ['Content-Length: 2', 'Content-Length: 3'], body: '{}', status: 400 },
    { name: 'a length beside chunks', headers: ['Content-Length: 2', 'Transfer-Encoding: chunked'], body: chunked('{}'), status: 400 },
    { name: 'a length that is none', headers: ['Content-Length: -1'], body: '{}', status: 400 },
    { name: 'a chunk without its length', headers: ['Transfer-Encoding: chunked'], body: 'zz\r\n{}\r\n', status: 400 },
  ])('ends the connection where it is no HTTP: $name', async ({ headers, body, status }) => {
    const answers = await sendRaw(server.url, request('POST', '/Users', [authorized(), json, closing, ...headers], body));
    expect(answers.at(-1)?.status).toBe(status);
    await expectServing();
  });

  it('is refused beyond the limit although it never says how long it is, nor ends', async () => {
    const pieces = chunked(...Array.from({ length: 40 }, () => 'x'.repeat(100_000))).slice(0, -'0\r\n\r\n'.length);
    const [answer, ...more] = await sendRaw(
      server.url,
      request('POST', '/Users', [authorized(), json, 'Transfer-Encoding: chunked'], pieces),
    );
    expect([answer?.status, answer?.headers.get('connection'), more]).toEqual([413, 'close', []]);
    if (answer !== undefined) expectScim(answer);
    await expectServing();
  });

  it.each([
    { name: 'before it has begun', cut: 0 },
    { name: 'in the middle', cut: 10 },
  ])('changes nothing when its client goes away $name', async ({ cut }) => {
    const body = user(`gone-${cut}`);
    for (const headers of [[sized(body)], ['Transfer-Encoding: chunked']]) {
      await sendRaw(server.url, request('POST', '/Users', [authorized(), json, ...headers], body.slice(0, cut)), true);
    }
    await expectServing();
    const found = await client.send('GET', `/Users?filter=${encodeURIComponent(`userName eq "gone-${cut}@contoso.example"`)}`);
    expect(found.body.totalResults).toBe(0);
  });

  it('holds up nobody when its client was gone before anybody began to read it', async () => {
    // A token that nobody remembers, so that it must be looked up before the body is read.
    const { token } = await strictClient(server, client);
    const listening = createServer();
    const finished = new Promise((resolve, reject) => {
      listening.on('request', (incoming, response) => void server.scim.listener(incoming, response).then(resolve, reject));
    });
    listening.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const { port } = listening.address() as AddressInfo;
    try {
      await server.owner.transaction(async (tx) => {
        await tx.query('lock table scim_credential in access exclusive mode');
        const socket = connect(port, '127.0.0.1');
        const arrived = once(listening, 'request') as Promise<[IncomingMessage]>;
        socket.write(request('POST', '/Users', [`Authorization: Bearer ${token}`, json, 'Content-Length: 100'], '{'));
        const [incoming] = await arrived;
        await server.waiting(1);
        const gone = new Promise((resolve) => incoming.once('close', resolve));
        socket.destroy();
        await gone;
      });
      expect(await finished).toBe(true);
    } finally {
      listening.close();
      listening.closeAllConnections();
    }
  });
});

describe('requests behind one another on one connection', () => {
  it('are answered in their order, those that are refused too', async () => {
    const requests = [
      request('GET', '/Users?count=1', [authorized()]),
      request('POST', '/Users', [authorized(), json, 'Content-Length: 1'], '{'),
      request('GET', '/no-such-endpoint', [authorized()]),
      request('POST', '/Users', ['Authorization: Bearer x', json, 'Content-Length: 2'], '{}'),
      request('PATCH', '/Users', [authorized(), json, 'Content-Length: 2'], '{}'),
      request('POST', '/Users', [authorized(), json, 'Content-Type: text/plain', sized(user('piped'))], user('piped')),
      request('GET', '/Groups?count=1', [authorized(), closing]),
    ];
    const answers = await sendRaw(server.url, Buffer.concat(requests));
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 404, 401, 405, 201, 200]);
    for (const answer of answers) expectScim(answer);
  });
});
