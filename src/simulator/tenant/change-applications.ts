import { randomBytes, randomUUID } from 'node:crypto';
import { DAY_MS, plusMs, refuse } from '../../kernel/index.ts';
import { type Application, type AppRoleAssignment, DEFAULT_ACCESS_ROLE_ID } from './application.ts';
import { dropAssignment, holdAssignment } from './hold-assignment.ts';
import type { Tenant } from './tenant.ts';

export interface ApplicationRequest {
  readonly displayName: string;
  readonly redirectUris: readonly string[];
  readonly identifierUris: readonly string[];
  readonly graphRoles: readonly string[];
  readonly appRoles: readonly { readonly value: string; readonly displayName: string }[];
  readonly clientSecretExpired: boolean;
}

/** The life of a client secret that an administrator does not choose otherwise (microsoft-graph §1.7). */
const SECRET_LIFE_MS = 365 * DAY_MS;

export function createApplication(tenant: Tenant, request: ApplicationRequest): Application {
  const at = tenant.now();
  const startDateTime = request.clientSecretExpired ? plusMs(at, -SECRET_LIFE_MS - DAY_MS) : at;
  const application: Application = {
    appId: randomUUID(),
    objectId: randomUUID(),
    servicePrincipalId: randomUUID(),
    displayName: request.displayName,
    redirectUris: request.redirectUris,
    identifierUris: request.identifierUris,
    graphRoles: request.graphRoles,
    appRoles: request.appRoles.map((role) => ({ id: randomUUID(), ...role })),
    secret: {
      keyId: randomUUID(),
      text: randomBytes(30).toString('base64url'),
      startDateTime,
      endDateTime: plusMs(startDateTime, SECRET_LIFE_MS),
    },
    assignments: new Map(),
    assigned: new Set(),
  };
  tenant.applications.set(application.appId, application);
  return application;
}

export function changeApplication(
  tenant: Tenant,
  appId: string,
  changes: Partial<Pick<Application, 'graphRoles' | 'identifierUris' | 'redirectUris'>>,
): Application {
  const changed: Application = { ...requireApplication(tenant, appId), ...changes };
  tenant.applications.set(appId, changed);
  return changed;
}

/** Assigns a user or a group; without a role it is "Default Access". Throws `conflict` when the same assignment exists. */
export function assign(
  tenant: Tenant,
  appId: string,
  request: { principalId: string; appRoleValue: string | undefined },
): AppRoleAssignment {
  const application = requireApplication(tenant, appId);
  const appRoleId = appRoleIdOf(application, request.appRoleValue);
  const { principalId } = request;
  const assignment: AppRoleAssignment = {
    id: randomBytes(32).toString('base64url'),
    ordinal: tenant.nextOrdinal(),
    principalId,
    ...principalOf(tenant, principalId),
    appRoleId,
    createdDateTime: tenant.now(),
  };
  if (!holdAssignment(application, assignment)) refuse('conflict', { detail: `${principalId} has that role already` });
  return assignment;
}

export function unassign(tenant: Tenant, appId: string, assignmentId: string): void {
  const application = requireApplication(tenant, appId);
  if (!dropAssignment(application, assignmentId)) refuse('not-found', { detail: `there is no assignment ${assignmentId}` });
}

export function requireApplication(tenant: Tenant, appId: string): Application {
  return tenant.applications.get(appId) ?? refuse('not-found', { detail: `there is no application ${appId}` });
}

function appRoleIdOf(application: Application, value: string | undefined): string {
  if (value === undefined) return DEFAULT_ACCESS_ROLE_ID;
  const role = application.appRoles.find((candidate) => candidate.value === value);
  return role?.id ?? refuse('invalid-request', { detail: `the application has no app role ${value}` });
}

function principalOf(tenant: Tenant, id: string): Pick<AppRoleAssignment, 'principalType' | 'principalDisplayName'> {
  const user = tenant.users.get(id);
  if (user !== undefined) return { principalType: 'User', principalDisplayName: user.displayName };
  const group = tenant.groups.get(id);
  if (group !== undefined) return { principalType: 'Group', principalDisplayName: group.displayName };
  return refuse('not-found', { detail: `there is no user or group ${id}` });
}
