import { describe, expect, it } from '@jest/globals';
import type { CanonicalObject } from '../../src/kernel/index.ts';
import { planGroupPatch, planUserPatch } from '../../src/scim-protocol/index.ts';

const BABS = '2819c223-7f76-453a-919d-413861904646';
const JAMES = '08e1d05d-121c-4561-8b96-473d93df9210';
const member = (value: string) => ({ display: 'Somebody', $ref: `https://example.com/v2/Users/${value}`, value });
const nothing = { cleared: false, add: [], remove: [] };

const home = { value: 'babs@jensen.org', type: 'home' };
const office = { value: 'bjensen@example.com', type: 'work', primary: true };
const workAddress = { type: 'work', streetAddress: '100 Universal City Plaza', locality: 'Hollywood', primary: true };
const babs: CanonicalObject = { userName: 'bjensen@example.com', active: true };

interface Example {
  readonly name: string;
  readonly given?: CanonicalObject;
  readonly operations: readonly unknown[];
  readonly expected: CanonicalObject;
}

const universal = {
  type: 'work',
  streetAddress: '911 Universal City Plaza',
  region: 'CA',
  postalCode: '91608',
  country: 'US',
  formatted: '911 Universal City Plaza\nHollywood, CA 91608 US',
  primary: true,
};

const users: readonly Example[] = [
  {
    name: '§3.5.2.1 an add without a path',
    operations: [{ op: 'add', value: { emails: [home], nickname: 'Babs' } }],
    expected: { emails: [home], nickName: 'Babs' },
  },
  {
    name: '§3.5.2.1 an add of a value that is there',
    given: { emails: [office, home] },
    operations: [{ op: 'add', path: 'emails', value: [home] }],
    expected: { emails: [office, home] },
  },
  {
    name: '§3.5.2.1 an add to an attribute that has a value, which replaces it',
    given: { title: 'Tour Guide' },
    operations: [{ op: 'add', path: 'title', value: 'Manager' }],
    expected: { title: 'Manager' },
  },
  {
    name: '§3.5.2.1 an add to a complex attribute, which keeps what it does not name',
    given: { name: { givenName: 'Barbara', familyName: 'Jensen' } },
    operations: [{ op: 'add', path: 'name', value: { givenName: 'Babs' } }],
    expected: { name: { givenName: 'Babs', familyName: 'Jensen' } },
  },
  {
    name: '§3.5.2 a new primary value, which takes it from the other',
    given: { emails: [office] },
    operations: [{ op: 'add', path: 'emails', value: [{ ...home, primary: true }] }],
    expected: {
      emails: [
        { ...office, primary: false },
        { ...home, primary: true },
      ],
    },
  },
  {
    name: '§3.5.2.2 a remove of the values that a filter chooses',
    given: { emails: [office, home] },
    operations: [{ op: 'remove', path: 'emails[type eq "work" and value eq "bjensen@example.com"]' }],
    expected: { emails: [home] },
  },
  {
    name: '§3.5.2.2 a remove of a sub-attribute of the values that a filter chooses',
    given: { addresses: [workAddress, { type: 'home', locality: 'Hollywood' }] },
    operations: [{ op: 'remove', path: 'addresses[type eq "work"].locality' }],
    expected: {
      addresses: [
        { type: 'work', streetAddress: '100 Universal City Plaza', primary: true },
        { type: 'home', locality: 'Hollywood' },
      ],
    },
  },
  {
    name: '§3.5.2.2 a remove of every value',
    given: { emails: [office, home] },
    operations: [{ op: 'remove', path: 'emails' }],
    expected: {},
  },
  {
    name: '§3.5.2.3 a replace of the values of several attributes',
    given: { emails: [{ value: 'old@example.com', type: 'other' }], nickName: 'B' },
    operations: [{ op: 'replace', value: { emails: [office, home], nickname: 'Babs' } }],
    expected: { emails: [office, home], nickName: 'Babs' },
  },
  {
    name: '§3.5.2.3 a replace of the whole value that a filter chooses',
    given: { addresses: [workAddress] },
    operations: [{ op: 'replace', path: 'addresses[type eq "work"]', value: universal }],
    expected: { addresses: [universal] },
  },
  {
    name: '§3.5.2.3 a replace of one sub-attribute of it',
    given: { addresses: [workAddress] },
    operations: [{ op: 'replace', path: 'addresses[type eq "work"].streetAddress', value: '1010 Broadway Ave' }],
    expected: { addresses: [{ ...workAddress, streetAddress: '1010 Broadway Ave' }] },
  },
  {
    name: '§3.5.2.3 a replace of an attribute that has no value, which is an add',
    operations: [{ op: 'replace', path: 'title', value: 'Tour Guide' }],
    expected: { title: 'Tour Guide' },
  },
];

describe('a PATCH of a user as RFC 7644 has it', () => {
  it.each(users)('is planned in either mode: $name', ({ given = {}, operations, expected }) => {
    for (const mode of ['entra', 'strict'] as const) {
      const plan = planUserPatch({ ...babs, ...given }, { Operations: operations }, { mode });
      expect(plan.resource).toEqual({ ...babs, ...expected });
      expect(plan.ignored).toEqual([]);
    }
  });

  it('finds no change in a value that is there already, so that meta.lastModified stays (§3.5.2.1)', () => {
    const operations = [{ op: 'add', path: 'emails', value: [home] }];
    expect(planUserPatch({ ...babs, emails: [office, home] }, { Operations: operations }).changed).toEqual([]);
  });

  it.each([
    { name: '§3.5.2.2 a remove of a required attribute', operations: [{ op: 'remove', path: 'userName' }], code: 'mutability' },
    { name: '§3.5.2.2 a remove without a path', operations: [{ op: 'remove' }], code: 'noTarget' },
    {
      name: '§3.5.2.3 a replace whose filter finds nothing',
      operations: [{ op: 'replace', path: 'emails[value eq "x"].display', value: 'X' }],
      code: 'noTarget',
    },
    {
      name: '§3.5.2 the second of two operations, and nothing of the first is applied',
      operations: [
        { op: 'replace', path: 'title', value: 'x' },
        { op: 'replace', path: 'name', value: 7 },
      ],
      code: 'invalidValue',
    },
  ])('is refused in either mode: $name', ({ operations, code }) => {
    for (const mode of ['entra', 'strict'] as const) {
      const refusal = expect.objectContaining({ code });
      expect(() => planUserPatch({ ...babs, emails: [office] }, { Operations: operations }, { mode })).toThrow(refusal);
    }
  });
});

describe('a PATCH of a group as RFC 7644 has it', () => {
  it.each([
    {
      name: '§3.5.2.1 a new member',
      operations: [{ op: 'add', path: 'members', value: [member(BABS)] }],
      members: { add: [BABS] },
    },
    {
      name: '§3.5.2.2 a single member removed',
      operations: [{ op: 'remove', path: `members[value eq "${BABS}"]` }],
      members: { remove: [BABS] },
    },
    { name: '§3.5.2.2 all members removed', operations: [{ op: 'remove', path: 'members' }], members: { cleared: true } },
    {
      name: '§3.5.2.2 a member removed and another added',
      operations: [
        { op: 'remove', path: `members[value eq "${BABS}"]` },
        { op: 'add', path: 'members', value: [member(JAMES)] },
      ],
      members: { add: [JAMES], remove: [BABS] },
    },
    {
      name: '§3.5.2.3 all members replaced',
      operations: [{ op: 'replace', path: 'members', value: [member(BABS), member(JAMES)] }],
      members: { cleared: true, add: [JAMES, BABS] },
    },
  ])('is planned in either mode: $name', ({ operations, members }) => {
    for (const mode of ['entra', 'strict'] as const) {
      const plan = planGroupPatch({ Operations: operations }, { mode });
      expect(plan).toEqual({ members: { ...nothing, ...members }, canonical: expect.anything(), ignored: [], tolerated: [] });
    }
  });
});
