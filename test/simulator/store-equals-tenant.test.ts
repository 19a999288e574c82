import { describe, expect, it } from '@jest/globals';
import { personOf } from '../../bench/tenant-population.mjs';
import { differencesBetween } from '../../bench/store-equals-tenant.mjs';
import { ENTERPRISE_USER_URN, ROLLCALL_USER_URN } from '../../src/simulator/provisioning/scim-urns.ts';

const person = {
  ...personOf(1),
  id: 'o1',
  standing: 'present',
  roleTarget: 'rbac_role_id',
  role: 'role-admin',
  managerId: 'o2',
} as const;
const boss = { id: 'o2', userPrincipalName: 'boss@Contoso.example', displayName: 'Boss', standing: 'left', roleTarget: 'roles' } as const;
const tenant = { people: [person, boss], groups: [{ id: 'g1', displayName: 'Counsel', memberIds: ['o1', 'o2'] }] };

const storedBoss = { id: 's2', externalId: 'o2', userName: 'boss@Contoso.example', active: false };
const storedGroup = { id: 'r1', externalId: 'g1', displayName: 'Counsel', members: [{ value: 's2' }, { value: 's1' }] };

const stored = {
  id: 's1',
  externalId: 'o1',
  userName: person.userPrincipalName,
  active: true,
  displayName: person.displayName,
  title: person.jobTitle,
  preferredLanguage: person.preferredLanguage,
  name: { givenName: person.givenName, familyName: person.surname, formatted: `${person.givenName} ${person.surname}` },
  emails: [{ type: 'work', value: person.mail, primary: true }],
  addresses: [
    {
      type: 'work',
      formatted: person.officeLocation,
      streetAddress: person.streetAddress,
      locality: person.city,
      region: person.state,
      postalCode: person.postalCode,
      country: person.country,
    },
  ],
  phoneNumbers: [
    { type: 'work', value: person.businessPhone },
    { type: 'mobile', value: person.mobilePhone },
    { type: 'fax', value: person.faxNumber },
  ],
  [ENTERPRISE_USER_URN]: { employeeNumber: person.employeeId, department: person.department, manager: { value: 's2' } },
  [ROLLCALL_USER_URN]: { rbac_role_id: 'role-admin' },
};

describe('differencesBetween', () => {
  it('finds none between a tenant and its image', () => {
    expect(differencesBetween(tenant, { users: [stored, storedBoss], groups: [storedGroup] })).toEqual([]);
  });

  it.each([
    { attribute: 'displayName', store: { displayName: 'Person' } },
    { attribute: 'userName', store: { userName: person.userPrincipalName.toLowerCase() } },
    { attribute: 'active', store: { active: 'True' } },
    { attribute: 'title', store: { title: undefined } },
    { attribute: 'preferredLanguage', store: { preferredLanguage: 'de' } },
    { attribute: 'name.givenName', store: { name: { ...stored.name, givenName: '' } } },
    { attribute: 'name.familyName', store: { name: { ...stored.name, familyName: 'X' } } },
    { attribute: 'name.formatted', store: { name: { ...stored.name, formatted: undefined } } },
    { attribute: 'emails', store: { emails: [...stored.emails, ...stored.emails] } },
    { attribute: 'number of addresses', store: { addresses: [...stored.addresses, ...stored.addresses] } },
    ...['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'].map((part) => ({
      attribute: `addresses[work].${part}`,
      store: { addresses: [{ ...stored.addresses[0], [part]: 'X' }] },
    })),
    ...stored.phoneNumbers.map(({ type }) => ({
      attribute: `phoneNumbers[${type}]`,
      store: { phoneNumbers: stored.phoneNumbers.map((phone) => (phone.type === type ? { type, value: '0' } : phone)) },
    })),
    { attribute: 'number of phoneNumbers', store: { phoneNumbers: [...stored.phoneNumbers, { type: 'pager', value: '1' }] } },
    ...['employeeNumber', 'department', 'manager'].map((attribute) => ({
      attribute,
      store: { [ENTERPRISE_USER_URN]: { ...stored[ENTERPRISE_USER_URN], [attribute]: undefined } },
    })),
    { attribute: 'role', store: { [ROLLCALL_USER_URN]: undefined } },
  ])('sees another $attribute', ({ attribute, store }) => {
    const problems = differencesBetween(tenant, { users: [{ ...stored, ...store }, storedBoss], groups: [storedGroup] });
    expect(problems).toEqual([expect.stringContaining(`: ${attribute} is `)]);
  });

  it.each([
    { name: 'a leaver who is active', users: [stored, { ...storedBoss, active: true }], groups: [storedGroup] },
    { name: 'a person who is missing', users: [stored, storedBoss].slice(1), groups: [{ ...storedGroup, members: [{ value: 's2' }] }] },
    { name: 'a person who is there twice', users: [stored, storedBoss, storedBoss], groups: [storedGroup] },
    { name: 'a stranger', users: [stored, storedBoss, { id: 's3', externalId: 'o3' }], groups: [storedGroup] },
    { name: 'a member too few', users: [stored, storedBoss], groups: [{ ...storedGroup, members: [{ value: 's1' }] }] },
    {
      name: 'a member twice',
      users: [stored, storedBoss],
      groups: [{ ...storedGroup, members: [...storedGroup.members, { value: 's1' }] }],
    },
    { name: 'a group that bears another name', users: [stored, storedBoss], groups: [{ ...storedGroup, displayName: 'counsel' }] },
    { name: 'a group twice', users: [stored, storedBoss], groups: [storedGroup, storedGroup] },
  ])('sees $name', ({ users, groups }) => {
    expect(differencesBetween(tenant, { users, groups })).toHaveLength(1);
  });
});
