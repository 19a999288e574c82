import { describe, expect, it } from '@jest/globals';
import { mfaCoverageOf, readAccessPolicy } from '../../src/verdict/index.ts';
import { ada, ids, type Row, tenantOf, verify } from './mfa-policies.ts';

const { staff, breakGlass, gone, globalAdministrator } = ids;
const none = { includeUsers: [] };
const administrators = { ...none, includeRoles: [globalAdministrator] };
const held = { id: globalAdministrator, isOverTenant: true, isBuiltIn: true };

const whom: readonly Row[] = [
  { name: 'everybody', policies: [{}], expected: 'ENFORCED', why: ['covered-by'] },
  { name: 'nobody', policies: [{ users: { includeUsers: ['None'] } }], expected: 'NOT_COVERED', why: [] },
  { name: 'the account', policies: [{ users: { includeUsers: [ids.ada.toUpperCase()] } }], expected: 'ENFORCED' },
  { name: 'somebody else', policies: [{ users: { includeUsers: [gone] } }], expected: 'NOT_COVERED' },
  { name: 'its group', policies: [{ users: { ...none, includeGroups: [staff] } }], subject: { groups: [staff] }, expected: 'ENFORCED' },
  {
    name: 'another group',
    policies: [{ users: { ...none, includeGroups: [staff] } }],
    subject: { groups: [breakGlass] },
    expected: 'NOT_COVERED',
  },
  {
    name: 'everybody less its group: exclusions win (microsoft-graph §10 #13)',
    policies: [{ users: { excludeGroups: [breakGlass] } }],
    subject: { groups: [breakGlass] },
    expected: 'NOT_COVERED',
    why: ['excluded-by'],
  },
  {
    name: 'the account, which it excludes too',
    policies: [{ users: { includeUsers: [ids.ada], excludeUsers: [ids.ada] } }],
    expected: 'NOT_COVERED',
    why: ['excluded-by'],
  },
  {
    name: 'everybody less its group, and a second one does not exclude it',
    policies: [{ users: { excludeGroups: [breakGlass] } }, { id: gone }],
    subject: { groups: [breakGlass] },
    expected: 'ENFORCED',
    why: ['covered-by', 'excluded-by'],
  },
  {
    name: 'a group some of whose members could not be read',
    policies: [{ users: { ...none, includeGroups: [staff] } }],
    tenant: { named: { dangling: [], unreadGroups: [staff] } },
    expected: 'UNKNOWN',
    why: ['unknown-membership'],
  },
  {
    name: 'everybody less a group some of whose members could not be read',
    policies: [{ users: { excludeGroups: [breakGlass] } }],
    tenant: { named: { dangling: [], unreadGroups: [breakGlass] } },
    expected: 'UNKNOWN',
    why: ['unknown-exclusion'],
  },
  {
    name: 'a group that could not be read whole, of which it is known to be a member',
    policies: [{ users: { ...none, includeGroups: [staff] } }],
    subject: { groups: [staff] },
    tenant: { named: { dangling: [], unreadGroups: [staff] } },
    expected: 'ENFORCED',
  },
  {
    name: 'everybody less a group that is gone',
    policies: [{ users: { excludeGroups: [gone] } }],
    subject: { groups: [gone] },
    tenant: { named: { dangling: [gone], unreadGroups: [] } },
    expected: 'ENFORCED',
    why: ['covered-by', 'dangling-reference'],
  },
  { name: 'a role that it holds over the tenant', policies: [{ users: administrators }], subject: { roles: [held] }, expected: 'ENFORCED' },
  { name: 'a role that it does not hold at present', policies: [{ users: administrators }], expected: 'NOT_COVERED' },
  {
    name: 'a role that it holds over an administrative unit',
    policies: [{ users: administrators }],
    subject: { roles: [{ ...held, isOverTenant: false }] },
    expected: 'NOT_COVERED',
  },
  {
    name: 'a role other than the one that it holds',
    policies: [{ users: administrators }],
    subject: { roles: [{ ...held, id: gone }] },
    expected: 'NOT_COVERED',
  },
  {
    name: 'a custom role',
    policies: [{ users: administrators }],
    subject: { roles: [{ ...held, isBuiltIn: false }] },
    expected: 'NOT_COVERED',
  },
  {
    name: 'a role whose definition is not known',
    policies: [{ users: administrators }],
    subject: { roles: [{ ...held, isBuiltIn: null }] },
    expected: 'UNKNOWN',
  },
  {
    name: 'a role where roles are not known',
    policies: [{ users: administrators }],
    subject: { roles: null },
    expected: 'UNKNOWN',
    why: ['unknown-membership'],
  },
  { name: 'everybody where roles are not known', policies: [{}], subject: { roles: null }, expected: 'ENFORCED' },
  {
    name: 'everybody less a role, where roles are not known',
    policies: [{ users: { excludeRoles: [globalAdministrator] } }],
    subject: { roles: null },
    expected: 'UNKNOWN',
  },
  { name: 'whom a word of later days names', policies: [{ users: { includeUsers: ['unknownFutureValue'] } }], expected: 'UNKNOWN' },
  { name: 'whom a longer word names that ends like an id', policies: [{ users: { includeUsers: [`x${gone}`] } }], expected: 'UNKNOWN' },
  { name: 'whom a longer word names that begins like an id', policies: [{ users: { includeUsers: [`${gone}x`] } }], expected: 'UNKNOWN' },
  {
    name: 'everybody less whom a word of later days names',
    policies: [{ users: { excludeUsers: ['unknownFutureValue'] } }],
    expected: 'UNKNOWN',
  },
  {
    name: 'applications that sign in by themselves',
    policies: [{ conditions: { clientApplications: { includeServicePrincipals: ['x'] } } }],
    expected: 'NOT_COVERED',
  },
  { name: 'nobody that could be read', policies: [{ users: { ...none, includeUsers: null } }], expected: 'NOT_COVERED' },
  { name: 'a disabled account', policies: [{}], subject: { isEnabled: false }, expected: 'NOT_APPLICABLE', why: ['not-enabled'] },
  {
    name: 'an account that has vanished',
    policies: [{}],
    subject: { isEnabled: null },
    expected: 'UNKNOWN',
    why: ['account-state-unknown'],
  },
  {
    name: 'the group of a soft-deleted user, who is a member still (microsoft-graph §10 #17)',
    policies: [{ users: { ...none, includeGroups: [staff] } }],
    subject: { isEnabled: false, groups: [staff] },
    expected: 'NOT_APPLICABLE',
  },
];

const when: readonly Row[] = [
  {
    name: 'some applications',
    policies: [{ applications: { includeApplications: ['Office365'] } }],
    expected: 'PARTIAL',
    why: ['partial'],
  },
  { name: 'all applications less one', policies: [{ applications: { excludeApplications: ['x'] } }], expected: 'PARTIAL' },
  {
    name: 'applications by a filter',
    policies: [{ applications: { applicationFilter: { mode: 'exclude', rule: 'x' } } }],
    expected: 'PARTIAL',
  },
  {
    name: 'an action',
    policies: [{ applications: { includeApplications: [], includeUserActions: ['urn:user:registersecurityinfo'] } }],
    expected: 'PARTIAL',
  },
  { name: 'browsers alone', policies: [{ conditions: { clientAppTypes: ['browser'] } }], expected: 'PARTIAL' },
  {
    name: 'browsers and applications',
    policies: [{ conditions: { clientAppTypes: ['browser', 'mobileAppsAndDesktopClients'] } }],
    expected: 'ENFORCED',
  },
  {
    name: 'some platforms',
    policies: [{ conditions: { platforms: { includePlatforms: ['iOS'], excludePlatforms: [] } } }],
    expected: 'PARTIAL',
  },
  {
    name: 'all platforms',
    policies: [{ conditions: { platforms: { includePlatforms: ['all'], excludePlatforms: [] } } }],
    expected: 'ENFORCED',
  },
  {
    name: 'all platforms, of some flavours',
    policies: [{ conditions: { platforms: { includePlatforms: ['all'], includeFlavours: ['x'], excludePlatforms: [] } } }],
    expected: 'PARTIAL',
  },
  {
    name: 'all locations, and one of them by name',
    policies: [{ conditions: { locations: { includeLocations: ['x', 'All'], excludeLocations: [] } } }],
    expected: 'ENFORCED',
  },
  {
    name: 'all locations less trusted ones',
    policies: [{ conditions: { locations: { includeLocations: ['All'], excludeLocations: ['AllTrusted'] } } }],
    expected: 'PARTIAL',
  },
  {
    name: 'all locations',
    policies: [{ conditions: { locations: { includeLocations: ['All'], excludeLocations: [] } } }],
    expected: 'ENFORCED',
  },
  { name: 'risky sign-ins', policies: [{ conditions: { signInRiskLevels: ['high'] } }], expected: 'PARTIAL' },
  { name: 'insiders at risk', policies: [{ conditions: { insiderRiskLevels: 'elevated' } }], expected: 'PARTIAL' },
  { name: 'a condition of later days', policies: [{ conditions: { agentRiskLevels: ['high'] } }], expected: 'PARTIAL' },
  {
    name: 'a condition of later days that lists what is no text',
    policies: [{ conditions: { agentRiskLevels: [null] } }],
    expected: 'PARTIAL',
  },
  {
    name: 'a condition of later days that says nothing',
    policies: [{ conditions: { agentRiskLevels: [], more: null, evenMore: '' } }],
    expected: 'ENFORCED',
  },
  {
    name: 'some applications by one policy and the others by another: not added up',
    policies: [
      { applications: { includeApplications: ['Office365'] } },
      { id: gone, applications: { excludeApplications: ['Office365'] } },
    ],
    expected: 'PARTIAL',
    why: ['partial', 'partial'],
  },
  {
    name: 'some applications, and another policy always',
    policies: [{ applications: { includeApplications: ['x'] } }, { id: gone }],
    expected: 'ENFORCED',
  },
];

const tenants: readonly Row[] = [
  { name: 'policies are not collected', policies: [], tenant: { policies: null }, expected: 'UNKNOWN', why: ['policies-not-collected'] },
  { name: 'there is no policy', policies: [], expected: 'NOT_COVERED' },
  { name: 'there is no policy, and no licence', policies: [], tenant: { hasPremium: false }, expected: 'UNKNOWN', why: ['no-licence'] },
  {
    name: 'there is no policy, and licences are not known',
    policies: [],
    tenant: { hasPremium: null },
    expected: 'UNKNOWN',
    why: ['no-licence'],
  },
  { name: 'a policy that is on shows that there is a licence', policies: [{}], tenant: { hasPremium: false }, expected: 'ENFORCED' },
  {
    name: 'security defaults are on',
    policies: [],
    tenant: { securityDefaults: true, hasPremium: false },
    expected: 'UNKNOWN',
    why: ['security-defaults-on'],
  },
  {
    name: 'a policy that is on and for nobody shows that there is a licence',
    policies: [{ users: { includeUsers: ['None'] } }],
    tenant: { hasPremium: false },
    expected: 'NOT_COVERED',
  },
  {
    name: 'a policy that is off shows no licence',
    policies: [{ state: 'disabled' }],
    tenant: { hasPremium: false },
    expected: 'UNKNOWN',
    why: ['no-licence'],
  },
  {
    name: 'a policy covers, whatever the defaults',
    policies: [{}],
    tenant: { securityDefaults: true },
    expected: 'ENFORCED',
    why: ['covered-by'],
  },
  {
    name: 'a policy may cover, whatever the defaults',
    policies: [{ state: 'unknownFutureValue' }],
    tenant: { securityDefaults: true },
    expected: 'UNKNOWN',
    why: ['unknown-state'],
  },
  {
    name: 'security defaults are not known',
    policies: [],
    tenant: { securityDefaults: null },
    expected: 'UNKNOWN',
    why: ['security-defaults-unknown'],
  },
];

describe('whether Conditional Access makes an account use MFA (microsoft-graph §5.2)', () => {
  it.each(whom)('asks whom a policy is for: $name: $expected', verify);
  it.each(when)('asks when a policy applies: $name: $expected', verify);
  it.each(tenants)('asks what is known of the tenant: $name: $expected (I10)', verify);

  it.each([null, 'text', 7, [], {}, { conditions: 'x', grantControls: [] }, { conditions: { users: [1], applications: null } }])(
    'reads whatever stands in place of a policy, and is made to use MFA by none of it: %j',
    (body) => {
      const tenant = tenantOf([readAccessPolicy(body)]);
      expect(mfaCoverageOf(ada, tenant).verdict).not.toBe('ENFORCED');
    },
  );
});
