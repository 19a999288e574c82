import { describe, expect, it } from '@jest/globals';
import type { CanonicalObject } from '../../src/kernel/index.ts';
import { planUserPatch, RefusedDeactivation } from '../../src/scim-protocol/index.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const base: CanonicalObject = { userName: 'ada@contoso.example', active: true };
const work = (value: string) => ({ type: 'work', value });

describe('refusing a PATCH of a user', () => {
  it.each([
    { name: 'no object', body: [], code: 'invalidSyntax' },
    { name: 'no Operations', body: { active: false }, code: 'invalidSyntax' },
    { name: 'an operation that is none', body: { Operations: [7] }, code: 'invalidSyntax' },
    { name: 'an unknown op', body: { Operations: [{ op: 'merge', path: 'title', value: 'x' }] }, code: 'invalidSyntax' },
    { name: 'a path that is no string', body: { Operations: [{ op: 'add', path: 7, value: 'x' }] }, code: 'invalidPath' },
    { name: 'an open bracket', body: { Operations: [{ op: 'add', path: 'emails[type eq "work"', value: 'x' }] }, code: 'invalidPath' },
    {
      name: 'a remove of members without a path (RFC 7644 §3.5.2.2)',
      body: { Operations: [{ op: 'remove', value: { title: 'x' } }] },
      code: 'noTarget',
    },
    { name: 'no path and no object (RFC 7644 §3.5.2.2)', body: { Operations: [{ op: 'remove' }] }, code: 'noTarget' },
    {
      name: 'active that is neither true nor false',
      body: { Operations: [{ op: 'replace', path: 'active', value: 'nope' }] },
      code: 'invalidValue',
    },
    { name: 'an empty userName', body: { Operations: [{ op: 'replace', path: 'userName', value: '' }] }, code: 'invalidValue' },
    {
      name: 'a text that PostgreSQL cannot hold',
      body: { Operations: [{ op: 'replace', path: 'title', value: 'a\u0000b' }] },
      code: 'invalidValue',
    },
    { name: 'an endless text', body: { Operations: [{ op: 'replace', path: 'userName', value: 'x'.repeat(600) }] }, code: 'invalidValue' },
  ])('refuses $name when nothing of the request deactivates', ({ body, code }) => {
    expect(() => planUserPatch(base, body)).toThrow(expect.objectContaining({ code }));
  });

  it.each<unknown>(
    [
      [
        'emails[type eq',
        'emails[type eq "work"',
        'emails[type eq "work].value',
        'emails[]',
        'emails[type zz].value',
        'emails[type eq].value',
      ],
      ['emails[type eq "work"]value', 'emails[type eq "work"].', 'emails[(type eq "work"].value', 'emails[type eq "work" and].value'],
      ['name..givenName', '.name', 'name.', 'na me', '"title"', 'title]', `${CORE}:`, `${CORE}:name..givenName`, 'name[givenName eq "x"]'],
      ['foo[bar', 'foo[bar].x', 'a..b', 'foo[a eq "b"]c', 'foo[a eq 1 b eq 2]', 'foo[not (a eq 1].x', 'foo"bar'],
      [7, true, [['title']], { path: 'title' }],
    ].flat(),
  )('refuses the malformed path %j, whether or not a schema knows its names', (path) => {
    const operations = [
      { op: 'replace', path: 'title', value: 'CTO' },
      { op: 'replace', path, value: 'x' },
    ];
    expect(() => planUserPatch(base, { Operations: operations })).toThrow(expect.objectContaining({ code: 'invalidPath', status: 400 }));
  });

  it.each(
    [
      ['noSuch', 'no.such', 'no.such.thing', '__proto__', 'constructor', 'extension_42_skype-Id', 'title.noSuch', 'emails.noSuch'],
      ['no.such[thing eq 1].x', 'no[a eq "]" and not (b pr or c.d gt 2)]', 'emails[noSuch eq "x"].value', 'emails[type eq "work"].noSuch'],
      [
        'urn:example:2.0:User:a',
        `${CORE}:noSuch`,
        `${CORE}:noSuch[a eq "b"].c`,
        `${CORE}Plus:title`,
        `${CORE}-role`,
        'http://example.com/2.0/User:a',
        'größe',
      ],
    ].flat(),
  )('ignores the well-formed path %s that no schema knows, and applies the rest; strict mode refuses it', (path) => {
    const operations = [
      { op: 'replace', path, value: 'x' },
      { op: 'replace', path: 'title', value: 'CTO' },
    ];
    const { resource, ignored } = planUserPatch(base, { Operations: operations });
    expect(resource).toEqual({ ...base, title: 'CTO' });
    expect(ignored).toEqual([{ op: 'replace', path, reason: 'unknown-attribute' }]);
    const refusal = expect.objectContaining({ code: 'invalidPath' });
    expect(() => planUserPatch(base, { Operations: operations }, { mode: 'strict' })).toThrow(refusal);
  });

  it.each(['id', 'meta', 'meta.created', 'schemas', 'groups', 'groups[value eq "x"]', `${CORE}:id`, 'ID'])(
    'ignores %s, which the server sets, and strict mode refuses it (RFC 7644 §3.5.2)',
    (path) => {
      const operations = [{ op: 'add', path, value: 'x' }];
      const plan = planUserPatch(base, { Operations: operations });
      expect(plan).toMatchObject({ changed: [], ignored: [{ path, reason: 'read-only' }] });
      const refusal = expect.objectContaining({ code: 'mutability' });
      expect(() => planUserPatch(base, { Operations: operations }, { mode: 'strict' })).toThrow(refusal);
    },
  );

  it.each([
    { name: 'a type that is not canonical', path: 'emails[type eq "private"].value' },
    { name: 'a value', path: 'emails[value eq "x"].display' },
    { name: 'a type and a value', path: 'emails[type eq "work" and value eq "x"].display' },
    { name: 'two types at once', path: 'emails[type eq "work" and type eq "home"].value' },
  ])('refuses a filter that finds nothing and describes $name (RFC 7644 §3.5.2.3)', ({ path }) => {
    const current = { ...base, emails: [{ type: 'other', value: 'o', primary: false }] };
    for (const op of ['add', 'replace']) {
      const refusal = expect.objectContaining({ code: 'noTarget' });
      expect(() => planUserPatch(current, { Operations: [{ op, path, value: 'x' }] })).toThrow(refusal);
    }
    expect(planUserPatch(current, { Operations: [{ op: 'remove', path }] }).changed).toEqual([]);
  });

  it.each([
    { name: 'userName is required', operation: { op: 'remove', path: 'userName' }, code: 'mutability' },
    { name: 'active cannot be empty', operation: { op: 'replace', path: 'active', value: null }, code: 'invalidValue' },
    { name: 'a removal of null names nothing', operation: { op: 'remove', path: 'emails', value: null }, code: 'invalidValue' },
    { name: 'a schema is no value', operation: { op: 'add', path: CORE, value: 'x' }, code: 'invalidValue' },
    { name: 'a schema is not removed', operation: { op: 'remove', path: CORE }, code: 'noTarget' },
    { name: 'two managers', operation: { op: 'add', path: 'manager', value: [{ value: 'a' }, { value: 'b' }] }, code: 'invalidValue' },
  ])('refuses a known path that cannot be used so: $name', ({ operation, code }) => {
    expect(() => planUserPatch({ ...base, emails: [work('x')] }, { Operations: [operation] })).toThrow(expect.objectContaining({ code }));
  });
});

describe('a PATCH that deactivates', () => {
  const deactivation = { op: 'Replace', path: 'active', value: 'False' };
  it.each([
    { name: 'an unknown path', junk: { op: 'Add', path: 'no.such[thing eq 1].x', value: 1 }, reason: 'unknown-attribute' },
    { name: 'a bad value', junk: { op: 'replace', path: 'name', value: 7 }, reason: 'invalid-value' },
    { name: 'a value that no text can hold', junk: { op: 'replace', path: 'title', value: '\ud800' }, reason: 'invalid-value' },
    {
      name: 'a value filter that no text can hold',
      junk: { op: 'replace', path: 'ims[type eq "\\u0000"].value', value: 'x' },
      reason: 'invalid-value',
    },
    { name: 'a malformed value filter', junk: { op: 'replace', path: 'emails[type zz].value', value: 'x' }, reason: 'malformed-path' },
    { name: 'an open bracket', junk: { op: 'replace', path: 'emails[', value: 'x' }, reason: 'malformed-path' },
    { name: 'an operation without a path', junk: { op: 'replace', value: 'x' }, reason: 'no-path' },
    { name: 'an unknown op', junk: { op: 'merge', path: 'title' }, reason: 'unknown-operation' },
    { name: 'an operation that is none', junk: null, reason: 'not-an-operation' },
    { name: 'an emptied userName', junk: { op: 'replace', path: 'userName', value: null }, reason: 'required' },
    { name: 'an activation', junk: { op: 'replace', path: 'active', value: 'True' }, reason: 'contradicts-deactivation' },
    { name: 'a removal of active', junk: { op: 'remove', path: 'active' }, reason: 'required' },
    { name: 'a second active that is neither', junk: { op: 'add', value: { active: 'maybe' } }, reason: 'invalid-value' },
  ])('deactivates whatever else is there: $name (I1)', ({ junk, reason }) => {
    for (const operations of [
      [deactivation, junk],
      [junk, deactivation],
    ]) {
      const plan = planUserPatch(base, { Operations: operations });
      expect(plan).toMatchObject({ resource: { active: false }, deactivates: true, changed: ['active'] });
      expect(plan.ignored.map((ignored) => ignored.reason)).toEqual([reason]);
    }
  });

  it.each([
    [{ op: 'replace', value: { active: 'FALSE' } }],
    [{ op: 'replace', value: { [CORE]: { active: false } } }],
    [{ op: 'add', path: `${CORE}:active`, value: ' false ' }],
    [{ op: 'REPLACE', path: 'Active', value: [{ value: 'False' }] }],
    [{ op: 'replace', path: '', value: { displayName: {}, active: false } }],
  ])('understands %j as a deactivation (I1)', (operation) => {
    expect(planUserPatch(base, { Operations: [operation] }).resource['active']).toBe(false);
  });

  it.each([
    { name: 'a list', junk: { op: 'replace', path: 'emails', value: [{ value: {} }, { value: 'x'.repeat(600) }] } },
    { name: 'one chosen value', junk: { op: 'replace', path: 'emails[type eq "work"]', value: { value: {} } } },
    { name: 'a complex value', junk: { op: 'replace', path: 'name', value: { givenName: { x: 1 } } } },
  ])('keeps what $name was to replace when nothing of it can be held beside a deactivation (I1)', ({ junk }) => {
    const current = { ...base, name: { givenName: 'Ada', familyName: 'L' }, emails: [work('a')] };
    const plan = planUserPatch(current, { Operations: [deactivation, junk] });
    expect(plan.resource).toEqual({ ...current, active: false });
    expect(new Set(plan.ignored.map(({ reason }) => reason))).toEqual(new Set(['invalid-value']));
  });

  it('refuses more assignments than one user can need, each of which may go through a whole list', () => {
    const operations = Array.from({ length: 501 }, (_, n) => ({ op: 'add', path: 'emails', value: `${n}@contoso.example` }));
    const refusal = expect.objectContaining({ code: 'payloadTooLarge' });
    expect(() => planUserPatch(base, { Operations: [deactivation, ...operations] })).toThrow(refusal);
    expect(planUserPatch(base, { Operations: [deactivation, ...operations.slice(0, 499)] }).resource['active']).toBe(false);
  });

  it('says what of a long list of junk it does not list', () => {
    const operations = Array.from({ length: 300 }, (_, n) => ({ op: 'add', path: `unknown${n}`, value: 1 }));
    const { ignored } = planUserPatch(base, { Operations: operations });
    expect(ignored).toHaveLength(201);
    expect(ignored.at(-1)).toEqual({ op: '', path: '100 more', reason: 'not-listed' });
  });
});

describe('a PATCH in strict mode', () => {
  const strictly = { mode: 'strict' } as const;
  const current = { ...base, emails: [work('a')] };
  const deactivation = { op: 'replace', path: 'active', value: false };

  it.each([
    { name: 'an unknown attribute', junk: { op: 'add', path: 'shoeSize', value: 7 }, code: 'invalidPath' },
    { name: 'an unknown key', junk: { op: 'add', value: { title: 'CTO', shoeSize: 7 } }, code: 'invalidPath' },
    {
      name: 'an unknown sub-attribute',
      junk: { op: 'add', path: 'emails', value: [{ value: 'b', colour: 'red' }] },
      code: 'invalidSyntax',
    },
    { name: 'an unknown member of a name', junk: { op: 'add', path: 'name', value: { nick: 'A' } }, code: 'invalidSyntax' },
    { name: 'a read-only attribute', junk: { op: 'replace', path: 'id', value: 'x' }, code: 'mutability' },
    { name: 'a read-only key', junk: { op: 'replace', value: { meta: {}, title: 'CTO' } }, code: 'mutability' },
    {
      name: 'a replace whose filter finds nothing',
      junk: { op: 'replace', path: 'emails[type eq "home"].value', value: 'h' },
      code: 'noTarget',
    },
    { name: 'an add whose filter finds nothing', junk: { op: 'add', path: 'emails[primary eq true].value', value: 'h' }, code: 'noTarget' },
    { name: 'a remove whose filter finds nothing', junk: { op: 'remove', path: 'emails[type eq "home"]' }, code: 'noTarget' },
    { name: 'a malformed path', junk: { op: 'remove', path: 'emails[' }, code: 'invalidPath' },
    { name: 'a bad value', junk: { op: 'replace', path: 'name', value: 7 }, code: 'invalidValue' },
    { name: 'an unknown op', junk: { op: 'merge', path: 'title' }, code: 'invalidSyntax' },
    { name: 'a removal of active', junk: { op: 'remove', path: 'active' }, code: 'mutability' },
  ])('is refused whole for $name, and says whether a deactivation was refused with it (I1)', ({ junk, code }) => {
    const refusal = expect.objectContaining({ code });
    expect(() => planUserPatch(current, { Operations: [junk] }, strictly)).toThrow(refusal);
    expect(() => planUserPatch(current, { Operations: [junk] }, strictly)).not.toThrow(RefusedDeactivation);
    for (const operations of [
      [deactivation, junk],
      [junk, deactivation],
    ]) {
      expect(() => planUserPatch(current, { Operations: operations }, strictly)).toThrow(refusal);
      expect(() => planUserPatch(current, { Operations: operations }, strictly)).toThrow(RefusedDeactivation);
    }
  });

  it('applies its operations in order, so that the last word on active counts', () => {
    const activation = { op: 'replace', path: 'active', value: true };
    expect(planUserPatch(base, { Operations: [deactivation, activation] }, strictly)).toMatchObject({ deactivates: false, changed: [] });
    expect(planUserPatch(base, { Operations: [activation, deactivation] }, strictly)).toMatchObject({ deactivates: true, ignored: [] });
  });

  it('takes what Entra writes in its own way, as long as each target is there', () => {
    const operations = [
      { op: 'Replace', path: 'emails[type eq "Work"].value', value: 'b' },
      { op: 'Replace', path: 'active', value: 'False' },
      { op: 'Add', value: { schemas: [CORE], 'name.givenName': 'Ada', manager: { value: 'm', $ref: '../Users/m', displayName: 'M' } } },
    ];
    const { resource } = planUserPatch(current, { Operations: operations }, strictly);
    expect(resource).toMatchObject({ active: false, emails: [work('b')], name: { givenName: 'Ada' } });
  });

  it('tells that a request beyond the limits would have deactivated, in either mode', () => {
    const operations = Array.from({ length: 501 }, (_, n) => ({ op: 'add', path: 'emails', value: `${n}@contoso.example` }));
    for (const mode of ['entra', 'strict'] as const) {
      expect(() => planUserPatch(base, { Operations: [...operations, deactivation] }, { mode })).toThrow(RefusedDeactivation);
      expect(() => planUserPatch(base, { Operations: operations }, { mode })).not.toThrow(RefusedDeactivation);
    }
  });
});
