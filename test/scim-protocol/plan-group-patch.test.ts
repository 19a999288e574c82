import { describe, expect, it } from '@jest/globals';
import { planGroupPatch, planGroupReplacement, readNewGroup } from '../../src/scim-protocol/index.ts';

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
    expect(planGroupPatch({ Operations: operations })).toEqual({
      members: { ...nothing, ...members },
      canonical: expect.anything(),
      ignored: [],
      tolerated: [],
    });
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
      name: 'a member without a value',
      operations: [{ op: 'remove', path: 'members', value: [{ $ref: null, value: null }, { value: A }] }],
      members: { remove: [A] },
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
    { name: 'an attribute of the server', operations: [{ op: 'add', path: 'meta.version', value: 'x' }], members: {}, reason: 'read-only' },
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
    { name: 'a removal of null', operation: { op: 'remove', path: 'members', value: null }, code: 'invalidValue' },
    { name: 'an addition of nothing', operation: { op: 'add', path: 'members' }, code: 'invalidValue' },
    { name: 'a removal of values that are not named', operation: { op: 'remove', path: 'members.value' }, code: 'invalidValue' },
    { name: 'an emptied displayName', operation: { op: 'replace', path: 'displayName', value: '' }, code: 'invalidValue' },
    { name: 'a removed displayName', operation: { op: 'remove', path: 'displayName' }, code: 'mutability' },
    { name: "a member's address", operation: { op: 'replace', path: `members[value eq "${A}"].$ref`, value: 'x' }, code: 'mutability' },
    {
      name: 'one member in place of another',
      operation: { op: 'replace', path: `members[value eq "${A}"]`, value: { value: B } },
      code: 'mutability',
    },
    { name: 'a remove without a path', operation: { op: 'remove', value: { members: [{ value: A }] } }, code: 'noTarget' },
    { name: 'an open bracket', operation: { op: 'remove', path: 'members[value eq "x"' }, code: 'invalidPath' },
    {
      name: 'two members in one filter',
      operation: { op: 'remove', path: `members[value eq "${A}" and value eq "${B}"]` },
      code: 'invalidFilter',
    },
    { name: 'members by what they are', operation: { op: 'remove', path: 'members[type eq "User"]' }, code: 'invalidFilter' },
    {
      name: 'a filter that may mean several',
      operation: { op: 'remove', path: `members[value eq "${A}" or value pr]` },
      code: 'invalidFilter',
    },
    { name: 'a filter that means the others', operation: { op: 'remove', path: 'members[value ne "x"]' }, code: 'invalidFilter' },
  ])('refuses $name instead of guessing who is meant', ({ operation, code }) => {
    const rename = { op: 'replace', path: 'displayName', value: 'Finance' };
    expect(() => planGroupPatch({ Operations: [rename, operation] })).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    { name: 'an unknown attribute', operation: { op: 'add', path: 'colour', value: 'red' }, code: 'invalidPath' },
    { name: 'an attribute of the server', operation: { op: 'replace', path: 'id', value: 'x' }, code: 'mutability' },
    {
      name: 'a member that is no id',
      operation: { op: 'add', path: 'members', value: [{ value: 'x' }, { value: A }] },
      code: 'invalidValue',
    },
  ])('ignores $name in Entra mode, and refuses the request for it in strict mode', ({ operation, code }) => {
    expect(planGroupPatch({ Operations: [operation] }).ignored).toHaveLength(1);
    expect(() => planGroupPatch({ Operations: [operation] }, { mode: 'strict' })).toThrow(expect.objectContaining({ code }));
  });
});

describe('reading a whole group', () => {
  it('reads a new group with the schema that Entra adds (entra-scim-client §2.4)', () => {
    const body = {
      schemas: [CORE, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      externalId: 'g',
      displayName: 'Staff',
      meta: {},
      members: [],
    };
    expect(readNewGroup(body)).toEqual({
      displayName: 'Staff',
      externalId: 'g',
      members: nothing,
      canonical: expect.anything(),
      ignored: [],
      tolerated: [],
    });
  });

  it('has a displayName, or is refused', () => {
    const refusal = expect.objectContaining({ code: 'invalidValue' });
    for (const body of [{}, { displayName: null }, { displayName: '' }]) {
      expect(() => readNewGroup(body)).toThrow(refusal);
      expect(() => planGroupReplacement(body)).toThrow(refusal);
    }
  });

  it.each([
    {
      name: 'replaces the members by those that it lists',
      body: { members: [{ value: B }, { value: A }] },
      members: { cleared: true, add: [A, B] },
    },
    { name: 'removes all members for an empty list', body: { members: [] }, members: { cleared: true } },
    { name: 'keeps the members that it does not speak of', body: {}, members: {} },
    { name: 'keeps the members for null, as clients write what they do not have', body: { members: null }, members: {} },
    {
      name: 'keeps the members when it lists nothing that can be one',
      body: { members: [{ value: 'x' }] },
      members: {},
      ignored: ['unknown-member'],
    },
  ])('$name, in a PUT', ({ body, members, ignored = [] }) => {
    const plan = planGroupReplacement({ schemas: [CORE], id: 'x', displayName: 'Staff', ...body });
    expect(plan).toMatchObject({ displayName: 'Staff', externalId: null, members: { ...nothing, ...members } });
    expect(plan.ignored.map(({ reason }) => reason)).toEqual(ignored);
  });

  it('takes the externalId of a PUT, and ignores what no schema knows unless it is strict', () => {
    const body = { displayName: 'Staff', externalId: 'g', colour: 'red' };
    expect(planGroupReplacement(body)).toMatchObject({ externalId: 'g', ignored: [{ path: 'colour', reason: 'unknown-attribute' }] });
    expect(() => planGroupReplacement(body, { mode: 'strict' })).toThrow(expect.objectContaining({ code: 'invalidSyntax' }));
    expect(() => readNewGroup(body, { mode: 'strict' })).toThrow(expect.objectContaining({ code: 'invalidSyntax' }));
  });
});
