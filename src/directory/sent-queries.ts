import { DELETED_USER_SELECT, USER_SELECT } from './read-account.ts';
import type { ReadPosition } from './read-position.ts';

/** Graph tells the instant at which an account's holder leaves under this name. */
export const LEAVE_DATE = 'employeeLeaveDateTime';

/** With signInActivity a page holds no more (microsoft-graph §2.1). */
const SIGN_INS_PAGE_SIZE = 500;

/** What changes of a group is asked for by its members too, or a change of members alone would not be told. */
const GROUP_DELTA_SELECT = 'id,displayName,members';

const ROLES = '/v1.0/roleManagement/directory';
const IN_SUBSCRIPTION = '/subscriptions/{subscriptionId}/providers/Microsoft.Authorization';

/**
 * Everything that a look asks of Microsoft, each a GET: reports tell which of these were sent, so the readers take their paths from here and from nowhere
 * else. What stands in braces differs from one request to the next. Further pages are asked for by the link that the page before gave.
 */
const queries = {
  // The whole selection is named, since a delta query tells of no change to what was not selected (microsoft-graph §2.3).
  'users-delta-link': `/v1.0/users/delta?$select=${USER_SELECT}&$deltatoken=latest`,
  'users-delta-link-with-leave-dates': `/v1.0/users/delta?$select=${USER_SELECT},${LEAVE_DATE}&$deltatoken=latest`,
  'groups-delta-link': `/v1.0/groups/delta?$select=${GROUP_DELTA_SELECT}&$deltatoken=latest`,
  // A delta query is sent as Graph gave it.
  'changed-users': '/v1.0/users/delta?{deltaLink}',
  'changed-groups': '/v1.0/groups/delta?{deltaLink}',
  users: `/v1.0/users?$select=${USER_SELECT}&$top=999`,
  bin: `/v1.0/directory/deletedItems/microsoft.graph.user?$select=${DELETED_USER_SELECT}&$top=999`,
  user: `/v1.0/users/{userId}?$select=${USER_SELECT}`,
  groups: '/v1.0/groups?$select=id,displayName&$top=999',
  group: '/v1.0/groups/{groupId}?$select=id,displayName',
  members: '/v1.0/groups/{groupId}/members?$select=id&$top=999',
  'enterprise-application': "/v1.0/servicePrincipals(appId='{appId}')?$select=id,appRoles",
  assignments: '/v1.0/servicePrincipals/{principalId}/appRoleAssignedTo?$select=id,appRoleId,principalId,principalType&$top=999',
  'audit-log': "/v1.0/auditLogs/directoryAudits?$filter=activityDateTime ge {from} and category eq 'UserManagement'&$top=999",
  // Windows have open ends, as the service wants them (microsoft-graph §6.3).
  'provisioning-log': '/v1.0/auditLogs/provisioning?$filter=activityDateTime gt {from} and activityDateTime lt {until}&$top=999',
  'sign-ins': `/v1.0/users?$select=id,signInActivity&$top=${SIGN_INS_PAGE_SIZE}`,
  'leave-dates': `/v1.0/users?$select=id,${LEAVE_DATE}&$top=999`,
  'leave-date': `/v1.0/users/{userId}?$select=id,${LEAVE_DATE}`,
  // Role management takes no page size, and policies no selection (microsoft-graph §4, §5.1).
  'role-definitions': `${ROLES}/roleDefinitions`,
  'role-assignments': `${ROLES}/roleAssignments?$expand=principal`,
  'role-schedules': `${ROLES}/roleAssignmentScheduleInstances`,
  'role-eligibilities': `${ROLES}/roleEligibilityScheduleInstances`,
  'service-principals':
    '/v1.0/servicePrincipals?$select=id,appId,displayName,accountEnabled,appOwnerOrganizationId,servicePrincipalType,appRoles&$top=999',
  'app-permissions': '/v1.0/servicePrincipals/{principalId}/appRoleAssignments?$top=999',
  'delegated-permissions': '/v1.0/oauth2PermissionGrants',
  licences: '/v1.0/subscribedSkus',
  'security-defaults': '/v1.0/policies/identitySecurityDefaultsEnforcementPolicy',
  policies: '/v1.0/identity/conditionalAccess/policies',
  'secret-ends': "/v1.0/applications(appId='{appId}')?$select=passwordCredentials",
  'azure-subscriptions': '/subscriptions?api-version=2022-12-01',
  'azure-role-definitions': `${IN_SUBSCRIPTION}/roleDefinitions?api-version=2022-04-01`,
  'azure-role-assignments': `${IN_SUBSCRIPTION}/roleAssignments?api-version=2022-04-01`,
} as const;

export type QueryName = keyof typeof queries;

/** What stands in a query's braces. */
export type QueryValues = Readonly<Record<string, string>>;

/** The path of a query as it is sent, with the value of `$filter` encoded. */
export function pathOf(name: QueryName, values: QueryValues = {}): string {
  const filled = queries[name].replaceAll(/\{(\w+)\}/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`the query ${name} lacks its ${key}`);
    return value;
  });
  return filled.replace(/(?<=\$filter=)[^&]*/, encodeURIComponent);
}

/** As `pathOf`, and notes that it was sent. */
export function sending({ at }: { readonly at: ReadPosition }, name: QueryName, values?: QueryValues): string {
  noteSent({ at }, name);
  return pathOf(name, values);
}

/** Notes the query as it reads in this version of the program: a look may rest, and go on by the next. */
export function noteSent({ at }: { readonly at: ReadPosition }, name: QueryName): void {
  const path = queries[name];
  const query = `GET ${path.startsWith('/v1.0/') ? '{graph}' : '{azure}'}${path}`;
  // One that rested before queries were noted would tell of a part of them.
  if (at.sent !== undefined && !at.sent.includes(query)) at.sent = [...at.sent, query].toSorted();
}
