import { randomUUID } from 'node:crypto';
import { refuse } from '../../kernel/index.ts';
import { type AzureRoleAssignment, azureRoles, type AzureSubscription } from './azure-subscription.ts';
import type { Tenant } from './tenant.ts';

export function createSubscription(tenant: Tenant, displayName: string, state: string): AzureSubscription {
  const subscription = { id: randomUUID(), ordinal: tenant.nextOrdinal(), displayName, state, assignments: new Map() };
  tenant.subscriptions.set(subscription.id, subscription);
  return subscription;
}

export interface AzureRoleRequest {
  readonly principalId: string;
  readonly roleName: string;
  /** Under the subscription, such as `/resourceGroups/payroll`; empty for the subscription itself. */
  readonly under: string;
  readonly condition: string | null;
}

/** Throws `not-found` for an unknown subscription, role or principal. */
export function assignAzureRole(tenant: Tenant, subscriptionId: string, request: AzureRoleRequest): AzureRoleAssignment {
  const subscription = requireSubscription(tenant, subscriptionId);
  const role =
    azureRoles.find(({ roleName }) => roleName === request.roleName) ??
    refuse('not-found', { detail: `there is no role ${request.roleName}` });
  const assignment: AzureRoleAssignment = {
    name: randomUUID(),
    ordinal: tenant.nextOrdinal(),
    principalId: request.principalId,
    principalType: typeOf(tenant, request.principalId),
    roleDefinitionId: role.id,
    scope: `/subscriptions/${subscription.id}${request.under}`,
    condition: request.condition,
    createdOn: tenant.now(),
  };
  subscription.assignments.set(assignment.name, assignment);
  return assignment;
}

export function endAzureRole(tenant: Tenant, subscriptionId: string, name: string): void {
  const { assignments } = requireSubscription(tenant, subscriptionId);
  if (!assignments.delete(name)) refuse('not-found', { detail: `there is no role assignment ${name}` });
}

function requireSubscription(tenant: Tenant, id: string): AzureSubscription {
  return tenant.subscriptions.get(id.toLowerCase()) ?? refuse('not-found', { detail: `there is no subscription ${id}` });
}

/** As for Azure, a principal that is unknown cannot get a role; one that is deleted afterwards keeps it. */
function typeOf(tenant: Tenant, principalId: string): AzureRoleAssignment['principalType'] {
  if (tenant.users.has(principalId)) return 'User';
  if (tenant.groups.has(principalId)) return 'Group';
  const isApplication = [...tenant.applications.values()].some(({ servicePrincipalId }) => servicePrincipalId === principalId);
  return isApplication ? 'ServicePrincipal' : refuse('not-found', { detail: `there is no principal ${principalId}` });
}
