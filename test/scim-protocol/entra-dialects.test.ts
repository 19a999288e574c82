import { describe, expect, it } from '@jest/globals';
import type { CanonicalObject } from '../../src/kernel/index.ts';
import { ENTERPRISE_USER_URN as ENT, ROLLCALL_USER_URN as EXT, planGroupPatch, planUserPatch } from '../../src/scim-protocol/index.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const base: CanonicalObject = { userName: 'ada@contoso.example', active: true };
const work = { type: 'work', value: 'ada@contoso.example' };
const managed = { [ENT]: { manager: { value: 'm-1' } } };

/** One shape of entra-scim-client §3.1 as a job without the flag sends it, and as one with `aadOptscim062020` does. */
interface Shape {
  readonly name: string;
  readonly given?: CanonicalObject;
  readonly legacy: readonly unknown[];
  readonly flagged: readonly unknown[];
  readonly expected: CanonicalObject;
}

const shapes: readonly Shape[] = [
  {
    name: 'U1, U2 a deactivation',
    legacy: [{ op: 'Replace', path: 'active', value: 'False' }],
    flagged: [{ op: 'replace', value: { active: false } }],
    expected: { active: false },
  },
  {
    name: 'U3 a reactivation',
    given: { active: false },
    legacy: [{ op: 'Add', path: 'active', value: 'True' }],
    flagged: [{ op: 'add', value: { active: true } }],
    expected: { active: true },
  },
  {
    name: 'U4, U5 an operation per attribute, or one for all that have no filter',
    given: { emails: [{ type: 'work', value: 'old' }] },
    legacy: [
      { op: 'Replace', path: 'displayName', value: 'Ada L' },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: work.value },
      { op: 'Add', path: 'name.givenName', value: 'Ada' },
      { op: 'Add', path: 'externalId', value: 'X-1' },
      { op: 'Add', path: `${ENT}:employeeNumber`, value: '007' },
      { op: 'Add', path: `${EXT}:rbac_role_id`, value: 'auditor' },
    ],
    flagged: [
      { op: 'replace', path: 'emails[type eq "work"].value', value: work.value },
      {
        op: 'replace',
        value: {
          displayName: 'Ada L',
          'name.givenName': 'Ada',
          externalId: 'X-1',
          [`${ENT}:employeeNumber`]: '007',
          [`${EXT}:rbac_role_id`]: 'auditor',
        },
      },
    ],
    expected: {
      displayName: 'Ada L',
      emails: [work],
      name: { givenName: 'Ada' },
      externalId: 'X-1',
      [ENT]: { employeeNumber: '007' },
      [EXT]: { rbac_role_id: 'auditor' },
    },
  },
  {
    name: 'U6 an extension as an object',
    legacy: [{ op: 'Add', path: ENT, value: { department: 'D' } }],
    flagged: [{ op: 'replace', value: { [ENT]: { department: 'D' } } }],
    expected: { [ENT]: { department: 'D' } },
  },
  {
    name: 'U7 a work e-mail that is not there yet',
    legacy: [{ op: 'Add', path: 'emails[type eq "work"].value', value: work.value }],
    flagged: [{ op: 'replace', value: { 'emails[type eq "work"].value': work.value } }],
    expected: { emails: [work] },
  },
  {
    name: 'U8 an address in parts, and a telephone number',
    legacy: [
      { op: 'Add', path: 'addresses[type eq "work"].formatted', value: '1 Street' },
      { op: 'Add', path: 'addresses[type eq "work"].postalCode', value: '10115' },
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+49 (0) 151' },
    ],
    flagged: [
      {
        op: 'add',
        value: {
          'addresses[type eq "work"].formatted': '1 Street',
          'addresses[type eq "work"].postalCode': '10115',
          'phoneNumbers[type eq "mobile"].value': '+49 (0) 151',
        },
      },
    ],
    expected: {
      addresses: [{ type: 'work', formatted: '1 Street', postalCode: '10115' }],
      phoneNumbers: [{ type: 'mobile', value: '+49 (0) 151' }],
    },
  },
  {
    name: 'U9 the primary role, its name before its value (§2.3)',
    legacy: [
      { op: 'Add', path: 'roles[primary eq "True"].display', value: 'Administrator' },
      { op: 'Add', path: 'roles[primary eq "True"].type', value: 'WindowsAzureActiveDirectoryRole' },
      { op: 'Add', path: 'roles[primary eq "True"].value', value: 'Admin' },
    ],
    flagged: [
      {
        op: 'replace',
        path: 'roles',
        value: [{ primary: true, display: 'Administrator', type: 'WindowsAzureActiveDirectoryRole', value: 'Admin' }],
      },
    ],
    expected: { roles: [{ primary: true, display: 'Administrator', type: 'WindowsAzureActiveDirectoryRole', value: 'Admin' }] },
  },
  {
    name: 'U10 a manager',
    legacy: [{ op: 'Add', path: `${ENT}:manager`, value: 'm-1' }],
    flagged: [{ op: 'Add', path: 'manager', value: [{ $ref: 'http://../Users/m-1', value: 'm-1' }] }],
    expected: managed,
  },
  {
    name: 'U11 another manager',
    given: { [ENT]: { manager: { value: 'm-0' }, department: 'D' } },
    legacy: [{ op: 'Replace', path: `${ENT}:manager`, value: 'm-1' }],
    flagged: [{ op: 'replace', value: { [`${ENT}:manager`]: 'm-1' } }],
    expected: { [ENT]: { manager: { value: 'm-1' }, department: 'D' } },
  },
  {
    name: 'U12 no manager any more',
    given: managed,
    legacy: [{ op: 'Remove', path: `${ENT}:manager` }],
    flagged: [{ op: 'replace', value: { [`${ENT}:manager`]: '' } }],
    expected: {},
  },
  {
    name: 'U13 a Remove with a value',
    given: { emails: [work, { type: 'home', value: 'h' }] },
    legacy: [{ op: 'Remove', path: 'emails[type eq "work"].value', value: work.value }],
    flagged: [{ op: 'remove', path: 'emails[type eq "work"].value' }],
    expected: { emails: [{ type: 'home', value: 'h' }] },
  },
  {
    name: 'U14 an empty title',
    given: { title: 'CTO' },
    legacy: [{ op: 'Replace', path: 'title', value: '' }],
    flagged: [{ op: 'replace', value: { title: null } }],
    expected: {},
  },
  { name: 'U15 no operations at all', legacy: [], flagged: [], expected: {} },
  {
    name: 'U16 a rename',
    legacy: [{ op: 'Replace', path: 'userName', value: 'Ada.L@contoso.example' }],
    flagged: [{ op: 'replace', value: { userName: 'Ada.L@contoso.example' } }],
    expected: { userName: 'Ada.L@contoso.example' },
  },
  {
    name: 'U17 enterprise attributes without their URN',
    legacy: [
      { op: 'Add', path: 'department', value: 'R&D' },
      { op: 'Add', path: 'employeeNumber', value: '7' },
    ],
    flagged: [{ op: 'replace', value: { department: 'R&D', employeeNumber: '7' } }],
    expected: { [ENT]: { department: 'R&D', employeeNumber: '7' } },
  },
  {
    name: 'a role through userType (§8, Vanta and Rollstack)',
    given: { userType: 'Member' },
    legacy: [{ op: 'Replace', path: 'userType', value: '0000005ddeface0000000001' }],
    flagged: [{ op: 'replace', value: { userType: '0000005ddeface0000000001' } }],
    expected: { userType: '0000005ddeface0000000001' },
  },
  {
    name: 'a role through the core URN (§8, Zulip)',
    legacy: [{ op: 'Add', path: `${CORE}:role`, value: 'owner' }],
    flagged: [{ op: 'replace', value: { [`${CORE}:role`]: 'owner' } }],
    expected: { [CORE]: { role: 'owner' } },
  },
  {
    name: 'roles in full (§2.3, §8, Datadog)',
    given: { roles: [{ value: 'User', primary: false }] },
    legacy: [{ op: 'replace', path: 'roles', value: [{ primary: 'False', type: 'T', display: 'Admin', value: 'Admin' }] }],
    flagged: [{ op: 'replace', value: { roles: [{ primary: false, type: 'T', display: 'Admin', value: 'Admin' }] } }],
    expected: { roles: [{ primary: false, type: 'T', display: 'Admin', value: 'Admin' }] },
  },
];

describe('the shapes in which Entra changes a user (entra-scim-client §3.1)', () => {
  it.each(shapes)('are one and the same in both dialects: $name', ({ given = {}, legacy, flagged, expected }) => {
    for (const operations of [legacy, flagged]) {
      const plan = planUserPatch(
        { ...base, ...given },
        { Operations: operations, schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'] },
      );
      expect(plan.resource).toEqual({ ...base, ...expected });
      expect(plan.ignored.filter(({ path }) => path !== 'manager.$ref')).toEqual([]);
      expect(planUserPatch(plan.resource, { Operations: operations }).changed).toEqual([]);
    }
  });
});

describe('the shapes in which Entra changes a group (entra-scim-client §3.2)', () => {
  const A = '00000000-0000-7000-8000-00000000000a';
  const nothing = { cleared: false, add: [], remove: [] };

  it.each([
    {
      name: 'G1, G6 a member comes',
      legacy: [{ op: 'Add', path: 'members', value: [{ $ref: null, value: A }] }],
      flagged: [{ op: 'add', path: 'members', value: A }],
      expected: { members: { ...nothing, add: [A] } },
    },
    {
      name: 'G2, G3 a member goes',
      legacy: [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: A }] }],
      flagged: [{ op: 'remove', path: `members[value eq "${A}"]` }],
      expected: { members: { ...nothing, remove: [A] } },
    },
    {
      name: 'G4 all members go',
      legacy: [{ op: 'Remove', path: 'members' }],
      flagged: [{ op: 'replace', value: { members: [] } }],
      expected: { members: { ...nothing, cleared: true } },
    },
    {
      name: 'G5 other names',
      legacy: [
        { op: 'Replace', path: 'displayName', value: 'Finance' },
        { op: 'Replace', path: 'externalId', value: 'g-1' },
      ],
      flagged: [{ op: 'replace', value: { displayName: 'Finance', externalId: 'g-1' } }],
      expected: { displayName: 'Finance', externalId: 'g-1', members: nothing },
    },
  ])('are one and the same in both dialects: $name', ({ legacy, flagged, expected }) => {
    for (const operations of [legacy, flagged]) {
      const { tolerated: _tolerated, canonical: _canonical, ...plan } = planGroupPatch({ Operations: operations });
      expect(plan).toEqual({ ...expected, ignored: [] });
    }
  });
});
