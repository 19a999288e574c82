import { microsoftGraph } from '../tenant/access.ts';
import type { Application } from '../tenant/application.ts';
import type { Tenant } from '../tenant/tenant.ts';

/** A service principal of the tenant, whoever the application belongs to. */
export interface ServicePrincipal {
  readonly id: string;
  readonly appId: string;
  readonly displayName: string;
  readonly appOwnerOrganizationId: string;
  readonly appRoles: readonly { readonly id: string; readonly value: string; readonly displayName?: string }[];
}

/** The tenant's own applications, then Microsoft Graph, then those of others. */
export function servicePrincipalsOf(tenant: Tenant): readonly ServicePrincipal[] {
  const own = [...tenant.applications.values()].map((application) => servicePrincipalOf(tenant, application));
  return [...own, microsoftGraph, ...tenant.access.servicePrincipals];
}

export function servicePrincipalOf({ id }: Tenant, { servicePrincipalId, appId, displayName, appRoles }: Application): ServicePrincipal {
  return { id: servicePrincipalId, appId, displayName, appRoles, appOwnerOrganizationId: id };
}
