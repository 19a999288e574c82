import { describe, expect, it } from '@jest/globals';
import {
  ROLLCALL_USER_URN as EXT,
  planUserPatch,
  type RoleClaim,
  readNewUser,
  roleClaims,
  userType,
} from '../../src/scim-protocol/index.ts';
import { shownUser } from './shown-user.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const appRole = JSON.stringify({ id: '06b07648', value: '25', displayName: 'Role1234' });

interface Row {
  readonly name: string;
  readonly body: Record<string, unknown>;
  readonly claims: readonly RoleClaim[];
}

const rows: readonly Row[] = [
  { name: 'the extension', body: { [EXT]: { rbac_role_id: 'admin' } }, claims: [{ source: 'extension', value: 'admin' }] },
  { name: 'userType, as Vanta and Rollstack map it', body: { userType: '0000005d' }, claims: [{ source: 'userType', value: '0000005d' }] },
  {
    name: 'the primary role, as Datadog and BuildBuddy read it',
    body: { roles: [{ value: 'a' }, { value: 'b', primary: 'True' }] },
    claims: [{ source: 'roles', value: 'b' }],
  },
  {
    name: 'the only role (AppRoleAssignmentsComplex)',
    body: { roles: [{ value: 'a', primary: false }] },
    claims: [{ source: 'roles', value: 'a' }],
  },
  { name: 'none of several roles without a primary one', body: { roles: [{ value: 'a' }, { value: 'b' }] }, claims: [] },
  { name: 'no role that has but a name to show', body: { roles: [{ display: 'Admin', primary: true }] }, claims: [] },
  { name: 'the value within JSON', body: { roles: [{ value: appRole }] }, claims: [{ source: 'roles', value: '25', raw: appRole }] },
  {
    name: 'the displayName within JSON without a value',
    body: { roles: [{ value: '{"id":"1","value":null,"displayName":"Admin"}' }] },
    claims: [{ source: 'roles', value: 'Admin', raw: '{"id":"1","value":null,"displayName":"Admin"}' }],
  },
  {
    name: 'the id within JSON with nothing else',
    body: { roles: [{ value: ' {"id":"1"}' }] },
    claims: [{ source: 'roles', value: '1', raw: ' {"id":"1"}' }],
  },
  { name: 'nothing of JSON that names no role', body: { roles: [{ value: '{"role":7}' }] }, claims: [] },
  { name: 'a text that only looks like JSON', body: { roles: [{ value: '{admin}' }] }, claims: [{ source: 'roles', value: '{admin}' }] },
  { name: 'JSON that is no object', body: { roles: [{ value: '["a"]' }] }, claims: [{ source: 'roles', value: '["a"]' }] },
  {
    name: 'the role under the core URN, as Zulip maps it',
    body: { [CORE]: { role: 'owner' } },
    claims: [{ source: 'core', value: 'owner' }],
  },
  { name: 'nothing of a bare role, which no schema has', body: { role: 'owner' }, claims: [] },
  {
    name: 'every source that says anything',
    body: { userType: 'u', roles: 'r', [`${CORE}:role`]: 'c', [EXT]: { rbac_role_id: 'e' } },
    claims: [
      { source: 'extension', value: 'e' },
      { source: 'userType', value: 'u' },
      { source: 'roles', value: 'r' },
      { source: 'core', value: 'c' },
    ],
  },
];

describe('the claims of a role (entra-scim-client §8)', () => {
  it.each(rows)('are: $name', ({ body, claims }) => {
    expect(roleClaims(readNewUser({ userName: 'ada', ...body }).resource)).toEqual(claims);
  });
});

describe('the role under the core URN (entra-scim-client §2.2)', () => {
  const base = { userName: 'ada', active: true };
  it.each([
    { name: 'a qualified path', operation: { op: 'Add', path: `${CORE}:role`, value: 'owner' } },
    { name: 'a qualified key', operation: { op: 'replace', value: { [`${CORE}:role`]: 'owner' } } },
    { name: 'a nested object', operation: { op: 'replace', value: { [CORE]: { role: 'owner' } } } },
    { name: 'any case, and a dot', operation: { op: 'add', path: `${CORE.toUpperCase()}.Role`, value: 'owner' } },
  ])('is taken from $name and shown nested, as Entra looks for it (I13)', ({ operation }) => {
    const { resource, changed, ignored } = planUserPatch(base, { Operations: [operation] });
    expect({ resource, changed, ignored }).toEqual({
      resource: { ...base, [CORE]: { role: 'owner' } },
      changed: [`${CORE}:role`],
      ignored: [],
    });
    expect(shownUser(resource)).toMatchObject({ schemas: [CORE], [CORE]: { role: 'owner' } });
    expect(planUserPatch(resource, { Operations: [operation] }).changed).toEqual([]);
  });

  it.each([
    { name: 'removed', operation: { op: 'remove', path: `${CORE}:role` } },
    { name: 'emptied', operation: { op: 'replace', path: `${CORE}:role`, value: '' } },
  ])('leaves no container behind when it is $name', ({ operation }) => {
    expect(planUserPatch({ ...base, [CORE]: { role: 'owner' } }, { Operations: [operation] }).resource).toEqual(base);
  });

  it('is no attribute of the core schema', () => {
    expect(userType.schema.attributes.map(({ name }) => name)).not.toContain('role');
    expect(planUserPatch(base, { Operations: [{ op: 'add', path: 'role', value: 'owner' }] }).ignored).toHaveLength(1);
  });
});
