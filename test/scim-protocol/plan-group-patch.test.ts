import { describe, expect, it } from '@jest/globals';
import { planGroupPatch, readNewGroup } from '../../src/scim-protocol/index.ts';

const A = '00000000-0000-7000-8000-00000000000a';
const B = '00000000-0000-7000-8000-00000000000b';
const C = '00000000-0000-7000-8000-00000000000c';
const CORE = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const nothing = { cleared: false, add: [], remove: [] };

describe('planning a PATCH of a group', () => {
  it.each([
    {
      name: 'G1 Add of one member',
      operations: [{ op: 'Add', path: 'members', value: [{ $ref: null, value: A }] }],
      members: { add: [A] },
    },
    {
      name: 'G2 Remove of members in value',
      operations: [{ op: 'Remove', path: 'members', value: [{ value: A }] }],
      members: { remove: [A] },
    },
    { name: 'G3 remove by a value path', operations: [{ op: 'remove', path: `members[value eq "${A}"]` }], members: { remove: [A] } },
    { name: 'G4 remove of all', operations: [{ op: 'remove', path: 'members' }], members: { cleared: true } },
    { name: 'G6 a bare string', operations: [{ op: 'add', path: 'members', value: A }], members: { add: [A] } },
    { name: 'one object', operations: [{ op: 'add', path: `${CORE}:members`, value: { value: A.toUpperCase() } }], members: { add: [A] } },
    { name: 'members in a path-less operation', operations: [{ op: 'add', value: { Members: [{ value: A }] } }], members: { add: [A] } },
    {
      name: 'consecutive operations, folded and in order',
      operations: [
        { op: 'add', path: 'members', value: [{ value: B }, { value: A }, { value: A }] },
        { op: 'remove', path: `members[value eq "${B}"]` },
        { op: 'add', path: 'members', value: [{ value: C }] },
      ],
      members: { add: [A, C], remove: [B] },
    },
    {
      name: 'a replacement, which forgets what came before it',
      operations: [
        { op: 'remove', path: 'members', value: [{ value: C }] },
        { op: 'replace', path: 'members', value: [{ value: B }] },
      ],
      members: { cleared: true, add: [B] },
    },
    { name: 'a replacement by nobody', operations: [{ op: 'replace', path: 'members', value: [] }], members: { cleared: true } },
    { name: 'a removal of an empty list, which removes nobody', operations: [{ op: 'remove', path: 'members', value: [] }], members: {} },
  ])('takes $name', ({ operations, members }) => {
    expect(planGroupPatch({ Operations: operations })).toEqual({ members: { ...nothing, ...members }, ignored: [], tolerated: [] });
  });

  it('takes G5, a rename and a new externalId', () => {
    const operations = [
      { op: 'Replace', path: 'displayName', value: 'Finance' },
      { op: 'replace', value: { externalId: 'g-1' } },
    ];
    expect(planGroupPatch({ Operations: operations })).toMatchObject({ displayName: 'Finance', externalId: 'g-1', members: nothing });
  });

  it.each([
    {
      name: 'a member that is no id',
      operations: [{ op: 'add', path: 'members', value: [{ value: 'u9" or value pr' }, { value: A }] }],
      members: { add: [A] },
      reason: 'unknown-member',
    },
    {
      name: 'a removal that names nothing in a list',
      operations: [{ op: 'remove', path: 'members', value: null }],
      members: {},
      reason: 'no-value',
    },
    {
      name: 'a replacement by what can be no member',
      operations: [{ op: 'replace', path: 'members', value: [{ value: 'x' }] }],
      members: {},
      reason: 'unknown-member',
    },
    {
      name: 'a removal of what can be no member',
      operations: [{ op: 'remove', path: 'members', value: [{ value: '" or 1=1' }] }],
      members: {},
      reason: 'unknown-member',
    },
    { name: 'an unknown attribute', operations: [{ op: 'add', path: 'colour', value: 'red' }], members: {}, reason: 'unknown-attribute' },
    { name: 'a cleared displayName', operations: [{ op: 'replace', path: 'displayName', value: '' }], members: {}, reason: 'required' },
  ])('ignores and records $name, and never empties the group for it', ({ operations, members, reason }) => {
    const plan = planGroupPatch({ Operations: operations });
    expect(plan.members).toEqual({ ...nothing, ...members });
    expect(plan.ignored.map((ignored) => ignored.reason)).toEqual([reason]);
  });

  it('records a member that is no text without writing it out, however deep it goes', () => {
    let deep: unknown = [];
    for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
    const { ignored } = planGroupPatch({
      Operations: [{ op: 'add', path: 'members', value: [{ value: deep }, { value: 'x'.repeat(500) }] }],
    });
    expect(ignored).toEqual([
      { op: 'add', path: 'members', reason: 'unknown-member' },
      { op: 'add', path: `members[value eq "${'x'.repeat(100)}"]`, reason: 'unknown-member' },
    ]);
  });

  it.each([
    `members[value eq "${A}" or value pr]`,
    'members[value ne "x"]',
    `members[value eq "${A}" and value eq "${B}"]`,
    'members[type eq "User"]',
  ])('refuses %s instead of guessing who is meant', (path) => {
    const refusal = expect.objectContaining({ code: 'invalidFilter' });
    expect(() => planGroupPatch({ Operations: [{ op: 'remove', path }] })).toThrow(refusal);
  });

  it('reads a new group with the schema that Entra adds (entra-scim-client §2.4)', () => {
    const body = {
      schemas: [CORE, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      externalId: 'g',
      displayName: 'Staff',
      meta: {},
      members: [],
    };
    expect(readNewGroup(body)).toEqual({ displayName: 'Staff', externalId: 'g', members: nothing, ignored: [], tolerated: [] });
  });
});
