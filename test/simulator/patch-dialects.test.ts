import { describe, expect, it } from '@jest/globals';
import type { Change } from '../../src/simulator/provisioning/difference.ts';
import { type Dialect, type ManagerChange, patchDialects } from '../../src/simulator/provisioning/patch-dialects.ts';
import type { ScimTarget } from '../../src/simulator/provisioning/scim-target.ts';
import { ENTERPRISE_USER_URN, ROLLCALL_USER_URN } from '../../src/simulator/provisioning/scim-urns.ts';

const attribute = (name: string): ScimTarget => ({ kind: 'attribute', name });
const givenName: ScimTarget = { kind: 'sub-attribute', name: 'name', sub: 'givenName' };
const workEmail: ScimTarget = { kind: 'typed-value', name: 'emails', type: 'work', sub: 'value' };
const role: ScimTarget = { kind: 'extension', urn: ROLLCALL_USER_URN, name: 'rbac_role_id' };
const department: ScimTarget = { kind: 'extension', urn: ENTERPRISE_USER_URN, name: 'department' };

const set = (target: ScimTarget, value: string | boolean, present = true): Change => ({ target, value, present });

interface AttributeRow {
  readonly name: string;
  readonly dialect: Dialect;
  readonly changes: readonly Change[];
  readonly operations: readonly unknown[];
}

const attributeRows: readonly AttributeRow[] = [
  {
    name: 'U1: deactivates with the text "False"',
    dialect: 'legacy',
    changes: [set(attribute('active'), false)],
    operations: [{ op: 'Replace', path: 'active', value: 'False' }],
  },
  {
    name: 'U2: deactivates with a boolean at the path active',
    dialect: 'flag',
    changes: [set(attribute('active'), false)],
    operations: [{ op: 'replace', path: 'active', value: false }],
  },
  {
    name: 'U3: reactivates with Add when the target shows no active',
    dialect: 'legacy',
    changes: [set(attribute('active'), true, false)],
    operations: [{ op: 'Add', path: 'active', value: 'True' }],
  },
  {
    name: 'U4: one operation per attribute',
    dialect: 'legacy',
    changes: [
      set(attribute('displayName'), 'Ada'),
      set(givenName, 'Ada', false),
      set(workEmail, 'ada@contoso.example'),
      set(department, 'Law'),
    ],
    operations: [
      { op: 'Replace', path: 'displayName', value: 'Ada' },
      { op: 'Add', path: 'name.givenName', value: 'Ada' },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'ada@contoso.example' },
      { op: 'Replace', path: `${ENTERPRISE_USER_URN}:department`, value: 'Law' },
    ],
  },
  {
    name: 'U5: filtered paths for themselves, the rest in one operation without a path, with dotted and URN keys',
    dialect: 'flag',
    changes: [
      set(attribute('active'), false),
      set(attribute('displayName'), 'Ada'),
      set(givenName, 'Ada', false),
      set(workEmail, 'ada@contoso.example'),
      set(role, 'role-admin'),
    ],
    operations: [
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'ada@contoso.example' },
      {
        op: 'replace',
        value: { active: false, displayName: 'Ada', 'name.givenName': 'Ada', [`${ROLLCALL_USER_URN}:rbac_role_id`]: 'role-admin' },
      },
    ],
  },
  {
    name: 'U7: adds the work address where there is none, in the flag dialect',
    dialect: 'flag',
    changes: [set(workEmail, 'ada@contoso.example', false)],
    operations: [{ op: 'add', path: 'emails[type eq "work"].value', value: 'ada@contoso.example' }],
  },
  {
    name: 'a role at the path of the extension, added',
    dialect: 'legacy',
    changes: [set(role, 'role-admin', false)],
    operations: [{ op: 'Add', path: `${ROLLCALL_USER_URN}:rbac_role_id`, value: 'role-admin' }],
  },
];

const managerPath = `${ENTERPRISE_USER_URN}:manager`;

const managerRows: readonly { name: string; dialect: Dialect; change: ManagerChange; operation: unknown }[] = [
  {
    name: 'U10: sets a manager with a bare id',
    dialect: 'legacy',
    change: { to: 'm1', present: false },
    operation: { op: 'Add', path: managerPath, value: 'm1' },
  },
  {
    name: 'U10 in the flag dialect',
    dialect: 'flag',
    change: { to: 'm1', present: false },
    operation: { op: 'add', path: managerPath, value: 'm1' },
  },
  {
    name: 'U11: changes a manager',
    dialect: 'flag',
    change: { to: 'm2', present: true },
    operation: { op: 'replace', path: managerPath, value: 'm2' },
  },
  {
    name: 'U12: clears a manager',
    dialect: 'legacy',
    change: { to: null, present: true },
    operation: { op: 'Remove', path: managerPath },
  },
];

describe('patchDialects', () => {
  it.each(attributeRows)('$dialect: $name', ({ dialect, changes, operations }) => {
    expect(patchDialects[dialect].attributes(changes)).toEqual(operations);
  });

  it.each(managerRows)('$dialect: $name', ({ dialect, change, operation }) => {
    expect(patchDialects[dialect].manager(change)).toEqual(operation);
  });

  it('legacy: G1 adds members in one operation, with $ref null', () => {
    const value = [
      { $ref: null, value: 'a' },
      { $ref: null, value: 'b' },
    ];
    expect(patchDialects.legacy.addMembers(['a', 'b'])).toEqual([{ op: 'Add', path: 'members', value }]);
  });

  it('legacy: G2 removes members by value', () => {
    expect(patchDialects.legacy.removeMembers(['a'])).toEqual([{ op: 'Remove', path: 'members', value: [{ $ref: null, value: 'a' }] }]);
  });

  it('flag: G3 removes each member by a filtered path', () => {
    expect(patchDialects.flag.removeMembers(['a', 'b'])).toEqual([
      { op: 'remove', path: 'members[value eq "a"]' },
      { op: 'remove', path: 'members[value eq "b"]' },
    ]);
  });
});
