import { type Check } from './check.ts';
import { expectThat } from './check-failure.ts';
import { dialects } from './dialects.ts';
import type { Probe } from './probe.ts';
import { idOf, isUnassigned, objectOf, type Resource, shown } from './resource.ts';
import { described } from './scim-peer.ts';
import { ENTERPRISE_USER_URN } from './scim-urns.ts';
import {
  create,
  createUser,
  declaredValues,
  equals,
  expectValues,
  find,
  managerOf,
  newUser,
  patchUser,
  pathOf,
  readUser,
  remove,
  requireManager,
  type Values,
} from './steps.ts';

/** Tests 1 to 7: in Microsoft's tool Entra's engine makes these requests, here they are made as the engine would (entra-scim-client §6.2). */
export const engineUserChecks: readonly Check[] = [
  {
    id: '1',
    name: 'Create_User',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Nobody is provisioned: Entra matches by userName first, creates whom it does not find, and must find them afterwards.',
    run: createMatchedUser,
  },
  {
    id: '2',
    name: 'Update_User',
    mandatory: true,
    dialects: 'each',
    otherwise: 'Changes in the directory do not arrive, or Entra sends them again in every cycle.',
    run: async (probe) => {
      const id = await createUser(probe);
      const values = await declaredValues(probe, changed(probe.newName()));
      await readUser(probe, id);
      await patchUser(probe, id, probe.dialect.update(values));
      expectValues(await readUser(probe, id), values);
    },
  },
  {
    id: '3',
    name: 'Disable_User',
    mandatory: true,
    dialects: 'each',
    otherwise: 'Entra reports a leaver as disabled while they can still sign in.',
    run: async (probe) => {
      const id = await createUser(probe);
      await patchUser(probe, id, probe.dialect.active(false));
      expectActive(await readUser(probe, id), false);
    },
  },
  {
    id: '4',
    name: 'Delete_User',
    mandatory: false,
    dialects: 'once',
    otherwise: 'Users who are deleted in the directory for good stay in the application.',
    run: async (probe) => {
      const body = newUser(probe);
      const id = await create(probe, '/Users', body);
      await remove(probe, pathOf('/Users', id));
      const answer = await probe.send({ method: 'GET', path: pathOf('/Users', id) });
      expectThat(answer.status === 404, '404 for a user who was deleted', described(answer));
      const hits = await find(probe, { endpoint: '/Users', filter: equals('userName', body['userName']) });
      expectThat(hits.length === 0, 'no hit for a user who was deleted', `${hits.length} hits`);
    },
  },
  {
    id: '5',
    name: 'User_Update_Manager',
    mandatory: true,
    dialects: 'each',
    otherwise: 'Managers are missing or stale; a manager shown as text makes Entra fail to match the user at all.',
    run: changeManagers,
  },
  {
    id: '6',
    name: 'Restore_User',
    mandatory: true,
    dialects: 'each',
    otherwise: 'People who come back stay locked out, or get a second account.',
    run: async (probe) => {
      const body = newUser(probe);
      const id = await create(probe, '/Users', body);
      await patchUser(probe, id, probe.dialect.active(false));
      const hits = await find(probe, { endpoint: '/Users', filter: equals('userName', body['userName']) });
      expectThat(hits.length === 1 && idOf(objectOf(hits[0])) === id, 'the inactive user as the one hit of the filter', shown(hits));
      expectActive(await readUser(probe, id), false);
      await patchUser(probe, id, probe.dialect.active(true));
      expectActive(await readUser(probe, id), true);
    },
  },
  {
    id: '7',
    name: 'POD_User',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Provisioning on demand fails: it speaks the older dialect even when the tenant is set to the newer one.',
    run: async (probe) => {
      await find(probe, { endpoint: '/Users', filter: equals('userName', probe.newName()) });
      const id = await createMatchedUser(probe);
      const values = { displayName: `On demand ${probe.newName()}` };
      await patchUser(probe, id, dialects.optimized.update({ displayName: 'Before' }));
      await patchUser(probe, id, dialects.verbose.update(values));
      expectValues(await readUser(probe, id), values);
    },
  },
];

async function createMatchedUser(probe: Probe): Promise<string> {
  const body = newUser(probe);
  const match = { endpoint: '/Users', filter: equals('userName', body['userName']) } as const;
  const before = await find(probe, match);
  expectThat(before.length === 0, 'no hit for a user who does not exist', shown(before));
  const id = await create(probe, '/Users', body);
  const after = await find(probe, match);
  expectThat(after.length === 1 && idOf(objectOf(after[0])) === id, 'the new user as the one hit of the filter', shown(after));
  const user = await readUser(probe, id);
  expectThat(user['userName'] === body['userName'], `userName ${shown(body['userName'])}`, shown(user['userName']));
  return id;
}

function changed(name: string): Values {
  return {
    displayName: `Changed ${name}`,
    'name.givenName': 'Changed',
    'name.familyName': `Changed-${name}`,
    'emails[type eq "work"].value': `Changed.${name}@scim-check.example`,
    [`${ENTERPRISE_USER_URN}:department`]: 'Finance & Legal',
    [`${ENTERPRISE_USER_URN}:employeeNumber`]: '000701984',
  };
}

async function changeManagers(probe: Probe): Promise<void> {
  await requireManager(probe);
  const [user, first, second] = [await createUser(probe), await createUser(probe), await createUser(probe)];
  await patchUser(probe, user, probe.dialect.setManager(first));
  await expectManager(probe, user, first);
  await patchUser(probe, user, probe.dialect.changeManager(second));
  await expectManager(probe, user, second);
  await patchUser(probe, user, probe.dialect.removeManager());
  await expectManager(probe, user, undefined);
}

/** The manager as an object with its value: a bare string makes Entra fail the match (entra-scim-client §9 #9). */
export async function expectManager(probe: Probe, user: string, manager: string | undefined): Promise<void> {
  const came = managerOf(await readUser(probe, user));
  const value = objectOf(came)['value'];
  if (manager === undefined) expectThat(isUnassigned(came) || isUnassigned(value), 'no manager any more', shown(came));
  else expectThat(value === manager, `manager as an object whose value is ${shown(manager)}`, shown(came));
}

export function expectActive(user: Resource, active: boolean): void {
  const came = `active is ${shown(user['active'])} when the user is read again`;
  expectThat(user['active'] === active, `active to be ${active} as a boolean`, came);
}
