import { describe, expect, it } from '@jest/globals';
import { mfaCoverageOf } from '../../src/verdict/index.ts';
import { ada, ids, policy, tenantOf } from './mfa-policies.ts';

const { staff, breakGlass, gone, globalAdministrator } = ids;
const none = { includeUsers: [] };

describe('why Conditional Access makes an account use MFA, or does not', () => {
  it('says through what a policy covers or excludes, and what narrows it', () => {
    const tenant = tenantOf([
      policy({ users: { excludeGroups: [breakGlass] } }),
      policy({ id: gone, applications: { includeApplications: ['x'], excludeApplications: ['y'] } }),
    ]);
    expect(mfaCoverageOf({ ...ada, groups: [breakGlass] }, tenant).why).toEqual([
      { code: 'excluded-by', policyId: ids.policy, through: { kind: 'group', id: breakGlass }, detail: [] },
      { code: 'partial', policyId: gone, through: { kind: 'all', id: null }, detail: ['includeApplications', 'excludeApplications'] },
    ]);
  });

  const known = { ...ada, groups: [staff], roles: [{ id: globalAdministrator, isOverTenant: true, isBuiltIn: true }], userType: 'Guest' };

  it.each([
    { users: {}, through: { kind: 'all', id: null } },
    { users: { includeUsers: [gone, ids.ada] }, through: { kind: 'user', id: null } },
    { users: { includeUsers: ['GuestsOrExternalUsers'] }, through: { kind: 'guest', id: null } },
    { users: { ...none, includeGroups: [gone, staff] }, through: { kind: 'group', id: staff } },
    { users: { ...none, includeRoles: [globalAdministrator] }, through: { kind: 'role', id: globalAdministrator } },
    {
      users: { ...none, includeGuestsOrExternalUsers: { guestOrExternalUserTypes: 'internalGuest' } },
      through: { kind: 'guest', id: null },
    },
  ])('says through what a policy names an account: $through.kind', ({ users, through }) => {
    expect(mfaCoverageOf(known, tenantOf([policy({ users })])).why).toStrictEqual([
      { code: 'covered-by', policyId: ids.policy, through, detail: [] },
    ]);
  });

  it('says that which tenant a guest comes from decides', () => {
    const guests = { guestOrExternalUserTypes: 'internalGuest', externalTenants: { membershipKind: 'enumerated', members: ['x'] } };
    const users = { ...none, includeGuestsOrExternalUsers: guests };
    expect(mfaCoverageOf(known, tenantOf([policy({ users })])).why).toStrictEqual([
      { code: 'unknown-membership', policyId: ids.policy, through: { kind: 'guest-of-tenants', id: null }, detail: [] },
    ]);
  });

  it('names what a policy names and is not there, in order and once', () => {
    const dangling = [breakGlass, gone];
    const users = { excludeUsers: [gone], excludeGroups: [gone, staff, breakGlass] };
    expect(mfaCoverageOf(ada, tenantOf([policy({ users })], { named: { dangling, unreadGroups: [] } })).why).toStrictEqual([
      { code: 'covered-by', policyId: ids.policy, through: { kind: 'all', id: null }, detail: [] },
      { code: 'dangling-reference', policyId: ids.policy, through: null, detail: dangling },
    ]);
  });

  it('gives its reasons in the order of their kinds, then of the policies’ ids, whatever the order of the policies', () => {
    const policies = [
      policy({ id: '3', state: 'enabledForReportingButNotEnforced' }),
      policy({ id: '2' }),
      policy({ id: '1', state: 'enabledForReportingButNotEnforced' }),
      policy({ id: '4' }),
    ];
    for (const order of [policies, policies.toReversed()]) {
      const { why } = mfaCoverageOf(ada, tenantOf(order));
      expect(why.map(({ code, policyId }) => `${code} ${policyId}`)).toEqual([
        'covered-by 2',
        'covered-by 4',
        'report-only 1',
        'report-only 3',
      ]);
    }
  });

  it('gives a reason of the tenant’s own beside no policy', () => {
    expect(mfaCoverageOf(ada, tenantOf([], { policies: null })).why).toStrictEqual([
      { code: 'policies-not-collected', policyId: null, through: null, detail: [] },
    ]);
  });
});
