import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HOUR_MS } from '../../src/kernel/index.ts';
import { type Json, type RegisteredApplication, type SimulatedTenant, simulatedTenant } from './simulated-tenant.ts';

let tenant: SimulatedTenant;
let reader: RegisteredApplication;
let token: string;

beforeAll(async () => {
  tenant = await simulatedTenant();
  reader = await tenant.application({
    displayName: 'Rollcall',
    graphRoles: ['Directory.Read.All'],
    appRoles: [{ value: 'role-admin', displayName: 'Administrator' }],
  });
  token = await tokenFor(reader);
});

afterAll(() => tenant.close());

async function tokenFor({ appId, clientSecret }: RegisteredApplication): Promise<string> {
  const form = { grant_type: 'client_credentials', client_id: appId, client_secret: clientSecret, scope: `${tenant.url}/.default` };
  const response = await fetch(`${tenant.url}/${tenant.tenantId}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(form) });
  return String(((await response.json()) as Json)['access_token']);
}

async function get(path: string, bearer = token, method = 'GET'): Promise<{ status: number; headers: Headers; body: Json }> {
  const url = path.startsWith('http') ? path : `${tenant.url}/v1.0${path}`;
  const response = await fetch(url, { method, headers: { authorization: `Bearer ${bearer}`, 'client-request-id': 'mine' } });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Json };
}

async function idsAt(path: string): Promise<string[]> {
  return ((await get(path)).body['value'] as { id: string }[]).map((item) => item.id);
}

describe('users', () => {
  it('come in the default projection, which has no accountEnabled', async () => {
    const [id = ''] = await tenant.users('ada.lovelace');
    const { headers, body } = await get(`/users/${id}`);
    expect(body).toEqual({
      '@odata.context': `${tenant.url}/v1.0/$metadata#users/$entity`,
      businessPhones: [],
      displayName: 'ada.lovelace',
      givenName: 'ada',
      jobTitle: null,
      mail: 'ada.lovelace@contoso.example',
      mobilePhone: null,
      officeLocation: null,
      preferredLanguage: null,
      surname: 'lovelace',
      userPrincipalName: 'ada.lovelace@contoso.example',
      id,
    });
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
      'odata-version': '4.0',
      'request-id': expect.any(String),
      'client-request-id': 'mine',
      'x-ms-resource-unit': '1',
      'x-ms-ags-diagnostic': expect.stringContaining('ServerInfo'),
      date: 'Mon, 02 Nov 2026 08:00:00 GMT',
    });
  });

  it('come with what $select names, and nothing else', async () => {
    const { body } = await tenant.control('POST', '/users', [
      {
        userPrincipalName: 'selected@contoso.example',
        displayName: 'Selected',
        mail: 'primary@contoso.example',
        otherAddresses: ['alias@contoso.example'],
        createdDateTime: '2020-02-03T04:05:06Z',
        employeeId: 'E1',
      },
    ]);
    const [user] = body['users'] as { id: string }[];
    const select = 'id,accountEnabled,createdDateTime,deletedDateTime,employeeId,proxyAddresses,userType,otherMails';
    expect((await get(`/users/${user?.id}?$select=${select}`)).body).toEqual({
      '@odata.context': `${tenant.url}/v1.0/$metadata#users(${select})/$entity`,
      id: user?.id,
      accountEnabled: true,
      createdDateTime: '2020-02-03T04:05:06Z',
      deletedDateTime: null,
      employeeId: 'E1',
      proxyAddresses: ['SMTP:primary@contoso.example', 'smtp:alias@contoso.example'],
      userType: 'Member',
      otherMails: [],
    });
  });

  it('are listed by pages behind an opaque token, to the last one', async () => {
    const seen: string[] = [];
    const links: string[] = [];
    let next: unknown = '/users?$select=id&$top=2';
    while (typeof next === 'string') {
      const { body } = await get(next);
      seen.push(...(body['value'] as { id: string }[]).map((user) => user.id));
      next = body['@odata.nextLink'];
      if (typeof next === 'string') links.push(next);
    }
    expect(seen).toEqual(await idsAt('/users?$select=id'));
    expect(new Set(seen).size).toBe(seen.length);
    expect(links).toHaveLength(Math.ceil(seen.length / 2) - 1);
    expect(links.every((link) => link.startsWith(`${tenant.url}/v1.0/users?$select=id&$top=2&$skiptoken=`))).toBe(true);
  });

  it.each([
    { query: '$select=shoeSize', code: 'BadRequest' },
    { query: '$top=1000', code: 'Request_UnsupportedQuery' },
    { query: '$skip=5', code: 'Request_UnsupportedQuery' },
    { query: '$skiptoken=invented', code: 'Directory_ExpiredPageToken' },
    { query: "$filter=mail eq 'x'", code: 'BadRequest' },
  ])('are refused with $query rather than answered otherwise', async ({ query, code }) => {
    expect(await get(`/users?${query}`)).toMatchObject({ status: 400, body: { error: { code } } });
  });

  it('that do not exist answer Request_ResourceNotFound', async () => {
    const { status, body } = await get('/users/b0000000-0000-4000-8000-000000000000');
    expect(status).toBe(404);
    expect(body).toEqual({
      error: {
        code: 'Request_ResourceNotFound',
        message: expect.stringContaining('b0000000-0000-4000-8000-000000000000'),
        innerError: { date: tenant.now().slice(0, 19), 'request-id': expect.any(String), 'client-request-id': 'mine' },
      },
    });
  });

  it('go to the recycle bin under a mangled name, with the time only when selected, and come back', async () => {
    const [id = ''] = await tenant.users('leaver.one');
    await tenant.control('DELETE', `/users/${id}`);
    expect(await idsAt('/users')).not.toContain(id);
    expect((await get(`/users/${id}`)).status).toBe(404);
    const bin = '/directory/deletedItems/microsoft.graph.user';
    const inBin = async (query: string) => ((await get(`${bin}${query}`)).body['value'] as Json[]).find((user) => user['id'] === id);
    expect(await inBin('')).not.toHaveProperty('deletedDateTime');
    expect(await inBin('?$select=id,deletedDateTime,userPrincipalName')).toEqual({
      id,
      deletedDateTime: `${tenant.now().slice(0, 19)}Z`,
      userPrincipalName: `${id.replaceAll('-', '')}leaver.one@contoso.example`,
    });
    await tenant.control('POST', `/users/${id}/restore`);
    expect((await get(`/users/${id}`)).body['userPrincipalName']).toBe('leaver.one@contoso.example');
    expect(await idsAt(bin)).not.toContain(id);
  });

  it('that are withheld are in no list and answer 403 by id', async () => {
    const [id = ''] = await tenant.users('with.held');
    const groupId = await tenant.group('Hidden', [id]);
    await tenant.control('POST', `/users/${id}/withhold`, { withheld: true });
    for (const list of ['/users', `/groups/${groupId}/members`, `/groups/${groupId}/transitiveMembers/microsoft.graph.user`]) {
      expect(await idsAt(list)).not.toContain(id);
    }
    expect(await get(`/users/${id}`)).toMatchObject({ status: 403, body: { error: { code: 'Authorization_RequestDenied' } } });
    await tenant.control('POST', `/users/${id}/withhold`, { withheld: false });
    expect((await get(`/users/${id}`)).status).toBe(200);
  });
});

describe('groups', () => {
  it('list direct members of both kinds, soft-deleted users among them', async () => {
    const [kept = '', deleted = ''] = await tenant.users('kept.member', 'deleted.member');
    const inner = await tenant.group('Inner', [kept]);
    const outer = await tenant.group('Outer', [inner, deleted]);
    await tenant.control('DELETE', `/users/${deleted}`);
    expect((await get(`/groups/${outer}/members?$select=id,displayName,mail`)).body['value']).toEqual([
      { '@odata.type': '#microsoft.graph.user', id: deleted, displayName: 'deleted.member', mail: 'deleted.member@contoso.example' },
      { '@odata.type': '#microsoft.graph.group', id: inner, displayName: 'Inner', mail: null },
    ]);
    expect(await idsAt(`/groups/${outer}/transitiveMembers/microsoft.graph.user?$select=id`)).toEqual([kept, deleted]);
    await tenant.control('DELETE', `/deleted-users/${deleted}`);
    expect(await idsAt(`/groups/${outer}/members`)).toEqual([inner]);
  });

  it('resolve circular nesting', async () => {
    const [id = ''] = await tenant.users('in.circle');
    const one = await tenant.group('One', [id]);
    const two = await tenant.group('Two', [one]);
    await tenant.control('POST', `/groups/${one}/members`, { add: [two] });
    expect(await idsAt(`/groups/${two}/transitiveMembers/microsoft.graph.user`)).toEqual([id]);
    expect(await idsAt('/groups?$select=id')).toEqual(expect.arrayContaining([one, two]));
  });
});

describe('applications', () => {
  it.each(['key', 'filter'])('are found by appId as %s, with their app roles', async (how) => {
    const select = '$select=id,appId,displayName,appRoles';
    const byKey = `/servicePrincipals(appId='${reader.appId}')?${select}`;
    const byFilter = `/servicePrincipals?$filter=appId eq '${reader.appId}'&${select}`;
    const { body } = await get(how === 'key' ? byKey : byFilter);
    const found = how === 'key' ? body : (body['value'] as Json[])[0];
    expect(found).toMatchObject({
      id: reader.servicePrincipalId,
      appId: reader.appId,
      displayName: 'Rollcall',
      appRoles: [{ ...reader.appRoles[0], isEnabled: true, allowedMemberTypes: ['User'] }],
    });
  });

  it('list who is assigned to them', async () => {
    const [id = ''] = await tenant.users('assigned.user');
    const groupId = await tenant.group('Assigned', []);
    await tenant.assign(reader.appId, id, 'role-admin');
    await tenant.assign(reader.appId, groupId);
    const { body } = await get(`/servicePrincipals/${reader.servicePrincipalId}/appRoleAssignedTo?$top=999`);
    expect(body['value']).toEqual([
      {
        id: expect.any(String),
        deletedDateTime: null,
        appRoleId: reader.appRoles[0]?.id,
        createdDateTime: tenant.now(),
        principalDisplayName: 'assigned.user',
        principalId: id,
        principalType: 'User',
        resourceDisplayName: 'Rollcall',
        resourceId: reader.servicePrincipalId,
      },
      expect.objectContaining({ appRoleId: '00000000-0000-0000-0000-000000000000', principalId: groupId, principalType: 'Group' }),
    ]);
  });

  it('show the expiry of their secret to readers with Application.Read.All alone', async () => {
    const path = `/applications(appId='${reader.appId}')?$select=appId,passwordCredentials`;
    expect(await get(path)).toMatchObject({ status: 403, body: { error: { code: 'Authorization_RequestDenied' } } });
    const other = await tenant.application({ graphRoles: ['Application.Read.All'] });
    const { body } = await get(path, await tokenFor(other));
    expect(body['passwordCredentials']).toMatchObject([
      { hint: reader.clientSecret.slice(0, 3), secretText: null, endDateTime: '2027-11-02T08:00:00Z' },
    ]);
  });
});

describe('access', () => {
  it.each([
    { name: 'no token', bearer: '' },
    { name: 'a foreign token', bearer: 'eyJhbGciOiJub25lIn0.e30.' },
  ])('is refused with 401 for $name', async ({ bearer }) => {
    expect(await get('/users', bearer)).toMatchObject({ status: 401, body: { error: { code: 'InvalidAuthenticationToken' } } });
  });

  it('is refused with 403 without Directory.Read.All, until consent comes and a new token with it', async () => {
    const bare = await tenant.application();
    const old = await tokenFor(bare);
    const denied = {
      status: 403,
      body: { error: { code: 'Authorization_RequestDenied', message: 'Insufficient privileges to complete the operation.' } },
    };
    expect(await get('/users', old)).toMatchObject(denied);
    await tenant.control('PATCH', `/applications/${bare.appId}`, { graphRoles: ['Directory.Read.All'] });
    expect(await get('/users', old)).toMatchObject(denied);
    expect((await get('/users', await tokenFor(bare))).status).toBe(200);
  });

  it('ends with the life of the token', async () => {
    const old = await tokenFor(reader);
    tenant.advance(2 * HOUR_MS);
    expect(await get('/users', old)).toMatchObject({
      status: 401,
      body: { error: { code: 'InvalidAuthenticationToken', message: 'Lifetime validation failed, the token is expired.' } },
    });
    token = await tokenFor(reader);
  });

  it('never writes: any other method is refused and remembered (I7)', async () => {
    expect((await tenant.control('GET', '/graph/violations')).body).toEqual({ violations: [] });
    expect((await get('/users/x', token, 'PATCH')).status).toBe(403);
    expect((await tenant.control('GET', '/graph/violations')).body).toEqual({
      violations: [{ at: tenant.now(), method: 'PATCH', path: '/v1.0/users/x' }],
    });
  });
});
