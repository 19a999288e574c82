import { describe, expect, it } from '@jest/globals';
import type { CanonicalObject } from '../../src/kernel/index.ts';
import {
  ENTERPRISE_USER_URN as ENT,
  ROLLCALL_USER_URN as EXT,
  planGroupPatch,
  planUserPatch,
  readNewUser,
} from '../../src/scim-protocol/index.ts';
import { shownUser } from './shown-user.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const A = '00000000-0000-7000-8000-00000000000a';
const B = '00000000-0000-7000-8000-00000000000b';
const base: CanonicalObject = { userName: 'ada@contoso.example', active: true };
const work = { type: 'work', value: 'ada@contoso.example' };

/** A row of entra-scim-client §9 that a user's PATCH meets. */
interface Quirk {
  readonly name: string;
  readonly given?: CanonicalObject;
  readonly operations: readonly unknown[];
  readonly expected: CanonicalObject;
}

const patched: readonly Quirk[] = [
  { name: '#2 active as the text "False"', operations: [{ op: 'Replace', path: 'active', value: 'False' }], expected: { active: false } },
  {
    name: '#3 a bad operation beside the deactivation, as SCIMMY was measured to fail',
    operations: [
      { op: 'Add', path: 'emails[type eq "work"].value', value: { x: 1 } },
      { op: 'Replace', path: 'active', value: false },
    ],
    expected: { active: false },
  },
  {
    name: '#3 an unknown attribute beside the deactivation',
    operations: [{ op: 'Replace', value: { active: false, unknownAttr: 1 } }],
    expected: { active: false },
  },
  {
    name: '#5 a value path to what is not there, by Add and by Replace',
    operations: [
      { op: 'Add', path: 'emails[type eq "work"].value', value: work.value },
      { op: 'Replace', path: 'phoneNumbers[type eq "fax"].value', value: '1' },
    ],
    expected: { emails: [work], phoneNumbers: [{ type: 'fax', value: '1' }] },
  },
  {
    name: '#6 dotted and URN-qualified keys',
    operations: [{ op: 'replace', value: { 'name.familyName': 'L', [`${ENT}:division`]: 'V', [`${EXT}:rbac_role_id`]: 'r' } }],
    expected: { name: { familyName: 'L' }, [ENT]: { division: 'V' }, [EXT]: { rbac_role_id: 'r' } },
  },
  {
    name: '#8 manager as a bare text',
    operations: [{ op: 'Add', path: `${ENT}:manager`, value: 'm' }],
    expected: { [ENT]: { manager: { value: 'm' } } },
  },
  {
    name: '#8 manager cleared by ""',
    given: { [ENT]: { manager: { value: 'm' } } },
    operations: [{ op: 'Replace', path: `${ENT}:manager`, value: '' }],
    expected: {},
  },
  {
    name: '#11 a role as JSON in a text',
    operations: [{ op: 'Add', path: 'roles', value: [{ value: '{"id":"06b0","value":"25","displayName":"R"}' }] }],
    expected: { roles: [{ value: '{"id":"06b0","value":"25","displayName":"R"}' }] },
  },
  {
    name: '#12 the type of a role that Entra gives',
    operations: [{ op: 'Add', path: 'roles', value: [{ type: 'WindowsAzureActiveDirectoryRole', value: 'Admin' }] }],
    expected: { roles: [{ type: 'WindowsAzureActiveDirectoryRole', value: 'Admin' }] },
  },
  {
    name: '#13 primary compared with a text, where there is one',
    given: { roles: [{ primary: true, value: 'User' }] },
    operations: [{ op: 'Replace', path: 'roles[primary eq "True"].value', value: 'Admin' }],
    expected: { roles: [{ primary: true, value: 'Admin' }] },
  },
  {
    name: '#13 primary compared with a text, where there is none',
    given: { roles: [{ primary: false, value: 'User' }] },
    operations: [{ op: 'Add', path: 'roles[primary eq "True"].value', value: 'Admin' }],
    expected: {
      roles: [
        { primary: false, value: 'User' },
        { primary: true, value: 'Admin' },
      ],
    },
  },
  {
    name: '#14 paths under the core URN',
    operations: [
      { op: 'Add', path: `${CORE}:title`, value: 'CTO' },
      { op: 'Add', path: `${CORE}:name.givenName`, value: 'Ada' },
      { op: 'Add', path: `${CORE}:emails[type eq "work"].value`, value: work.value },
      { op: 'Add', path: `${CORE}:role`, value: 'owner' },
    ],
    expected: { title: 'CTO', name: { givenName: 'Ada' }, emails: [work], [CORE]: { role: 'owner' } },
  },
  {
    name: '#15 manager in a list, without its URN',
    operations: [{ op: 'Add', path: 'manager', value: [{ $ref: 'http://../Users/m', value: 'm' }] }],
    expected: { [ENT]: { manager: { value: 'm' } } },
  },
  {
    name: '#16 operations in capital letters',
    operations: [
      { op: 'ADD', path: 'title', value: 'CTO' },
      { op: 'Remove', path: 'title' },
    ],
    expected: {},
  },
  {
    name: '#21 names in any case',
    given: { emails: [work] },
    operations: [
      { op: 'replace', value: { 'NAME.GIVENNAME': 'Ada', 'Emails[TYPE EQ "WORK"].Value': 'b', [`${ENT.toUpperCase()}:Department`]: 'D' } },
    ],
    expected: { name: { givenName: 'Ada' }, emails: [{ type: 'work', value: 'b' }], [ENT]: { department: 'D' } },
  },
  { name: '#22 no operations', operations: [], expected: {} },
  {
    name: '#26 a URN with its dots, and with a dot before the attribute',
    operations: [
      { op: 'Add', path: `${ENT}.department`, value: 'D' },
      { op: 'Add', path: `${EXT}:rbac_role_id`, value: 'r' },
    ],
    expected: { [ENT]: { department: 'D' }, [EXT]: { rbac_role_id: 'r' } },
  },
  {
    name: '#27 values that look as if they wanted to be tidied up',
    operations: [
      { op: 'Add', path: 'phoneNumbers[type eq "work"].value', value: ' +49 (0)30 / 1234 ' },
      { op: 'Add', path: 'emails[type eq "work"].value', value: 'Ada.L@Contoso.EXAMPLE' },
      { op: 'Add', path: 'displayName', value: 'Ada  L\u0301 ' },
    ],
    expected: {
      phoneNumbers: [{ type: 'work', value: ' +49 (0)30 / 1234 ' }],
      emails: [{ type: 'work', value: 'Ada.L@Contoso.EXAMPLE' }],
      displayName: 'Ada  L\u0301 ',
    },
  },
];

describe('the quirks that break naive servers (entra-scim-client §9), in a PATCH', () => {
  it.each(patched)('$name', ({ given = {}, operations, expected }) => {
    const { resource } = planUserPatch({ ...base, ...given }, { Operations: operations });
    expect(resource).toEqual({ ...base, ...expected });
    // What was taken is shown (I13): the same request again has nothing to do.
    expect(planUserPatch(resource, { Operations: operations }).changed).toEqual([]);
  });

  it('#9 manager is shown as an object whatever it was sent as', () => {
    for (const value of ['m', { value: 'm' }, [{ value: 'm' }], ['m']]) {
      const { resource } = planUserPatch(base, { Operations: [{ op: 'Add', path: `${ENT}:manager`, value }] });
      expect(shownUser(resource)[ENT]).toEqual({ manager: { value: 'm' } });
    }
  });

  it.each([
    {
      name: '#1 one member removed by value',
      operation: { op: 'Remove', path: 'members', value: [{ value: A }] },
      members: { remove: [A] },
    },
    { name: '#1 a removal of what can be no member', operation: { op: 'Remove', path: 'members', value: [{ value: 'x' }] }, members: {} },
    {
      name: '#23 a member added twice',
      operation: { op: 'Add', path: 'members', value: [{ value: B }, { value: A }, { value: B.toUpperCase() }] },
      members: { add: [A, B] },
    },
  ])('$name', ({ operation, members }) => {
    const plan = planGroupPatch({ Operations: [operation] });
    expect(plan.members).toEqual({ cleared: false, add: [], remove: [], ...members });
  });
});

describe('the quirks that break naive servers (entra-scim-client §9), in a POST', () => {
  it.each([
    {
      name: '#7 an extension that schemas does not list',
      body: { schemas: [CORE], [EXT]: { rbac_role_id: 'r' } },
      expected: { [EXT]: { rbac_role_id: 'r' } },
    },
    { name: '#8 manager as a bare text', body: { [ENT]: { manager: '123456' } }, expected: { [ENT]: { manager: { value: '123456' } } } },
    { name: '#8 no manager', body: { manager: '' }, expected: {} },
    {
      name: '#11 #12 roles as SingleAppRoleAssignment posts them',
      body: { roles: [{ primary: true, type: 'WindowsAzureActiveDirectoryRole', value: 'Admin' }] },
      expected: { roles: [{ primary: true, type: 'WindowsAzureActiveDirectoryRole', value: 'Admin' }] },
    },
    { name: '#13 primary as a text', body: { emails: [{ ...work, primary: 'True' }] }, expected: { emails: [{ ...work, primary: true }] } },
    {
      name: '#14 attributes within the core URN',
      body: { [CORE]: { title: 'CTO', role: 'owner' } },
      expected: { title: 'CTO', [CORE]: { role: 'owner' } },
    },
    { name: '#17 nulls', body: { phoneNumbers: null, addresses: null, title: null, name: null, active: null, [ENT]: null }, expected: {} },
    {
      name: '#26 a URN with a dot before the attribute',
      body: { [`${EXT}.rbac_role_id`]: 'r' },
      expected: { [EXT]: { rbac_role_id: 'r' } },
    },
  ])('$name', ({ body, expected }) => {
    expect(readNewUser({ ...base, ...body })).toMatchObject({ resource: { ...base, ...expected }, ignored: [] });
  });

  it('refuses in strict mode alone what no schema knows, and in neither mode what the server sets', () => {
    const body = { userName: 'ada', id: 'x', meta: {}, groups: [] };
    expect(readNewUser(body, { mode: 'strict' })).toEqual({
      resource: { userName: 'ada', active: true },
      canonical: [{ op: 'add', path: 'userName' }],
      ignored: [],
      tolerated: [],
    });
    expect(readNewUser({ ...body, shoeSize: 7 }).ignored).toEqual([{ op: 'add', path: 'shoeSize', reason: 'unknown-attribute' }]);
    const refusal = expect.objectContaining({ code: 'invalidSyntax' });
    expect(() => readNewUser({ ...body, shoeSize: 7 }, { mode: 'strict' })).toThrow(refusal);
  });
});
