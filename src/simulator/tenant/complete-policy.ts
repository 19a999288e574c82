import { randomUUID } from 'node:crypto';
import type { Instant } from '../../kernel/index.ts';
import type { Given } from './access.ts';

/**
 * A Conditional Access policy with what the administrator left out, as it is on the wire (microsoft-graph §5.1): for nobody, to all
 * applications, by any client, asking for MFA.
 */
export function completePolicy(given: Given, at: Instant): Given {
  const { conditions, grantControls, ...rest } = given;
  return {
    id: randomUUID(),
    templateId: null,
    displayName: 'A policy',
    createdDateTime: at,
    modifiedDateTime: null,
    deletedDateTime: null,
    state: 'enabled',
    sessionControls: null,
    ...rest,
    conditions: completeConditions(membersOf(conditions)),
    grantControls: grantControls === null ? null : completeControls(grantControls),
  };
}

function completeConditions({ users, applications, ...rest }: Given): Given {
  return {
    userRiskLevels: [],
    signInRiskLevels: [],
    servicePrincipalRiskLevels: [],
    insiderRiskLevels: null,
    clientAppTypes: ['all'],
    platforms: null,
    locations: null,
    devices: null,
    clientApplications: null,
    authenticationFlows: null,
    ...rest,
    applications: {
      includeApplications: ['All'],
      excludeApplications: [],
      includeUserActions: [],
      includeAuthenticationContextClassReferences: [],
      applicationFilter: null,
      ...membersOf(applications),
    },
    users: {
      includeUsers: [],
      excludeUsers: [],
      includeGroups: [],
      excludeGroups: [],
      includeRoles: [],
      excludeRoles: [],
      includeGuestsOrExternalUsers: null,
      excludeGuestsOrExternalUsers: null,
      ...membersOf(users),
    },
  };
}

function completeControls(given: unknown): Given {
  const controls = given === undefined ? { builtInControls: ['mfa'] } : membersOf(given);
  return {
    operator: 'OR',
    builtInControls: [],
    customAuthenticationFactors: [],
    termsOfUse: [],
    authenticationStrength: null,
    ...controls,
  };
}

function membersOf(value: unknown): Given {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
