import { describe, expect, it } from '@jest/globals';
import type { CanonicalObject } from '../../src/kernel/index.ts';
import { ENTERPRISE_USER_URN as ENT, ROLLCALL_USER_URN as EXT, planUserPatch } from '../../src/scim-protocol/index.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const base: CanonicalObject = { userName: 'ada@contoso.example', active: true };
const work = (value: string) => ({ type: 'work', value });

interface Row {
  readonly name: string;
  readonly given?: CanonicalObject;
  readonly operations: readonly unknown[];
  readonly expected: CanonicalObject;
  readonly ignored?: readonly string[];
}

const accepted: readonly Row[] = [
  { name: 'U1 active as the string "False"', operations: [{ op: 'Replace', path: 'active', value: 'False' }], expected: { active: false } },
  { name: 'U2 active as a boolean', operations: [{ op: 'replace', path: 'active', value: false }], expected: { active: false } },
  {
    name: 'U3 reactivation by Add "True"',
    given: { ...base, active: false },
    operations: [{ op: 'Add', path: 'active', value: 'True' }],
    expected: {},
  },
  {
    name: 'U4 one operation per attribute',
    operations: [
      { op: 'Replace', path: 'displayName', value: 'Ada L' },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'ada@contoso.example' },
      { op: 'Replace', path: 'name.givenName', value: 'Ada' },
      { op: 'Replace', path: 'externalId', value: 'X-1' },
      { op: 'Replace', path: `${ENT}:employeeNumber`, value: '007' },
    ],
    expected: {
      displayName: 'Ada L',
      emails: [work('ada@contoso.example')],
      name: { givenName: 'Ada' },
      externalId: 'X-1',
      [ENT]: { employeeNumber: '007' },
    },
  },
  {
    name: 'U5 a filtered path beside one operation with dotted and URN-qualified keys',
    given: { ...base, emails: [work('old@contoso.example')] },
    operations: [
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'new@contoso.example' },
      {
        op: 'replace',
        value: {
          displayName: 'Bjfe',
          'name.givenName': 'Kkom',
          'name.familyName': 'Unua',
          [`${ENT}:employeeNumber`]: 'Aklq',
          [`${EXT}:rbac_role_id`]: 'auditor',
        },
      },
    ],
    expected: {
      displayName: 'Bjfe',
      emails: [work('new@contoso.example')],
      name: { givenName: 'Kkom', familyName: 'Unua' },
      [ENT]: { employeeNumber: 'Aklq' },
      [EXT]: { rbac_role_id: 'auditor' },
    },
  },
  {
    name: 'U6 a nested URN object',
    operations: [{ op: 'replace', value: { [ENT]: { department: 'D' } } }],
    expected: { [ENT]: { department: 'D' } },
  },
  {
    name: 'U7 Add creates the value that the filter describes',
    operations: [{ op: 'Add', path: 'emails[type eq "work"].value', value: 'n@t.example' }],
    expected: { emails: [work('n@t.example')] },
  },
  {
    name: 'U7 Replace does too',
    operations: [{ op: 'Replace', path: 'emails[type eq "work"].value', value: 'n@t.example' }],
    expected: { emails: [work('n@t.example')] },
  },
  {
    name: 'U8 addresses and telephone numbers are created so too',
    operations: [
      { op: 'Add', path: 'addresses[type eq "work"].formatted', value: '1 Street' },
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+49 (0) 151' },
    ],
    expected: { addresses: [{ type: 'work', formatted: '1 Street' }], phoneNumbers: [{ type: 'mobile', value: '+49 (0) 151' }] },
  },
  {
    name: 'U9 primary compared with a string or a boolean',
    operations: [
      { op: 'Add', path: 'roles[primary eq "True"].value', value: 'Admin' },
      { op: 'Add', path: 'emails[primary eq true].value', value: 'p@t.example' },
    ],
    expected: { roles: [{ primary: true, value: 'Admin' }], emails: [{ primary: true, value: 'p@t.example' }] },
  },
  {
    name: 'U10 manager as a bare id',
    operations: [{ op: 'Add', path: `${ENT}:manager`, value: 'm-1' }],
    expected: { [ENT]: { manager: { value: 'm-1' } } },
  },
  {
    name: 'U10 manager as an unqualified array',
    operations: [{ op: 'Add', path: 'manager', value: [{ $ref: 'http://../Users/m-1', value: 'm-1' }] }],
    expected: { [ENT]: { manager: { value: 'm-1' } } },
    ignored: ['read-only'],
  },
  {
    name: 'manager as an object',
    operations: [{ op: 'Add', path: `${ENT}:manager`, value: { value: 'm-1' } }],
    expected: { [ENT]: { manager: { value: 'm-1' } } },
  },
  {
    name: 'manager by its sub-attribute',
    operations: [{ op: 'Add', path: `${ENT}:manager.value`, value: 'm-1' }],
    expected: { [ENT]: { manager: { value: 'm-1' } } },
  },
  {
    name: 'U11 manager changes',
    given: { ...base, [ENT]: { manager: { value: 'm-1' } } },
    operations: [{ op: 'replace', path: `${ENT}:manager`, value: 'm-2' }],
    expected: { [ENT]: { manager: { value: 'm-2' } } },
  },
  {
    name: 'U12 manager cleared by ""',
    given: { ...base, [ENT]: { manager: { value: 'm-1' } } },
    operations: [{ op: 'replace', path: `${ENT}:manager`, value: '' }],
    expected: {},
  },
  {
    name: 'U12 manager removed',
    given: { ...base, [ENT]: { manager: { value: 'm-1' } } },
    operations: [{ op: 'Remove', path: `${ENT}:manager` }],
    expected: {},
  },
  {
    name: 'U13 Remove with a value',
    given: { ...base, emails: [work('x'), { type: 'home', value: 'h' }] },
    operations: [{ op: 'Remove', path: 'emails[type eq "work"].value', value: 'x' }],
    expected: { emails: [{ type: 'home', value: 'h' }] },
  },
  {
    name: 'U14 an empty string unassigns',
    given: { ...base, title: 'CTO' },
    operations: [{ op: 'replace', path: 'title', value: '' }],
    expected: {},
  },
  {
    name: 'U14 null unassigns',
    given: { ...base, title: 'CTO' },
    operations: [{ op: 'replace', path: 'title', value: null }],
    expected: {},
  },
  {
    name: 'U14 null in a path-less replace unassigns',
    given: { ...base, title: 'CTO', emails: [work('x')] },
    operations: [{ op: 'replace', value: { title: null, emails: null } }],
    expected: {},
  },
  { name: 'U15 no operations at all', operations: [], expected: {} },
  {
    name: 'U16 a rename',
    operations: [{ op: 'Replace', path: 'userName', value: 'Ada.L@contoso.example' }],
    expected: { userName: 'Ada.L@contoso.example' },
  },
  {
    name: 'U17 enterprise attributes without their URN',
    operations: [
      { op: 'Add', path: 'department', value: 'R&D' },
      { op: 'Add', path: 'employeeNumber', value: '7' },
    ],
    expected: { [ENT]: { department: 'R&D', employeeNumber: '7' } },
  },
  {
    name: 'core attributes under the core URN',
    operations: [{ op: 'add', path: `${CORE}:title`, value: 'CTO' }],
    expected: { title: 'CTO' },
  },
  {
    name: 'a URN with a dot before the attribute',
    operations: [{ op: 'add', path: `${EXT}.rbac_role_id`, value: 'admin' }],
    expected: { [EXT]: { rbac_role_id: 'admin' } },
  },
  {
    name: 'a schema as path',
    operations: [{ op: 'add', path: ENT, value: { department: 'D' } }],
    expected: { [ENT]: { department: 'D' } },
  },
  {
    name: 'names in any case',
    operations: [{ OP: 'REPLACE', Path: 'Name.GivenName', Value: 'Ada' }],
    expected: { name: { givenName: 'Ada' } },
  },
  {
    name: 'a role as a JSON string',
    operations: [{ op: 'Add', path: 'roles', value: [{ value: '{"id":"06b07648","value":"25"}' }] }],
    expected: { roles: [{ value: '{"id":"06b07648","value":"25"}' }] },
  },
  {
    name: 'values wrapped as older jobs wrap them',
    operations: [{ op: 'Add', path: 'displayName', value: [{ $ref: null, value: 'Ada' }] }],
    expected: { displayName: 'Ada' },
  },
  {
    name: 'a duplicate value is dropped',
    given: { ...base, emails: [work('x')] },
    operations: [{ op: 'add', path: 'emails', value: [work('x')] }],
    expected: { emails: [work('x')] },
  },
  {
    name: 'the primary value written last is the only one (RFC 7643 §2.4)',
    given: { ...base, emails: [{ ...work('x'), primary: true }] },
    operations: [{ op: 'add', path: 'emails', value: [{ type: 'home', value: 'h', primary: 'True' }] }],
    expected: {
      emails: [
        { ...work('x'), primary: false },
        { type: 'home', value: 'h', primary: true },
      ],
    },
  },
  {
    name: 'Remove of listed values keeps the others',
    given: { ...base, roles: [{ value: 'a' }, { value: 'b' }] },
    operations: [{ op: 'Remove', path: 'roles', value: [{ value: 'a' }] }],
    expected: { roles: [{ value: 'b' }] },
  },
  {
    name: 'unknown attributes are ignored and the rest is applied',
    operations: [
      { op: 'add', path: 'no.such[thing eq 1].x', value: 1 },
      { op: 'add', path: 'nickName', value: 'Countess' },
      { op: 'add', value: { shoeSize: 7, id: 'x', meta: {} } },
    ],
    expected: { nickName: 'Countess' },
    ignored: ['unknown-attribute', 'unknown-attribute'],
  },
  {
    name: '__proto__ and constructor name nothing',
    operations: [
      {
        op: 'add',
        value: JSON.parse('{"__proto__": {"active": false}, "constructor": {"x": 1}, "name": {"__proto__": "x", "givenName": "A"}}'),
      },
    ],
    expected: { name: { givenName: 'A' } },
    ignored: ['unknown-attribute', 'unknown-attribute', 'unknown-attribute'],
  },
  {
    name: 'an object for a complex attribute, which sets and unassigns what it names and keeps the rest (RFC 7644 §3.5.2.3)',
    given: { ...base, name: { formatted: 'Ada L', givenName: 'Ada', familyName: 'L' } },
    operations: [{ op: 'replace', value: { name: { givenName: 'A', familyName: null } } }],
    expected: { name: { formatted: 'Ada L', givenName: 'A' } },
  },
  {
    name: 'an object of nothing but unknown sub-attributes, and keeps what there is',
    given: { ...base, emails: [work('a')], [ENT]: { manager: { value: 'm' } } },
    operations: [
      { op: 'replace', path: 'emails', value: [{ colour: 'red' }] },
      { op: 'replace', path: 'emails[type eq "work"]', value: { colour: 'red' } },
      { op: 'replace', path: 'manager', value: { colour: 'red', displayName: 'Grace' } },
    ],
    expected: { emails: [work('a')], [ENT]: { manager: { value: 'm' } } },
    ignored: ['unknown-attribute', 'read-only', 'unknown-attribute', 'unknown-attribute'],
  },
  {
    name: 'a removal of an empty list, and removes nothing',
    given: { ...base, emails: [work('a')] },
    operations: [{ op: 'remove', path: 'emails', value: [] }],
    expected: { emails: [work('a')] },
    ignored: ['no-value'],
  },
  {
    name: 'a role with the name that AppRoleAssignmentsComplex gives it (I13)',
    operations: [{ op: 'Add', path: 'roles', value: [{ primary: false, type: 'T', displayName: 'Admin', value: 'admin' }] }],
    expected: { roles: [{ primary: false, type: 'T', displayName: 'Admin', value: 'admin' }] },
  },
  {
    name: 'roles that differ in nothing but their names',
    operations: [
      { op: 'Add', path: 'roles', value: [{ display: 'Admin', primary: true }, { display: 'Auditor' }, { display: 'Auditor' }] },
    ],
    expected: { roles: [{ display: 'Admin', primary: true }, { display: 'Auditor' }] },
  },
  {
    name: 'a value that says nothing but its kind, and drops it',
    given: { ...base, emails: [work('x')] },
    operations: [
      { op: 'Replace', path: 'emails[type eq "work"].value', value: null },
      { op: 'Add', path: 'phoneNumbers[type eq "work"].primary', value: 'True' },
    ],
    expected: {},
  },
  {
    name: 'a sub-attribute of all values, and of none',
    given: { ...base, emails: [work('x'), { type: 'home', value: 'h' }] },
    operations: [
      { op: 'Replace', path: 'emails.display', value: 'Ada' },
      { op: 'Add', path: 'phoneNumbers.value', value: '1' },
    ],
    expected: {
      emails: [
        { ...work('x'), display: 'Ada' },
        { type: 'home', value: 'h', display: 'Ada' },
      ],
      phoneNumbers: [{ value: '1' }],
    },
  },
  {
    name: 'Remove of a listed value in another case',
    given: { ...base, emails: [work('ada@contoso.example'), work('b')] },
    operations: [{ op: 'Remove', path: 'emails', value: [{ value: 'Ada@Contoso.example' }] }],
    expected: { emails: [work('b')] },
  },
  {
    name: 'Remove of a listed value that has no value of its own',
    given: {
      ...base,
      addresses: [
        { type: 'work', locality: 'Berlin', primary: true },
        { type: 'home', locality: 'Bonn' },
      ],
    },
    operations: [{ op: 'Remove', path: 'addresses', value: { type: 'work', locality: 'Berlin' } }],
    expected: { addresses: [{ type: 'home', locality: 'Bonn' }] },
  },
  {
    name: 'a whole extension removed',
    given: { ...base, [ENT]: { department: 'D', manager: { value: 'm' } }, [EXT]: { rbac_role_id: 'r' } },
    operations: [{ op: 'remove', path: ENT }],
    expected: { [EXT]: { rbac_role_id: 'r' } },
  },
  {
    name: 'a whole extension replaced by null, while an Add of null adds nothing',
    given: { ...base, [ENT]: { department: 'D' }, [EXT]: { rbac_role_id: 'r' } },
    operations: [
      { op: 'replace', value: { [ENT]: null } },
      { op: 'add', value: { [EXT]: null } },
    ],
    expected: { [EXT]: { rbac_role_id: 'r' } },
  },
  { name: 'removing active changes nothing', operations: [{ op: 'remove', path: 'active' }], expected: {}, ignored: ['required'] },
];

describe('planning a PATCH of a user', () => {
  it.each(accepted)('takes $name', ({ given = base, operations, expected, ignored = [] }) => {
    const plan = planUserPatch(given, { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations });
    expect(plan.resource).toEqual({ ...base, ...expected });
    expect(plan.ignored.map(({ reason }) => reason)).toEqual(ignored);
  });

  it.each([
    { name: 'the same value again', operations: [{ op: 'Replace', path: 'displayName', value: 'Ada' }] },
    {
      name: 'the same complex value in another order',
      operations: [{ op: 'Replace', path: 'emails', value: [{ value: 'a', type: 'work' }] }],
    },
    { name: 'no operations', operations: [] },
    { name: 'an unknown attribute', operations: [{ op: 'Add', path: 'shoeSize', value: '7' }] },
  ])('sees no change in $name', ({ operations }) => {
    const current = { ...base, displayName: 'Ada', emails: [work('a')] };
    expect(planUserPatch(current, { Operations: operations }).changed).toEqual([]);
  });

  it('says each time what was tolerated, whether or not it has seen the path before', () => {
    const operations = [
      { op: 'Add', path: `${EXT}.rbac_role_id`, value: 'r' },
      { op: 'Add', path: 'department', value: 7 },
      { op: 'Add', path: 'emails[type eq "work"].value', value: [{ value: 'x' }] },
    ];
    const tolerated = [
      { quirk: 'urn-with-dot', path: `${EXT}.rbac_role_id` },
      { quirk: 'unqualified-extension-attribute', path: 'department' },
      { quirk: 'scalar-as-text', path: 'department' },
      { quirk: 'wrapped-value', path: 'emails[type eq "work"].value' },
      { quirk: 'value-created-by-filter', path: 'emails[type eq "work"].value' },
    ];
    for (const _time of ['first', 'second']) expect(planUserPatch(base, { Operations: operations }).tolerated).toEqual(tolerated);
  });
});
