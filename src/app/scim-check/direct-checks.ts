import { type Check } from './check.ts';
import { CheckSkipped, expectThat } from './check-failure.ts';
import { expectManager } from './engine-user-checks.ts';
import { valueAt } from './mapping-target.ts';
import { createdPages } from './paging.ts';
import type { Probe } from './probe.ts';
import { isUnassigned, shown } from './resource.ts';
import { described } from './scim-peer.ts';
import { CORE_GROUP_URN, ENTERPRISE_USER_URN, MANAGER_TARGET } from './scim-urns.ts';
import {
  createGroup,
  createUser,
  declaredValues,
  equals,
  expectValues,
  find,
  patchGroup,
  patchUser,
  pathOf,
  read,
  readUser,
  remove,
  requireManager,
  type Values,
} from './steps.ts';

/** Tests 15 to 25: Microsoft's tool itself makes these requests (entra-scim-client §6.2). */
export const directChecks: readonly Check[] = [
  {
    id: '15',
    name: 'Schema_Discoverability',
    mandatory: true,
    dialects: 'once',
    otherwise: 'An administrator cannot choose the attribute in the mapping of a gallery application, and the validator stops.',
    run: discoverTargets,
  },
  {
    id: '16',
    name: 'SCIM_Null_Update',
    mandatory: true,
    dialects: 'each',
    otherwise: 'A value that was cleared in the directory stays, or the whole change is refused.',
    run: clearValues,
  },
  {
    id: '17',
    name: 'SCIM_User_Create',
    mandatory: true,
    dialects: 'once',
    otherwise: 'What Entra sends for a new user is lost or altered, and it sends it again in every cycle.',
    run: async (probe) => {
      const values = await declaredValues(probe, everyValue('created'));
      expectValues(await readUser(probe, await createUser(probe, values)), values);
    },
  },
  {
    id: '18',
    name: 'SCIM_User_Update',
    mandatory: true,
    dialects: 'each',
    otherwise: 'What Entra sends for a changed user is lost or altered, and it sends it again in every cycle.',
    run: async (probe) => {
      const id = await createUser(probe, await declaredValues(probe, everyValue('created')));
      const values = await declaredValues(probe, everyValue('Updated'));
      await patchUser(probe, id, probe.dialect.update(values));
      expectValues(await readUser(probe, id), values);
    },
  },
  {
    id: '19',
    name: 'SCIM_Group_Create',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Groups cannot be created.',
    run: async (probe) => {
      const group = await read(probe, pathOf('/Groups', await createGroup(probe)));
      const hits = await find(probe, { endpoint: '/Groups', filter: equals('displayName', group['displayName']) });
      expectThat(hits.length === 1, 'the new group as the one hit of the filter on its displayName', shown(hits));
    },
  },
  {
    id: '20',
    name: 'SCIM_Group_Update',
    mandatory: true,
    dialects: 'each',
    otherwise: 'Groups cannot be changed, and Entra sends the same change in every cycle.',
    run: async (probe) => {
      const id = await createGroup(probe);
      const values = { displayName: probe.newName(), externalId: probe.newName() };
      await patchGroup(probe, id, probe.dialect.update(values));
      expectValues(await read(probe, pathOf('/Groups', id)), values);
    },
  },
  {
    id: '21',
    name: 'Validate_Credentials',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Entra puts the job into quarantine at once.',
    run: async (probe) => {
      const answer = await probe.send({ method: 'GET', path: '/Users?startIndex=1&count=1' });
      expectThat(answer.status === 200, '200 with the token', described(answer));
    },
  },
  {
    id: '22',
    name: 'Federated_Identity',
    mandatory: false,
    dialects: 'once',
    otherwise: 'Workload identity federation cannot be used; a client secret or a token can.',
    run: async () => {
      throw new CheckSkipped('only Entra can sign the assertion that this test needs');
    },
  },
  {
    id: '23',
    name: 'SCIM_User_Pagination',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Account discovery misses accounts, or never ends.',
    run: (probe) => createdPages(probe, '/Users'),
  },
  {
    id: '24',
    name: 'SCIM_Group_Pagination',
    mandatory: false,
    dialects: 'once',
    otherwise: 'Clients that list groups miss some.',
    run: (probe) => createdPages(probe, '/Groups'),
  },
  {
    id: '25',
    name: 'SCIM_Update_Manager',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Managers are not set, changed or cleared: Entra sends the bare id, and the empty text to clear it.',
    run: async (probe) => {
      await requireManager(probe);
      const [user, first, second] = [await createUser(probe), await createUser(probe), await createUser(probe)];
      await patchUser(probe, user, [{ op: 'Add', path: MANAGER_TARGET, value: first }]);
      await expectManager(probe, user, first);
      await patchUser(probe, user, [{ op: 'replace', path: MANAGER_TARGET, value: second }]);
      await expectManager(probe, user, second);
      await patchUser(probe, user, [{ op: 'replace', path: MANAGER_TARGET, value: '' }]);
      await expectManager(probe, user, undefined);
      for (const id of [user, first, second]) await remove(probe, pathOf('/Users', id));
    },
  },
];

/** The targets of Entra's default mapping of users (entra-scim-client §2.1). */
const userTargets: readonly string[] = [
  'userName',
  'active',
  'displayName',
  'title',
  'preferredLanguage',
  'name.givenName',
  'name.familyName',
  'name.formatted',
  'emails[type eq "work"].value',
  ...['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'].map((sub) => `addresses[type eq "work"].${sub}`),
  ...['work', 'mobile', 'fax'].map((type) => `phoneNumbers[type eq "${type}"].value`),
  ...['employeeNumber', 'department', 'manager'].map((name) => `${ENTERPRISE_USER_URN}:${name}`),
];

async function discoverTargets(probe: Probe): Promise<void> {
  const schemas = await probe.schemas();
  expectThat(schemas !== undefined, 'GET /Schemas to answer 200 and a list of schemas', 'none that can be read');
  expectThat(schemas.ids.includes(CORE_GROUP_URN), `${CORE_GROUP_URN} in /Schemas`, shown(schemas.ids));
  const missing = [
    ...[...userTargets, ...probe.extraTargets].filter((target) => !schemas.declares('user', target)),
    ...['displayName', 'members'].filter((target) => !schemas.declares('group', target)),
  ];
  expectThat(missing.length === 0, '/Schemas to declare each target of the mappings', `not declared: ${missing.join(', ')}`);
}

/** Mixed case, spaces and signs: what a server that normalises values would alter (entra-scim-client §9 #27). */
function everyValue(word: string): Values {
  return {
    displayName: `${word} Displayname`,
    title: `Chief ${word} Officer`,
    preferredLanguage: 'en-US',
    'name.givenName': word,
    'name.familyName': `O'${word}-Ørsted`,
    'name.formatted': `${word} O'${word}-Ørsted`,
    'emails[type eq "work"].value': `${word}.Mixed.Case@SCIM-check.example`,
    'phoneNumbers[type eq "work"].value': `+1 (555) 010-${word.length}`,
    'phoneNumbers[type eq "mobile"].value': '0049 151 / 555 0101',
    'addresses[type eq "work"].formatted': `${word} Street 1, 12345 Town`,
    'addresses[type eq "work"].streetAddress': `${word} Street 1`,
    'addresses[type eq "work"].locality': 'Town',
    'addresses[type eq "work"].region': 'Region',
    'addresses[type eq "work"].postalCode': '012345',
    'addresses[type eq "work"].country': 'DE',
    [`${ENTERPRISE_USER_URN}:employeeNumber`]: `0070${word.length}`,
    [`${ENTERPRISE_USER_URN}:department`]: `${word} & Sons`,
  };
}

async function clearValues(probe: Probe): Promise<void> {
  const schemas = await probe.schemas();
  const sent = await declaredValues(probe, everyValue('created'));
  const targets = Object.keys(sent).filter((target) => schemas?.requires(target) !== true);
  const id = await createUser(probe, sent);
  for (const empty of ['', null]) {
    await patchUser(probe, id, probe.dialect.update(sent));
    await patchUser(probe, id, probe.dialect.update(Object.fromEntries(targets.map((target) => [target, empty]))));
    const user = await readUser(probe, id);
    const kept = targets.filter((target) => !isUnassigned(valueAt(user, target)));
    expectThat(kept.length === 0, `every value cleared by ${shown(empty)}`, `kept: ${kept.join(', ')}`);
  }
}
