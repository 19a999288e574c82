import type { Instant } from '../../kernel/index.ts';
import type { AppRoleAssignment, Application } from '../tenant/application.ts';
import type { DirectoryGroup } from '../tenant/directory-group.ts';
import { type DirectoryUser, presentUserPrincipalName } from '../tenant/directory-user.ts';
import type { ResourceType } from './project.ts';
import type { ServicePrincipal } from './service-principals.ts';

/** accountEnabled and deletedDateTime are not among the defaults: whoever needs them has to select them (microsoft-graph §2.1, §2.4). */
export const userType: ResourceType<DirectoryUser> = {
  name: 'microsoft.graph.user',
  defaults: [
    'businessPhones',
    'displayName',
    'givenName',
    'jobTitle',
    'mail',
    'mobilePhone',
    'officeLocation',
    'preferredLanguage',
    'surname',
    'userPrincipalName',
    'id',
  ],
  properties: (user) => ({
    id: user.id,
    accountEnabled: user.accountEnabled,
    businessPhones: user.businessPhone === null ? [] : [user.businessPhone],
    city: user.city,
    companyName: null,
    country: user.country,
    createdDateTime: user.createdDateTime === null ? null : graphTime(user.createdDateTime),
    creationType: null,
    deletedDateTime: user.deletedDateTime === null ? null : graphTime(user.deletedDateTime),
    department: user.department,
    displayName: user.displayName,
    employeeHireDate: null,
    employeeId: user.employeeId,
    employeeLeaveDateTime: null,
    employeeType: null,
    externalUserState: null,
    externalUserStateChangeDateTime: null,
    faxNumber: user.faxNumber,
    givenName: user.givenName,
    identities: identities(user),
    jobTitle: user.jobTitle,
    lastPasswordChangeDateTime: user.createdDateTime === null ? null : graphTime(user.createdDateTime),
    mail: user.mail,
    mailNickname: user.userPrincipalName.split('@')[0],
    mobilePhone: user.mobilePhone,
    officeLocation: user.officeLocation,
    onPremisesImmutableId: null,
    onPremisesLastSyncDateTime: null,
    onPremisesSyncEnabled: user.onPremisesSyncEnabled,
    otherMails: [],
    postalCode: user.postalCode,
    preferredLanguage: user.preferredLanguage,
    proxyAddresses: proxyAddresses(user),
    signInSessionsValidFromDateTime: user.createdDateTime === null ? null : graphTime(user.createdDateTime),
    state: user.state,
    streetAddress: user.streetAddress,
    surname: user.surname,
    userPrincipalName: presentUserPrincipalName(user),
    userType: user.userType,
  }),
};

/** As whoever may read it sees a user; to everybody else the leave date is null, and that is called a success (microsoft-graph §0 #7). */
export const userTypeWithLeaveDate: ResourceType<DirectoryUser> = {
  ...userType,
  properties: (user) => ({
    ...userType.properties(user),
    employeeLeaveDateTime: user.employeeLeaveDateTime === null ? null : graphTime(user.employeeLeaveDateTime),
  }),
};

export const groupType: ResourceType<DirectoryGroup> = {
  name: 'microsoft.graph.group',
  defaults: [
    'id',
    'deletedDateTime',
    'description',
    'displayName',
    'groupTypes',
    'mail',
    'mailEnabled',
    'membershipRule',
    'onPremisesSyncEnabled',
    'securityEnabled',
    'visibility',
  ],
  properties: (group) => ({
    id: group.id,
    deletedDateTime: null,
    description: null,
    displayName: group.displayName,
    groupTypes: [],
    isAssignableToRole: null,
    mail: null,
    mailEnabled: false,
    membershipRule: null,
    onPremisesSyncEnabled: null,
    securityEnabled: true,
    visibility: null,
  }),
};

const servicePrincipalProperties = [
  'id',
  'deletedDateTime',
  'accountEnabled',
  'appId',
  'appDisplayName',
  'appOwnerOrganizationId',
  'appRoleAssignmentRequired',
  'displayName',
  'servicePrincipalType',
  'appRoles',
] as const;

export const servicePrincipalType: ResourceType<ServicePrincipal> = {
  name: 'microsoft.graph.servicePrincipal',
  defaults: servicePrincipalProperties,
  properties: (principal) => ({
    id: principal.id,
    deletedDateTime: null,
    accountEnabled: true,
    appId: principal.appId,
    appDisplayName: principal.displayName,
    appOwnerOrganizationId: principal.appOwnerOrganizationId,
    appRoleAssignmentRequired: true,
    displayName: principal.displayName,
    servicePrincipalType: 'Application',
    appRoles: appRoles(principal),
  }),
};

export const applicationType: ResourceType<Application> = {
  name: 'microsoft.graph.application',
  defaults: ['id', 'deletedDateTime', 'appId', 'displayName', 'appRoles', 'passwordCredentials', 'keyCredentials', 'web'],
  properties: (application) => ({
    id: application.objectId,
    deletedDateTime: null,
    appId: application.appId,
    displayName: application.displayName,
    appRoles: appRoles(application),
    passwordCredentials: application.secrets.map((secret) => ({
      customKeyIdentifier: null,
      displayName: 'simulator',
      endDateTime: graphTime(secret.endDateTime),
      hint: secret.text.slice(0, 3),
      keyId: secret.keyId,
      secretText: null,
      startDateTime: graphTime(secret.startDateTime),
    })),
    keyCredentials: application.certificates.map((certificate) => ({
      keyId: certificate.keyId,
      displayName: 'simulator',
      type: 'AsymmetricX509Cert',
      usage: 'Verify',
      startDateTime: graphTime(certificate.startDateTime),
      endDateTime: graphTime(certificate.endDateTime),
    })),
    web: { redirectUris: application.redirectUris },
  }),
};

/** An assignment and the application that it is to. */
export interface AssignmentToResource {
  readonly assignment: AppRoleAssignment;
  readonly resource: Application;
}

export const appRoleAssignmentType: ResourceType<AssignmentToResource> = {
  name: 'microsoft.graph.appRoleAssignment',
  defaults: [
    'id',
    'deletedDateTime',
    'appRoleId',
    'createdDateTime',
    'principalDisplayName',
    'principalId',
    'principalType',
    'resourceDisplayName',
    'resourceId',
  ],
  properties: ({ assignment, resource }) => ({
    id: assignment.id,
    deletedDateTime: null,
    appRoleId: assignment.appRoleId,
    createdDateTime: assignment.createdDateTime,
    principalDisplayName: assignment.principalDisplayName,
    principalId: assignment.principalId,
    principalType: assignment.principalType,
    resourceDisplayName: resource.displayName,
    resourceId: resource.servicePrincipalId,
  }),
};

function appRoles({ appRoles: roles }: Pick<ServicePrincipal, 'appRoles'>): readonly unknown[] {
  return roles.map((role) => ({
    allowedMemberTypes: ['User'],
    description: role.displayName ?? role.value,
    displayName: role.displayName ?? role.value,
    id: role.id,
    isEnabled: true,
    origin: 'Application',
    value: role.value,
  }));
}

/** The case of the prefix marks the primary address. */
function proxyAddresses(user: DirectoryUser): readonly string[] {
  const primary = user.mail === null ? [] : [`SMTP:${user.mail}`];
  return [...primary, ...user.otherAddresses.map((address) => `smtp:${address}`)];
}

/** As Entra shows somebody who was invited by an address and signs in with a code that is mailed there. */
function identities({ homeAddress, userPrincipalName }: DirectoryUser): readonly object[] {
  const own = { signInType: 'userPrincipalName', issuer: 'contoso.example', issuerAssignedId: userPrincipalName };
  return homeAddress === null ? [own] : [own, { signInType: 'federated', issuer: 'mail', issuerAssignedId: homeAddress }];
}

/** Directory times come to the second. */
function graphTime(at: Instant): string {
  return `${at.slice(0, 19)}Z`;
}
