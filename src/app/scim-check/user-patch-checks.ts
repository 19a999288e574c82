import { type Check } from './check.ts';
import { expectThat } from './check-failure.ts';
import { expectActive } from './engine-user-checks.ts';
import { valueAt } from './mapping-target.ts';
import type { Probe } from './probe.ts';
import { idOf, objectOf, shown } from './resource.ts';
import { described } from './scim-peer.ts';
import { ENTERPRISE_USER_URN, MANAGER_TARGET } from './scim-urns.ts';
import {
  create,
  createUser,
  declaredValues,
  equals,
  expectValues,
  find,
  newUser,
  patchUser,
  pathOf,
  readUser,
  requireManager,
  sendPatch,
} from './steps.ts';

/** The shapes of a PATCH on which servers are known to fail (entra-scim-client §3.1, §6.3, §9). */
export const userPatchChecks: readonly Check[] = [
  {
    id: 'E9',
    name: 'Inactive_User_Shown',
    mandatory: true,
    dialects: 'each',
    otherwise: 'Entra creates a second account for somebody who is only disabled, or takes a leaver for active.',
    run: async (probe) => {
      const body = newUser(probe);
      const id = await create(probe, '/Users', body);
      await patchUser(probe, id, probe.dialect.active(false));
      expectActive(await readUser(probe, id), false);
      const [hit] = await find(probe, { endpoint: '/Users', filter: equals('userName', body['userName']) });
      expectThat(hit !== undefined && idOf(hit) === id, 'the inactive user as a hit of the filter', shown(hit));
      expectActive(hit, false);
    },
  },
  {
    id: 'E10',
    name: 'Operation_Names_Any_Case',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Every change from Entra without its flag is refused: it writes Add, Replace and Remove.',
    run: async (probe) => {
      const id = await createUser(probe);
      for (const op of ['Replace', 'replace', 'REPLACE', 'Add', 'add']) {
        const displayName = `Named by ${op}`;
        await patchUser(probe, id, [{ op, path: 'displayName', value: displayName }]);
        expectValues(await readUser(probe, id), { displayName });
      }
      await patchUser(probe, id, [{ op: 'Remove', path: 'displayName' }]);
      const { displayName } = await readUser(probe, id);
      expectThat(displayName !== 'Named by add', 'displayName removed', shown(displayName));
    },
  },
  {
    id: 'E11',
    name: 'Dotted_Keys',
    mandatory: true,
    dialects: 'optimized',
    otherwise: 'Changes from Entra with its flag are lost: it folds name.givenName and urn:…:department into one value.',
    run: async (probe) => {
      const id = await createUser(probe);
      const values = await declaredValues(probe, {
        displayName: 'Folded',
        'name.givenName': 'Dotted',
        'name.familyName': 'Keys',
        [`${ENTERPRISE_USER_URN}:department`]: 'Colon',
      });
      await patchUser(probe, id, [{ op: 'replace', value: values }]);
      expectValues(await readUser(probe, id), values);
    },
  },
  {
    id: 'E12',
    name: 'Create_On_Absent',
    mandatory: true,
    dialects: 'each',
    otherwise: 'The first e-mail address or telephone number of a person never arrives.',
    run: createOnAbsent,
  },
  {
    id: 'E13',
    name: 'Leaver_Despite_Bad_Operation',
    mandatory: false,
    dialects: 'each',
    otherwise: 'A leaver stays active because the same request holds one thing that the server does not take; the RFC lets it be so.',
    run: deactivateDespite,
  },
  {
    id: 'E14',
    name: 'Empty_Operations',
    mandatory: false,
    dialects: 'once',
    otherwise: 'The online validator, which sends a PATCH without operations, counts a failure.',
    run: async (probe) => {
      const answer = await sendPatch(probe, pathOf('/Users', await createUser(probe)), []);
      expectThat(answer.status === 200 || answer.status === 204, '200 or 204 for no operation', described(answer));
    },
  },
  {
    id: 'E15',
    name: 'Reference_Check',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Entra cannot see whether a manager is set already, and fails the person.',
    run: async (probe) => {
      await requireManager(probe);
      const [user, manager] = [await createUser(probe), await createUser(probe)];
      const filter = `${equals('id', user)} and ${equals('manager', manager)}`;
      const query = { endpoint: '/Users', filter, more: 'attributes=id' } as const;
      expectThat((await find(probe, query)).length === 0, `no hit for ${filter} before`, 'a hit');
      await patchUser(probe, user, [{ op: 'Add', path: MANAGER_TARGET, value: manager }]);
      const hits = await find(probe, query);
      expectThat(hits.length === 1 && idOf(objectOf(hits[0])) === user, `the user as the one hit for ${filter}`, shown(hits));
    },
  },
];

/** Both with Add and with Replace: Entra's engine looks at what the server shows, and may be wrong about it (entra-scim-client §3.1 U7, U8). */
async function createOnAbsent(probe: Probe): Promise<void> {
  const values = Object.keys(
    await declaredValues(probe, {
      'emails[type eq "work"].value': '',
      'phoneNumbers[type eq "mobile"].value': '',
      'addresses[type eq "work"].formatted': '',
    }),
  );
  const cased = probe.dialect.name === 'verbose' ? ['Add', 'Replace'] : ['add', 'replace'];
  for (const op of cased) {
    const { emails: _none, ...body } = newUser(probe);
    const id = await create(probe, '/Users', body);
    for (const path of values) {
      await patchUser(probe, id, [{ op, path, value: `${op} absent` }]);
      const came = valueAt(await readUser(probe, id), path);
      expectThat(came === `${op} absent`, `${op} ${path} to make the value that is not there`, shown(came));
    }
  }
}

async function deactivateDespite(probe: Probe): Promise<void> {
  const id = await createUser(probe);
  const bad = probe.dialect.update({ noSuchAttribute: 'anything' });
  await sendPatch(probe, pathOf('/Users', id), [...bad, ...probe.dialect.active(false)]);
  expectActive(await readUser(probe, id), false);
}
