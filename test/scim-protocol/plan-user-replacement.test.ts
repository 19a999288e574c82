import { describe, expect, it } from '@jest/globals';
import type { CanonicalObject } from '../../src/kernel/index.ts';
import {
  ENTERPRISE_USER_URN as ENT,
  ROLLCALL_USER_URN as EXT,
  planUserReplacement,
  RefusedDeactivation,
} from '../../src/scim-protocol/index.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const strictly = { mode: 'strict' } as const;
const current: CanonicalObject = {
  userName: 'ada@contoso.example',
  active: true,
  title: 'CTO',
  name: { givenName: 'Ada', familyName: 'L' },
  emails: [{ type: 'work', value: 'ada@contoso.example' }],
  [ENT]: { department: 'D', manager: { value: 'm' } },
  [EXT]: { rbac_role_id: 'admin' },
  [CORE]: { role: 'auditor' },
};
/** What a PUT keeps of `current` although its body does not name it. */
const kept = { active: true, [EXT]: { rbac_role_id: 'admin' }, [CORE]: { role: 'auditor' } };

describe('planning a PUT of a user', () => {
  it('makes every attribute what the body says and unassigns those that it does not name (RFC 7644 §3.5.1)', () => {
    const plan = planUserReplacement(current, { schemas: [CORE], id: 'x', userName: 'ada@contoso.example', name: { givenName: 'A' } });
    expect(plan.resource).toEqual({ userName: 'ada@contoso.example', name: { givenName: 'A' }, ...kept });
    expect(new Set(plan.changed)).toEqual(new Set(['title', 'name', 'emails', `${ENT}:department`, `${ENT}:manager`]));
    expect(plan).toMatchObject({ deactivates: false, ignored: [], tolerated: [] });
  });

  it.each([
    { name: 'neither reactivates nor deactivates by omission', given: { active: false }, body: {}, expected: { active: false } },
    { name: 'takes null for active as nothing said', given: { active: false }, body: { active: null }, expected: { active: false } },
    { name: 'reactivates when it says so', given: { active: false }, body: { active: 'True' }, expected: { active: true } },
    { name: 'keeps a role that it does not name', body: { [EXT]: {} }, expected: {} },
    { name: 'keeps a role under an extension of null', body: { [EXT]: null }, expected: {} },
    { name: 'sets another role', body: { [`${EXT}:rbac_role_id`]: 'user' }, expected: { [EXT]: { rbac_role_id: 'user' } } },
    { name: 'removes a role that it names as null', body: { [EXT]: { rbac_role_id: null } }, expected: { [EXT]: undefined } },
    { name: 'sets the role under the core URN', body: { [CORE]: { role: 'user' } }, expected: { [CORE]: { role: 'user' } } },
    { name: 'takes core attributes under the core URN', body: { [CORE]: { title: 'CEO' } }, expected: { title: 'CEO' } },
    {
      name: 'takes what a POST takes',
      body: { 'name.givenName': 'A', manager: 'm-2', 'emails[type eq "work"].value': 'w', phoneNumbers: null, roles: [], title: '' },
      expected: { name: { givenName: 'A' }, [ENT]: { manager: { value: 'm-2' } }, emails: [{ type: 'work', value: 'w' }] },
    },
  ])('$name', ({ given = {}, body, expected }) => {
    const { resource } = planUserReplacement({ ...current, ...given }, { userName: 'ada', ...body });
    expect(resource).toEqual({ userName: 'ada', ...kept, ...given, ...expected });
  });

  it('sees no change in the resource as GET shows it', () => {
    const shown = { schemas: [CORE, ENT, EXT], id: 'x', ...current, meta: { resourceType: 'User' } };
    expect(planUserReplacement(current, shown)).toMatchObject({ resource: current, changed: [], ignored: [] });
    expect(planUserReplacement(current, shown, strictly)).toMatchObject({ changed: [] });
  });

  it.each([
    { name: 'no object', body: [], code: 'invalidSyntax' },
    { name: 'no userName', body: { title: 'CTO' }, code: 'invalidValue' },
    { name: 'an empty userName', body: { userName: '' }, code: 'invalidValue' },
    { name: 'a bad value', body: { userName: 'ada', name: 7 }, code: 'invalidValue' },
  ])('refuses $name', ({ body, code }) => {
    expect(() => planUserReplacement(current, body)).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    { name: 'no userName', body: {}, reasons: ['required'] },
    { name: 'an empty userName', body: { userName: '' }, reasons: ['required'] },
    { name: 'a userName that cannot be held', body: { userName: { x: 1 } }, reasons: ['invalid-value'] },
    { name: 'an unknown attribute', body: { userName: 'ada@contoso.example', 'a..b': 1 }, reasons: ['malformed-path'] },
    {
      name: 'a second word on active',
      body: { userName: 'ada@contoso.example', [CORE]: { active: true } },
      reasons: ['contradicts-deactivation'],
    },
  ])('deactivates with $name (I1)', ({ body, reasons }) => {
    const plan = planUserReplacement(current, { ...body, active: 'False' });
    expect(plan).toMatchObject({ resource: { userName: 'ada@contoso.example', active: false }, deactivates: true });
    expect(plan.ignored.map(({ reason }) => reason)).toEqual(reasons);
  });

  it('keeps what a deactivating body names in no form that can be held (I1)', () => {
    const body = {
      userName: 'ada@contoso.example',
      active: false,
      title: { x: 1 },
      name: 7,
      emails: [{ value: {} }],
      [ENT]: { manager: {} },
    };
    const { resource, changed, ignored } = planUserReplacement(current, body);
    expect(resource).toMatchObject({ title: 'CTO', name: current['name'], emails: current['emails'], active: false });
    expect(new Set(changed)).toEqual(new Set(['active', `${ENT}:department`, `${ENT}:manager`]));
    expect(ignored.map(({ path }) => path)).toEqual(['title', 'name', 'emails.value']);
  });

  it('leaves out a userName that another user has, and deactivates (I1)', () => {
    const plan = planUserReplacement(current, { userName: 'taken', active: false }, { withoutUserName: true });
    expect(plan).toMatchObject({ resource: { userName: 'ada@contoso.example', active: false }, ignored: [{ reason: 'user-name-taken' }] });
  });

  it('ignores in either mode what the server sets, and refuses in strict mode what no schema knows', () => {
    const body = { userName: 'ada', id: 'x', meta: {}, groups: [], active: false };
    expect(planUserReplacement(current, body, strictly).ignored).toEqual([]);
    const refusal = expect.objectContaining({ code: 'invalidSyntax' });
    expect(() => planUserReplacement(current, { ...body, shoeSize: 7 }, strictly)).toThrow(refusal);
    expect(() => planUserReplacement(current, { ...body, shoeSize: 7 }, strictly)).toThrow(RefusedDeactivation);
    expect(() => planUserReplacement(current, { active: false }, strictly)).toThrow(RefusedDeactivation);
  });
});
