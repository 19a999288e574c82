import { createHash } from 'node:crypto';
import { type Exchange, param } from '../http/exchange.ts';
import type { Application } from '../tenant/application.ts';
import { type Given, microsoftGraph } from '../tenant/access.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { type Item, page } from './collection.ts';
import type { GraphContext } from './graph-context.ts';
import { GraphError, resourceNotFound } from './graph-error.ts';
import { servicePrincipalsOf } from './service-principals.ts';

/** GET /identity/conditionalAccess/policies, always whole. */
export function listPolicies(context: GraphContext, exchange: Exchange): unknown {
  return page(context.url, exchange, { context: 'identity/conditionalAccess/policies', items: shownAs(context.tenant.access.policies) });
}

/** GET /policies/identitySecurityDefaultsEnforcementPolicy */
export function getSecurityDefaults({ tenant, url }: GraphContext): unknown {
  return {
    '@odata.context': `${url}/v1.0/$metadata#policies/identitySecurityDefaultsEnforcementPolicy/$entity`,
    id: '00000000-0000-0000-0000-000000000005',
    displayName: 'Security Defaults',
    description: 'Security defaults is a set of basic identity security mechanisms recommended by Microsoft.',
    isEnabled: tenant.access.securityDefaults,
  };
}

/** The ids that Microsoft gives the plans that matter here; of others the name alone is known (microsoft-graph §5.1). */
const planIds: Readonly<Record<string, string>> = {
  AAD_PREMIUM: '41781fb2-bc02-4b7c-bd55-b576c07bb09d',
  AAD_PREMIUM_P2: 'eec0eb4f-6444-4f95-aba0-50c24d67f998',
};

/** GET /subscribedSkus: one subscription with all service plans. */
export function listSubscribedSkus({ tenant, url }: GraphContext): unknown {
  const plans = tenant.access.servicePlans.map((servicePlanName) => ({
    servicePlanId: planIds[servicePlanName] ?? uuidOf(servicePlanName),
    servicePlanName,
    provisioningStatus: 'Success',
    appliesTo: 'User',
  }));
  const skuId = uuidOf('sku');
  const sku = {
    id: `${tenant.id}_${skuId}`,
    skuId,
    skuPartNumber: 'SIMULATED',
    appliesTo: 'User',
    capabilityStatus: 'Enabled',
    consumedUnits: tenant.users.size,
    prepaidUnits: { enabled: 1_000, suspended: 0, warning: 0, lockedOut: 0 },
    servicePlans: plans,
  };
  return { '@odata.context': `${url}/v1.0/$metadata#subscribedSkus`, value: plans.length === 0 ? [] : [sku] };
}

/** GET /roleManagement/directory/roleDefinitions */
export function listRoleDefinitions(context: GraphContext, exchange: Exchange): unknown {
  refuseTop(exchange);
  const items = shownAs(context.tenant.access.roleDefinitions);
  return page(context.url, exchange, { context: 'roleManagement/directory/roleDefinitions', items });
}

/** GET /roleManagement/directory/roleAssignments, with `$expand=principal` or without. */
export function listRoleAssignments(context: GraphContext, exchange: Exchange): unknown {
  refuseTop(exchange);
  const isExpanded = exchange.url.searchParams.get('$expand') === 'principal';
  const { tenant, url } = context;
  const assignments = tenant.access.roleAssignments.map((given) =>
    isExpanded ? { ...given, principal: principalOf(tenant, String(given['principalId'])) } : given,
  );
  return page(url, exchange, { context: 'roleManagement/directory/roleAssignments', items: shownAs(assignments), expandable: 'principal' });
}

/** GET /roleManagement/directory/roleAssignmentScheduleInstances: takes P2. */
export function listRoleSchedules(context: GraphContext, exchange: Exchange): unknown {
  return listInstances(context, exchange, { name: 'roleAssignmentScheduleInstances', given: context.tenant.access.roleSchedules });
}

/** GET /roleManagement/directory/roleEligibilityScheduleInstances: takes P2. */
export function listRoleEligibilities(context: GraphContext, exchange: Exchange): unknown {
  return listInstances(context, exchange, { name: 'roleEligibilityScheduleInstances', given: context.tenant.access.roleEligibilities });
}

function listInstances(
  context: GraphContext,
  exchange: Exchange,
  { given, name }: { readonly given: readonly Given[]; readonly name: string },
): unknown {
  refuseTop(exchange);
  const { access } = context.tenant;
  if (!access.servicePlans.includes('AAD_PREMIUM_P2')) {
    throw new GraphError(
      400,
      'AadPremiumLicenseRequired',
      'The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.',
    );
  }
  return page(context.url, exchange, {
    context: `roleManagement/directory/${name}`,
    items: shownAs(given),
  });
}

/** Role management takes no page size at all (microsoft-graph §4). */
function refuseTop({ url }: Exchange): void {
  if (url.searchParams.has('$top')) throw new GraphError(400, 'Request_UnsupportedQuery', "The query option '$top' is not supported.");
}

function principalOf({ users, groups, applications }: Tenant, id: string): Given | null {
  const user = users.get(id);
  if (user !== undefined) return { '@odata.type': '#microsoft.graph.user', id, displayName: user.displayName };
  const group = groups.get(id);
  if (group !== undefined) return { '@odata.type': '#microsoft.graph.group', id, displayName: group.displayName };
  const application = [...applications.values()].find(({ servicePrincipalId }) => servicePrincipalId === id);
  return application === undefined
    ? null
    : { '@odata.type': '#microsoft.graph.servicePrincipal', id, displayName: application.displayName };
}

/** GET /servicePrincipals/{id}/appRoleAssignments: the application permissions that it was granted. */
export function listAppRoleAssignments({ tenant, url }: GraphContext, exchange: Exchange): unknown {
  const id = param(exchange, 'id').toLowerCase();
  const principal = servicePrincipalsOf(tenant).find((known) => known.id === id);
  if (principal === undefined) throw resourceNotFound(id);
  const application = [...tenant.applications.values()].find(({ servicePrincipalId }) => servicePrincipalId === id);
  const granted =
    application === undefined
      ? (tenant.access.servicePrincipals.find((known) => known.id === id)?.appPermissions ?? [])
      : graphPermissions(application);
  const items = granted.map(({ resourceId, appRoleId }) => ({
    id: uuidOf(`${id} ${resourceId} ${appRoleId}`),
    deletedDateTime: null,
    appRoleId,
    createdDateTime: null,
    principalDisplayName: principal.displayName,
    principalId: id,
    principalType: 'ServicePrincipal',
    resourceDisplayName: servicePrincipalsOf(tenant).find((known) => known.id === resourceId)?.displayName ?? null,
    resourceId,
  }));
  return page(url, exchange, { context: 'appRoleAssignments', items: shownAs(items) });
}

function graphPermissions({ graphRoles }: Application): readonly { resourceId: string; appRoleId: string }[] {
  const roles = microsoftGraph.appRoles.filter(({ value }) => graphRoles.includes(value));
  return roles.map(({ id }) => ({ resourceId: microsoftGraph.id, appRoleId: id }));
}

/** GET /oauth2PermissionGrants: the delegated permissions, as texts of scopes. */
export function listPermissionGrants(context: GraphContext, exchange: Exchange): unknown {
  return page(context.url, exchange, { context: 'oauth2PermissionGrants', items: shownAs(context.tenant.access.delegatedPermissions) });
}

/** As given, less what was not selected. */
function shownAs(objects: readonly Given[]): readonly Item[] {
  return objects.map((object, index) => ({
    ordinal: index + 1,
    show: (select) =>
      Object.fromEntries(Object.entries(object).filter(([name]) => name === 'principal' || (select?.includes(name) ?? true))),
  }));
}

/** The same for the same text. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
