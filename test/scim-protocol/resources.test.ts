import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CanonicalObject } from '../../src/kernel/index.ts';
import {
  describeResourceTypes,
  describeSchemas,
  describeService,
  ENTERPRISE_USER_URN as ENT,
  ROLLCALL_USER_URN as EXT,
  findSchema,
  groupType,
  planUserPatch,
  readNewUser,
  readSelection,
  selectText,
  selects,
  userType,
} from '../../src/scim-protocol/index.ts';
import { shownUser } from './shown-user.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const location = 'https://rollcall.example/scim/v2/Users/u';

describe('reading a new user', () => {
  it('takes what Entra posts, with an extension that schemas does not list (entra-scim-client §2.2)', () => {
    const body = {
      schemas: [CORE, ENT.replace('2.0:', '2.0')],
      externalId: 'x',
      userName: 'Ada@contoso.example',
      active: 'True',
      emails: [{ primary: true, type: 'work', value: 'Ada@Contoso.example' }],
      meta: { resourceType: 'User' },
      name: { formatted: 'Ada L', familyName: 'L', givenName: 'Ada' },
      roles: [],
      phoneNumbers: null,
      title: null,
      department: 'D',
      manager: null,
      [EXT]: { rbac_role_id: '0000005ddeface0000000001' },
      [`${ENT}:costCenter`]: '42',
    };
    const { resource, ignored } = readNewUser(body);
    expect(ignored).toEqual([]);
    expect(resource).toEqual({
      externalId: 'x',
      userName: 'Ada@contoso.example',
      active: true,
      emails: [{ primary: true, type: 'work', value: 'Ada@Contoso.example' }],
      name: { formatted: 'Ada L', familyName: 'L', givenName: 'Ada' },
      [ENT]: { department: 'D', costCenter: '42' },
      [EXT]: { rbac_role_id: '0000005ddeface0000000001' },
    });
  });

  it('makes a user active that the body says nothing of', () => {
    expect(readNewUser({ userName: 'a' }).resource).toEqual({ userName: 'a', active: true });
  });

  it.each([
    ['no userName', { active: true }],
    ['an empty userName', { userName: '' }],
    ['a userName that is a list', { userName: ['a', 'b'] }],
    ['active that is neither', { userName: 'a', active: 'perhaps' }],
  ])('refuses %s', (_name, body) => {
    const refusal = expect.objectContaining({ code: 'invalidValue' });
    expect(() => readNewUser(body)).toThrow(refusal);
  });
});

describe('showing a user', () => {
  it('shows what was sent, character by character (I13)', () => {
    const text = fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }).filter((value) => !/\0|\p{Surrogate}/u.test(value));
    const attributes = fc.record({ userName: text, displayName: text, title: text, name: fc.record({ givenName: text }) });
    fc.assert(
      fc.property(attributes, text, (sent, email) => {
        const created = readNewUser({ ...sent, emails: [{ type: 'work', value: email }] }).resource;
        const shown = shownUser(created);
        expect(shown).toMatchObject({ ...sent, emails: [{ type: 'work', value: email }] });
        expect(planUserPatch(created, { Operations: [{ op: 'replace', value: sent }] }).changed).toEqual([]);
      }),
    );
  });

  it('lists in schemas the extensions that hold something', () => {
    expect(shownUser({ userName: 'a', [ENT]: { department: 'D' } })).toMatchObject({ schemas: [CORE, ENT], id: 'u' });
    expect(shownUser({ userName: 'a' })).toMatchObject({ schemas: [CORE], meta: { resourceType: 'User', location } });
  });

  const resource = shownUser({
    userName: 'a',
    name: { givenName: 'A', familyName: 'L' },
    emails: [{ type: 'work', value: 'x' }],
    [ENT]: { department: 'D', division: 'V' },
  });
  it.each<[string | undefined, string | undefined, CanonicalObject]>([
    ['id', undefined, {}],
    ['userName,nonsense', undefined, { userName: 'a' }],
    ['NAME.givenname', undefined, { name: { givenName: 'A' } }],
    ['emails.value', undefined, { emails: [{ value: 'x' }] }],
    [`${ENT}:department`, undefined, { [ENT]: { department: 'D' } }],
    ['meta.location', undefined, { meta: { location } }],
    [undefined, `name,emails,meta,id,${ENT}`, { userName: 'a' }],
    [undefined, `name.givenName,emails,meta,${ENT}:division`, { userName: 'a', name: { familyName: 'L' }, [ENT]: { department: 'D' } }],
  ])('shows attributes=%s excludedAttributes=%s (RFC 7644 §3.9)', (attributes, excluded, expected) => {
    const selection = readSelection(userType, attributes?.split(',') ?? [], excluded?.split(',') ?? []);
    expect(JSON.parse(selectText(JSON.stringify(resource), selection))).toEqual({ schemas: resource['schemas'], id: 'u', ...expected });
  });

  it('knows that members need not be read', () => {
    expect(selects(readSelection(groupType, [], ['Members']), 'members')).toBe(false);
    expect(selects(readSelection(groupType, ['displayName'], []), 'members')).toBe(false);
    expect(selects(readSelection(groupType, ['members.value'], []), 'members')).toBe(true);
    expect(selects(undefined, 'members')).toBe(true);
  });
});

describe('discovery', () => {
  const base = 'https://rollcall.example/scim/v2';

  it('lists every schema with its attributes, without password and entitlements, without nulls', () => {
    const text = JSON.stringify(describeSchemas(base));
    expect(text).not.toMatch(/password|entitlements|null/);
    for (const name of ['userName', 'externalId', 'rbac_role_id', 'employeeNumber', 'manager', 'members', 'displayName'])
      expect(text).toContain(`"name":"${name}"`);
  });

  it('describes the role attribute for schema discovery', () => {
    expect(findSchema(base, EXT.toUpperCase())).toMatchObject({
      id: EXT,
      name: 'RollcallUser',
      attributes: [
        {
          name: 'rbac_role_id',
          type: 'string',
          multiValued: false,
          required: false,
          caseExact: true,
          mutability: 'readWrite',
          returned: 'default',
        },
      ],
      meta: { resourceType: 'Schema', location: `${base}/Schemas/${EXT}` },
    });
  });

  it('offers the types of an e-mail address', () => {
    expect(JSON.stringify(findSchema(base, CORE))).toContain('"canonicalValues":["work","home","other"]');
  });

  it('describes the two resource types and the service', () => {
    expect(describeResourceTypes(base)).toMatchObject({
      totalResults: 2,
      Resources: [{ id: 'User', schemaExtensions: [{ schema: ENT }, { schema: EXT }] }, { id: 'Group' }],
    });
    expect(describeService(base, { page: 100, bodyBytes: 1_000_000 })).toMatchObject({
      patch: { supported: true },
      filter: { supported: true, maxResults: 100 },
      bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 1_000_000 },
      pagination: { cursor: true, index: true, defaultPaginationMethod: 'index', defaultPageSize: 100, maxPageSize: 100 },
    });
  });
});
