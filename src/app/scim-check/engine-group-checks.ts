import { type Check } from './check.ts';
import { expectThat } from './check-failure.ts';
import { dialects } from './dialects.ts';
import type { Probe } from './probe.ts';
import { idOf, objectOf, objectsOf, shown } from './resource.ts';
import { described } from './scim-peer.ts';
import { create, createGroup, createUser, equals, find, newGroup, patchGroup, pathOf, read, remove } from './steps.ts';

/** Tests 8 to 14, likewise (entra-scim-client §6.2). Entra asks for groups without their members wherever it can. */
export const engineGroupChecks: readonly Check[] = [
  {
    id: '8',
    name: 'Create_Group',
    mandatory: true,
    dialects: 'once',
    otherwise: 'No group is provisioned: Entra matches by displayName first, creates what it does not find, and must find it afterwards.',
    run: async (probe) => {
      const body = newGroup(probe);
      await createMatchedGroup(probe, body);
    },
  },
  {
    id: '9',
    name: 'Update_Group',
    mandatory: true,
    dialects: 'each',
    otherwise: 'Groups that are renamed in the directory keep their old name.',
    run: async (probe) => {
      const id = await createGroup(probe);
      const values = { displayName: probe.newName() };
      await patchGroup(probe, id, probe.dialect.update(values));
      const group = await read(probe, `${pathOf('/Groups', id)}?excludedAttributes=members`);
      expectThat(group['displayName'] === values.displayName, `displayName ${shown(values.displayName)}`, shown(group['displayName']));
    },
  },
  {
    id: '10',
    name: 'Delete_Group',
    mandatory: false,
    dialects: 'once',
    otherwise: 'Groups that are deleted in the directory stay in the application.',
    run: async (probe) => {
      const id = await createGroup(probe);
      await remove(probe, pathOf('/Groups', id));
      const answer = await probe.send({ method: 'GET', path: pathOf('/Groups', id) });
      expectThat(answer.status === 404, '404 for a group that was deleted', described(answer));
    },
  },
  {
    id: '11',
    name: 'Add_Member',
    mandatory: true,
    dialects: 'each',
    otherwise: 'People do not get what their group gives.',
    run: async (probe) => {
      const [group, first, second] = [await createGroup(probe), await createUser(probe), await createUser(probe)];
      await patchGroup(probe, group, probe.dialect.addMembers([first]));
      await patchGroup(probe, group, probe.dialect.addMembers([second]));
      await expectMembers(probe, group, [first, second]);
    },
  },
  {
    id: '12',
    name: 'Remove_Member',
    mandatory: true,
    dialects: 'each',
    otherwise: 'People keep what a group gave them after they have left it.',
    run: async (probe) => {
      const [group, user] = [await createGroup(probe), await createUser(probe)];
      await patchGroup(probe, group, probe.dialect.addMembers([user]));
      await expectMembers(probe, group, [user]);
      await patchGroup(probe, group, probe.dialect.removeMembers([user]));
      await expectMembers(probe, group, []);
    },
  },
  {
    id: '13',
    name: 'POD_Group',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Provisioning a group on demand fails: it adds up to five members in one request, in the older dialect.',
    run: async (probe) => {
      const group = await createMatchedGroup(probe, newGroup(probe));
      const users = [];
      for (let count = 0; count < MEMBERS_ON_DEMAND; count += 1) users.push(await createUser(probe));
      await patchGroup(probe, group, dialects.verbose.addMembers(users));
      await expectMembers(probe, group, users);
    },
  },
  {
    id: '14',
    name: 'Restore_Group',
    mandatory: false,
    dialects: 'each',
    otherwise: 'A group that is assigned again cannot come back under its name.',
    run: async (probe) => {
      const [body, user] = [newGroup(probe), await createUser(probe)];
      await remove(probe, pathOf('/Groups', await createMatchedGroup(probe, body)));
      const again = await createMatchedGroup(probe, body);
      await patchGroup(probe, again, probe.dialect.addMembers([user]));
      await expectMembers(probe, again, [user]);
    },
  },
];

/** The most that Entra sends in a run on demand (entra-scim-client §3.2). */
const MEMBERS_ON_DEMAND = 5;

async function createMatchedGroup(probe: Probe, body: ReturnType<typeof newGroup>): Promise<string> {
  const match = { endpoint: '/Groups', filter: equals('displayName', body['displayName']), more: 'excludedAttributes=members' } as const;
  const before = await find(probe, match);
  expectThat(before.length === 0, 'no hit for a group that does not exist', shown(before));
  const id = await create(probe, '/Groups', body);
  const after = await find(probe, match);
  expectThat(after.length === 1 && idOf(objectOf(after[0])) === id, 'the new group as the one hit of the filter', shown(after));
  return id;
}

export async function membersOf(probe: Probe, group: string): Promise<readonly string[]> {
  return objectsOf((await read(probe, pathOf('/Groups', group)))['members']).map(({ value }) => String(value));
}

/** Exactly these, each once. */
export async function expectMembers(probe: Probe, group: string, users: readonly string[]): Promise<void> {
  const came = await membersOf(probe, group);
  const isSame = came.length === users.length && users.every((user) => came.includes(user));
  expectThat(isSame, `the members ${shown(users)}`, `the members ${shown(came)}`);
}
