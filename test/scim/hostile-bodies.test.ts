import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ScimClient, type ScimServer, startScim } from './scim-server.ts';
import { strictClient } from './strict-client.ts';

const tooDeep = expect.stringContaining('too deep');
const tooMany = expect.stringContaining('10000 operations');
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

let server: ScimServer;
let entra: ScimClient;
let strict: ScimClient;
let user: string;
let group: string;

beforeAll(async () => {
  server = await startScim();
  entra = await server.client();
  strict = await strictClient(server, entra);
  user = await entra.addUser('stays@contoso.example', { title: 'Stays' });
  group = await entra.addGroup('Stays', [user]);
});
afterAll(() => server.close());

const nested = (levels: number, opening: string, closing: string, inner = '1') => opening.repeat(levels) + inner + closing.repeat(levels);
const patch = (operations: string) => `{"Operations":[${operations}]}`;
const replace = (path: string, value: string) => `{"op":"replace","path":${JSON.stringify(path)},"value":${value}}`;
const repeated = (item: string, count: number) => Array.from({ length: count }, () => item).join(',');

/** Every place that takes a body. */
const places = () => [
  ['POST', '/Users'],
  ['PUT', `/Users/${user}`],
  ['PATCH', `/Users/${user}`],
  ['POST', '/Groups'],
  ['PUT', `/Groups/${group}`],
  ['PATCH', `/Groups/${group}`],
  ['POST', '/Users/.search'],
  ['POST', '/Groups/.search'],
  ['POST', '/.search'],
];

/** Sends a body byte for byte; answers the detail of the refusal. */
async function refusalOf(client: ScimClient, [method = '', path = '']: readonly string[], body: string | Buffer): Promise<Refusal> {
  const response = await fetch(`${server.url}/workspaces/${client.workspaceId}/scim/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${client.token}`, 'content-type': 'application/scim+json' },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
  const refusal = (await response.json()) as Refusal;
  expect([method, path, response.headers.get('content-type')]).toEqual([method, path, 'application/scim+json']);
  expect(refusal).toMatchObject({ schemas: [ERROR], status: String(response.status), detail: expect.any(String) });
  return refusal;
}

interface Refusal {
  readonly status: string;
  readonly scimType?: string;
  readonly detail: string;
}

async function expectNothingChanged(): Promise<void> {
  expect((await entra.send('GET', `/Users/${user}`)).body).toMatchObject({ title: 'Stays', active: true, meta: { version: 'W/"1"' } });
  expect((await entra.send('GET', `/Groups/${group}`)).body).toMatchObject({
    displayName: 'Stays',
    members: [{ value: user }],
    meta: { version: 'W/"1"' },
  });
}

describe('a body that is too deep', () => {
  it.each([
    { name: 'lists', body: nested(100_000, '[', ']') },
    { name: 'objects', body: nested(100_000, '{"a":', '}') },
    { name: 'lists that never close', body: '['.repeat(2_000_000) },
    { name: 'a value of an operation', body: patch(replace('title', nested(62, '[', ']'))) },
    { name: 'a name that objects have', body: nested(65, '{"__proto__":', '}') },
  ])('is refused wherever bodies are taken: $name', async ({ body }) => {
    for (const client of [entra, strict]) {
      for (const place of places())
        expect(await refusalOf(client, place, body)).toMatchObject({ status: '400', scimType: 'invalidSyntax', detail: tooDeep });
    }
    await expectNothingChanged();
  });

  it('is none at the limit, nor for brackets in its texts', async () => {
    const deepest = await entra.send('POST', '/Users', `{"userName":"deep@contoso.example","unknown":${nested(63, '[', ']')}}`);
    expect(deepest.status).toBe(201);
    const title = `\\"${'[{'.repeat(500)}\\\\`;
    const quoted = await entra.send('POST', '/Users', `{"userName":"quoted@contoso.example","title":"${title}"}`);
    expect(quoted).toMatchObject({ status: 201, body: { title: JSON.parse(`"${title}"`) } });
  });
});

describe('a PATCH of too many operations', () => {
  it('is refused with what to do, and one of as many members as Entra sends is taken', async () => {
    const operation = '{"op":"remove","path":"members[value eq \\"00000000-0000-7000-8000-000000000000\\"]"}';
    for (const path of [`/Users/${user}`, `/Groups/${group}`]) {
      for (const client of [entra, strict]) {
        expect(await refusalOf(client, ['PATCH', path], patch(repeated(operation, 10_001)))).toMatchObject({
          status: '413',
          detail: tooMany,
        });
      }
    }
    await expectNothingChanged();
    expect((await entra.send('PATCH', `/Groups/${group}`, patch(repeated(operation, 10_000)))).status).toBe(204);
    await expectNothingChanged();
  });
});

describe('a body that is no JSON in UTF-8', () => {
  const text = '{"userName":"ä@contoso.example","displayName":"ä","Operations":[]}';
  it.each([
    { name: 'nothing', body: '' },
    { name: 'UTF-16', body: Buffer.from(text, 'utf16le') },
    { name: 'UTF-16 with its mark', body: Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]) },
    { name: 'Latin-1', body: Buffer.from(text, 'latin1') },
    { name: 'a character that is cut', body: Buffer.from(text).subarray(0, 14) },
    { name: 'an overlong NUL', body: Buffer.from([0x22, 0xc0, 0x80, 0x22]) },
    { name: 'a surrogate in UTF-8', body: Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]) },
    { name: 'a NUL', body: '\0' },
    { name: 'a NUL in a text', body: '{"userName":"\0"}' },
    { name: 'two documents', body: '{}{}' },
    { name: 'a comment', body: '{"userName":"x"/**/}' },
    { name: 'a number that is none', body: '{"userName":NaN}' },
    { name: 'closing brackets alone', body: ']}'.repeat(100_000) },
  ])('is refused: $name', async ({ body }) => {
    for (const place of places()) expect(await refusalOf(entra, place, body)).toMatchObject({ status: '400', scimType: 'invalidSyntax' });
    await expectNothingChanged();
  });

  it('is taken with a byte order mark, which says nothing', async () => {
    const marked = await entra.send('POST', '/Users', '\ufeff{"userName":"marked@contoso.example"}');
    expect(marked).toMatchObject({ status: 201, body: { userName: 'marked@contoso.example' } });
  });
});

describe('names that every object has', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
  it('name nothing at any level, and change no object of the server', async () => {
    for (const name of names) {
      const inner = { [name]: { active: false, polluted: true, value: 'x' } };
      const made = await entra.send(
        'POST',
        '/Users',
        `{"userName":"${name}@contoso.example","name":${text(inner)},"emails":[${text(inner)}],${text(inner).slice(1)}`,
      );
      expect(made).toMatchObject({ status: 201, body: { active: true } });
      expect(Object.hasOwn(made.body, name)).toBe(false);
      for (const operation of [
        { op: 'add', path: name, value: true },
        { op: 'add', path: `emails[${name} eq "x"].value`, value: 'x' },
        { op: 'replace', value: inner },
        inner,
      ]) {
        const body = patch(text(operation));
        expect([200, 400]).toContain((await entra.send('PATCH', `/Users/${user}`, body)).status);
        expect([204, 400]).toContain((await entra.send('PATCH', `/Groups/${group}`, body)).status);
        expect((await strict.send('PATCH', `/Users/${user}`, body)).status).toBe(400);
      }
      expect((await entra.send('POST', '/Users/.search', text({ ...inner, count: 1 }))).status).toBe(200);
      expect((await entra.send('GET', `/Users?attributes=${name}&sortBy=${name}`)).status).toBe(400);
      expect((await entra.send('GET', `/Users?filter=${name}+pr`)).status).toBe(400);
    }
    expect('polluted' in {}).toBe(false);
    await expectNothingChanged();
  });

  function text(value: unknown): string {
    return JSON.stringify(value);
  }
});

describe('values beyond what can be held', () => {
  it.each([
    { name: 'a NUL', value: '"\\u0000"' },
    { name: 'half a pair', value: '"\\ud800"' },
    { name: 'the other half', value: '"x\\udfff"' },
    { name: 'a text beyond the limit', value: JSON.stringify('x'.repeat(1_000_000)) },
    { name: 'a number beyond doubles', value: '1e999' },
    { name: 'a number of more digits than a double holds', value: '123456789012345678901' },
    { name: 'a list of lists', value: '[[],[]]' },
    { name: 'an object that means nothing', value: '{"a":{"b":1}}' },
  ])('are refused, and nothing changes: $name', async ({ value }) => {
    for (const client of [entra, strict]) {
      const path = `/Users/${user}`;
      expect(await refusalOf(client, ['PATCH', path], patch(replace('title', value)))).toMatchObject({
        status: '400',
        scimType: 'invalidValue',
      });
      expect(await refusalOf(client, ['PATCH', path], patch(replace('emails[type eq "work"].value', value)))).toMatchObject({
        status: '400',
        scimType: 'invalidValue',
      });
      expect(await refusalOf(client, ['PUT', path], `{"userName":"stays@contoso.example","title":${value}}`)).toMatchObject({
        status: '400',
        scimType: 'invalidValue',
      });
      expect(await refusalOf(client, ['POST', '/Users'], `{"userName":${value}}`)).toMatchObject({
        status: '400',
        scimType: 'invalidValue',
      });
      expect(await refusalOf(client, ['PATCH', `/Groups/${group}`], patch(replace('displayName', value)))).toMatchObject({
        status: '400',
        scimType: 'invalidValue',
      });
      expect(await refusalOf(client, ['POST', '/Groups'], `{"displayName":${value}}`)).toMatchObject({
        status: '400',
        scimType: 'invalidValue',
      });
    }
    await expectNothingChanged();
  });

  it('are refused where there are too many of them', async () => {
    const emails = repeated('{"value":"x"}', 100_000);
    expect(await refusalOf(entra, ['POST', '/Users'], `{"userName":"x","emails":[${emails}]}`)).toMatchObject({
      status: '400',
      scimType: 'invalidValue',
    });
    const attributes = repeated('{"title":"x"}', 100_000);
    expect(await refusalOf(entra, ['PATCH', `/Users/${user}`], patch(`{"op":"replace","value":[${attributes}]}`))).toMatchObject({
      status: '413',
    });
    const unknown = Array.from({ length: 100_000 }, (_, n) => `"k${n}":1`).join(',');
    expect(await refusalOf(entra, ['POST', '/Users'], `{"userName":"x",${unknown}}`)).toMatchObject({ status: '413' });
    await expectNothingChanged();
  });
});

describe('a search of too many or too long names', () => {
  it('is answered before anybody waits for it', async () => {
    const brackets = '['.repeat(1_900_000);
    for (const path of ['/Users/.search', '/Groups/.search', '/.search']) {
      for (const parameter of ['attributes', 'excludedAttributes']) {
        expect((await entra.send('POST', path, { [parameter]: [brackets] })).status).toBe(200);
        expect(await refusalOf(entra, ['POST', path], JSON.stringify({ [parameter]: repeated('id', 400_000) }))).toMatchObject({
          status: '400',
          scimType: 'invalidValue',
        });
      }
      expect((await entra.send('POST', path, { sortBy: brackets })).status).toBe(400);
      expect((await entra.send('POST', path, { filter: brackets })).status).toBe(400);
    }
    expect(await entra.send('GET', `/Users?attributes=${repeated('id', 2000)}`)).toMatchObject({
      status: 400,
      body: { scimType: 'invalidValue' },
    });
  });
});
