import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type ConnectedWorkspace,
  connect,
  directoryDeps,
  openWorld,
  type SimulatedTenant,
  simulatedTenant,
  user,
  type World,
} from './simulated-tenant.ts';

const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10';
const DIRECTORY_READERS = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b';
const EVERYTHING = ['Directory.Read.All', 'RoleManagement.Read.Directory'];

let world: World;
let tenant: SimulatedTenant;
let workspace: ConnectedWorkspace;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await simulatedTenant(world);
  workspace = await connect(world, directoryDeps(world, tenant.url), await tenant.reader(EVERYTHING));
});
afterEach(async () => {
  expect(await tenant.control('GET', '/graph/violations')).toEqual({ violations: [] });
  await workspace.close();
  await tenant.close();
});

const set = (access: object) => tenant.control('PUT', '/access', access);

async function listOf(path: string, of = workspace): Promise<readonly Record<string, unknown>[]> {
  const { status, body } = await of.api<Record<string, unknown>>('GET', path);
  expect(status).toBe(200);
  const [rows] = Object.values(body).filter((value) => Array.isArray(value));
  return rows as readonly Record<string, unknown>[];
}

async function group(displayName: string, memberIds: readonly (string | undefined)[]) {
  const { id } = await tenant.control<{ id: string }>('POST', '/groups', { displayName });
  await tenant.control('POST', `/groups/${id}/members`, { add: memberIds });
  return id;
}

describe('role assignments', () => {
  it('say who holds which role, over what, directly or through which group, and for how long', async () => {
    const [ada, grace, linus] = (await tenant.createUsers([user('ada'), user('grace'), user('linus')])).map(({ id }) => id);
    const inner = await group('Inner', [grace]);
    const outer = await group('Outer', [inner]);
    await set({
      servicePlans: ['AAD_PREMIUM_P2'],
      roleDefinitions: [{ id: '22222222-2222-4222-8222-222222222222', displayName: 'Own role' }],
      roleAssignments: [
        { id: 'one', principalId: ada, roleDefinitionId: GLOBAL_ADMINISTRATOR },
        { id: 'two', principalId: outer, roleDefinitionId: DIRECTORY_READERS, directoryScopeId: '/administrativeUnits/unit' },
        { id: 'three', principalId: linus, roleDefinitionId: '22222222-2222-4222-8222-222222222222', directoryScopeId: `/${ada}` },
      ],
      roleSchedules: [
        { principalId: ada, roleDefinitionId: GLOBAL_ADMINISTRATOR, assignmentType: 'Activated', endDateTime: '2027-01-01T00:00:00Z' },
        { principalId: outer, roleDefinitionId: DIRECTORY_READERS, directoryScopeId: '/administrativeUnits/unit' },
      ],
    });
    await workspace.sync();
    const rows = await listOf('/directory/role-assignments');
    const of = (principalId: string | undefined) => rows.filter((row) => row['principalId'] === principalId);
    expect(rows).toHaveLength(4);
    expect(of(ada)).toMatchObject([
      {
        principalType: 'user',
        principalName: 'ada Example',
        accountState: 'enabled',
        role: { name: 'Global Administrator', builtIn: true, privileged: true },
        target: { kind: 'tenant', id: null },
        method: { kind: 'direct', groupId: null },
        permanence: 'activated',
        endsAt: '2027-01-01T00:00:00Z',
      },
    ]);
    expect(of(grace)).toMatchObject([
      {
        role: { name: 'Directory Readers', privileged: false },
        target: { kind: 'administrative-unit', id: 'unit' },
        method: { kind: 'group', groupId: outer, groupName: 'Outer' },
        permanence: 'permanent',
      },
    ]);
    expect(of(outer)).toMatchObject([{ principalType: 'group', principalName: 'Outer', method: { kind: 'direct' } }]);
    expect(of(linus)).toMatchObject([
      { role: { name: 'Own role', builtIn: false, privileged: false }, target: { kind: 'object', id: ada }, permanence: 'unknown' },
    ]);
    expect(await listOf(`/directory/role-assignments?principalId=${grace}`)).toEqual(of(grace));
  });

  it('say who may activate one, and that this is not holding it', async () => {
    const [linus, grace] = (await tenant.createUsers([user('linus'), user('grace')])).map(({ id }) => id);
    const admins = await group('Admins', [grace]);
    await set({
      servicePlans: ['AAD_PREMIUM_P2'],
      policies: [{ displayName: 'MFA for administrators', conditions: { users: { includeRoles: [GLOBAL_ADMINISTRATOR] } } }],
      roleEligibilities: [
        { principalId: linus, roleDefinitionId: GLOBAL_ADMINISTRATOR, endDateTime: '2027-06-30T00:00:00Z' },
        { principalId: admins, roleDefinitionId: GLOBAL_ADMINISTRATOR },
      ],
    });
    await workspace.sync();
    const role = { name: 'Global Administrator', privileged: true };
    const ofUser = (id: string | undefined) => listOf(`/directory/role-assignments?principalId=${id}`);
    expect(await ofUser(linus)).toMatchObject([{ role, standing: 'eligible', permanence: 'until', endsAt: '2027-06-30T00:00:00Z' }]);
    expect(await ofUser(grace)).toMatchObject([
      { role, standing: 'eligible', permanence: 'permanent', method: { kind: 'group', groupName: 'Admins' } },
    ]);
    await set({ roleEligibilities: [], roleAssignments: [{ principalId: linus, roleDefinitionId: GLOBAL_ADMINISTRATOR }] });
    await workspace.sync();
    expect(await ofUser(linus)).toMatchObject([{ standing: 'active', permanence: 'unknown' }]);
    expect(await ofUser(grace)).toEqual([]);
  });

  it('come by pages, each once', async () => {
    const users = await tenant.createUsers(Array.from({ length: 5 }, (_, index) => user(`admin${index}`)));
    await set({ roleAssignments: users.map(({ id }) => ({ principalId: id, roleDefinitionId: GLOBAL_ADMINISTRATOR })) });
    await workspace.sync();
    const seen: unknown[] = [];
    let next: string | null = '';
    for (let page = 0; page < 5 && next !== null; page += 1) {
      const after: string = next === '' ? '' : `&after=${next}`;
      const { body } = await workspace.api<{ roleAssignments: { principalId: string }[]; next: string | null }>(
        'GET',
        `/directory/role-assignments?limit=2${after}`,
      );
      seen.push(...body.roleAssignments.map(({ principalId }) => principalId));
      next = body.next;
    }
    expect(seen).toHaveLength(5);
    expect(new Set(seen)).toEqual(new Set(users.map(({ id }) => id)));
  });
});
