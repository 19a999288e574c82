import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CanonicalObject } from '../../src/kernel/index.ts';
import {
  ENTERPRISE_USER_URN as ENT,
  ROLLCALL_USER_URN as EXT,
  planGroupPatch,
  planGroupReplacement,
  planUserPatch,
  planUserReplacement,
  readNewGroup,
  readNewUser,
  roleClaims,
  ScimError,
} from '../../src/scim-protocol/index.ts';
import { flatten, patchFlat, type SimpleOperation } from './patch-model.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const base: CanonicalObject = { userName: 'ada@contoso.example', active: true };

const texts = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter((text) => !/\0|\p{Surrogate}/u.test(text));
const paths = [
  ['title', 'displayName', 'externalId', 'userType', 'name.givenName', 'name.familyName'],
  [`${ENT}:department`, `${ENT}:manager`, `${EXT}:rbac_role_id`, `${CORE}:role`],
  ['emails[type eq "work"].value', 'emails[type eq "home"].value', 'addresses[type eq "work"].locality'],
  ['addresses[type eq "work"].region', 'phoneNumbers[type eq "mobile"].value'],
].flat();
const cells: fc.Arbitrary<SimpleOperation> = fc.record({
  op: fc.constantFrom('add', 'replace', 'remove'),
  path: fc.constantFrom(...paths),
  value: fc.oneof(fc.constantFrom('', null), texts),
});
const states: fc.Arbitrary<SimpleOperation> = fc.record({
  op: fc.constantFrom('add', 'replace', 'remove'),
  path: fc.constant('active'),
  value: fc.boolean(),
});
const requests = fc.array(fc.oneof({ weight: 9, arbitrary: cells }, { weight: 1, arbitrary: states }), { maxLength: 12 });

/** The ways in which the same operation may be written: casing, wrapped values, keys instead of paths. */
const manners = fc.constantFrom<(operation: SimpleOperation) => unknown>(
  ({ op, path, value }) => (op === 'remove' ? { op, path } : { op, path, value }),
  ({ op, path, value }) =>
    op === 'remove' ? { op: 'Remove', path, value: 'x' } : { op: op.toUpperCase(), path: path.toUpperCase(), value },
  ({ op, path, value }) => (op === 'remove' ? { op, path } : { op, value: { [path]: value } }),
  ({ op, path, value }) =>
    op === 'remove' ? { op, path } : { op, path: ` ${path} `, value: typeof value === 'boolean' ? String(value) : [{ value }] },
  ({ op, path, value }) => {
    const qualified = path.startsWith('urn:') ? path : `${CORE}:${path}`;
    return op === 'remove' ? { op, path: qualified } : { op, path: qualified, value };
  },
);
const written = fc.array(fc.tuple(manners, fc.oneof({ weight: 9, arbitrary: cells }, { weight: 1, arbitrary: states })), { maxLength: 12 });

const plan = (current: CanonicalObject, Operations: readonly unknown[]) => planUserPatch(current, { Operations });

describe('planning a PATCH of a user, over requests of every kind', () => {
  it('agrees with a model that knows nothing but cells, in whatever manner the operations are written', () => {
    fc.assert(
      fc.property(requests, written, (before, request) => {
        const current = plan(base, before).resource;
        const operations = request.map(([, operation]) => operation);
        const planned = plan(
          current,
          request.map(([write, operation]) => write(operation)),
        );
        expect(flatten(planned.resource)).toEqual(patchFlat(flatten(current), operations));
        expect(planned.changed.length === 0).toBe(JSON.stringify(planned.resource) === JSON.stringify(current));
      }),
      { numRuns: 1000 },
    );
  });

  it('names as changed exactly the attributes that differ', () => {
    fc.assert(
      fc.property(requests, requests, (before, request) => {
        const current = plan(base, before).resource;
        const { changed, resource } = plan(current, request);
        const top = (name: string) => name.replace(/^(urn:.*:User):.*$/, '$1');
        const differing = [...new Set([...Object.keys(current), ...Object.keys(resource)])].filter(
          (name) => JSON.stringify(sorted(current[name])) !== JSON.stringify(sorted(resource[name])),
        );
        expect(new Set(changed.map(top))).toEqual(new Set(differing));
      }),
    );
  });

  it('changes nothing when the same replacements are asked for twice', () => {
    const replacements = fc.array(
      cells.map((operation): SimpleOperation => ({ ...operation, op: 'replace' })),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(requests, replacements, (before, request) => {
        const once = plan(plan(base, before).resource, request);
        const twice = plan(once.resource, request);
        expect(twice.resource).toEqual(once.resource);
        expect(twice.changed).toEqual([]);
      }),
    );
  });
});

/** Requests that nobody should send: parts of the protocol put together at random, and any JSON at all. */
const keys = fc.oneof(
  fc.constantFrom(...paths, 'active', 'userName', 'emails', 'roles', 'manager', 'name', 'members', 'id', 'meta', 'groups', ENT, EXT, CORE),
  fc.constantFrom('emails[', 'emails[type eq "x"]', 'a..b', 'a[b eq 1].c', '__proto__', 'constructor', 'members[value eq "x"]', ''),
  fc.string({ unit: 'binary', maxLength: 10 }),
);
const junk = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.constantFrom(null, '', true, false, 'False', 0, 7.5), fc.string({ unit: 'binary', maxLength: 8 }), texts),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(keys, fc.constantFrom('value', 'type', 'primary', '$ref', 'VALUE')), tie('value'), { maxKeys: 4 }),
  ),
})).value;
const operation = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ op: fc.constantFrom('add', 'Replace', 'REMOVE', 'merge'), path: keys, value: junk }, { requiredKeys: ['op'] }),
  },
  { weight: 1, arbitrary: junk },
);
const modes = fc.constantFrom('entra' as const, 'strict' as const);

function refusalOf(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('planning whatever is sent', () => {
  it('refuses by a ScimError or not at all, and leaves what was there untouched', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.record({ Operations: fc.array(operation, { maxLength: 6 }) }), fc.dictionary(keys, junk), junk),
        modes,
        (body, mode) => {
          const current = Object.freeze({ ...base, emails: Object.freeze([Object.freeze({ type: 'work', value: 'x' })]) });
          const acts = [planGroupPatch, planGroupReplacement, readNewGroup].map((read) => () => read(body, { mode }));
          acts.push(
            () => planUserPatch(current, body, { mode }) as never,
            () => planUserReplacement(current, body, { mode }) as never,
            () => roleClaims(readNewUser(body, { mode }).resource) as never,
          );
          for (const act of acts) {
            const refusal = refusalOf(act);
            expect(refusal === undefined || refusal instanceof ScimError ? undefined : refusal).toBeUndefined();
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('ends inactive whenever the request says so (I1)', () => {
    const deactivations = fc.constantFrom(
      { op: 'Replace', path: 'active', value: 'False' },
      { op: 'replace', value: { active: false } },
      { op: 'add', path: `${CORE}:active`, value: [{ value: 'false' }] },
      { op: 'replace', value: { [CORE]: { Active: 'FALSE' } } },
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 6 }), deactivations, fc.nat(), (others, deactivation, position) => {
        const operations = others.toSpliced(position % (others.length + 1), 0, deactivation);
        const planned = plan(base, operations);
        expect(planned).toMatchObject({ deactivates: true, resource: { active: false } });
        expect(planned.resource['userName']).toEqual(expect.any(String));
      }),
      { numRuns: 1000 },
    );
  });

  it('ends inactive whenever a whole resource says so (I1)', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          keys.filter((key) => !/active/i.test(key)),
          junk,
          { maxKeys: 8 },
        ),
        (body) => {
          const planned = planUserReplacement(base, { ...body, active: 'False' });
          expect(planned).toMatchObject({ deactivates: true, resource: { active: false } });
          expect(planned.resource['userName']).toEqual(expect.any(String));
        },
      ),
    );
  });
});

/** A value with its members in order, so that the order they came in is no difference. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
