import { describe, expect, it } from '@jest/globals';
import type { CanonicalObject } from '../../src/kernel/index.ts';
import { planGroupPatch, planUserPatch, planUserReplacement, readNewUser } from '../../src/scim-protocol/index.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const base: CanonicalObject = { userName: 'ada@contoso.example', active: true };
const many = <T>(count: number, make: (n: number) => T): readonly T[] => Array.from({ length: count }, (_, n) => make(n));
const replacing = (path: string, value: unknown = 'x') => ({ op: 'replace', path, value });
const refusal = (code: string) => expect.objectContaining({ code });

/** A value as deep as a body of 2 MiB can nest it. */
function nested(wrap: (inner: unknown) => unknown, depth = 200_000): unknown {
  let value: unknown = 'x';
  for (let level = 0; level < depth; level += 1) value = wrap(value);
  return value;
}

describe('the limits of one request', () => {
  it.each([
    { name: 'lists in lists', value: nested((inner) => [inner]) },
    { name: 'values in values', value: nested((inner) => ({ value: inner })) },
    { name: 'names in names', value: nested((inner) => ({ name: inner })) },
  ])('are no matter of depth: $name are no value', ({ value }) => {
    for (const path of ['title', 'emails', 'name', 'manager', 'active', 'emails[type eq "work"].value', 'addresses[type eq "work"]']) {
      const plan = planUserPatch(base, { Operations: [replacing('active', false), replacing(path, value)] });
      expect(plan.resource).toEqual({ ...base, active: false });
    }
  });

  it('are no matter of how often a schema stands in itself', () => {
    const core = nested((inner) => ({ [CORE]: inner }), 20_000) as Record<string, unknown>;
    expect(planUserPatch(base, { Operations: [{ op: 'add', value: core }] })).toMatchObject({ changed: [], ignored: [{}] });
    expect(readNewUser({ userName: 'ada', ...core }).resource).toEqual({ userName: 'ada', active: true });
  });

  it.each([
    ...['a', 'a.', '[', '"', ' ', '(', 'urn:a.'].map((part) => part.repeat(500_000)),
    `emails[${'('.repeat(2000)}type eq "work"${')'.repeat(2001)}].value`,
    `emails[${'not ('.repeat(500)}type eq "work"].value`,
    `emails[${'type eq "work" and '.repeat(20_000)}type eq "work"].value`,
  ])('hold for a path that goes on and on (%#)', (path) => {
    expect(() => planUserPatch(base, { Operations: [replacing(path)] })).toThrow(refusal('invalidPath'));
  });

  it('refuse more parts that cannot be applied than any client gets wrong', () => {
    const tooLarge = refusal('payloadTooLarge');
    const keys = Object.fromEntries(many(10_001, (n) => [`key${n}`, 1]));
    expect(() => planUserPatch(base, { Operations: many(10_001, (n) => replacing(`key${n}`)) })).toThrow(tooLarge);
    expect(() => planUserPatch(base, { Operations: many(10_001, () => ({})) })).toThrow(tooLarge);
    expect(() => planUserPatch(base, { Operations: [{ op: 'add', value: keys }] })).toThrow(tooLarge);
    expect(() => planUserReplacement(base, { ...keys, active: false })).toThrow(tooLarge);
    expect(() => planGroupPatch({ Operations: [{ op: 'add', path: 'members', value: many(10_001, (n) => `m${n}`) }] })).toThrow(tooLarge);
    const known = Object.fromEntries(many(10_000, (n) => [`key${n}`, 1]));
    expect(planUserPatch(base, { Operations: [{ op: 'add', value: known }, replacing('active', false)] })).toMatchObject({
      resource: { active: false },
    });
  });

  it('refuse more operations than members leave a group at once, and never a deactivation behind fewer (I1)', () => {
    const tooLarge = refusal('payloadTooLarge');
    for (const mode of ['entra', 'strict'] as const) {
      expect(() => planUserPatch(base, { Operations: many(10_001, () => replacing('title')) }, { mode })).toThrow(tooLarge);
      expect(() => planGroupPatch({ Operations: many(10_001, () => replacing('displayName')) }, { mode })).toThrow(tooLarge);
      expect(planGroupPatch({ Operations: many(10_000, () => replacing('displayName')) }, { mode }).displayName).toBe('x');
    }
    const operations = [...many(9_999, (n) => replacing(`key${n}`)), replacing('active', false)];
    expect(planUserPatch(base, { Operations: operations })).toMatchObject({ resource: { active: false } });
  });

  it('refuse a list that is longer than an attribute may be, and what makes one so', () => {
    const emails = many(500, (n) => ({ value: `${n}@contoso.example` }));
    for (const op of ['add', 'replace', 'remove']) {
      const operation = { op, path: 'emails', value: [...emails, { value: 'one more' }] };
      expect(() => planUserPatch(base, { Operations: [operation] })).toThrow(refusal('invalidValue'));
    }
    const oneMore = { op: 'add', path: 'emails', value: 'one more' };
    expect(() => planUserPatch({ ...base, emails }, { Operations: [oneMore] })).toThrow(refusal('invalidValue'));
    expect(planUserPatch({ ...base, emails }, { Operations: [{ ...oneMore, value: '7@contoso.example' }] }).changed).toEqual([]);
  });

  it('end the work on long lists, and never a deactivation behind it (I1)', () => {
    const current = { ...base, emails: many(500, (n) => ({ type: 'work', value: `${n}@contoso.example` })) };
    const operations = many(41, (n) => replacing('emails[type eq "work"].display', `${n}`));
    expect(() => planUserPatch(current, { Operations: operations })).toThrow(refusal('payloadTooLarge'));
    const plan = planUserPatch(current, { Operations: [...operations, replacing('active', 'False')] });
    expect(plan).toMatchObject({
      resource: { active: false },
      ignored: [{ path: 'emails[type eq "work"].display', reason: 'invalid-value' }],
    });
    expect(planUserPatch(current, { Operations: operations.slice(1) }).changed).toEqual(['emails']);
  });
});
