import { type Check } from './check.ts';
import { expectThat } from './check-failure.ts';
import { expectMembers, membersOf } from './engine-group-checks.ts';
import type { Probe } from './probe.ts';
import { idOf, isUnassigned, objectOf, shown } from './resource.ts';
import { described } from './scim-peer.ts';
import { createGroup, createUser, equals, find, patchGroup, pathOf, read, sendPatch } from './steps.ts';

/** How groups are known to lose members (entra-scim-client §3.2, §9 #1, #4, #23). */
export const groupPatchChecks: readonly Check[] = [
  {
    id: 'E16',
    name: 'Remove_One_Of_Many',
    mandatory: true,
    dialects: 'each',
    otherwise: 'One person leaves a group, and everybody in it loses what it gave.',
    run: async (probe) => {
      const group = await createGroup(probe);
      const users = [await createUser(probe), await createUser(probe), await createUser(probe)] as const;
      await patchGroup(probe, group, probe.dialect.addMembers(users));
      await patchGroup(probe, group, probe.dialect.removeMembers([users[1]]));
      await expectMembers(probe, group, [users[0], users[2]]);
    },
  },
  {
    id: 'E17',
    name: 'Duplicate_Member',
    mandatory: true,
    dialects: 'each',
    otherwise:
      'Entra repeats a change that it does not know to have succeeded: refused, it loops; stored twice, one removal is not enough.',
    run: async (probe) => {
      const [group, user] = [await createGroup(probe), await createUser(probe)];
      await patchGroup(probe, group, probe.dialect.addMembers([user]));
      await patchGroup(probe, group, probe.dialect.addMembers([user]));
      await expectMembers(probe, group, [user]);
      await patchGroup(probe, group, probe.dialect.removeMembers([user]));
      await patchGroup(probe, group, probe.dialect.removeMembers([user]));
      await expectMembers(probe, group, []);
    },
  },
  {
    id: 'E18',
    name: 'Parallel_Member_Adds',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Entra changes a group in parallel, and some of the members are lost.',
    run: addInParallel,
  },
  {
    id: 'E19',
    name: 'Member_Reference_Check',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Entra cannot see whether somebody is a member already.',
    run: async (probe) => {
      const [group, user] = [await createGroup(probe), await createUser(probe)];
      const query = {
        endpoint: '/Groups',
        filter: `${equals('id', group)} and ${equals('members', user)}`,
        more: 'attributes=id',
      } as const;
      expectThat((await find(probe, query)).length === 0, `no hit for ${query.filter} before`, 'a hit');
      await patchGroup(probe, group, probe.dialect.addMembers([user]));
      const hits = await find(probe, query);
      expectThat(hits.length === 1 && idOf(objectOf(hits[0])) === group, `the group as the one hit for ${query.filter}`, shown(hits));
    },
  },
  {
    id: 'E20',
    name: 'Members_Left_Out',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Every look at a group of a size costs its whole list of members, until Entra gives up waiting.',
    run: async (probe) => {
      const [group, user] = [await createGroup(probe), await createUser(probe)];
      await patchGroup(probe, group, probe.dialect.addMembers([user]));
      const { members } = await read(probe, `${pathOf('/Groups', group)}?excludedAttributes=members`);
      expectThat(isUnassigned(members), 'no members with excludedAttributes=members', shown(members));
    },
  },
];

const PARALLEL_MEMBERS = 100;
/** People are created a few at a time: only the members are to arrive all at once. */
const CREATED_AT_ONCE = 10;

async function addInParallel(probe: Probe): Promise<void> {
  const group = await createGroup(probe);
  const users: string[] = [];
  while (users.length < PARALLEL_MEMBERS) {
    users.push(...(await Promise.all(Array.from({ length: CREATED_AT_ONCE }, () => createUser(probe)))));
  }
  const answers = await Promise.all(users.map((user) => sendPatch(probe, pathOf('/Groups', group), probe.dialect.addMembers([user]))));
  const refused = answers.find(({ status }) => status >= 300);
  expectThat(refused === undefined, `200 or 204 for each of ${PARALLEL_MEMBERS} members`, refused === undefined ? '' : described(refused));
  const members = new Set(await membersOf(probe, group));
  const lost = users.filter((user) => !members.has(user)).length;
  expectThat(lost === 0, `all ${PARALLEL_MEMBERS} members that were added at once`, `${lost} of them are missing`);
}
