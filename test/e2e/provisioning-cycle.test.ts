import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ScimServer, startScim } from '../scim/scim-server.ts';
import { type ProvisionedStore, provisionedStore } from '../simulator/provisioned-store.ts';
import type { Json } from '../simulator/simulated-tenant.ts';

let server: ScimServer;
let world: ProvisionedStore;

beforeAll(async () => {
  server = await startScim();
});

afterEach(() => world.close());
afterAll(() => server.close());

/** For thousands of requests on a busy machine. */
const LONG_MS = 240_000;

const dialects = ['legacy', 'flag'] as const;
const noWrites = { POST: 0, PATCH: 0, DELETE: 0 };

/** Everybody is read by the remembered id and compared; then every link is forgotten, and everybody matched and compared. */
async function expectNoWrites(): Promise<void> {
  for (const resetScope of ['Watermark', 'Full']) {
    await world.job('POST', '/restart', { resetScope });
    const report = await world.cycle();
    expect(report).toMatchObject({ requests: noWrites, failures: [], users: { unchanged: world.people.length } });
  }
}

const everyFault: readonly Json[] = [
  { kind: 'lost-answer', every: 11, times: 25 },
  { kind: 'timeout', every: 13, times: 25 },
  { kind: 'connection-reset', every: 17, times: 25 },
  { kind: 'duplicate', steps: ['create', 'update', 'disable', 'members', 'manager', 'match', 'read'], every: 7, times: 40 },
  { kind: 'reorder', every: 5 },
  { kind: 'status', status: 503, every: 19, times: 25 },
  { kind: 'status', status: 429, retryAfterSeconds: 5, every: 23, times: 25 },
];

const changes = (number: number): Json => ({
  displayName: `Changed ${number}`,
  givenName: `Other${number}`,
  mail: `changed.${number}@Contoso.example`,
  department: 'Völkerrecht',
  jobTitle: 'Counsel',
  city: 'Genève',
  mobilePhone: `+41 22 ${number}`,
});

describe.each(dialects)('in the %s dialect, with eight workers', (dialect) => {
  it(
    'a tenant of 240 users and 20 groups ends up in the store, whatever happens on the way, and the next cycle writes nothing (I2, I13)',
    async () => {
      world = await provisionedStore(server, { people: 240, groups: 20, settings: { dialect, membersPerPatch: 7 } });
      await world.faults(...everyFault);
      const [first] = await world.cyclesUntilDone();
      expect(Object.values(first?.faults ?? {}).every((count) => count > 0)).toBe(true);
      expect(await world.differences()).toEqual([]);

      await world.faults(...everyFault);
      for (const [number, person] of world.people.entries()) if (number % 2 === 0) await world.change(person, changes(number));
      for (const group of world.groups) {
        const [gone = '', ...staying] = group.memberIds;
        const added = world.people.find((person) => !group.memberIds.includes(person.id))?.id ?? '';
        await world.control('POST', `/groups/${group.id}/members`, { add: [added], remove: [gone] });
        group.memberIds = [...staying, added];
      }
      await world.cyclesUntilDone();
      expect(await world.differences()).toEqual([]);

      await world.faults();
      await expectNoWrites();
    },
    LONG_MS,
  );

  it(
    'leavers are inactive in the end, whatever happens to the request that says so and whatever else it says (I1)',
    async () => {
      world = await provisionedStore(server, { people: 60, groups: 6, settings: { dialect } });
      await world.cyclesUntilDone();
      for (const [number, person] of world.people.slice(0, 40).entries()) {
        if (number % 4 === 0) await world.unassign(person);
        if (number % 4 === 1) await world.control('DELETE', `/users/${person.id}`);
        if (number % 4 === 2) await world.change(person, { accountEnabled: false });
        if (number % 4 === 3) await world.change(person, { accountEnabled: false, ...changes(number), managerId: world.people[59]?.id });
        person.standing = number % 4 < 2 ? 'left' : 'disabled';
      }
      await world.faults(...everyFault.map((fault) => ({ ...fault, every: 3, times: 8 })));
      await world.cyclesUntilDone();
      for (const person of world.people.slice(0, 40))
        expect([person.userPrincipalName, await world.isActive(person)]).toEqual([person.userPrincipalName, false]);
      expect(await world.differences()).toEqual([]);
    },
    LONG_MS,
  );

  it('a leaver is inactive although the same PATCH has attributes that no schema knows (I1)', async () => {
    const constants = {
      'urn:ietf:params:scim:schemas:extension:unheard:2.0:User:badge': 'B1',
      'urn:ietf:params:scim:schemas:core:2.0:User.dotted': 'B2',
      'no.such[thing eq 1].x': 'B3',
      nobodyKnowsThis: 'B4',
    };
    world = await provisionedStore(server, { people: 2, groups: 0, settings: { dialect } });
    await world.cycle();
    await world.configure({ constants });
    const [, person] = world.people;
    await world.change(person!, { accountEnabled: false, ...changes(1) });
    person!.standing = 'disabled';
    const report = await world.cycle();
    expect(await world.isActive(person!)).toBe(false);
    expect(await world.differences()).toEqual([]);
    expect(report).toMatchObject({ users: { disabled: 1 }, failures: [] });
  });

  it('whoever leaves is inactive, whoever comes back is active, and whoever is purged is gone (I1)', async () => {
    world = await provisionedStore(server, { people: 4, groups: 0, settings: { dialect } });
    await world.cycle();
    const [unassigned, deleted, disabled, purged] = world.people;
    const role = unassigned!.role ?? null;
    await world.unassign(unassigned!);
    for (const person of [deleted!, purged!]) await world.control('DELETE', `/users/${person.id}`);
    await world.change(disabled!, { accountEnabled: false });
    expect(await world.cycle()).toMatchObject({ users: { disabled: 4 }, failures: [] });
    for (const person of world.people) expect(await world.isActive(person)).toBe(false);

    unassigned!.assignmentId = await world.assign(unassigned!, role);
    await world.control('POST', `/users/${deleted!.id}/restore`);
    await world.change(disabled!, { accountEnabled: true });
    await world.control('DELETE', `/deleted-users/${purged!.id}`);
    world.people.pop();
    for (const person of world.people) person.standing = 'present';
    expect(await world.cycle()).toMatchObject({ users: { created: 0, updated: 3, deleted: 1 }, failures: [] });
    expect(await world.differences()).toEqual([]);
    await expectNoWrites();
  });

  it('somebody new is created although attributes are mapped that no schema knows', async () => {
    const constants = { 'urn:ietf:params:scim:schemas:extension:unheard:2.0:User:badge': 'B1', nobodyKnowsThis: 'B2' };
    world = await provisionedStore(server, { people: 2, groups: 0, settings: { dialect, constants } });
    expect(await world.cycle()).toMatchObject({ users: { created: 2 }, failures: [] });
    expect(await world.differences()).toEqual([]);
  });

  it('references are found, whichever term of the check comes first (I13)', async () => {
    world = await provisionedStore(server, { people: 12, groups: 2, settings: { dialect, referenceFirst: true } });
    expect((await world.cycle()).failures).toEqual([]);
    expect(await world.differences()).toEqual([]);
    await expectNoWrites();
  });

  it.each(['rbac_role_id', 'userType', 'roles'])(
    'a role in %s arrives, counts, changes, and is not sent again (I13)',
    async (roleTarget) => {
      world = await provisionedStore(server, { people: 4, groups: 0, settings: { dialect, roleTarget } });
      const expectRoles = async () => {
        for (const person of world.people) expect([person.id, await world.effectiveRole(person)]).toEqual([person.id, person.role]);
      };
      await world.cycle();
      expect(await world.differences()).toEqual([]);
      await expectRoles();
      await expectNoWrites();
      for (const person of world.people) await world.changeRole(person, person.role === 'role-admin' ? 'role-employee' : 'role-admin');
      expect(await world.cycle()).toMatchObject({ requests: { PATCH: 4 }, failures: [] });
      expect(await world.differences()).toEqual([]);
      await expectRoles();
      await expectNoWrites();
    },
  );

  it('a role that comes later is added in the place of none, and is not sent again (I13)', async () => {
    world = await provisionedStore(server, { people: 1, groups: 0, settings: { dialect, roleTarget: 'roles' } });
    const [person] = world.people;
    const role = person?.role ?? '';
    await world.changeRole(person!, null);
    await world.cycle();
    expect(await world.differences()).toEqual([]);
    await world.changeRole(person!, role);
    expect(await world.cycle()).toMatchObject({ requests: { PATCH: 1 }, failures: [] });
    expect(await world.differences()).toEqual([]);
    await expectNoWrites();
  });
});

/** Each attribute of the default mapping, by its name in Graph; person 0 has all of them, person 4 hardly any. */
const attributes = [
  { attribute: 'userPrincipalName', value: 'Renamed.Person@Contoso.example' },
  { attribute: 'displayName', value: 'Zoë "Z" \\ O’Neil' },
  { attribute: 'jobTitle', value: 'Avocate générale' },
  { attribute: 'mail', value: 'New.Address@Contoso.example' },
  { attribute: 'preferredLanguage', value: 'zh-Hant-TW' },
  { attribute: 'givenName', value: 'Zoë' },
  { attribute: 'surname', value: 'O’Neil' },
  { attribute: 'officeLocation', value: 'Tower 7\nFloor 9' },
  { attribute: 'streetAddress', value: '1 Rue de l’Été' },
  { attribute: 'city', value: 'Łódź' },
  { attribute: 'state', value: 'ŁD' },
  { attribute: 'postalCode', value: '00123' },
  { attribute: 'country', value: 'PL' },
  { attribute: 'businessPhone', value: '+48 (42) 555-01-00 ext. 7' },
  { attribute: 'mobilePhone', value: '+48 600 000 000' },
  { attribute: 'faxNumber', value: '0042' },
  { attribute: 'employeeId', value: '000042' },
  { attribute: 'department', value: 'Legal & Compliance' },
] as const;

describe.each(dialects)('each attribute of the default mapping, in the %s dialect', (dialect) => {
  it.each(attributes)('$attribute changes, is added, and is not sent again (I13)', async ({ attribute, value }) => {
    world = await provisionedStore(server, { people: 5, groups: 0, settings: { dialect } });
    const [rich, , , , sparse] = world.people;
    await world.cycle();
    await world.change(rich!, { [attribute]: value });
    await world.change(sparse!, { [attribute]: attribute === 'userPrincipalName' ? `Other.${value}` : value });
    expect(await world.cycle()).toMatchObject({ requests: { POST: 0, PATCH: 2, DELETE: 0 }, users: { updated: 2 }, failures: [] });
    expect(await world.differences()).toEqual([]);
    await expectNoWrites();
  });

  it('managerId changes, is added, and is not sent again (I13)', async () => {
    world = await provisionedStore(server, { people: 5, groups: 0, settings: { dialect } });
    const [head, second, third] = world.people;
    await world.cycle();
    await world.change(second!, { managerId: third!.id });
    await world.change(head!, { managerId: second!.id });
    expect(await world.cycle()).toMatchObject({ requests: { POST: 0, PATCH: 2, DELETE: 0 }, failures: [] });
    expect(await world.differences()).toEqual([]);
    await expectNoWrites();
  });

  it('accountEnabled turns active off and on, and is not sent again (I13)', async () => {
    world = await provisionedStore(server, { people: 2, groups: 0, settings: { dialect } });
    const [, person] = world.people;
    await world.cycle();
    for (const accountEnabled of [false, true]) {
      await world.change(person!, { accountEnabled });
      person!.standing = accountEnabled ? 'present' : 'disabled';
      expect(await world.cycle()).toMatchObject({ requests: { POST: 0, PATCH: 1, DELETE: 0 }, failures: [] });
      expect(await world.isActive(person!)).toBe(accountEnabled);
      expect(await world.differences()).toEqual([]);
    }
    await expectNoWrites();
  });
});
