import { expect } from '@jest/globals';
import {
  type AccessPolicy,
  type MfaTenant,
  type MfaVerdict,
  mfaCoverageOf,
  type PolicySubject,
  readAccessPolicy,
} from '../../src/verdict/index.ts';

/** Ids that the tests name. */
export const ids = {
  ada: '00000000-0000-4000-8000-0000000000a1',
  staff: '00000000-0000-4000-8000-0000000000b1',
  breakGlass: '00000000-0000-4000-8000-0000000000b2',
  gone: '00000000-0000-4000-8000-0000000000b9',
  globalAdministrator: '62e90394-69f5-4237-9190-012177145e10',
  policy: '00000000-0000-4000-8000-0000000000c1',
} as const;

export interface PolicyGiven {
  readonly id?: string;
  readonly state?: string;
  readonly users?: object;
  readonly applications?: object;
  readonly conditions?: object;
  readonly controls?: object | null;
}

/** A policy on the wire: for everybody, at every sign-in, MFA; less or more as said. */
export function policyBody({ id = ids.policy, state = 'enabled', users, applications, conditions, controls }: PolicyGiven = {}): object {
  return {
    id,
    displayName: 'A policy',
    state,
    conditions: {
      userRiskLevels: [],
      signInRiskLevels: [],
      insiderRiskLevels: null,
      clientAppTypes: ['all'],
      platforms: null,
      locations: null,
      devices: null,
      clientApplications: null,
      authenticationFlows: null,
      applications: {
        includeApplications: ['All'],
        excludeApplications: [],
        includeUserActions: [],
        applicationFilter: null,
        ...applications,
      },
      users: {
        includeUsers: ['All'],
        excludeUsers: [],
        includeGroups: [],
        excludeGroups: [],
        includeRoles: [],
        excludeRoles: [],
        ...users,
      },
      ...conditions,
    },
    grantControls:
      controls === null
        ? null
        : {
            operator: 'OR',
            builtInControls: ['mfa'],
            customAuthenticationFactors: [],
            termsOfUse: [],
            authenticationStrength: null,
            ...controls,
          },
  };
}

export const policy = (given: PolicyGiven = {}): AccessPolicy => readAccessPolicy(policyBody(given));

export const ada: PolicySubject = { id: ids.ada, isEnabled: true, userType: 'Member', isExternal: false, groups: [], roles: [] };

export const tenantOf = (policies: readonly AccessPolicy[], rest: Partial<MfaTenant> = {}): MfaTenant => ({
  policies,
  named: { dangling: [], unreadGroups: [] },
  securityDefaults: false,
  hasPremium: true,
  ...rest,
});

/** Policies, an account and a tenant, and what comes of them. */
export interface Row {
  readonly name: string;
  readonly policies: readonly PolicyGiven[];
  readonly subject?: Partial<PolicySubject>;
  readonly tenant?: Partial<MfaTenant>;
  readonly expected: MfaVerdict;
  readonly why?: readonly string[];
}

export function verify({ policies, subject, tenant, expected, why }: Row): void {
  const coverage = mfaCoverageOf({ ...ada, ...subject }, tenantOf(policies.map(policy), tenant));
  expect(coverage.verdict).toBe(expected);
  if (why !== undefined) expect(coverage.why.map(({ code }) => code)).toStrictEqual(why);
}
