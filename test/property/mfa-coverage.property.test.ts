import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type MfaTenant, mfaCoverageOf, mfaVerdicts, type PolicySubject, readAccessPolicy } from '../../src/verdict/index.ts';
import { ada, ids, policyBody, tenantOf } from '../verdict/mfa-policies.ts';

/** Few names, so that policies and accounts meet. */
const groupIds = [ids.staff, ids.breakGlass, ids.gone];
const roleIds = [ids.globalAdministrator, 'd29b2b05-8046-44ba-8758-1e26182fcf32'];
const groups = fc.subarray(groupIds);
const roles = fc.subarray(roleIds);
const userWords = fc.subarray([ids.ada, 'All', 'None', 'GuestsOrExternalUsers', 'unknownFutureValue']);
const guests = fc.option(
  fc.record({
    guestOrExternalUserTypes: fc.constantFrom('internalGuest', 'b2bCollaborationGuest,b2bCollaborationMember', 'unknownFutureValue'),
    externalTenants: fc.constantFrom(null, { membershipKind: 'all' }, { membershipKind: 'enumerated', members: ['x'] }),
  }),
);

const side = (name: 'include' | 'exclude') =>
  fc.record({
    [`${name}Users`]: userWords,
    [`${name}Groups`]: groups,
    [`${name}Roles`]: roles,
    [`${name}GuestsOrExternalUsers`]: guests,
  });

const controls = fc.option(
  fc.record({
    operator: fc.constantFrom('AND', 'OR', 'unknownFutureValue', null),
    builtInControls: fc.subarray(['mfa', 'compliantDevice', 'block', 'unknownFutureValue']),
    customAuthenticationFactors: fc.subarray(['vendor']),
    termsOfUse: fc.subarray(['terms']),
    authenticationStrength: fc.constantFrom(null, { requirementsSatisfied: 'mfa' }, { requirementsSatisfied: 'none' }, {}),
  }),
);

const body = fc
  .record({
    state: fc.constantFrom('enabled', 'enabled', 'disabled', 'enabledForReportingButNotEnforced', 'unknownFutureValue'),
    include: side('include'),
    exclude: side('exclude'),
    controls,
    applications: fc.constantFrom({}, { includeApplications: ['Office365'] }),
  })
  .map(({ include, exclude, ...rest }) => ({ ...rest, users: { ...include, ...exclude } }));

const policies = fc.array(body, { maxLength: 4 });

const subject: fc.Arbitrary<PolicySubject> = fc.record({
  id: fc.constant(ids.ada),
  isEnabled: fc.constantFrom(true, true, true, false, null),
  userType: fc.constantFrom('Member', 'Guest', null),
  isExternal: fc.boolean(),
  groups,
  roles: fc.option(
    fc.array(fc.record({ id: fc.constantFrom(...roleIds), isOverTenant: fc.boolean(), isBuiltIn: fc.constantFrom(true, false, null) }), {
      maxLength: 2,
    }),
  ),
});

const rest: fc.Arbitrary<Partial<MfaTenant>> = fc.record({
  named: fc.record({ dangling: groups, unreadGroups: groups }),
  securityDefaults: fc.constantFrom(true, false, null),
  hasPremium: fc.constantFrom(true, false, null),
});

/** One more exclusion, of a kind, in one of the policies. */
const exclusion = fc.record({ which: fc.nat(3), kind: fc.constantFrom('Users', 'Groups', 'Roles') });

type Given = typeof body extends fc.Arbitrary<infer Value> ? Value : never;

const read = (given: readonly Given[]) =>
  given.map((each, index) => readAccessPolicy(policyBody({ ...each, id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}` })));

/** How well somebody is covered: less for each verdict further down. */
const rank = (verdict: (typeof mfaVerdicts)[number]) => -mfaVerdicts.indexOf(verdict);

describe('MFA coverage, whatever the policies', () => {
  it('covers nobody better for one more exclusion', () => {
    fc.assert(
      fc.property(policies, subject, rest, exclusion, (given, who, known, { kind, which }) => {
        const chosen = given[which % Math.max(given.length, 1)];
        fc.pre(chosen !== undefined);
        const name = kind === 'Users' ? ids.ada : kind === 'Groups' ? ids.staff : ids.globalAdministrator;
        const added = {
          ...chosen,
          users: { ...chosen.users, [`exclude${kind}`]: [...((chosen.users as Record<string, string[]>)[`exclude${kind}`] ?? []), name] },
        };
        const before = mfaCoverageOf(who, tenantOf(read(given), known)).verdict;
        const after = mfaCoverageOf(who, tenantOf(read(given.map((each) => (each === chosen ? added : each))), known)).verdict;
        expect(rank(after)).toBeLessThanOrEqual(rank(before));
      }),
      { numRuns: 500 },
    );
  });

  it('makes nobody ENFORCED by knowing less (I10)', () => {
    fc.assert(
      fc.property(policies, subject, rest, groups, (given, who, known, unread) => {
        const full = tenantOf(read(given), known);
        const less: MfaTenant = {
          ...full,
          named: { ...full.named, unreadGroups: [...full.named.unreadGroups, ...unread] },
          securityDefaults: null,
          hasPremium: null,
        };
        const dimmed = mfaCoverageOf({ ...who, roles: null }, less).verdict;
        if (dimmed === 'ENFORCED') expect(mfaCoverageOf(who, full).verdict).toBe('ENFORCED');
      }),
      { numRuns: 500 },
    );
  });

  it('says the same in whatever order the policies come', () => {
    fc.assert(
      fc.property(policies, subject, rest, (given, who, known) => {
        const read_ = read(given);
        const turned = mfaCoverageOf(who, tenantOf(read_.toReversed(), known));
        expect(turned).toEqual(mfaCoverageOf(who, tenantOf(read_, known)));
      }),
      { numRuns: 500 },
    );
  });

  it('makes somebody use MFA only by a policy that says so by itself', () => {
    fc.assert(
      fc.property(policies, subject, rest, (given, who, known) => {
        const coverage = mfaCoverageOf(who, tenantOf(read(given), known));
        expect(coverage.verdict === 'ENFORCED').toBe(coverage.why.some(({ code }) => code === 'covered-by'));
      }),
      { numRuns: 500 },
    );
  });

  it('answers for anything that is JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (bodies) => {
        expect(mfaVerdicts).toContain(mfaCoverageOf(ada, tenantOf(bodies.map(readAccessPolicy))).verdict);
      }),
    );
  });
});
