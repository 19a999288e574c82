import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type RoleWorkspace, roleWorkspace } from './role-workspace.ts';
import { type ScimServer, startScim } from './scim-server.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const EXT = 'urn:ietf:params:scim:schemas:extension:rollcall:2.0:User';
const ROLE_TYPE = 'WindowsAzureActiveDirectoryRole';
const inText = JSON.stringify({ id: '06b07648', value: 'auditor', displayName: 'Auditor' });

const granted = (source: string, roleId: string, raw = roleId) => ({ roleId, because: 'granted', claim: { source, value: roleId, raw } });
const least = (because: string, source: string, value: string) => ({ roleId: 'employee', because, claim: { source, value, raw: value } });
const noRole = { roleId: 'employee', because: 'no-role', claim: null };
const unknown = (path: string) => [{ quirk: 'unknown-role', path }];
const tooHigh = (path: string) => [{ quirk: 'role-not-grantable', path }];

let server: ScimServer;
let at: RoleWorkspace;

beforeAll(async () => {
  server = await startScim();
});
afterAll(() => server.close());
beforeEach(async () => {
  at = await roleWorkspace(server);
});
afterEach(() => at.close());

interface Row {
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly role: unknown;
  readonly tolerated?: readonly unknown[];
}

const creations: readonly Row[] = [
  { name: 'nothing', body: {}, role: noRole },
  { name: 'the extension', body: { [EXT]: { rbac_role_id: 'auditor' } }, role: granted('extension', 'auditor') },
  { name: 'userType, as Vanta and Rollstack map it', body: { userType: 'auditor' }, role: granted('userType', 'auditor') },
  {
    name: 'the primary role of SingleAppRoleAssignment',
    body: { roles: [{ primary: true, type: ROLE_TYPE, value: 'auditor' }] },
    role: granted('roles', 'auditor'),
  },
  {
    name: 'the only role of AppRoleAssignmentsComplex',
    body: { roles: [{ primary: false, type: ROLE_TYPE, displayName: 'Auditor', value: 'auditor' }] },
    role: granted('roles', 'auditor'),
  },
  { name: 'JSON in the value of a role', body: { roles: [{ value: inText }] }, role: granted('roles', 'auditor', inText) },
  { name: 'the role under the core URN', body: { [CORE]: { role: 'auditor' } }, role: granted('core', 'auditor') },
  { name: 'two roles of which none is primary', body: { roles: [{ value: 'auditor' }, { value: 'reviewer' }] }, role: noRole },
  { name: 'userType as Entra fills it', body: { userType: 'Member' }, role: noRole },
  {
    name: 'an app role that the catalogue lacks',
    body: { [EXT]: { rbac_role_id: 'king' } },
    role: least('unknown-role', 'extension', 'king'),
    tolerated: unknown('rbac_role_id'),
  },
  {
    name: 'a role of another case',
    body: { roles: [{ value: 'Auditor' }] },
    role: least('unknown-role', 'roles', 'Auditor'),
    tolerated: unknown('roles'),
  },
  {
    name: 'an unknown role under the core URN',
    body: { [CORE]: { role: 'king' } },
    role: least('unknown-role', 'core', 'king'),
    tolerated: unknown('role'),
  },
  {
    name: 'a role beside userType as Entra fills it',
    body: { userType: 'Guest', roles: [{ value: 'king' }] },
    role: least('unknown-role', 'roles', 'king'),
    tolerated: unknown('roles'),
  },
  {
    name: 'an unknown role before a known one',
    body: { [EXT]: { rbac_role_id: 'king' }, userType: 'reviewer' },
    role: granted('userType', 'reviewer'),
  },
  { name: 'two known roles', body: { [CORE]: { role: 'reviewer' }, roles: [{ value: 'auditor' }] }, role: granted('roles', 'auditor') },
  {
    name: 'a role that is too high',
    body: { userType: 'admin' },
    role: least('not-grantable', 'userType', 'admin'),
    tolerated: tooHigh('userType'),
  },
  {
    name: 'a role that is too high before another, which is no way around it',
    body: { [EXT]: { rbac_role_id: 'admin' }, userType: 'auditor' },
    role: least('not-grantable', 'extension', 'admin'),
    tolerated: tooHigh('rbac_role_id'),
  },
  {
    name: 'a role before one that is too high',
    body: { [EXT]: { rbac_role_id: 'reviewer' }, userType: 'admin' },
    role: granted('extension', 'reviewer'),
  },
];

describe('the role of a user who is created with', () => {
  it.each(creations)('$name', async ({ body, role, tolerated = [] }) => {
    const id = await at.client.addUser('ada@contoso.example', body);
    expect(await at.lastTolerated()).toEqual(tolerated);
    expect(await at.roleOf(id)).toEqual(role);
    expect((await at.client.send('GET', `/Users/${id}`)).body).toMatchObject(body);
  });
});

interface PatchRow {
  readonly name: string;
  readonly operation: unknown;
  readonly role: unknown;
}

const added: readonly PatchRow[] = [
  {
    name: 'Add to the extension, in the legacy dialect',
    operation: { op: 'Add', path: `${EXT}:rbac_role_id`, value: 'auditor' },
    role: granted('extension', 'auditor'),
  },
  {
    name: 'a flat key of the extension, under the flag',
    operation: { op: 'replace', value: { [`${EXT}:rbac_role_id`]: 'auditor' } },
    role: granted('extension', 'auditor'),
  },
  {
    name: 'the extension written with a dot',
    operation: { op: 'Add', path: `${EXT}.rbac_role_id`, value: 'auditor' },
    role: granted('extension', 'auditor'),
  },
  {
    name: 'Replace of userType, in the legacy dialect',
    operation: { op: 'Replace', path: 'userType', value: 'auditor' },
    role: granted('userType', 'auditor'),
  },
  {
    name: 'a key userType, under the flag',
    operation: { op: 'replace', value: { userType: 'auditor' } },
    role: granted('userType', 'auditor'),
  },
  {
    name: 'JSON in the value, as the legacy dialect adds roles',
    operation: { op: 'Add', path: 'roles', value: [{ value: inText }] },
    role: granted('roles', 'auditor', inText),
  },
  {
    name: 'the primary role by a filter on the text "True"',
    operation: { op: 'Add', path: 'roles[primary eq "True"].value', value: 'auditor' },
    role: granted('roles', 'auditor'),
  },
  {
    name: 'all roles of AssertiveAppRoleAssignmentsComplex, under the flag',
    operation: { op: 'replace', path: 'roles', value: [{ primary: false, type: ROLE_TYPE, display: 'Auditor', value: 'auditor' }] },
    role: granted('roles', 'auditor'),
  },
  { name: 'a path under the core URN', operation: { op: 'Add', path: `${CORE}:role`, value: 'auditor' }, role: granted('core', 'auditor') },
  {
    name: 'an object under the core URN',
    operation: { op: 'replace', value: { [CORE]: { role: 'auditor' } } },
    role: granted('core', 'auditor'),
  },
];

describe('a role that a PATCH brings as', () => {
  it.each(added)('$name counts, and the same again is no change (I13)', async ({ operation, role }) => {
    const id = await at.client.addUser('ada@contoso.example');
    const { status, body } = await at.client.patch(`/Users/${id}`, [operation]);
    expect([status, await at.roleOf(id)]).toEqual([200, role]);
    expect((await at.client.send('GET', `/Users/${id}`)).body).toEqual(body);
    expect((await at.client.patch(`/Users/${id}`, [operation])).body.meta.version).toBe(body.meta.version);
    expect((await at.records(id)).map(({ type }) => type)).toEqual(['scim.user.created', 'scim.role.changed']);
  });

  it.each([
    { name: 'an unknown role', value: 'king', tolerated: unknown('rbac_role_id') },
    { name: 'a role that is too high', value: 'admin', tolerated: tooHigh('rbac_role_id') },
  ])('$name deactivates all the same (I1), and is noted where it is new', async ({ value, tolerated }) => {
    const id = await at.client.addUser('ada@contoso.example', { [EXT]: { rbac_role_id: 'auditor' } });
    const operation = { op: 'replace', value: { active: false, [`${EXT}:rbac_role_id`]: value } };
    expect((await at.client.patch(`/Users/${id}`, [operation])).body).toMatchObject({ active: false, [EXT]: { rbac_role_id: value } });
    expect(await at.lastTolerated()).toEqual(tolerated);
    expect(await at.roleOf(id)).toMatchObject({ roleId: 'employee' });
    await at.client.patch(`/Users/${id}`, [{ op: 'replace', path: 'displayName', value: 'Ada' }]);
    expect(await at.lastTolerated()).toEqual([]);
  });

  it('JSON whose text no column can hold deactivates all the same (I1)', async () => {
    const id = await at.client.addUser('ada@contoso.example');
    const value = '{"value":"a\\u0000\\ud800"}';
    const operations = [
      { op: 'Add', path: 'roles', value: [{ value }] },
      { op: 'Replace', path: 'active', value: 'False' },
    ];
    expect(await at.client.patch(`/Users/${id}`, operations)).toMatchObject({ status: 200, body: { active: false, roles: [{ value }] } });
    expect(await at.roleOf(id)).toEqual({
      roleId: 'employee',
      because: 'unknown-role',
      claim: { source: 'roles', value: 'a\ufffd\ufffd', raw: value },
    });
  });

  it('nothing is not taken away', async () => {
    const id = await at.client.addUser('ada@contoso.example', { [EXT]: { rbac_role_id: 'auditor' }, [CORE]: { role: 'reviewer' } });
    await at.client.patch(`/Users/${id}`, [{ op: 'replace', value: { displayName: 'Ada', userType: 'Member' } }]);
    expect(await at.roleOf(id)).toEqual(granted('extension', 'auditor'));
    await at.client.send('PUT', `/Users/${id}`, { userName: 'ada@contoso.example' });
    expect(await at.roleOf(id)).toEqual(granted('extension', 'auditor'));
  });

  it.each([
    { name: 'a removal', operation: { op: 'Remove', path: `${EXT}:rbac_role_id` } },
    { name: 'an empty text', operation: { op: 'Replace', path: `${EXT}:rbac_role_id`, value: '' } },
  ])('$name is taken away', async ({ operation }) => {
    const id = await at.client.addUser('ada@contoso.example', { [EXT]: { rbac_role_id: 'auditor' } });
    await at.client.patch(`/Users/${id}`, [operation]);
    expect([await at.roleOf(id), await at.lastTolerated()]).toEqual([noRole, []]);
  });
});

describe('the catalogue and the order of sources', () => {
  const everySource = {
    [EXT]: { rbac_role_id: 'employee' },
    userType: 'reviewer',
    roles: [{ value: 'auditor' }],
    [CORE]: { role: 'king' },
  };

  it.each([
    { sources: ['extension', 'userType', 'roles', 'core'], role: granted('extension', 'employee') },
    { sources: ['roles', 'userType', 'extension', 'core'], role: granted('roles', 'auditor') },
    { sources: ['core', 'userType'], role: granted('userType', 'reviewer') },
    { sources: ['core'], role: least('unknown-role', 'core', 'king') },
  ])('decide by $sources, without another push', async ({ sources, role }) => {
    const id = await at.client.addUser('ada@contoso.example', everySource);
    await at.setSources(sources);
    expect(await at.ask('GET', '/roles/sources')).toEqual({ sources });
    expect(await at.roleOf(id)).toEqual(role);
  });

  it('take a userType that names no role for a mistake where it is asked first', async () => {
    await at.setSources(['userType', 'extension']);
    const id = await at.client.addUser('ada@contoso.example', { userType: 'Member' });
    expect([await at.lastTolerated(), await at.roleOf(id)]).toEqual([unknown('userType'), least('unknown-role', 'userType', 'Member')]);
  });

  it('do not ask a source that is left out, nor note what it says', async () => {
    await at.setSources(['extension']);
    const id = await at.client.addUser('ada@contoso.example', { roles: [{ value: 'king' }], [CORE]: { role: 'admin' } });
    expect([await at.lastTolerated(), await at.roleOf(id)]).toEqual([[], noRole]);
  });

  it('give a role that is added later, take one that is retired, and heed one that is protected', async () => {
    const id = await at.client.addUser('ada@contoso.example', { userType: 'pilot' });
    expect(await at.roleOf(id)).toEqual(noRole);
    await at.setRole('pilot', 7);
    expect(await at.roleOf(id)).toEqual(granted('userType', 'pilot'));
    await at.setRole('pilot', 7, false);
    expect(await at.roleOf(id)).toEqual(least('not-grantable', 'userType', 'pilot'));
    await server.owner.query("update role set retired_at = now() where workspace_id = $1 and id = 'pilot'", [at.client.workspaceId]);
    expect(await at.roleOf(id)).toEqual(noRole);
    await at.setRole('trainee', 0);
    await at.setRole('employee', 1);
    expect(await at.roleOf(id)).toEqual({ ...noRole, roleId: 'trainee' });
  });

  it('keep a role protected that is set without a word about it', async () => {
    await at.setRole('admin', 99);
    expect((await at.ask('GET', '/roles')).roles[0]).toEqual({ id: 'admin', name: 'admin', rank: 99, directoryMayGrant: false });
  });

  it('have no role to give where there is none', async () => {
    await server.owner.query('update role set retired_at = now() where workspace_id = $1', [at.client.workspaceId]);
    const id = await at.client.addUser('ada@contoso.example', { userType: 'auditor' });
    expect(await at.roleOf(id)).toEqual({ ...noRole, roleId: null });
  });

  it('give no role where even the least one is protected', async () => {
    await at.setRole('employee', 0, false);
    const id = await at.client.addUser('ada@contoso.example', { userType: 'admin' });
    expect(await at.roleOf(id)).toEqual({ ...least('not-grantable', 'userType', 'admin'), roleId: null });
  });

  it.each([{ sources: [] }, { sources: ['roles', 'roles'] }, { sources: ['roles', 'title'] }])(
    'refuse $sources as an order',
    async (body) => {
      expect(await at.status('PUT', '/roles/sources', body)).toBe(400);
      expect(await at.ask('GET', '/roles/sources')).toEqual({ sources: ['extension', 'userType', 'roles', 'core'] });
    },
  );

  it.each(["'{}'", "'{roles,roles}'", "'{title}'", "'{null}'"])('refuse %s as an order in the database', async (sources) => {
    await expect(server.owner.query(`update workspace set role_sources = ${sources}`)).rejects.toMatchObject({
      constraint: 'workspace_role_sources_known',
    });
  });

  it("are another workspace's own affair (I12)", async () => {
    const other = await roleWorkspace(server);
    await other.setSources(['roles']);
    await other.setRole('pilot', 7);
    const id = await at.client.addUser('ada@contoso.example', { userType: 'pilot' });
    expect([await at.roleOf(id), await other.status('GET', `/scim/user-roles/${id}`)]).toEqual([noRole, 404]);
    await other.close();
  });
});

describe('the list of users with their roles', () => {
  it('shows everybody who is not deleted, those alone who have theirs for a reason, and everything that is claimed', async () => {
    const ada = await at.client.addUser('ada@contoso.example', { displayName: 'Ada', userType: 'admin', roles: [{ value: inText }] });
    const bob = await at.client.addUser('bob@contoso.example', { active: false });
    const gone = await at.client.addUser('gone@contoso.example', { userType: 'admin' });
    await at.client.send('DELETE', `/Users/${gone}`);
    const first = {
      userId: ada,
      userName: 'ada@contoso.example',
      displayName: 'Ada',
      active: true,
      role: least('not-grantable', 'userType', 'admin'),
      claims: [
        { source: 'userType', value: 'admin' },
        { source: 'roles', value: 'auditor', raw: inText },
      ],
    };
    const second = { userId: bob, userName: 'bob@contoso.example', displayName: null, active: false, role: noRole, claims: [] };
    expect(await at.ask('GET', '/scim/user-roles')).toEqual({ users: [first, second], next: null });
    expect(await at.ask('GET', '/scim/user-roles?limit=1')).toEqual({ users: [first], next: ada });
    expect(await at.ask('GET', `/scim/user-roles?limit=1&after=${ada}`)).toEqual({ users: [second], next: null });
    expect(await at.ask('GET', '/scim/user-roles?because=no-role')).toEqual({ users: [second], next: null });
    expect(await at.ask('GET', `/scim/user-roles/${ada}`)).toEqual(first);
    expect(await at.status('GET', `/scim/user-roles/${gone}`)).toBe(404);
    expect(await at.status('GET', '/scim/user-roles/nobody')).toBe(404);
    expect(await at.status('GET', '/scim/user-roles?because=luck')).toBe(400);
  });
});
