import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { redactAddress, redactDetail, redactPath } from '../../src/scim/redact-exchange.ts';
import { type ScimClient, type ScimServer, startScim } from './scim-server.ts';

const ID = '019cb2ec-fe6d-737f-95d2-5ab702f615fa';

describe('what the wire log keeps', () => {
  it.each([
    ['displayName', 'displayName'],
    ['name.givenName', 'name.givenName'],
    [
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber',
    ],
    ['emails[type eq "work"].value', 'emails[type eq "work"].value'],
    ['roles[primary eq "True"].value', 'roles[primary eq "True"].value'],
    ['roles[primary eq true]', 'roles[primary eq true]'],
    [`members[value eq "${ID}"]`, `members[value eq "${ID}"]`],
    ['emails[value pr]', 'emails[value pr]'],
    ['emails[value eq "ada@contoso.example"].type', 'emails[value eq "…"].type'],
    ['emails[value eq ada]', 'emails[value eq "…"]'],
    ['emails[value eq "a\\"da"]', 'emails[value eq "…"]'],
    ['emails[type eq "work" and value eq "ada@contoso.example"]', 'emails[type eq "…"]'],
    ['emails[ada]', 'emails[…]'],
    ['emails[type eq "work', '…'],
    ['ada@contoso.example', '…'],
    ['Ada Lovelace', '…'],
    ['+44 20 7946 0000', '…'],
    ['198 more', '198 more'],
    ['', ''],
  ])('of the path %s is %s', (path, kept) => {
    expect(redactPath(path)).toBe(kept);
  });

  it.each([
    [`/workspaces/${ID}/scim/v2/Users/${ID}`, `/workspaces/${ID}/scim/v2/Users/${ID}`],
    [`/workspaces/${ID}/scim/v2//Groups/.search`, `/workspaces/${ID}/scim/v2//Groups/.search`],
    ['/Schemas/urn:ietf:params:scim:schemas:core:2.0:User', '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User'],
    ['/Users/ada@contoso.example', '/Users/…'],
    ['/Users/ada%40contoso.example/manager', '/Users/…/…'],
  ])('of the address %s is %s', (address, kept) => {
    expect(redactAddress(address)).toBe(kept);
  });

  it.each([
    ['A PATCH body is a JSON object with a list "Operations".', 'A PATCH body is a JSON object with a list "Operations".'],
    [
      'The filter has "Lovelace" where "and", "or" or the end was expected.',
      'The filter has "…" where "and", "or" or the end was expected.',
    ],
    ['The filter names an attribute that is not known here: Lovelace.', 'The filter names an attribute that is not known here: "…".'],
    ['emails has no sub-attribute lovelace.', 'emails has no sub-attribute "…".'],
    ['userName must be a string.', 'userName must be a string.'],
  ])('of the detail %s is %s', (detail, kept) => {
    expect(redactDetail(detail)).toBe(kept);
  });
});

describe('a row of the wire log', () => {
  let server: ScimServer;
  let client: ScimClient;
  let id: string;

  beforeAll(async () => {
    server = await startScim();
    client = await server.client();
    id = await client.addUser('grace@contoso.example');
  });
  afterAll(() => server.close());

  const user = { userName: 'lovelace@contoso.example', displayName: 'Ada Lovelace', externalId: 'lovelace' };
  const patch = (operation: unknown) => ({ Operations: [operation] });

  it.each([
    { name: 'a user that is created', method: 'POST', path: () => '/Users', body: user, status: 201 },
    { name: 'a name that is taken', method: 'POST', path: () => '/Users', body: user, status: 409 },
    {
      name: 'an attribute that nobody knows',
      method: 'POST',
      path: () => '/Users',
      body: { userName: 'x', 'Ada Lovelace': 1 },
      status: 201,
    },
    { name: 'a value of another type', method: 'POST', path: () => '/Users', body: { userName: { Lovelace: 1 } }, status: 400 },
    { name: 'an address by name', method: 'PATCH', path: () => '/Users/lovelace@contoso.example', body: patch({}), status: 404 },
    { name: 'an endpoint by name', method: 'GET', path: () => '/Lovelace', status: 404 },
    { name: 'a filter that goes on', method: 'GET', path: () => '/Users?filter=displayName+eq+Ada+Lovelace', status: 400 },
    { name: 'a filter that is only a value', method: 'GET', path: () => '/Users?filter=lovelace', status: 400 },
    { name: 'a filter without quotation marks', method: 'GET', path: () => '/Users?filter=externalId+eq+lovelace', status: 200 },
    {
      name: 'a sub-attribute that is none',
      method: 'GET',
      path: () => '/Users?filter=emails[type+eq+"work"].lovelace+eq+"x"',
      status: 400,
    },
    { name: 'an order that is none', method: 'GET', path: () => '/Users?sortBy=lovelace', status: 400 },
    {
      name: 'a path that compares',
      method: 'PATCH',
      path: () => `/Users/${id}`,
      body: {
        Operations: [
          { op: 'replace', path: 'active', value: false },
          { op: 'replace', path: 'emails[value eq "lovelace@contoso.example"].type', value: 'work' },
        ],
      },
      status: 200,
    },
    {
      name: 'a path that is a value',
      method: 'PATCH',
      path: () => `/Users/${id}`,
      body: {
        Operations: [
          { op: 'replace', path: 'active', value: false },
          { op: 'replace', path: 'Ada Lovelace', value: 1 },
        ],
      },
      status: 200,
    },
    {
      name: 'an operation that is a value',
      method: 'PATCH',
      path: () => `/Users/${id}`,
      body: { Operations: [{ op: 'Ada Lovelace' }, { op: 'replace', path: 'active', value: false }] },
      status: 200,
    },
  ])('names nobody after $name', async ({ method, path, body, status }) => {
    expect(await client.send(method, path(), body)).toMatchObject({ status });
    const { rows } = await server.owner.query<{ row: string }>(
      `select to_jsonb(scim_exchange)::text as row from scim_exchange where workspace_id = $1 order by id desc limit 1`,
      [client.workspaceId],
    );
    expect(rows[0]?.row).toContain(`"status": ${status}`);
    expect(rows[0]?.row.toLowerCase()).not.toContain('lovelace');
  });
});
