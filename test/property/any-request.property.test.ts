import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ScimClient, type ScimServer, startScim } from '../scim/scim-server.ts';
import { strictClient } from '../scim/strict-client.ts';

const ENT = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const EXT = 'urn:ietf:params:scim:schemas:extension:rollcall:2.0:User';
const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';

let server: ScimServer;
let clients: readonly ScimClient[];
let user: string;
let group: string;

beforeAll(async () => {
  server = await startScim();
  const entra = await server.client();
  clients = [entra, await strictClient(server, entra)];
  const emails = [{ type: 'work', value: 'any@contoso.example', primary: true }];
  user = await entra.addUser('any@contoso.example', { emails, [ENT]: { department: 'D' } });
  group = await entra.addGroup('any', [user]);
});
afterAll(() => server.close());

interface Sent {
  readonly client: number;
  readonly method: string;
  readonly path: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request whatever it is, and sees that what comes back is SCIM and no failure of the server. */
async function expectScim({ client, method, path, body, headers = {} }: Sent): Promise<void> {
  const { token, workspaceId } = clients[client] as ScimClient;
  server.clock.advance(1);
  const response = await fetch(`${server.url}/workspaces/${workspaceId}/scim/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json', ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  // 501 is what RFC 7644 §3.12 answers for an endpoint that is not offered.
  expect(response.status < 500 || response.status === 501 ? 'no failure' : `${response.status} ${text}`).toBe('no failure');
  if (text === '') return expect([204, 304]).toContain(response.status);
  expect(response.headers.get('content-type')).toBe('application/scim+json');
  const answer = JSON.parse(text);
  expect(answer.schemas).toEqual(expect.arrayContaining([expect.any(String)]));
  if (response.status >= 400) {
    expect(answer).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(response.status) });
    expect(answer.detail).toEqual(expect.any(String));
  }
}

const which = fc.nat({ max: 1 });
const nasty = fc.constantFrom(
  '\0',
  '\ud800',
  'x\udfff',
  '\ufeff',
  '\u2028',
  '"',
  '\\',
  '%',
  '',
  ' ',
  'İ',
  'ﬁ',
  '🧨',
  "'); drop table x; --",
);
const attributeNames = [
  ['userName', 'externalId', 'displayName', 'active', 'name', 'name.givenName', 'emails', 'emails.value', 'roles', 'addresses', 'members'],
  ['meta', 'meta.created', 'meta.location', 'meta.version', 'id', 'schemas', 'groups', 'groups.$ref', 'members.$ref', 'members.type'],
  ['manager', `${ENT}:manager`, `${ENT}:department`, `${EXT}:rbac_role_id`, `${CORE}:userName`, `${CORE}:role`, ENT, CORE, EXT],
  ['x509Certificates', 'emails.primary', '__proto__', 'constructor', 'toString', 'a.b.c', 'urn:x:y', '$ref', ''],
].flat();
const name = fc.constantFrom(...attributeNames);
const values = ['emails[type eq "work"].value', 'emails[primary eq true]', 'members[value eq "x"]', 'emails[', 'roles[type eq "\0"].value'];
const path = fc.oneof(name, fc.constantFrom(...values), fc.string({ unit: 'binary', maxLength: 12 }));

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(nasty, fc.constantFrom(null, true, false, 'False', 0, -0, 1e308, 2 ** 60, 0.1), fc.string({ unit: 'binary', maxLength: 8 })),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(name, fc.constantFrom('value', 'type', 'primary', 'Operations', 'op', 'path', 'VALUE')), tie('value'), {
      maxKeys: 5,
    }),
  ),
})).value;
const operation = fc.record({ op: fc.constantFrom('add', 'Replace', 'REMOVE', 'move'), path, value: json }, { requiredKeys: ['op'] });
const named = fc.tuple(fc.dictionary(path, json, { maxKeys: 5 }), fc.constantFrom('', 'a', 'b', '\0')).map(([rest, text]) => ({
  ...rest,
  userName: `${text}@contoso.example`,
  displayName: text,
}));
const body = fc
  .oneof(json, named, fc.record({ Operations: fc.array(operation, { maxLength: 6 }) }), fc.array(operation, { maxLength: 2 }))
  .map((value) => JSON.stringify(value));
const bulkId = fc.constantFrom('a', 'b', '', '__proto__', '\0');
const reference = bulkId.map((id) => `bulkId:${id}`);
const bulkPath = fc.oneof(
  fc.constantFrom('/Users', '/Groups', '/Bulk', '', '//', '/Users/.search', '/Schemas'),
  reference.map((id) => `/Users/${id}`),
  fc.constantFrom(0, 1).map((one) => (one === 0 ? `/Users/${user}` : `/Groups/${group}`)),
);
const bulkOperation = fc.oneof(
  { weight: 1, arbitrary: json },
  {
    weight: 5,
    arbitrary: fc.record(
      {
        // No DELETE: it would leave nothing to try on.
        method: fc.oneof(fc.constantFrom('POST', 'PUT', 'patch', 'GET', ''), json),
        path: fc.oneof({ weight: 4, arbitrary: bulkPath }, { weight: 1, arbitrary: json }),
        bulkId: fc.oneof(bulkId, json),
        version: fc.oneof(nasty, fc.constant('W/"1"'), json),
        data: fc.oneof(
          named,
          json,
          fc.record({ displayName: nasty, members: fc.array(fc.record({ value: reference })) }),
          fc.record({ Operations: fc.array(operation, { maxLength: 3 }) }),
        ),
      },
      { requiredKeys: [] },
    ),
  },
);
const bulkBody = fc.record(
  { Operations: fc.array(bulkOperation, { maxLength: 6 }), failOnErrors: fc.oneof(fc.integer(), json) },
  { requiredKeys: ['Operations'] },
);
const target = fc.constantFrom<readonly [string, () => string]>(
  ['POST', () => '/Users'],
  ['PUT', () => `/Users/${user}`],
  ['PATCH', () => `/Users/${user}`],
  ['POST', () => '/Groups'],
  ['PUT', () => `/Groups/${group}`],
  ['PATCH', () => `/Groups/${group}`],
  ['POST', () => '/Users/.search'],
  ['POST', () => '/Groups/.search'],
  ['POST', () => '/.search'],
  ['POST', () => '/Bulk'],
);

/** A body with some of its bytes changed, or cut off. */
const mutated = fc
  .tuple(body, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 3 }), fc.nat({ max: 8 }))
  .map(([text, changes, cut]) => {
    const bytes = new Uint8Array(Buffer.from(text));
    for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
    return cut === 0 ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes;
  });

const literal = fc.oneof(nasty, name, fc.constantFrom('true', '"x"', 'null', '2026-01-01T00:00:00Z', '0000-12-31T23:59:59-14:00', '1e999'));
const token = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.oneof(name, fc.constantFrom('and', 'or', 'not', '(', ')', '[', ']', '].value', 'pr', 'eq', 'ne', 'co', 'sw', 'gt')),
  },
  { weight: 1, arbitrary: literal.map((text) => JSON.stringify(text)) },
  { weight: 1, arbitrary: literal },
);
const soup = fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join(' '));
const operator = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'EQ');
const comparison = fc.tuple(name, operator, literal).map(([left, op, right]) => `${left} ${op} ${JSON.stringify(right)}`);
const grown = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    comparison,
    name.map((text) => `${text} pr`),
    fc.tuple(tie('filter'), fc.constantFrom('and', 'or'), tie('filter')).map((parts) => parts.join(' ')),
    tie('filter').map((inner) => `not (${inner})`),
    fc
      .tuple(fc.constantFrom('emails', 'members', 'groups', 'name', 'meta', 'roles'), comparison)
      .map(([of, inner]) => `${of}[${inner.replace(/^\w+\./, '')}]`),
  ),
})).filter;
const number = fc.oneof(fc.integer().map(String), fc.constantFrom('1e9', '-0', '', 'x', '999999999999999', '+5', '0x10'));
const parameter = fc.oneof(
  fc.tuple(fc.constant('filter'), fc.oneof(soup, grown)),
  fc.tuple(fc.constantFrom('startIndex', 'count'), number),
  fc.tuple(fc.constant('cursor'), fc.oneof(nasty, number, fc.base64String())),
  fc.tuple(fc.constantFrom('attributes', 'excludedAttributes'), fc.array(path, { maxLength: 4 }).map(String)),
  fc.tuple(fc.constant('sortBy'), path),
  fc.tuple(fc.constant('sortOrder'), fc.constantFrom('descending', 'Ascending', 'x', '')),
);
const parameters = fc.array(parameter, { maxLength: 4 });
const encoded = parameters.map((pairs) =>
  pairs.map(([key, text]) => `${key}=${/\p{Surrogate}/u.test(text) ? '%ED%A0%80' : encodeURIComponent(text)}`).join('&'),
);
const broken = fc
  .tuple(encoded, fc.constantFrom('%', '%zz', '%E0%A4%A', '&&', '=', '?', '%00', '[', '+'))
  .map(([query, end]) => `${query}${end}`);
const endpoint = fc.constantFrom('/Users', '/Groups', `/Schemas`, '/ServiceProviderConfig');

describe('whatever is sent', () => {
  it('is answered as SCIM answers, when it is a body of any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(which, target, body, (client, [method, to], text) => expectScim({ client, method, path: to(), body: text })),
      { numRuns: 700 },
    );
  });

  it('is answered as SCIM answers, when it is a body of any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(which, target, mutated, (client, [method, to], bytes) => expectScim({ client, method, path: to(), body: bytes })),
      { numRuns: 400 },
    );
  });

  it('is answered as SCIM answers, when it is a bulk request of anything', async () => {
    await fc.assert(
      fc.asyncProperty(which, bulkBody, (client, of) => expectScim({ client, method: 'POST', path: '/Bulk', body: JSON.stringify(of) })),
      { numRuns: 300 },
    );
  });

  it('is answered as SCIM answers, when it is a list of anything', async () => {
    await fc.assert(
      fc.asyncProperty(endpoint, fc.oneof({ weight: 4, arbitrary: encoded }, { weight: 1, arbitrary: broken }), (to, query) =>
        expectScim({ client: 0, method: 'GET', path: `${to}?${query}` }),
      ),
      { numRuns: 700 },
    );
  });

  it('is answered as SCIM answers, when it is a search for anything', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('/Users', '/Groups', ''), parameters, (to, pairs) =>
        expectScim({ client: 0, method: 'POST', path: `${to}/.search`, body: JSON.stringify(Object.fromEntries(pairs)) }),
      ),
      { numRuns: 600 },
    );
  });

  it('is answered as SCIM answers, when it goes by any method to any address with any header', async () => {
    // No dots: the client would climb up with them; the requests that are sent byte for byte have them.
    const segment = fc.oneof(
      fc.constantFrom('Users', 'groups', '.search', 'Bulk', 'Me', '%2F', '%00', '__proto__', 'Schemas', CORE, '', '%'),
      fc.webPath({ size: 'small' }).map((text) => text.replaceAll(/^\/|\./g, '')),
      fc.constantFrom(0, 1).map((one) => [user, group][one] ?? ''),
    );
    const header = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 30 });
    const tag = fc.oneof(header, fc.constantFrom('*', 'W/"1"', '"1", W/"2"', '', 'W/"', '"'.repeat(100)));
    const headers = fc.record(
      {
        'if-match': tag,
        'if-none-match': tag,
        'content-type': fc.oneof(header, fc.constant('application/json; charset=utf-8')),
        'content-encoding': header,
      },
      { requiredKeys: [] },
    );
    const method = fc.constantFrom('GET', 'PUT', 'PATCH', 'OPTIONS', 'POST', 'DELETE', 'PROPFIND');
    await fc.assert(
      fc.asyncProperty(method, fc.array(segment, { maxLength: 4 }), headers, async (verb, segments, others) => {
        // A deletion would leave nothing to try on.
        const isDeletion = verb === 'DELETE' && segments.some((one) => one === user || one === group);
        const to = { client: 0, method: isDeletion ? 'GET' : verb, path: `/${segments.join('/')}`, headers: others };
        await expectScim(verb === 'GET' || isDeletion ? to : { ...to, body: '{}' });
      }),
      { numRuns: 600 },
    );
  });
});
