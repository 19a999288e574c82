import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CanonicalObject } from '../../src/kernel/index.ts';
import { ENTERPRISE_USER_URN as ENT, ROLLCALL_USER_URN as EXT, planUserPatch, readNewUser } from '../../src/scim-protocol/index.ts';
import { shownUser } from './shown-user.ts';

/** The targets of an attribute mapping, as Entra names them in a PATCH, with a value for each. */
type Mapped = Readonly<Record<string, string>>;

const text = fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }).filter((value) => !/\0|\p{Surrogate}/u.test(value));
const targets = [
  'externalId',
  'displayName',
  'title',
  'preferredLanguage',
  'name.givenName',
  'name.familyName',
  'emails[type eq "work"].value',
  'phoneNumbers[type eq "work"].value',
  'phoneNumbers[type eq "mobile"].value',
  'addresses[type eq "work"].formatted',
  'addresses[type eq "work"].postalCode',
  'roles[primary eq "True"].value',
  'roles[primary eq "True"].display',
  `${ENT}:employeeNumber`,
  `${ENT}:department`,
  `${EXT}:rbac_role_id`,
  'urn:ietf:params:scim:schemas:core:2.0:User:role',
];
const mapped: fc.Arbitrary<Mapped> = fc.dictionary(fc.constantFrom(...targets), text);

const posted = (sent: Mapped): CanonicalObject => readNewUser({ userName: 'ada@contoso.example', ...sent }).resource;
const patched = (current: CanonicalObject, operations: readonly unknown[]) => planUserPatch(current, { Operations: operations });

/** One operation per target. */
function legacy(sent: Mapped, op: string): readonly unknown[] {
  return Object.entries(sent).map(([path, value]) => ({ op, path, value }));
}

/** Filtered targets as operations of their own, the others folded into one without a path (entra-scim-client §3.1 U5). */
function flagged(sent: Mapped): readonly unknown[] {
  const isFiltered = ([path]: readonly [string, string]) => path.includes('[');
  const entries = Object.entries(sent);
  const folded = Object.fromEntries(entries.filter((entry) => !isFiltered(entry)));
  return [...legacy(Object.fromEntries(entries.filter(isFiltered)), 'replace'), { op: 'replace', value: folded }];
}

/** What Entra reads of a target in the answer of a GET. */
function shownAt(resource: CanonicalObject, target: string): unknown {
  const [, multiValued, type, sub] = /^(\w+)\[\w+ eq "(\w+)"\]\.(\w+)$/.exec(target) ?? [];
  if (multiValued === undefined) {
    const keys = target.startsWith('urn:')
      ? [target.slice(0, target.lastIndexOf(':')), target.slice(target.lastIndexOf(':') + 1)]
      : target.split('.');
    return keys.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], resource);
  }
  const values = (resource[multiValued] ?? []) as readonly Record<string, unknown>[];
  return values.find((value) => value['type'] === type || String(value['primary']) === type?.toLowerCase())?.[sub ?? ''];
}

describe('the echo of what Entra sent (I13)', () => {
  it('is the same for a POST and both PATCH dialects, and leaves a second cycle nothing to change', () => {
    fc.assert(
      fc.property(mapped, mapped, (first, second) => {
        const all = { ...first, ...second };
        const outcomes = [
          posted(all),
          patched(posted(first), legacy(second, 'Replace')).resource,
          patched(posted({}), legacy(all, 'Add')).resource,
          patched(posted(first), flagged(second)).resource,
        ];
        for (const resource of outcomes) {
          const shown = shownUser(resource);
          expect(Object.fromEntries(Object.keys(all).map((target) => [target, shownAt(shown, target)]))).toEqual(all);
          for (const operations of [legacy(all, 'Add'), legacy(all, 'Replace'), flagged(all)]) {
            expect(patched(resource, operations)).toMatchObject({ changed: [], ignored: [] });
          }
        }
      }),
    );
  });
});
