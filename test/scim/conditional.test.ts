import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ScimClient, type ScimServer, startScim } from './scim-server.ts';

let server: ScimServer;
let client: ScimClient;

beforeAll(async () => {
  server = await startScim();
  client = await server.client();
});
afterAll(() => server.close());

const rename = (displayName: string) => ({ Operations: [{ op: 'replace', path: 'displayName', value: displayName }] });
let n = 0;
const add = {
  Users: () => client.addUser(`etag-${n++}@contoso.example`),
  Groups: () => client.addGroup(`etag ${n++}`),
};

describe.each(['Users', 'Groups'] as const)('ETags of %s (RFC 7644 §3.14)', (endpoint) => {
  it('stand in the header and in meta.version, and move with each change alone', async () => {
    const path = `/${endpoint}/${await add[endpoint]()}`;
    const first = await client.send('GET', path);
    expect(first.headers.get('etag')).toBe('W/"1"');
    expect(first.body.meta.version).toBe('W/"1"');
    const changed = await client.send('PATCH', path, rename('Other'));
    expect(changed.headers.get('etag')).toBe('W/"2"');
    const again = await client.send('PATCH', path, rename('Other'));
    expect(again.headers.get('etag')).toBe('W/"2"');
    expect((await client.send('GET', path)).headers.get('etag')).toBe('W/"2"');
  });

  it.each([
    { header: 'W/"1"', status: 304 },
    { header: '"1"', status: 304 },
    { header: '*', status: 304 },
    { header: 'W/"7", W/"1"', status: 304 },
    { header: 'W/"2"', status: 200 },
    { header: 'nonsense', status: 200 },
  ])('answer GET with If-None-Match $header by $status', async ({ header, status }) => {
    const path = `/${endpoint}/${await add[endpoint]()}`;
    const answer = await client.send('GET', path, undefined, { 'if-none-match': header });
    expect(answer.status).toBe(status);
    expect(answer.body === undefined).toBe(status === 304);
    expect(answer.headers.get('etag')).toBe('W/"1"');
  });

  it.each([
    { header: 'W/"1"', isMet: true },
    { header: '"1"', isMet: true },
    { header: '*', isMet: true },
    { header: 'W/"2", W/"1"', isMet: true },
    { header: 'W/"2"', isMet: false },
    { header: '', isMet: false },
  ])('let PATCH and DELETE happen under If-Match $header: $isMet', async ({ header, isMet }) => {
    const path = `/${endpoint}/${await add[endpoint]()}`;
    const patched = await client.send('PATCH', path, rename(`Renamed ${n++}`), { 'if-match': header });
    expect(patched.status).toBe(isMet ? (endpoint === 'Users' ? 200 : 204) : 412);
    const fresh = `/${endpoint}/${await add[endpoint]()}`;
    const deleted = await client.send('DELETE', fresh, undefined, { 'if-match': header });
    expect(deleted.status).toBe(isMet ? 204 : 412);
    expect((await client.send('GET', fresh)).status).toBe(isMet ? 404 : 200);
  });

  it('answer 404, not 412, for what is not there', async () => {
    const nobody = `/${endpoint}/00000000-0000-7000-8000-000000000000`;
    for (const method of ['PATCH', 'DELETE']) {
      const answer = await client.send(method, nobody, method === 'PATCH' ? rename('x') : undefined, { 'if-match': 'W/"1"' });
      expect([method, answer.status]).toEqual([method, 404]);
    }
  });
});

describe('two clients that read the same version', () => {
  it('do not overwrite each other: one of ten lands (I2)', async () => {
    const id = await client.addUser('raced@contoso.example');
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, turn) => client.send('PATCH', `/Users/${id}`, rename(`Turn ${turn}`), { 'if-match': 'W/"1"' })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
  });
});
