import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyFilter, type Json, someAttributes } from './filter-model.ts';
import { type ScimClient, type ScimServer, startScim, tenantUrl } from './scim-server.ts';

const ENT = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

let server: ScimServer;
let client: ScimClient;

beforeAll(async () => {
  server = await startScim();
  client = await server.client();
});
afterAll(() => server.close());

const list = async (by: ScimClient, path: string, parameters: Readonly<Record<string, string>>) =>
  (await by.send('GET', `${path}?${String(new URLSearchParams(parameters))}`)).body;
const idsOf = (body: { Resources: readonly { id: string }[] }) => body.Resources.map(({ id }) => id);

describe('filtering users in SQL', () => {
  it('finds what an independent evaluation of the same filter finds (RFC 7644 §3.4.2.2)', async () => {
    const own = await server.client();
    const population = fc.sample(someAttributes, { numRuns: 60, seed: 7 });
    for (const [n, attributes] of population.entries()) await own.addUser(`${n % 2 === 0 ? 'Ada' : 'bob'}-${n}`, attributes);
    const everybody: readonly Json[] = (await list(own, '/Users', {})).Resources;
    expect(everybody).toHaveLength(60);
    let found = 0;
    await fc.assert(
      fc.asyncProperty(anyFilter, async ({ text, holds }) => {
        const body = await list(own, '/Users', { filter: text });
        const expected = everybody.filter(holds).map((user) => user['id']);
        expect([text, body.totalResults, idsOf(body)]).toEqual([text, expected.length, expected]);
        found += expected.length;
      }),
      { numRuns: 400 },
    );
    expect(found).toBeGreaterThan(0);
  });

  it.each([
    { filter: (id: string) => `meta.location eq "${tenantUrl(client.workspaceId)}/Users/${id}"`, name: 'its address' },
    { filter: () => 'meta.resourceType eq "User" and userName eq "whole@contoso.example"', name: 'its type' },
    { filter: () => 'meta.version eq "W/\\"1\\"" and userName eq "whole@contoso.example"', name: 'its version' },
    {
      filter: () => 'meta.created ge "2000-01-01T00:00:00Z" and meta.lastModified lt "2100-01-01T00:00:00Z" and title eq "whole"',
      name: 'its times',
    },
    { filter: () => `schemas eq "${ENT}" and title eq "whole"`, name: 'its schemas' },
    { filter: () => 'groups.display eq "Whole Group"', name: 'the name of a group' },
    { filter: () => 'groups[display sw "whole"]', name: 'a group in brackets' },
    { filter: () => 'addresses[type eq "work" and locality eq "bristol"]', name: 'an address' },
    { filter: () => 'phoneNumbers.value co "496"', name: 'part of a number' },
    { filter: () => 'x509Certificates.value eq "MIIB"', name: 'a certificate' },
    { filter: () => 'name[familyName eq "Person"]', name: 'a part of a name in brackets' },
    { filter: () => `${ENT}:manager.value eq "boss" and ${ENT}:manager pr`, name: 'the manager' },
    { filter: () => 'roles[primary eq "True"].value eq "25"', name: 'the primary role' },
    { filter: () => 'urn:ietf:params:scim:schemas:extension:rollcall:2.0:User:rbac_role_id eq "reviewer"', name: 'rbac_role_id' },
  ])('finds a user by $name', async ({ filter }) => {
    await client.addUser('someone-else@contoso.example', { title: 'other' }).catch(() => undefined);
    const existing = await list(client, '/Users', { filter: 'userName eq "whole@contoso.example"' });
    const id =
      existing.Resources[0]?.id ??
      (await client.addUser('whole@contoso.example', {
        title: 'whole',
        name: { familyName: 'Person' },
        addresses: [{ type: 'work', locality: 'Bristol' }],
        phoneNumbers: [{ type: 'work', value: '+44 117 496 0000' }],
        x509Certificates: [{ value: 'MIIB' }],
        roles: [{ value: '25', primary: 'True' }],
        [ENT]: { department: 'D', manager: { value: 'boss' } },
        'urn:ietf:params:scim:schemas:extension:rollcall:2.0:User': { rbac_role_id: 'reviewer' },
      }));
    if (existing.totalResults === 0) await client.addGroup('Whole Group', [id]);
    const body = await list(client, '/Users', { filter: filter(id) });
    expect([body.totalResults, idsOf(body)]).toEqual([1, [id]]);
  });

  it.each([
    { filter: 'emails.value eq "ann@B\u00fccher.example"', isFound: true },
    { filter: 'emails[type eq "work"].value eq "ann@b\u00fccher.example"', isFound: true },
    { filter: 'emails.value eq "ann@xn--bcher-kva.example"', isFound: false },
    { filter: 'emails[type eq "work"].value eq "ann@xn--bcher-kva.example"', isFound: false },
    { filter: 'emails.value eq "ben@XN--bcher-kva.example"', isFound: true },
    { filter: 'emails.value eq "cem@contoso.example"', isFound: false },
    { filter: 'emails.value eq "cem@\uff43ontoso.example"', isFound: true },
    { filter: 'emails.value eq "eva@fabrikam.example"', isFound: false },
    { filter: 'emails.value eq "D\u00d6RTE@contoso.example"', isFound: true },
  ])('compares an address letter by letter as it was sent, however its domain is spelled in keys: $filter', async ({ filter, isFound }) => {
    const own = await server.client();
    const id = await own.addUser('eva@\uff46abrikam.example', {
      emails: [
        { type: 'work', value: 'ann@b\u00fccher.example' },
        { type: 'home', value: 'ben@xn--bcher-kva.example' },
        { type: 'other', value: 'cem@\uff43ontoso.example' },
        { type: 'other', value: 'd\u00f6rte@contoso.example' },
      ],
    });
    expect(idsOf(await list(own, '/Users', { filter }))).toEqual(isFound ? [id] : []);
  });

  it('shows the groups of a user where they are asked for by name, and else does not look them up', async () => {
    const id = await client.addUser('grouped@contoso.example');
    const group = await client.addGroup('Shown Group', [id]);
    const shown = await client.send('GET', `/Users/${id}?attributes=userName,groups`);
    expect(shown.body.groups).toEqual([
      { value: group, $ref: `${tenantUrl(client.workspaceId)}/Groups/${group}`, display: 'Shown Group', type: 'direct' },
    ]);
    const listed = await list(client, '/Users', { filter: `id eq "${id}"`, attributes: 'groups.display' });
    expect(listed.Resources[0].groups).toEqual([{ display: 'Shown Group' }]);
    expect((await client.send('GET', `/Users/${id}`)).body.groups).toBeUndefined();
  });
});

describe('filtering groups in SQL', () => {
  it.each([
    'displayName eq "FILTERED one"',
    'displayName sw "filtered o"',
    'externalId eq "g-1"',
    'displayName co "one" and not (externalId eq "g-2")',
    'members eq "MEMBER"',
    'members.value eq "MEMBER" and displayName pr',
    'members[value eq "MEMBER" and type eq "User"]',
    'id eq "GROUP" and members eq "MEMBER"',
    'meta.resourceType eq "Group" and externalId eq "g-1"',
  ])('finds one by %s', async (filter) => {
    const own = await server.client();
    const member = await own.addUser('member@contoso.example');
    const { body } = await own.send('POST', '/Groups', { displayName: 'Filtered One', externalId: 'g-1', members: [{ value: member }] });
    await own.send('POST', '/Groups', { displayName: 'Another', externalId: 'g-2' });
    const found = await list(own, '/Groups', { filter: filter.replaceAll('MEMBER', member).replaceAll('GROUP', body.id) });
    expect([found.totalResults, idsOf(found)]).toEqual([1, [body.id]]);
  });
});

describe('sorting (RFC 7644 §3.4.2.3)', () => {
  it.each([
    { sortBy: 'title', sortOrder: undefined, expected: ['a', 'b', 'C', undefined] },
    { sortBy: 'title', sortOrder: 'descending', expected: [undefined, 'C', 'b', 'a'] },
    { sortBy: 'TITLE', sortOrder: 'Ascending', expected: ['a', 'b', 'C', undefined] },
  ])('sorts by $sortBy $sortOrder, case aside, with the missing ones at the end', async ({ sortBy, sortOrder, expected }) => {
    const own = await server.client();
    for (const [n, title] of ['b', undefined, 'C', 'a'].entries()) await own.addUser(`s${n}`, title === undefined ? {} : { title });
    const parameters = { sortBy, ...(sortOrder === undefined ? {} : { sortOrder }) };
    const body = await list(own, '/Users', parameters);
    expect(body.Resources.map(({ title }: { title?: string }) => title)).toEqual(expected);
    const second = await list(own, '/Users', { ...parameters, startIndex: '2', count: '2' });
    expect([second.totalResults, second.Resources.map(({ title }: { title?: string }) => title)]).toEqual([4, expected.slice(1, 3)]);
  });

  it('sorts by the primary value of several, else the first', async () => {
    const own = await server.client();
    await own.addUser('p1', { emails: [{ value: 'z' }, { value: 'a', primary: true }] });
    await own.addUser('p2', { emails: [{ value: 'b' }, { value: 'c' }] });
    const body = await list(own, '/Users', { sortBy: 'emails', filter: 'emails pr' });
    expect(body.Resources.map(({ userName }: { userName: string }) => userName)).toEqual(['p1', 'p2']);
  });

  it.each([
    { parameters: { sortBy: 'name' }, scimType: 'invalidPath' },
    { parameters: { sortBy: 'shoeSize' }, scimType: 'invalidPath' },
    { parameters: { sortBy: 'title', sortOrder: 'up' }, scimType: 'invalidValue' },
  ])('refuses $parameters', async ({ parameters, scimType }) => {
    const answer = await client.send('GET', `/Users?${String(new URLSearchParams(parameters))}`);
    expect(answer).toMatchObject({ status: 400, body: { scimType } });
  });
});

describe('a search (RFC 7644 §3.4.3)', () => {
  it('answers what a list answers, for one type and for all', async () => {
    const own = await server.client();
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.push(await own.addUser(`found-${n}`, { title: 'T' }));
    const group = await own.addGroup('found-group');
    const search = async (path: string, body: unknown) => (await own.send('POST', path, body)).body;
    const request = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      filter: 'title eq "t"',
      startIndex: 2,
      count: 1,
      attributes: ['userName'],
    };
    const users = await search('/Users/.search', request);
    expect(users).toMatchObject({ totalResults: 3, startIndex: 2, itemsPerPage: 1 });
    expect(Object.keys(users.Resources[0])).toEqual(['schemas', 'id', 'userName']);
    expect(idsOf(await search('/Groups/.search', { filter: 'displayName eq "found-group"' }))).toEqual([group]);
    const everything = 'userName sw "found" or displayName sw "found"';
    expect(idsOf(await search('/.search', { filter: everything }))).toEqual([...ids, group]);
    expect(await search('/.search', { filter: everything, startIndex: 3, count: 2 })).toMatchObject({
      totalResults: 4,
      itemsPerPage: 2,
      Resources: [{ id: ids[2] }, { id: group }],
    });
    expect(await search('/.search', { filter: everything, count: 0 })).toMatchObject({ totalResults: 4, itemsPerPage: 0, Resources: [] });
    expect(idsOf(await search('/.search', { filter: 'meta.resourceType eq "Group"' }))).toEqual([group]);
  });
});
