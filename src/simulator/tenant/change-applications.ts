import { randomBytes, randomUUID, X509Certificate } from 'node:crypto';
import { DAY_MS, type Instant, instantOf, plusMs, refuse } from '../../kernel/index.ts';
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
    secrets: [newSecret(startDateTime)],
    certificates: [],
    assignments: new Map(),
    assigned: new Set(),
  };
  tenant.applications.set(application.appId, application);
  return application;
}

function newSecret(startDateTime: Instant): Application['secrets'][number] {
  const text = randomBytes(30).toString('base64url');
  return { keyId: randomUUID(), text, startDateTime, endDateTime: plusMs(startDateTime, SECRET_LIFE_MS) };
}

/** A further secret, beside those that there are; returns its text. */
export function addSecret(tenant: Tenant, appId: string): string {
  const application = requireApplication(tenant, appId);
  const secret = newSecret(tenant.now());
  tenant.applications.set(appId, { ...application, secrets: [...application.secrets, secret] });
  return secret.text;
}

/** Ends every secret that there is at present. */
export function endSecrets(tenant: Tenant, appId: string): void {
  const application = requireApplication(tenant, appId);
  const secrets = application.secrets.map((secret) => ({ ...secret, endDateTime: tenant.now() }));
  tenant.applications.set(appId, { ...application, secrets });
}

/** Throws `invalid-request` for a text that is no certificate in PEM. */
export function addCertificate(tenant: Tenant, appId: string, certificate: string): void {
  const application = requireApplication(tenant, appId);
  const parsed = certificateOf(certificate);
  const [startDateTime, endDateTime] = [parsed.validFrom, parsed.validTo].map((text) => instantOf(Date.parse(text)));
  if (startDateTime === undefined || endDateTime === undefined) refuse('invalid-request', { detail: 'the certificate has no dates' });
  const certificates = [...application.certificates, { keyId: randomUUID(), certificate, startDateTime, endDateTime }];
  tenant.applications.set(appId, { ...application, certificates });
}

function certificateOf(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    return refuse('invalid-request', { detail: 'that is no certificate' });
  }
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
