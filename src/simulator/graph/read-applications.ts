import { type Exchange, param } from '../http/exchange.ts';
import type { Application } from '../tenant/application.ts';
import { entity, type Item, page } from './collection.ts';
import type { GraphContext } from './graph-context.ts';
import { resourceNotFound } from './graph-error.ts';
import { appIdFilter } from './graph-query.ts';
import { project } from './project.ts';
import { applicationType, appRoleAssignmentType, servicePrincipalType } from './resource-types.ts';
import { servicePrincipalOf, servicePrincipalsOf } from './service-principals.ts';

/** GET /servicePrincipals, all of them or `$filter=appId eq '…'`. */
export function listServicePrincipals({ tenant, url }: GraphContext, exchange: Exchange): unknown {
  const appId = appIdFilter(exchange.url.searchParams)?.toLowerCase();
  const items: readonly Item[] = servicePrincipalsOf(tenant)
    .filter((principal) => appId === undefined || principal.appId === appId)
    .map((principal, index) => ({ ordinal: index + 1, show: (select) => project(servicePrincipalType, principal, select) }));
  return page(url, exchange, { context: 'servicePrincipals', items, isFiltered: true });
}

/** GET /servicePrincipals/{id} or /servicePrincipals(appId='…') */
export function getServicePrincipal(context: GraphContext, exchange: Exchange): unknown {
  const object = servicePrincipalOf(context.tenant, requireServicePrincipal(context, exchange));
  return entity(context.url, exchange, { context: 'servicePrincipals', type: servicePrincipalType, object });
}

/** GET …/appRoleAssignedTo: the users and groups that the application is assigned to. */
export function listAppRoleAssignedTo(context: GraphContext, exchange: Exchange): unknown {
  const resource = requireServicePrincipal(context, exchange);
  const items = [...resource.assignments.values()].map((assignment) => ({
    ordinal: assignment.ordinal,
    show: (select: readonly string[] | undefined) => project(appRoleAssignmentType, { assignment, resource }, select),
  }));
  return page(context.url, exchange, { context: 'appRoleAssignments', items });
}

/** GET /applications(appId='…') */
export function getApplication({ tenant, url }: GraphContext, exchange: Exchange): unknown {
  const appId = param(exchange, 'appId');
  const object = tenant.applications.get(appId.toLowerCase());
  if (object === undefined) throw resourceNotFound(appId);
  return entity(url, exchange, { context: 'applications', type: applicationType, object });
}

export function requireServicePrincipal({ tenant }: GraphContext, exchange: Exchange): Application {
  const { appId, id } = exchange.params as { appId?: string; id?: string };
  const key = (appId ?? id ?? '').toLowerCase();
  const found =
    appId === undefined
      ? [...tenant.applications.values()].find((application) => application.servicePrincipalId === key)
      : tenant.applications.get(key);
  if (found === undefined) throw resourceNotFound(key);
  return found;
}
